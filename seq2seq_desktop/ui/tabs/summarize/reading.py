"""Where a summary looked in its document: from pieces of the source to its words and sentences. No Qt."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.events import Segment
from seq2seq_desktop.tasks.summarize.reading import sentences
from seq2seq_desktop.text.language import detect
from seq2seq_desktop.ui.views.sentence import Sentence

T = TypeVar("T")
Span = tuple[int, int]
Spans = NDArray[np.int64]
Weights = NDArray[np.float32]
READ = 0.05  # of a step's attention: a sentence that never got so much was not read
_PARTNER = 0.5  # of the highest weight of a word: what has at least that belongs to it as well


class Remembered(Generic[T]):
    """What was worked out of each section, until it changes."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._known: dict[int, tuple[Sentence, int, object, T]] = {}

    def of(self, section: Sentence, work: Callable[[], T], given: object = None) -> T:
        """What `work` gives for a section, called again only when the section or what is `given` is another."""
        known = self._known.get(id(section))
        if known is None or known[0] is not section or known[1] != section.revision or known[2] is not given:
            known = self._known[id(section)] = (section, section.revision, given, work())
        return known[3]

    def clear(self) -> None:
        """Forget all of it."""
        self._known.clear()


class Places:
    """Where the pieces that the model reads stand in the document."""

    def __init__(self, segment: Segment, text: str, whole_sentences: bool) -> None:
        """Those of a segment of `text`; where each piece is a sentence there are no words to tell apart."""
        self._text = text
        special = [*segment.special, *[False] * (len(segment.spans) - len(segment.special))]
        spans = [
            (0, 0) if flag else _trimmed(text, segment.start + start, segment.start + end)
            for (start, end), flag in zip(segment.spans, special, strict=True)
        ]
        self.spans: Spans = np.array(spans, np.int64).reshape(-1, 2)  # of each piece
        self.words, self.word_of = (_no_words(len(spans))) if whole_sentences else _words(spans, text)
        self._numbers = {span: number for number, span in reversed(list(enumerate(spans)))}
        self._said = {piece.strip(): number for number, piece in reversed(list(enumerate(segment.pieces)))}

    def piece_at(self, origin: Span, piece: str) -> int:
        """The number of the piece that stands at `origin`, or else reads like this; -1 where there is none."""
        number = self._numbers.get(_trimmed(self._text, *origin), -1) if origin[1] > origin[0] else -1
        return number if number >= 0 else self._said.get(piece.strip(), -1)

    def word_heat(self, rows: Weights) -> Weights:
        """What each word of the source got, (steps, words), of attention over the pieces, (steps, pieces)."""
        heat = np.zeros((len(rows), len(self.words)), np.float32)
        known, sums = _summed(rows, self.word_of)
        heat[:, known] = sums
        return heat

    def partners(self, row: Weights) -> list[Span]:
        """The words, or else the pieces, that got most of the attention."""
        spans = self.words if len(self.words) else self.spans
        heat = self.word_heat(row[None])[0] if len(self.words) else row[: len(spans)]
        if not heat.size or heat.max() <= 0:
            return []
        return [(int(a), int(b)) for a, b in spans[heat >= _PARTNER * heat.max()] if b > a]

    def source_of(self, origin: Span) -> Span:
        """The word, or else the stretch, from which a piece at `origin` was copied."""
        span = _trimmed(self._text, *origin)
        return self.word_at(span[0]) or span

    def word_at(self, place: int) -> Span | None:
        """The word of the source at a character of the document."""
        index = int(np.searchsorted(self.words[:, 0], place, "right")) - 1 if len(self.words) else -1
        if index < 0 or place >= self.words[index, 1]:
            return None
        return int(self.words[index, 0]), int(self.words[index, 1])


@dataclass(frozen=True)
class Layout:
    """The sentences of a document, in order."""

    spans: Spans  # (sentences, 2), in characters

    def owners(self, spans: Spans) -> NDArray[np.int64]:
        """The sentence in which each of `spans` begins; -1 for none."""
        if not len(self.spans):
            return np.full(len(spans), -1, np.int64)
        index = np.searchsorted(self.spans[:, 0], spans[:, 0], "right") - 1
        inside = (index >= 0) & (spans[:, 0] < self.spans[index, 1]) & (spans[:, 1] > spans[:, 0])
        return np.where(inside, index, -1)

    def sums(self, rows: Weights, places: Places) -> tuple[NDArray[np.int64], Weights]:
        """The sentences that pieces stand in, and what each got of attention over the pieces: (steps, those)."""
        return _summed(rows, self.owners(places.spans))

    def highest(self, rows: Weights, places: Places) -> Weights:
        """The most that each sentence got at one of the steps."""
        known, sums = self.sums(rows, places)
        found = np.zeros(len(self.spans), np.float32)
        found[known] = sums.max(axis=0, initial=0.0)
        return found

    def sentence_at(self, place: int) -> int:
        """The sentence at a character; -1 for none."""
        index = bisect_right(self.spans[:, 0], place) - 1
        return index if index >= 0 and place < self.spans[index, 1] else -1


EMPTY = Layout(np.zeros((0, 2), np.int64))


def layout_of_pieces(places: Sequence[Places]) -> Layout:
    """The sentences of a document where they are the pieces that the model reads."""
    spans = np.concatenate([EMPTY.spans, *(one.spans for one in places)])
    return Layout(spans[spans[:, 1] > spans[:, 0]])


def layout_of(text: str, language: str | None) -> Layout:
    """The sentences of a text. Of a whole book it takes a moment: not on the window's thread."""
    found = sentences(text, language or detect(text).language)
    return Layout(np.array([(one.start, one.end) for one in found], np.int64).reshape(-1, 2))


def read_share(seen: Weights) -> float:
    """The share of the sentences that were read, of the highest attention that each ever got."""
    return float((seen >= READ).mean()) if len(seen) else 0.0


def _summed(rows: Weights, owners: NDArray[np.int64]) -> tuple[NDArray[np.int64], Weights]:
    """The owners there are, and the weights of each row summed by owner; what has none, -1, is left out."""
    owned = np.flatnonzero(owners[: rows.shape[1]] >= 0)
    if not len(owned):
        return np.zeros(0, np.int64), np.zeros((len(rows), 0), np.float32)
    order = owned[np.argsort(owners[owned], kind="stable")]
    known, starts = np.unique(owners[order], return_index=True)
    return known, np.asarray(np.add.reduceat(rows[:, order], starts, axis=1), np.float32)


def _trimmed(text: str, start: int, end: int) -> Span:
    """The bounds without the space at both ends."""
    part = text[start:end]
    if not part.strip():
        return start, start
    return end - len(part.lstrip()), start + len(part.rstrip())


def _no_words(count: int) -> tuple[Spans, NDArray[np.int64]]:
    return np.zeros((0, 2), np.int64), np.full(count, -1, np.int64)


def _words(spans: Sequence[Span], text: str) -> tuple[Spans, NDArray[np.int64]]:
    """The words that pieces make up, and the number of each piece's word, -1 for a piece without one."""
    words: list[list[int]] = []
    owners = []
    for start, end in spans:
        if end <= start:
            owners.append(-1)
            continue
        inside = words and words[-1][1] == start and text[start - 1].isalnum() and text[start].isalnum()
        if inside:
            words[-1][1] = end
        else:
            words.append([start, end])
        owners.append(len(words) - 1)
    order = np.argsort([word[0] for word in words], kind="stable") if words else np.zeros(0, np.int64)
    rank = np.empty(len(words), np.int64)
    rank[order] = np.arange(len(words))
    found = np.array(words, np.int64).reshape(-1, 2)[order]
    return found, np.array([rank[owner] if owner >= 0 else -1 for owner in owners], np.int64)
