"""E-books: the words in reading order, and nothing that harms."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.documents import plain_text, read_document, writable

CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest>
<item id="two" href="two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="cover" href="cover.png" media-type="image/png"/></manifest>
<spine>
<itemref idref="cover"/><itemref idref="one"/><itemref idref="two"/><itemref idref="gone"/></spine></package>"""
ONE = "<html><head><title>Book</title></head><body><h1>One</h1><p>The <b>sea</b> &amp; the shore.</p></body></html>"
TWO = "<html><body><p>L’été fut long.</p></body></html>"
PARTS = {
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/text/one.xhtml": ONE,
    "OEBPS/two b.xhtml": TWO,
}


def book(folder: Path, **changes: str) -> Path:
    """An e-book with some of its parts changed; `OEBPS_book_opf` stands for OEBPS/book.opf."""
    path = folder / "book.epub"
    named = {name.replace("/", "_").replace(".", "_").replace(" ", "_").replace("-", "_"): name for name in PARTS}
    parts = PARTS | {named[key]: value for key, value in changes.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def test_chapters_come_in_reading_order_without_tags(tmp_path: Path) -> None:
    document = read_document(book(tmp_path))
    assert plain_text(document) == "One\n\nThe sea & the shore.\n\nL’été fut long."
    assert [block.kind for block in document.blocks] == ["heading", "paragraph", "paragraph"]
    assert writable(document) == (".txt", ".md", ".docx")


def test_a_book_that_is_none_or_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(b"no zip at all")
    with pytest.raises(InputError, match="not an EPUB"):
        read_document(path)
    with pytest.raises(InputError, match="not an EPUB"):
        read_document(book(tmp_path, OEBPS_book_opf="<package>"))


def test_a_book_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no words"):
        read_document(book(tmp_path, OEBPS_text_one_xhtml="<html/>", OEBPS_two_b_xhtml="<html><p>42</p></html>"))


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + PACKAGE.partition("?>")[2]
    with pytest.raises(InputError, match="not an EPUB"):
        read_document(book(tmp_path, OEBPS_book_opf=bomb))


def test_a_chapter_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unpacks to more than"):
        read_document(book(tmp_path, OEBPS_text_one_xhtml=" " * (33 * 1024 * 1024)))


def test_a_protected_book_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path)
    sealed = '<encryption xmlns:e="urn:e"><e:CipherReference URI="OEBPS/text/one.xhtml"/></encryption>'
    data = BytesIO(path.read_bytes())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("META-INF/encryption.xml", sealed)
    path.write_bytes(data.getvalue())
    with pytest.raises(InputError, match="protected"):
        read_document(path)


def test_marks_and_tags_are_no_part_of_a_text(tmp_path: Path) -> None:
    page, notes = tmp_path / "page.html", tmp_path / "notes.md"
    page.write_text("<p>One <i>small</i> step &lt; two.</p>", encoding="utf-8")
    notes.write_text("# Head\n\nA **bold** [link](https://example.org) and `code`.\n", encoding="utf-8")
    assert plain_text(read_document(page)) == "One small step < two."
    assert plain_text(read_document(notes)) == "Head\n\nA bold link and code."
