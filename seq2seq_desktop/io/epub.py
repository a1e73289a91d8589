"""EPUB books: the text of the chapters in reading order; a book is read, never written.

Source: W3C, EPUB 3.3, sections 4.2 (container), 5 (package document: manifest and spine).
"""

import posixpath
import zipfile
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.blocks import Block, Document
from seq2seq_desktop.io.files import MEBIBYTE, TEXT_LIMIT, decode
from seq2seq_desktop.io.markup import plain_text, spans

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PART_LIMIT = 32 * MEBIBYTE  # of one chapter, unpacked
_PARTS = 20_000  # files in the archive
_CHAPTERS = ("application/xhtml+xml", "text/html")
_REMEDY = "open it in a reader for e-books and save it as text or HTML"


def read_epub(data: bytes, name: str) -> Document:
    """The document in the bytes of an .epub file: a block a paragraph, heading or item.

    Raises:
        InputError: it is another kind of file, protected, damaged, without text, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            blocks = tuple(_blocks(archive, name))
    except InputError:
        raise
    except Exception as error:  # zipfile, zlib and the XML parser each have their own for a damaged file
        raise InputError(f"{name} is not an EPUB book, or damaged", _REMEDY) from error
    return Document(name, ".epub", blocks)


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[Block]:
    size = 0
    for path in _chapters(archive, name):
        page = decode(_part(archive, path, name), path)
        for span in spans(page):
            text = plain_text(span.block.text)
            size += len(text)
            if size > TEXT_LIMIT:
                raise InputError(f"{name} holds more text than is read at once", "split it into smaller files")
            if span.block.kind != "title":  # the page's own, which repeats the chapter's heading
                yield Block(text, span.block.kind, span.block.level)


def _chapters(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    """The archive's names of the chapters, in reading order."""
    if len(archive.infolist()) > _PARTS:
        raise InputError(f"{name} holds more than {_PARTS:,} files", _REMEDY)
    package = _package(archive, name)
    folder = posixpath.dirname(package)
    root = fromstring(_part(archive, package, name))
    items = {item.get("id"): item for item in _below(root, "item")}
    names = set(archive.namelist())
    sealed = _sealed(archive, name)
    for reference in _below(root, "itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _CHAPTERS:
            continue
        path = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        if path in sealed:
            raise InputError(f"{name} is protected against copying", "use a copy without protection")
        if path in names:
            yield path


def _package(archive: zipfile.ZipFile, name: str) -> str:
    """Where the package document lies."""
    found = next(_below(fromstring(_part(archive, _CONTAINER, name)), "rootfile"), None)
    if found is None or not found.get("full-path"):
        raise InputError(f"{name} does not say where its chapters are", _REMEDY)
    return unquote(found.get("full-path", ""))


def _sealed(archive: zipfile.ZipFile, name: str) -> frozenset[str]:
    """The files that are encrypted; fonts may be, chapters then cannot be read."""
    if _ENCRYPTION not in archive.namelist():
        return frozenset()
    root = fromstring(_part(archive, _ENCRYPTION, name))
    return frozenset(unquote(reference.get("URI", "")) for reference in _below(root, "CipherReference"))


def _part(archive: zipfile.ZipFile, path: str, name: str) -> bytes:
    """One file of the archive; no more than the limit is ever unpacked, whatever the archive claims."""
    with archive.open(path) as file:
        data = file.read(_PART_LIMIT + 1)
    if len(data) > _PART_LIMIT:
        raise InputError(f"{name} unpacks to more than {_PART_LIMIT // MEBIBYTE} MiB a chapter", _REMEDY)
    return data


def _below(root: Element, tag: str) -> Iterator[Element]:
    """The elements of a name, whatever their namespace."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == tag)
