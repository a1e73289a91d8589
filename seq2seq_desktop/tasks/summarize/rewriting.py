"""What a model that rewrites reads: sentences that fit it, as pieces with their places in the whole text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from seq2seq_desktop.events import Segment
from seq2seq_desktop.text.normalise import normalise
from seq2seq_desktop.text.places import Places
from seq2seq_desktop.text.sentences import Sentence
from seq2seq_desktop.text.tokenizer import Encoding, Tokenizer, language_tag

Kind = Literal["headline", "abstract"]
KINDS: tuple[Kind, ...] = ("headline", "abstract")
FRAME = 3  # pieces around a text: the language, the kind, the end


@dataclass(frozen=True)
class Passage:
    """Sentences that are read together, ready for the encoder."""

    segment: Segment
    ids: tuple[int, ...]
    source: str  # the text of the sentences


@dataclass(frozen=True)
class Piecewise:
    """A sentence and its pieces."""

    sentence: Sentence
    encoding: Encoding

    @property
    def length(self) -> int:
        """How many pieces it has."""
        return len(self.encoding.ids)


def kind_tag(kind: str) -> str:
    """The special piece that asks for a headline or an abstract."""
    return f"<{kind}>"


def framed(ids: Sequence[int], language: str, kind: str, tokenizer: Tokenizer) -> list[int]:
    """The pieces of a text with what is asked for before them and the end behind."""
    return [tokenizer.id(language_tag(language)), tokenizer.id(kind_tag(kind)), *ids, tokenizer.end]


def piecewise(sentence: Sentence, tokenizer: Tokenizer) -> Piecewise:
    """The sentence with its pieces; their spans are places in the whole text."""
    text = normalise(sentence.text)
    encoding, places = tokenizer.encode(text), Places(text, sentence.text)
    placed = [places(span) for span in encoding.spans]
    spans = tuple((sentence.start + start, sentence.start + end) for start, end in placed)
    return Piecewise(sentence, Encoding(encoding.ids, encoding.pieces, spans))


def passage(text: str, parts: Sequence[Piecewise], language: str, kind: Kind, tokenizer: Tokenizer) -> Passage:
    """The sentences of `parts`, at least one and in the order of `text`, as one segment."""
    start, end = parts[0].sentence.start, parts[-1].sentence.end
    ids = [token for part in parts for token in part.encoding.ids]
    pieces = [piece for part in parts for piece in part.encoding.pieces]
    spans = [(first - start, last - start) for part in parts for first, last in part.encoding.spans]
    segment = Segment(
        text[start:end],
        (language_tag(language), kind_tag(kind), *pieces, "</s>"),
        ((0, 0), (0, 0), *spans, (0, 0)),
        (True, True, *[False] * len(pieces), True),
        start,
    )
    framed_ids = tuple(framed(ids, language, kind, tokenizer))
    return Passage(segment, framed_ids, " ".join(part.sentence.text for part in parts))


def fitting(parts: Sequence[Piecewise], order: Sequence[int], room: int) -> list[Piecewise]:
    """Those of `parts` that together have at most `room` pieces, taken in `order`, put back into theirs.

    The first in order is taken whatever its length, cut to the room if need be.
    """
    taken: list[int] = []
    left = room
    for number in order:
        if parts[number].length <= left or not taken:
            taken.append(number)
            left -= parts[number].length
    return [_cut(parts[number], room) for number in sorted(taken)]


def divided(parts: Sequence[Piecewise], most: int, room: int) -> list[list[Piecewise]]:
    """The parts in at most `most` runs of about as many pieces each, none shorter than half the room."""
    total = sum(part.length for part in parts)
    count = max(1, min(most, len(parts), round(2 * total / room) or 1))
    runs: list[list[Piecewise]] = [[]]
    read = 0
    for part in parts:
        if read >= len(runs) * total / count and len(runs) < count:
            runs.append([])
        runs[-1].append(part)
        read += part.length
    return runs


def _cut(part: Piecewise, room: int) -> Piecewise:
    """The part with its first `room` pieces; only a sentence longer than all that can be read is ever cut."""
    if part.length <= room:
        return part
    ids, pieces, spans = part.encoding.ids[:room], part.encoding.pieces[:room], part.encoding.spans[:room]
    sentence = part.sentence
    shorter = Sentence(sentence.text[: spans[-1][1] - sentence.start], sentence.start)
    return Piecewise(shorter, Encoding(ids, pieces, spans))
