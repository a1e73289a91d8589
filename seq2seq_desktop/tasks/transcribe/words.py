"""Words out of tokens, and when each was said."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.decoding.alignment import token_starts
from seq2seq_desktop.events import Hypothesis, Word
from seq2seq_desktop.text.tokenizer import Tokenizer

POSITION = 0.02  # seconds of a position of the attention
_FRAME = 0.01  # seconds of a frame of the spectrogram
_HUSH = (
    0.75  # of the spectrogram, which spans 2 between silence and the loudest sound: so far below its peaks is quiet
)
_LEAST = 0.06  # seconds that a word keeps, however quiet it is

_BROKEN = "\ufffd"  # what a character looks like while some of its bytes are missing
_OPENING = ("Ps", "Pi", "Pd", "Sc")  # brackets, quotation marks, dashes, currencies
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "MYANMAR", "KHMER", "TIBETAN")


@dataclass(frozen=True)
class _Unit:
    """Tokens that together make whole characters."""

    text: str  # with the space before it
    first: int
    after: int


def words_of(
    hypothesis: Hypothesis,
    tokenizer: Tokenizer,
    heads: Sequence[Sequence[int]],
    start: float,
    end: float,
    spectrogram: NDArray[np.float32],
    end_row: NDArray[np.float32] | None = None,
) -> tuple[Word, ...]:
    """The words of a hypothesis in the order of its text; without its attention all of them span the stretch.

    `start` and `end` are the stretch's, in seconds of the recording; `spectrogram` (mels, frames) is what was heard
    in it. `heads` (layer, head) follow the speaker. `end_row` is the attention (layers, heads, source) of the step
    that ended the text: with it the last word has an end of its own.
    """
    units = list(_words(hypothesis.tokens, tokenizer))
    if not units:
        return ()
    edges = np.append(_edges(hypothesis, heads, end_row, end - start), end - start)
    loud = _loud(spectrogram)
    words = []
    for unit in units:
        first, last = _trimmed(float(edges[unit.first]), float(edges[unit.after]), loud)
        probability = min(hypothesis.probabilities[unit.first : unit.after])
        words.append(Word(unit.text.strip(), start + first, start + last, probability, (unit.first, unit.after)))
    return _in_order(words, end)


def _edges(
    hypothesis: Hypothesis,
    heads: Sequence[Sequence[int]],
    end_row: NDArray[np.float32] | None,
    seconds: float,
) -> NDArray[np.float64]:
    """Where each token begins, and where the last one ends, in seconds from the start of the stretch."""
    attention, count = hypothesis.attention, len(hypothesis.tokens)
    if attention is None or not attention.shape[-1]:
        return np.linspace(0.0, seconds, count + 1)[: count + 1]
    rows = attention if end_row is None else np.concatenate([attention, end_row[None]])
    starts = np.minimum(token_starts(rows, heads) * POSITION, seconds)
    return starts if end_row is not None else np.append(starts, seconds)


def _words(tokens: Sequence[int], tokenizer: Tokenizer) -> Iterator[_Unit]:
    """The units joined to words: a space begins one, signs stay with the word before them."""
    word: _Unit | None = None
    for unit in _units(tokens, tokenizer):
        if word is not None and _begins(unit.text, word.text):
            yield word
            word = None
        word = unit if word is None else _Unit(word.text + unit.text, word.first, unit.after)
    if word is not None and word.text.strip():
        yield word


def _units(tokens: Sequence[int], tokenizer: Tokenizer) -> Iterator[_Unit]:
    """The tokens in groups of whole characters, a space with what follows; what is broken to the end is one group."""
    first = 0
    for after in range(1, len(tokens) + 1):
        text = tokenizer.decode(tokens[first:after], first=False)
        if (_BROKEN not in text and text.strip()) or after == len(tokens):
            yield _Unit(text, first, after)
            first = after


def _begins(text: str, before: str) -> bool:
    """True where `text` begins a new word after `before`; a sign does only if it opens something."""
    bare = text.strip()
    if not bare or not any(character.isalnum() for character in before):
        return False
    if not any(character.isalnum() for character in bare):
        return text[0].isspace() and unicodedata.category(bare[0]) in _OPENING
    return text[0].isspace() or _is_unspaced(bare[0])


def _is_unspaced(character: str) -> bool:
    """True for the letters of languages that put no spaces between words."""
    return unicodedata.name(character, "").startswith(_UNSPACED)


def _loud(spectrogram: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(frames,) whether there is sound in a frame that could be of a word."""
    level = spectrogram.max(axis=0) if spectrogram.size else np.zeros(0, np.float32)
    return level > np.quantile(level, 0.95) - _HUSH if len(level) else np.zeros(0, np.bool_)


def _trimmed(first: float, last: float, loud: NDArray[np.bool_]) -> tuple[float, float]:
    """The span (seconds) without the silence at its ends."""
    begin, end = round(first / _FRAME), round(last / _FRAME)
    frames = np.flatnonzero(loud[begin:end])
    if not len(frames):
        return first, last
    start = (begin + int(frames[0])) * _FRAME
    return start, max((begin + int(frames[-1]) + 1) * _FRAME, min(last, start + _LEAST))


def _in_order(words: Sequence[Word], end: float) -> tuple[Word, ...]:
    """The words with none that begins before the one before it ends, nor ends before it begins or after `end`."""
    ordered: list[Word] = []
    at = 0.0
    for word in words:
        start = min(max(word.start, at), end)
        ordered.append(replace(word, start=start, end=min(max(word.end, start), end)))
        at = ordered[-1].end
    return tuple(ordered)
