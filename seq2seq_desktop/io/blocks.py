"""A document as the blocks to translate and what stands around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["title", "heading", "paragraph", "item", "cell", "cue"]


@dataclass(frozen=True)
class Block:
    """One stretch of a document that is translated by itself."""

    text: str
    kind: Kind = "paragraph"
    level: int = 0  # of a heading, 1..6; else 0
    raw: str = ""  # as it stands in the file, where that differs from `text`


@dataclass(frozen=True)
class Document:
    """The blocks of a file in reading order, and what is needed to write the file again."""

    name: str  # of the file, for messages
    format: str  # suffix that says how it is read: ".txt", ".md", ".docx", ".pdf", ".html", ".srt", ".vtt" or ".epub"
    blocks: tuple[Block, ...]
    gaps: tuple[str, ...] = ()  # what stands before each block and after the last; none for .docx, .pdf, .epub
    original: bytes = b""  # the file itself, for .docx


@dataclass(frozen=True)
class Span:
    """Where a block stands in the text of a file."""

    start: int  # in characters
    end: int
    block: Block


def document_of(name: str, suffix: str, text: str, spans: Iterable[Span]) -> Document:
    """The document whose blocks stand at `spans`, from left to right, in `text`."""
    blocks, gaps, place = [], [], 0
    for span in spans:
        blocks.append(span.block)
        gaps.append(text[place : span.start])
        place = span.end
    return Document(name, suffix, tuple(blocks), (*gaps, text[place:]))


def woven(gaps: Sequence[str], texts: Sequence[str]) -> str:
    """The text of a file: the gaps with `texts` between them."""
    return "".join(part for pair in zip(gaps, texts, strict=False) for part in pair) + gaps[-1]


def has_letters(text: str) -> bool:
    """Whether there is anything to translate in `text`."""
    return any(map(str.isalpha, text))


def one_line(text: str) -> str:
    """`text` without line breaks and with single spaces."""
    return " ".join(text.split())
