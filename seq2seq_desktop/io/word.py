"""Word documents: every paragraph is a block, in the body, tables, text boxes, headers and footers."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.blocks import Block, Document, Kind, has_letters
from seq2seq_desktop.io.files import MEBIBYTE

UNPACKED_LIMIT = 1024 * MEBIBYTE  # of all its parts; a file that claims more is a bomb or no text
PART_LIMIT = 128 * MEBIBYTE  # of one part that is XML and is read as a tree
_OLE = b"\xd0\xcf\x11\xe0"  # of old .doc files and of encrypted .docx
_ZIP = b"PK\x03\x04"
_WORDS = tuple(qn(f"w:{name}") for name in ("t", "tab", "br", "cr", "noBreakHyphen"))
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLES: dict[str, Kind] = {"Title": "title", "Heading": "heading", "List": "item"}


def read_word(data: bytes, name: str) -> Document:
    """The document in the bytes of a .docx file.

    Raises:
        InputError: it is another kind of file, protected, damaged, or unpacks to too much.
    """
    word = _opened(data, name)
    blocks = tuple(_block(paragraph) for paragraph in _paragraphs(word))
    return Document(name, ".docx", blocks, original=data)


def rebuilt_word(document: Document, texts: Sequence[str]) -> bytes:
    """The .docx file with its paragraphs' words replaced; one that stays the same keeps its formatting to the run.

    A changed paragraph takes the formatting of its longest run; pictures and breaks of pages stay.
    """
    word = _opened(document.original, document.name)
    for paragraph, block, text in zip(_paragraphs(word), document.blocks, texts, strict=True):
        if text != block.text:
            _replace(paragraph, without_controls(text))
    return _packed(word)


def new_word(blocks: Sequence[Block]) -> bytes:
    """A new .docx file with one paragraph a block, headings and list items styled."""
    word = docx.Document()
    for block in blocks:
        style = {"title": "Title", "item": "List Bullet", "heading": f"Heading {block.level or 1}"}.get(block.kind)
        word.add_paragraph(without_controls(block.text), style)
    return _packed(word)


def without_controls(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def _opened(data: bytes, name: str) -> WordDocument:
    """The document, its sizes checked before anything is unpacked."""
    if data.startswith(_OLE):
        raise InputError(
            f"{name} is protected by a password, or an old .doc file", "save it as .docx without a password, in Word"
        )
    if not data.startswith(_ZIP):
        raise InputError(f"{name} is not a Word document, whatever its name says", "choose a .docx file")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_sizes(archive.infolist(), name)
        return docx.Document(BytesIO(data))
    except InputError:
        raise
    except Exception as error:  # zipfile, lxml and python-docx each have their own for a damaged file
        raise InputError(f"{name} is not a Word document, or damaged", "open it in Word and save it again") from error


def _check_sizes(members: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Refuse a file that would unpack to more than a text can be."""
    largest = max((member.file_size for member in members if member.filename.endswith((".xml", ".rels"))), default=0)
    if sum(member.file_size for member in members) > UNPACKED_LIMIT or largest > PART_LIMIT:
        raise InputError(
            f"{name} unpacks to more than {UNPACKED_LIMIT // MEBIBYTE} MiB, or its text to more than "
            f"{PART_LIMIT // MEBIBYTE} MiB",
            "split it into smaller documents",
        )


def _paragraphs(word: WordDocument) -> Iterator[Paragraph]:
    """Every paragraph with words: the body with tables and text boxes, then headers and footers."""
    yield from _worded(word.element.body, word)
    for section in word.sections:
        for part in (
            section.header, section.first_page_header, section.even_page_header,
            section.footer, section.first_page_footer, section.even_page_footer,
        ):  # fmt: skip
            if not part.is_linked_to_previous:
                yield from _worded(part._element, part)


def _worded(root: Any, parent: Any) -> Iterator[Paragraph]:
    """The paragraphs under an XML element that hold words, however deep."""
    for element in root.iter(qn("w:p")):
        paragraph = Paragraph(element, parent)
        if has_letters(_text(paragraph)):
            yield paragraph


def _block(paragraph: Paragraph) -> Block:
    """The block of one paragraph; its style says what it is."""
    style = (paragraph.style.name if paragraph.style else None) or ""
    kind = next((kind for prefix, kind in _STYLES.items() if style.startswith(prefix)), None)
    level = int(style[-1]) if kind == "heading" and style[-1].isdigit() else 0
    in_cell = any(True for _ in paragraph._p.iterancestors(qn("w:tc")))
    return Block(_text(paragraph), kind or ("cell" if in_cell else "paragraph"), min(level, 6))


def _runs(paragraph: Paragraph) -> list[Run]:
    """The runs of a paragraph, those in links and revisions too, without those of text boxes in it."""
    element = paragraph._p
    runs = (run for run in element.iter(qn("w:r")) if next(run.iterancestors(qn("w:p"))) is element)
    return [Run(run, paragraph) for run in runs]


def _text(paragraph: Paragraph) -> str:
    """The words of a paragraph, tabs and line breaks included."""
    return "".join(run.text for run in _runs(paragraph))


def _replace(paragraph: Paragraph, text: str) -> None:
    """Put `text` into the longest run and take the words out of the others."""
    runs = _runs(paragraph)
    longest = max(runs, key=lambda run: len(run.text))
    for run in runs:
        for child in list(run._r):
            if child.tag in _WORDS and child.get(qn("w:type")) not in ("page", "column"):
                run._r.remove(child)
    longest.add_text(text)


def _packed(word: WordDocument) -> bytes:
    """The bytes of a document."""
    buffer = BytesIO()
    word.save(buffer)
    return buffer.getvalue()
