"""Documents in and out: files become blocks to translate, and translated blocks the same file again.

document = read_document(path)
write_document(document, [translate(block.text) for block in document.blocks], path.with_stem("copie"))
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io import markdown, markup, plain, subtitles
from seq2seq_desktop.io.blocks import Block, Document, document_of, woven
from seq2seq_desktop.io.exports import SUFFIXES, save_blocks
from seq2seq_desktop.io.files import MEBIBYTE, TEXT_LIMIT, decode, read_bytes, write_bytes

__all__ = ["READABLE", "Block", "Document", "plain_text", "read_document", "writable", "write_document"]

_FORMATS = {
    ".txt": ".txt", ".text": ".txt", ".md": ".md", ".markdown": ".md", ".docx": ".docx", ".pdf": ".pdf",
    ".html": ".html", ".htm": ".html", ".xhtml": ".html", ".srt": ".srt", ".vtt": ".vtt", ".epub": ".epub",
}  # fmt: skip
_LIMITS = {".docx": 128 * MEBIBYTE, ".pdf": 256 * MEBIBYTE, ".epub": 256 * MEBIBYTE}  # of the file, pictures included
_RENDER: dict[str, Callable[[Block, str], str]] = {
    ".txt": plain.rendered,
    ".md": markdown.rendered,
    ".html": markup.rendered,
    ".srt": subtitles.rendered,
    ".vtt": subtitles.rendered,
}

READABLE = tuple(_FORMATS)
"""The suffixes of the files that `read_document` takes."""


def read_document(path: Path) -> Document:
    """The document in a file; its suffix says the format, its bytes the encoding.

    Raises:
        InputError: the file cannot be read, is too large, empty, damaged, protected, or not what its name says.
    """
    suffix = _FORMATS.get(path.suffix.lower())
    if suffix is None and not path.is_dir():
        raise InputError(f"{path.name} is of a kind that is not read", f"choose one of {', '.join(READABLE)}")
    data = read_bytes(path, _LIMITS.get(suffix or "", TEXT_LIMIT))
    document = _read(data, suffix or ".txt", path.name)
    if not document.blocks:
        raise InputError(f"{path.name} has no words", "choose a file with text in it")
    return document


def write_document(document: Document, texts: Sequence[str], path: Path, overwrite: bool = False) -> None:
    """Nothing; the file at `path` then holds `texts`, one a block, in the document's own layout.

    With another suffix than the document's own, .txt, .md and .docx are written from the blocks alone.

    Raises:
        InputError: the format cannot be written, the file exists and `overwrite` is False, or the disk refuses.
    """
    suffix = _FORMATS.get(path.suffix.lower())
    if suffix not in writable(document):
        raise InputError(
            f"{document.name} cannot be saved as {path.suffix or 'a file without suffix'}",
            f"choose one of {', '.join(writable(document))}",
        )
    if suffix != document.format:
        blocks = [replace(block, text=text) for block, text in zip(document.blocks, texts, strict=True)]
        save_blocks(blocks, path, overwrite)
    elif suffix == ".docx":
        from seq2seq_desktop.io.word import rebuilt_word

        write_bytes(path, rebuilt_word(document, texts), overwrite)
    else:
        write_bytes(path, _rebuilt(document, texts).encode("utf-8", "replace"), overwrite)


def plain_text(document: Document) -> str:
    """The text of a document as a reader sees it: its blocks without marks and tags, an empty line between two."""
    plain = {".html": markup.plain_text, ".md": markdown.plain_text}.get(document.format, str)
    return "\n\n".join(plain(block.text) for block in document.blocks)


def writable(document: Document) -> tuple[str, ...]:
    """The suffixes that `document` can be saved under, its own first."""
    own = () if document.format in (".pdf", ".epub") else (document.format,)
    return (*own, *(suffix for suffix in SUFFIXES if suffix not in own))


def _read(data: bytes, suffix: str, name: str) -> Document:
    """The document in the bytes of a file; the two large libraries are loaded when first needed."""
    if suffix == ".docx":
        from seq2seq_desktop.io.word import read_word

        return read_word(data, name)
    if suffix == ".pdf":
        from seq2seq_desktop.io.pdf import read_pdf

        return read_pdf(data, name)
    if suffix == ".epub":
        from seq2seq_desktop.io.epub import read_epub

        return read_epub(data, name)
    return _read_text(decode(data, name), suffix, name)


def _read_text(text: str, suffix: str, name: str) -> Document:
    """The document in the text of a file."""
    if suffix == ".md":
        return document_of(name, suffix, text, markdown.spans(text))
    if suffix == ".html":
        document = document_of(name, suffix, text, markup.spans(text))
        return replace(document, gaps=tuple(map(markup.in_utf8, document.gaps)))
    if suffix in (".srt", ".vtt"):
        return document_of(name, suffix, text, subtitles.spans(text, name))
    return document_of(name, suffix, text, plain.spans(text))


def _rebuilt(document: Document, texts: Sequence[str]) -> str:
    """The text of the file with `texts` in place of the blocks; what did not change stands as it stood."""
    render = _RENDER[document.format]
    pieces = [
        (block.raw or block.text) if text == block.text else render(block, text)
        for block, text in zip(document.blocks, texts, strict=True)
    ]
    return woven(document.gaps, pieces)
