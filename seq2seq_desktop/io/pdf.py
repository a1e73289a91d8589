"""The text of PDF files, lines put together to paragraphs; a PDF is read, never written."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.blocks import Block, Document, has_letters
from seq2seq_desktop.io.files import TEXT_LIMIT

_HYPHENATED = re.compile(r"(?<=[^\W\d_])-$")
_ENDS = re.compile(r"[.!?…:;]['\"”’»)\]]*$")
_BEGINS = re.compile(r"(?:[-•‣◦▪–—*]|\d{1,3}[.)])\s")
_SHORT = 0.75  # of a page's longest line: a line under it that ends a sentence ends its paragraph


def read_pdf(data: bytes, name: str) -> Document:
    """The document in the bytes of a PDF file.

    Raises:
        InputError: it is another kind of file, protected, damaged, or has no text (a scan).
    """
    if b"%PDF-" not in data[:1024]:
        raise InputError(f"{name} is not a PDF file, whatever its name says", "choose a .pdf file")
    blocks = tuple(Block(text) for page in _pages(data, name) for text in _paragraphs(page) if has_letters(text))
    if not blocks:
        raise InputError(f"{name} has no text; it may be a scan", "run text recognition (OCR) on it first")
    return Document(name, ".pdf", blocks)


def _pages(data: bytes, name: str) -> list[str]:
    """The text of each page."""
    protected = InputError(f"{name} is protected by a password", "save a copy without a password, then open that")
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise protected
        pages, size = [], 0
        for page in reader.pages:
            pages.append(page.extract_text())
            size += len(pages[-1])
            if size > TEXT_LIMIT:
                raise InputError(f"{name} holds more text than is read at once", "split it into smaller files")
        return pages
    except InputError:
        raise
    except (DependencyError, FileNotDecryptedError) as error:
        raise protected from error
    except Exception as error:  # a damaged file can make pypdf fail in any way
        raise InputError(f"{name} is damaged", "open it in a PDF viewer and print it to a new PDF") from error


def _paragraphs(page: str) -> Iterator[str]:
    """The paragraphs of a page, each on one line."""
    lines = [line.rstrip() for line in page.splitlines()]
    width = max(map(len, lines), default=0)
    for worded, stretch in groupby(lines, key=lambda line: bool(line.strip())):
        if worded:
            yield from _parted([line.strip() for line in stretch], width)


def _parted(lines: Sequence[str], width: int) -> Iterator[str]:
    """The paragraphs among lines without a blank one between them."""
    paragraph = ""
    for before, line in zip(["", *lines], lines, strict=False):
        if paragraph and (_BEGINS.match(line) or (_ENDS.search(before) and len(before) < _SHORT * width)):
            yield paragraph
            paragraph = ""
        paragraph = _continued(paragraph, line)
    if paragraph:
        yield paragraph


def _continued(paragraph: str, line: str) -> str:
    """`paragraph` with one line more; a word that a hyphen parts at the line's end is put together."""
    if _HYPHENATED.search(paragraph) and line[:1].islower():
        return paragraph[:-1] + line
    return f"{paragraph} {line}" if paragraph else line
