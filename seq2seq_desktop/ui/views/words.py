"""Pieces as the words that a reader sees, and attention between words. Pure functions without Qt."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.events import Segment

Array = NDArray[np.float32]

_WORD = re.compile(r"\w+(?:['’\-‐‑]\w+|(?<=\d)[.,:/]\d+)*['’]?|([^\w\s])\1*")
_BLANK = -1  # number of a word of which only space was seen so far
_BYTE = re.compile(r"<0x([0-9A-F]{2})>")


@dataclass(frozen=True)
class Word:
    """One word, or one piece where pieces are shown, and where it stands."""

    text: str  # without space around it
    first: int  # its pieces are [first, last)
    last: int
    start: int = 0  # in the text of its sentence, in characters; start == end: it does not stand there
    end: int = 0
    special: bool = False  # a token that stands for no text, such as the end of the sentence


def source_words(segment: Segment, *, pieces: bool = False, specials: bool = False) -> tuple[Word, ...]:
    """The words of a sentence as the model read it; with `pieces` each piece by itself."""
    words = _words(segment.text, segment.pieces, segment.spans, segment.special, pieces)
    return tuple(word for word in words if specials or not word.special)


def target_words(
    pieces: Sequence[str],
    text: str,
    *,
    special: Sequence[bool] = (),
    separate: bool = False,
    specials: bool = False,
) -> tuple[Word, ...]:
    """The words of an output, placed in `text`, which may be typeset otherwise; `separate` keeps pieces apart."""
    flags = _flags(special, len(pieces))
    shown = decoded_bytes(pieces)
    spoken = ["" if flag else piece.strip() for piece, flag in zip(shown, flags, strict=True)]
    words = _words(text, pieces, located(spoken, text), flags, separate)
    return tuple(word for word in words if specials or not word.special)


def merged(attention: Array, target: Sequence[Word], source: Sequence[Word]) -> Array:
    """Attention between words, (target words, source words): summed over source pieces, averaged over target pieces.

    Args:
        attention: between pieces, (target pieces, source pieces).
    """
    rows = np.zeros((len(target), attention.shape[1]), np.float64)
    for index, word in enumerate(target):
        part = attention[word.first : word.last]
        if len(part):
            rows[index] = part.mean(axis=0)
    sums = np.zeros((len(target), attention.shape[1] + 1), np.float64)
    np.cumsum(rows, axis=1, out=sums[:, 1:])
    first = [min(word.first, attention.shape[1]) for word in source]
    last = [min(word.last, attention.shape[1]) for word in source]
    return np.clip(sums[:, last] - sums[:, first], 0.0, 1.0).astype(np.float32)


def of_heads(attention: Array, layer: int | None, head: int | None) -> Array:
    """The map of one layer and head, (steps, source), or the mean over those that are None.

    Args:
        attention: (steps, layers, heads, source).
    """
    layers = attention if layer is None else attention[:, min(layer, attention.shape[1] - 1)][:, None]
    heads = layers if head is None else layers[:, :, min(head, layers.shape[2] - 1)][:, :, None]
    return np.asarray(heads.mean(axis=(1, 2)), np.float32)


def decoded_bytes(pieces: Sequence[str]) -> list[str]:
    """The pieces with every run of `<0x..>` as the text it spells, at the first of them; the others are empty."""
    shown: list[str] = []
    for spelt, run in groupby(pieces, lambda piece: bool(_BYTE.fullmatch(piece))):
        group = list(run)
        if spelt:
            data = bytes(int(piece[3:5], 16) for piece in group)
            group = [data.decode("utf-8", "replace"), *[""] * (len(group) - 1)]
        shown += group
    return shown


def located(words: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Where each word stands in `text`, in their order.

    A word that is written otherwise there (typeset, or a placeholder's value) gets what lies between its neighbours:
    words are looked for from the front up to it and from the back down to it.
    """
    found: list[tuple[int, int]] = []
    place = 0
    for word in words:
        start = text.find(word, place)
        if start < 0 or text[place:start].strip():
            break
        place = start + len(word)
        found.append((start, place))
    behind: list[tuple[int, int]] = []
    limit = len(text)
    for word in reversed(words[len(found) :]):
        start = text.rfind(word, place, limit)
        if start < 0 or text[start + len(word) : limit].strip():
            break
        behind.append((start, start + len(word)))
        limit = start
    middle = words[len(found) : len(words) - len(behind)]
    return [*found, *_between(middle, text, place, limit), *behind[::-1]]


def _between(words: Sequence[str], text: str, place: int, limit: int) -> list[tuple[int, int]]:
    """Where words stand that cannot all be found in text[place:limit]: a missing one takes up to the next found."""
    found: list[tuple[int, int] | None] = []
    after = place
    for word in words:
        start = text.find(word, after, limit) if word else -1
        after = after if start < 0 else start + len(word)
        found.append(None if start < 0 else (start, after))
    spans = []
    for index, span in enumerate(found):
        if span is None:
            span = _trimmed(text, place, next((later[0] for later in found[index:] if later), limit))
        spans.append(span)
        place = max(place, span[1])
    return spans


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds without the space at both ends."""
    part = text[start:end]
    if not part.strip():
        return start, start
    return end - len(part.lstrip()), start + len(part.rstrip())


def _flags(special: Sequence[bool], count: int) -> list[bool]:
    """One flag a piece; those not told about are ordinary."""
    return [*special[:count], *[False] * (count - len(special))]


def _words(
    text: str,
    pieces: Sequence[str],
    spans: Sequence[tuple[int, int]],
    special: Sequence[bool],
    separate: bool,
) -> Iterator[Word]:
    """The words of `text` whose pieces stand at `spans`."""
    flags = _flags(special, len(pieces))
    places = [_first_visible(text, *span) for span in spans]
    for first, last in _runs(text, places, flags, separate):
        if flags[first]:
            yield Word(pieces[first], first, last, special=True)
            continue
        start, end = _trimmed(text, spans[first][0], max(end for _, end in spans[first:last]))
        yield Word(text[start:end] or "".join(pieces[first:last]).strip() or "␣", first, last, start, end)


def _first_visible(text: str, start: int, end: int) -> int | None:
    """The place of the first character of text[start:end] that is no space, or None."""
    part = text[start:end]
    return end - len(part.lstrip()) if part.strip() else None


def _runs(text: str, places: Sequence[int | None], special: Sequence[bool], separate: bool) -> list[tuple[int, int]]:
    """The piece ranges that are one word each; a piece without a visible character belongs to the one before."""
    if separate:
        return [(index, index + 1) for index in range(len(places))]
    starts = [match.start() for match in _WORD.finditer(text)]
    runs: list[tuple[int, int]] = []
    word: int | None = None  # of the last run; None: closed, a new one begins
    for index, place in enumerate(places):
        here = word if place is None else bisect_right(starts, place)
        if special[index] or word is None or (here != word and word != _BLANK):
            runs.append((index, index + 1))
        else:
            runs[-1] = (runs[-1][0], index + 1)
        word = None if special[index] else (_BLANK if here is None else here)
    return runs
