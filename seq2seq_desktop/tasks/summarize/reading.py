"""A document as its sentences, found a stretch at a time: the sentences of a book never lie in memory together.

No torch: the window cuts a text into the same sentences.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from seq2seq_desktop.io.documents import Document, plain_text
from seq2seq_desktop.text.sentences import Sentence, split

Item = TypeVar("Item")

LONGEST = 1_000  # characters of a sentence; a longer one is cut at a clause
_STRETCH = 20_000  # characters that are cut into sentences at a time, up to the next line break
_LONGEST_LINE = 40_000  # characters; a line beyond is cut at a space, wherever its sentences end


def sentences(text: str, language: str) -> Iterator[Sentence]:
    """The sentences of `text` in order, with their places in it; a stretch without a letter is none."""
    start = 0
    while start < len(text):
        end = _end(text, start)
        for found in split(text[start:end], language, LONGEST):
            yield Sentence(found.text, start + found.start)
        start = end


def text_of(document: Document) -> str:
    """What of a document is summarized: its words as a reader sees them, an empty line between two blocks."""
    return plain_text(document)


def groups(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of `size`, the last one shorter."""
    group: list[Item] = []
    for item in items:
        group.append(item)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _end(text: str, start: int) -> int:
    """Where a stretch from `start` ends: after a line break, else a space."""
    if len(text) - start <= _STRETCH:
        return len(text)
    latest = min(len(text), start + _LONGEST_LINE)
    for mark in ("\n", ". ", " "):
        place = text.find(mark, start + _STRETCH, latest)
        if place >= 0:
            return place + len(mark)
    return latest
