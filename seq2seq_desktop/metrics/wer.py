"""Word and character error rates of transcripts, by jiwer, after a normalisation that is stated here.

Source: Levenshtein 1966 (edit distance); Morris et al. 2004 (WER); jiwer (jitsi.github.io/jiwer).

Output and reference are both brought to what can be heard, since transcripts differ in what cannot:
- Unicode NFC, lower case, curly apostrophes straight, one space between words;
- punctuation and symbols separate words and are dropped, hyphens, too ("well-known" = "well known");
- numbers stay as they are written ("12" is not "twelve"), with the points, commas and colons inside them ("3.5");
- an apostrophe inside a word stays in English ("don't", one word), and in French it separates words
  ("l'eau" = "l eau", as "l' eau" is written in some corpora); around words it is dropped like a quotation mark.
"""

import re
import unicodedata
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import jiwer

from seq2seq_desktop.errors import OptionError

Key = TypeVar("Key", bound=Hashable)

_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ＇`´", "'"))
_IN_NUMBER = re.compile(r"(?<=\d)[.,:](?=\d)")
_IN_WORD = re.compile(r"(?<=\w)'(?=\w)")


@dataclass(frozen=True)
class TranscriptScores:
    """Error rates of a set of transcripts in percent of all its words or characters; 0 is best, above 100 happens."""

    wer: float
    words: int  # of the references
    cer: float  # spaces between words count as characters
    characters: int  # of the references


def score_transcripts(outputs: Sequence[str], references: Sequence[str], language: str = "en") -> TranscriptScores:
    """WER and CER of `outputs` against one reference each, both normalised as in `language` (ISO 639-1).

    What was written where a reference is silent counts as inserted; where all of them are silent, the rates are per
    one word and one character, so that they are 0 only for silence.

    Raises:
        OptionError: there is not one reference for each output.
    """
    truth = [heard(reference, language) for reference in references]
    written = [heard(output, language) for output in outputs]
    if len(truth) != len(written):
        raise OptionError(f"{len(written)} outputs, {len(truth)} references", "give one reference for each output")
    if not truth:
        return TranscriptScores(0.0, 0, 0.0, 0)
    words, characters = jiwer.process_words(truth, written), jiwer.process_characters(truth, written)
    return TranscriptScores(_rate(words), _length(words), _rate(characters), _length(characters))


def score_by(
    outputs: Sequence[str], references: Sequence[str], keys: Sequence[Key], language: str = "en"
) -> dict[Key, TranscriptScores]:
    """The scores of each group of transcripts with the same key, such as their corpus; in order of appearance."""
    groups: dict[Key, tuple[list[str], list[str]]] = {}
    if not len(outputs) == len(references) == len(keys):
        raise OptionError(
            f"{len(outputs)} outputs, {len(references)} references, {len(keys)} keys",
            "give one of each for each output",
        )
    for output, reference, key in zip(outputs, references, keys, strict=True):
        own = groups.setdefault(key, ([], []))
        own[0].append(output)
        own[1].append(reference)
    return {key: score_transcripts(*group, language) for key, group in groups.items()}


def heard(text: str, language: str = "en") -> str:
    """`text` as the error rates compare it; see the top of this file. Idempotent."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower()).translate(_APOSTROPHES)
    kept = {match.start() for match in _IN_NUMBER.finditer(plain)}
    if language != "fr":
        kept |= {match.start() for match in _IN_WORD.finditer(plain)}
    return " ".join("".join(c if i in kept else _spoken(c) for i, c in enumerate(plain)).split())


def _rate(counts: jiwer.WordOutput | jiwer.CharacterOutput) -> float:
    """Errors in percent of the length of the references."""
    return 100 * (counts.substitutions + counts.deletions + counts.insertions) / max(1, _length(counts))


def _length(counts: jiwer.WordOutput | jiwer.CharacterOutput) -> int:
    """How many words or characters the references have."""
    return counts.hits + counts.substitutions + counts.deletions


def _spoken(character: str) -> str:
    """`character` if it is part of words, else a space."""
    return " " if unicodedata.category(character)[0] in "PSCZ" else character
