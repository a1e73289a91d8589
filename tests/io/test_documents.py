import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.documents import Document, read_document, writable, write_document
from seq2seq_desktop.io.word import PART_LIMIT

MARKDOWN = """---
title: Front words
---
# My *title* #

A first para
soft wrapped, with `code` and [link](http://a.b).\x20\x20
Hard break.

- item one
  goes on
- [ ] task **bold**

    still item

```python
x = "fenced words"
```

    indented words

| Head | Col |
|------|-----|
| cell | 12  |

> quote
> more

[ref]: http://link.words
<!-- comment
words -->
<div>

Setext
======

$$
math words
$$
"""
HTML = (
    '<!DOCTYPE html><html><head><title>T &eacute;</title><style>p{words:b}</style><script>var x="<p>no</p>";</script>'
    '</head>\n<body><h2 class="a">Hello <b>big</b> world</h2><p><a href="x">Only link</a></p>'
    "<p>A &lt;tag&gt; &amp; caf&eacute;&nbsp;x<br>next <!-- remark --> after</p><ul><li>One<li>Two</ul>"
    "<pre>code words</pre><table><td>Cell</td></table>tail</body></html>"
)
SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Hello there my\r\ngood old friend</i>\r\n\r\n"
    "2\r\n00:00:03,000 --> 00:00:04,000 X1:1\r\n- Hi.\r\n- Yes, you.\r\n"
)
VTT = (
    "WEBVTT - Title\n\nNOTE words here\n\nSTYLE\n::cue{}\n\nid one\n00:01.000 --> 00:02.000 align:start\n"
    "<v Bob>Hello <00:00:01.500>there</v>\n"
)
TEXT = "  First line\n second line\n\n\n12\n\n\tLast one \n"
SAMPLES = {"a.md": MARKDOWN, "a.html": HTML, "a.srt": SRT, "a.vtt": VTT, "a.txt": TEXT}


def read(tmp_path: Path, name: str, content: str | bytes) -> Document:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(path)


def written(document: Document, path: Path, change: Callable[[str], str] = str) -> str:
    write_document(document, [change(block.text) for block in document.blocks], path, overwrite=True)
    return path.read_bytes().decode()


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


@pytest.mark.parametrize("name", SAMPLES)
def test_unchanged_texts_give_the_same_file(tmp_path: Path, name: str) -> None:
    document = read(tmp_path, name, SAMPLES[name])
    assert written(document, tmp_path / f"out{Path(name).suffix}") == SAMPLES[name]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), st.sampled_from([".txt", ".md"]))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str, suffix: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    body = "Words first.\r\n" + text
    assert written(read(folder, f"a{suffix}", body), folder / f"out{suffix}") == body


def test_markdown_blocks_are_what_a_reader_reads(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", MARKDOWN)
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("heading", "My *title*"),
        ("paragraph", "A first para soft wrapped, with `code` and [link](http://a.b)."),
        ("paragraph", "Hard break."),
        ("item", "item one goes on"),
        ("item", "task **bold**"),
        ("paragraph", "still item"),
        ("cell", "Head"),
        ("cell", "Col"),
        ("cell", "cell"),
        ("paragraph", "quote more"),
        ("paragraph", "Setext"),
    ]


def test_markdown_keeps_marks_that_came_through_and_drops_broken_ones(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", "A **bold** [link](http://a.b).\n\n| a | b |\n")
    for translation, expected in (
        ("Un [lien](http://a.b) **gras**.", "Un [lien](http://a.b) **gras**."),
        ("Un **gras [lien](http://a.b).", "Un gras lien."),
        ("Un gras `lien.", "Un gras `lien."),
        ("# Un", "\\# Un"),
        ("1. Un", "1\\. Un"),
        ("Un\n\n- deux", "Un - deux"),
    ):
        write_document(document, [translation, "x | y", "b"], tmp_path / "out.md", overwrite=True)
        assert (tmp_path / "out.md").read_text() == f"{expected}\n\n| x \\| y | b |\n"


def test_html_blocks_and_tags(tmp_path: Path) -> None:
    document = read(tmp_path, "a.html", HTML)
    assert texts(document) == [
        "T é", "Hello <b>big</b> world", "Only link", "A &lt;tag&gt; &amp; café x", "next", "after",
        "One", "Two", "Cell", "tail",
    ]  # fmt: skip
    assert [block.kind for block in document.blocks[:2]] == ["title", "heading"]
    out = tmp_path / "out.html"
    write_document(document, ["T", "Le <b>grand</b> monde", "Lien", "R&D <x>", *texts(document)[4:]], out)
    page = out.read_text()
    assert '<h2 class="a">Le <b>grand</b> monde</h2><p><a href="x">Lien</a></p><p>R&amp;D<br>' in page
    assert '<script>var x="<p>no</p>";</script>' in page
    write_document(document, ["T", "Le </b>monde<b>", *texts(document)[2:]], out, overwrite=True)
    assert '<h2 class="a">Le monde</h2>' in out.read_text()


def test_html_says_utf8_once_it_is(tmp_path: Path) -> None:
    page = '<meta charset="iso-8859-1"><p>café</p>'
    document = read(tmp_path, "a.htm", page.encode("latin-1"))
    assert written(document, tmp_path / "out.html") == '<meta charset="utf-8"><p>café</p>'


FRAGMENTS = st.sampled_from((
    "<p>", "</p>", "<b>", "</b>", "<![", "<!", "<!--", "-->", "<?", "<![CDATA[", "]]>", "&amp;", "&#x", "&#0;", "<",
    "</", ">", "'", "<a href='", "\n", "<script>", "</script>", "<svg>", "</svg>", "<br/>", "<title>", "<plaintext>",
    "a ",
))  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_broken_html_comes_back_too(tmp_path_factory: pytest.TempPathFactory, soup: str) -> None:
    folder = tmp_path_factory.mktemp("soup")
    page = f"<p>Words</p>{soup}"
    document = read(folder, "a.html", page)
    assert document.blocks[0].text == "Words"
    assert written(document, folder / "out.html") == page
    assert written(document, folder / "out.html", lambda text: f"{text} <b> & </i>")


@pytest.mark.parametrize("unit", ["<!-- a", "<? a", "<a ", "</a ", "<![a", "<b>a", "&a", "<svg>"])
def test_time_to_read_html_grows_with_its_length_alone(tmp_path: Path, unit: str) -> None:
    started = time.process_time()
    read(tmp_path, "a.html", "<p>Words</p>" + unit * (200_000 // len(unit)))
    assert time.process_time() - started < 4


def test_subtitles_keep_times_and_lines(tmp_path: Path) -> None:
    document = read(tmp_path, "a.srt", SRT)
    assert texts(document) == ["Hello there my good old friend", "Hi.", "Yes, you."]
    write_document(document, ["Bonjour mon bon vieil ami", "Salut.", "Oui --> toi.\n\n3"], tmp_path / "out.srt")
    assert (tmp_path / "out.srt").read_bytes().decode() == (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Bonjour mon\r\nbon vieil ami</i>\r\n\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000 X1:1\r\n- Salut.\r\n- Oui → toi. 3\r\n"
    )
    assert texts(read(tmp_path, "a.vtt", VTT)) == ["Hello there"]


def test_plain_paragraphs(tmp_path: Path) -> None:
    document = read(tmp_path, "a.txt", TEXT)
    assert texts(document) == ["  First line\n second line", "\tLast one"]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A Word document with a heading, runs, a picture's place, a table and a header."""
    word = docx.Document()
    word.add_heading("The title", 2)
    paragraph = word.add_paragraph("Dear ")
    paragraph.add_run("bold reader").bold = True
    paragraph.add_run(", hi.")
    word.add_paragraph("one", "List Bullet")
    word.add_paragraph("42")
    word.add_table(1, 2).cell(0, 1).text = "in a cell"
    word.sections[0].header.paragraphs[0].text = "A header"
    word.save(str(tmp_path / "letter.docx"))
    return tmp_path / "letter.docx"


def test_word_keeps_structure(letter: Path) -> None:
    document = read_document(letter)
    assert [(block.kind, block.level, block.text) for block in document.blocks] == [
        ("heading", 2, "The title"),
        ("paragraph", 0, "Dear bold reader, hi."),
        ("item", 0, "one"),
        ("cell", 0, "in a cell"),
        ("paragraph", 0, "A header"),
    ]
    out = letter.with_name("out.docx")
    write_document(document, ["Le titre", "Cher\tlecteur\x00", "un", "dans", "En-tête"], out)
    word = docx.Document(str(out))
    assert [(p.style.name if p.style else "", p.text) for p in word.paragraphs] == [
        ("Heading 2", "Le titre"),
        ("Normal", "Cher\tlecteur"),
        ("List Bullet", "un"),
        ("Normal", "42"),
    ]
    assert [run.bold for run in word.paragraphs[1].runs if run.text] == [True]
    assert word.tables[0].cell(0, 1).text == "dans"
    assert word.sections[0].header.paragraphs[0].text == "En-tête"


def test_word_keeps_runs_of_what_did_not_change(letter: Path) -> None:
    document = read_document(letter)
    out = letter.with_name("out.docx")
    write_document(document, texts(document), out)
    assert [run.text for run in docx.Document(str(out)).paragraphs[1].runs] == ["Dear ", "bold reader", ", hi."]


def pdf(lines: list[str], password: str = "") -> bytes:
    """A PDF of one page with `lines`."""
    from io import BytesIO

    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    font = DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in
                             (("Type", "Font"), ("Subtype", "Type1"), ("BaseFont", "Helvetica"))})  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    content = DecodedStreamObject()
    content.set_data(
        ("BT /F1 12 Tf 72 720 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET").encode()
    )
    page[NameObject("/Contents")] = content
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = BytesIO()
    writer.write(buffer)
    assert len(PdfReader(BytesIO(buffer.getvalue())).pages if not password else [1]) == 1
    return buffer.getvalue()


def test_pdf_lines_become_paragraphs(tmp_path: Path) -> None:
    lines = [
        "The quick brown fox jumps over the lazy sleep-",
        "ing dog and goes on.",
        "- An item of a list stands alone here now",
    ]
    document = read(tmp_path, "a.pdf", pdf(lines))
    assert texts(document) == [
        "The quick brown fox jumps over the lazy sleeping dog and goes on.",
        "- An item of a list stands alone here now",
    ]
    assert writable(document) == (".txt", ".md", ".docx")
    assert written(document, tmp_path / "out.txt") == "\n\n".join(texts(document)) + "\n"


def test_any_document_can_be_saved_as_text_markdown_and_word(letter: Path) -> None:
    document = read_document(letter)
    assert written(document, letter.with_name("o.md")).startswith("## The title\n\nDear bold reader, hi.\n\n- one\n")
    source = read(letter.parent, "a.md", MARKDOWN)
    write_document(source, texts(source), letter.with_name("o.docx"))
    assert docx.Document(str(letter.with_name("o.docx"))).paragraphs[0].style.name == "Heading 1"  # type: ignore[union-attr]


def test_the_original_is_not_overwritten_unasked(letter: Path) -> None:
    before = letter.read_bytes()
    document = read_document(letter)
    with pytest.raises(InputError, match="exists already"):
        write_document(document, ["x"] * len(document.blocks), letter)
    assert letter.read_bytes() == before


def test_other_suffixes_cannot_be_written(tmp_path: Path) -> None:
    document = read(tmp_path, "a.txt", "Words")
    for name in ("a.pdf", "a.srt", "a"):
        with pytest.raises(InputError, match="cannot be saved as"):
            write_document(document, ["Mots"], tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"\x00\x01\x02\x03" * 99, "not text"),
        ("a.txt", b"123 456 ...", "no words"),
        ("a.txt", b"", "empty"),
        ("a.xyz", b"Words", "kind that is not read"),
        ("a.docx", b"Just words", "not a Word document"),
        ("a.docx", b"PK\x03\x04 junk", "not a Word document, or damaged"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\x00" * 99, "protected by a password, or an old"),
        ("a.pdf", b"Just words", "not a PDF"),
        ("a.pdf", b"%PDF-1.7 junk", "damaged"),
        ("a.pdf", pdf([]), "no text"),
        ("a.pdf", pdf(["Secret words"], "password"), "protected by a password"),
        ("a.srt", b"Just words", "no subtitles"),
    ],
)
def test_bad_files_are_named_with_a_remedy(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path, name, content)
    assert name in caught.value.problem
    assert caught.value.remedy


def test_folders_and_vanished_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_document(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        read_document(tmp_path / "gone.pdf")


def test_a_truncated_word_file_is_refused(letter: Path) -> None:
    data = letter.read_bytes()
    for share in (0.2, 0.5, 0.9):
        letter.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(InputError, match="damaged"):
            read_document(letter)


def test_a_word_file_that_unpacks_to_too_much_is_refused(letter: Path) -> None:
    with zipfile.ZipFile(letter, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/more.xml", "w") as member:
        for _ in range(PART_LIMIT // 2**20 + 1):
            member.write(b" " * 2**20)
    assert letter.stat().st_size < 2**20
    with pytest.raises(InputError, match="unpacks to more"):
        read_document(letter)


def test_a_text_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 100_000_000)
    with pytest.raises(InputError, match="larger than 64 MiB"):
        read_document(path)
