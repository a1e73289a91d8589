"""HTML: a block is the inner text of a paragraph, heading, item or cell, inline tags included; all else stays.

Source: HTML Living Standard, section 3.2.5 (phrasing content) and 13.1 (the syntax).
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import accumulate

from seq2seq_desktop.io.blocks import Block, Kind, Span, has_letters, one_line

_INLINE = frozenset(
    ("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
     "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
     "var", "wbr")
)  # fmt: skip
_SKIPPED = frozenset(
    ("script", "style", "pre", "textarea", "svg", "math", "template", "iframe", "noscript", "object", "audio",
     "video", "canvas")
)  # fmt: skip
_KINDS: dict[str, Kind] = {"title": "title", "li": "item", "dt": "item", "dd": "item", "td": "cell", "th": "cell"}
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_NAME = re.compile(r"</?([A-Za-z][\w-]*)")
_WRAPPED = re.compile(r"\s*<([A-Za-z][\w-]*)\b[^<>]*(?<!/)>(?P<inside>.*)</\1\s*>\s*", re.DOTALL | re.IGNORECASE)
_CHARSET = re.compile(r"(<meta\b[^<>]{0,200}?charset=[\"']?)[\w-]+", re.IGNORECASE)
_ALONE = frozenset(("img", "wbr", "br"))


def spans(text: str) -> Iterator[Span]:
    """The blocks of an HTML page."""
    parser = _Blocks(text)
    end = _end(text)
    tags = text[: text.rfind(">", 0, end) + 1]  # html.parser takes quadratic time over tags that never end
    parser.feed(tags.replace("<![", "<!_"))  # and may raise on a marked section, which no browser reads either
    parser.close()
    parser.flush(end)
    yield from parser.found


def rendered(block: Block, text: str) -> str:
    """`text` as HTML in place of `block`; inline tags stay if all came through and nest, else none does."""
    line = one_line(text)
    tags = _TAG.findall(line)
    if Counter(tags) != Counter(_TAG.findall(block.text)) or not _nested(tags):
        line = one_line(_TAG.sub("", line))
    pieces = re.split(f"({_TAG.pattern})", line)
    return "".join(piece if index % 2 else _escaped(piece) for index, piece in enumerate(pieces))


def plain_text(text: str) -> str:
    """The text of a block as a reader sees it: without tags, entities resolved."""
    return one_line(html.unescape(_TAG.sub("", text)))


def in_utf8(gap: str) -> str:
    """`gap` with the encoding that a page states of itself made UTF-8, as it is written."""
    return _CHARSET.sub(r"\1utf-8", gap)


class _Blocks(HTMLParser):
    """Collects the stretches of phrasing content between block-level tags."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[Span] = []
        self._text = text
        lines = text.split("\n")
        self._lines = [0, *accumulate(len(line) + 1 for line in lines)]
        self._start = 0  # of the stretch being collected
        self._skipped: list[str] = []
        self._kind: tuple[Kind, int] = ("paragraph", 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block-level tag ends the stretch before it and begins another."""
        start_tag = self.get_starttag_text() or ""
        if tag in _SKIPPED and not start_tag.endswith("/>"):
            self.flush(self._place())
            self._skipped.append(tag)
        elif tag not in _INLINE:
            self.flush(self._place())
            self._kind = _kind(tag)
            self._start = self._place() + len(start_tag)

    def handle_endtag(self, tag: str) -> None:
        """The end of a block-level element ends its stretch."""
        if self._skipped:
            if tag in self._skipped:
                self._skipped.remove(tag)
            self._start = self._after()
        elif tag not in _INLINE:
            self.flush(self._place())
            self._kind = ("paragraph", 0)
            self._start = self._after()

    def handle_comment(self, data: str) -> None:
        """A comment parts stretches like a block-level tag."""
        place = self._place()
        self.flush(place)
        opening = 4 if self._text.startswith("<!--", place) else 2
        self._start = self._after(opening + len(data))

    def handle_decl(self, decl: str) -> None:
        """The document type is no text."""
        self._start = self._after()

    def handle_pi(self, data: str) -> None:
        """A processing instruction is no text."""
        self.flush(self._place())
        self._start = self._after()

    def flush(self, end: int) -> None:
        """Add the stretch up to `end` to what was found, if it has words."""
        start, end = _unwrapped(self._text, self._start, end)
        raw = self._text[start:end]
        text = one_line(_ENTITY.sub(_character, raw))
        if not self._skipped and has_letters(_ENTITY.sub("", _TAG.sub("", text))):
            self.found.append(Span(start, end, Block(text, *self._kind, raw=raw if raw != text else "")))
        self._start = max(self._start, end)

    def _place(self) -> int:
        """Where the tag that is being handled begins, in characters."""
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _after(self, length: int = 0) -> int:
        """Where the tag that is being handled ends, which is at least `length` characters long."""
        end = self._text.find(">", self._place() + length)
        return len(self._text) if end < 0 else end + 1


def _end(text: str) -> int:
    """Where a comment begins that never ends, else the end; browsers show nothing of it."""
    unclosed = text.find("<!--", max(text.rfind("-->"), 0))
    return len(text) if unclosed < 0 else unclosed


def _kind(tag: str) -> tuple[Kind, int]:
    """The kind of block, and a heading's level, that a tag begins."""
    if re.fullmatch("h[1-6]", tag):
        return "heading", int(tag[1])
    return _KINDS.get(tag, "paragraph"), 0


def _unwrapped(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds without the space and the inline element around the whole, so that these stay whatever happens."""
    while True:
        match = _WRAPPED.fullmatch(text, start, end)
        if not match or re.search(rf"</?{match[1]}\b", match["inside"], re.IGNORECASE):
            break
        start, end = match.span("inside")
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    return start, max(start, end - (len(stretch) - len(stretch.rstrip())))


def _character(entity: re.Match[str]) -> str:
    """What an entity stands for; itself where the character would be read as markup."""
    character = html.unescape(entity.group())
    visible = character.isprintable() or character.isspace()
    return character if visible and character not in "<>&" else entity.group()


def _escaped(text: str) -> str:
    """`text` with what would be read as markup escaped, entities left alone."""
    pieces = re.split(f"({_ENTITY.pattern})", text)
    return "".join(piece if index % 2 else html.escape(piece, quote=False) for index, piece in enumerate(pieces))


def _nested(tags: list[str]) -> bool:
    """Whether the tags close in the reverse of the order in which they open."""
    open_tags: list[str] = []
    for tag in tags:
        match = _NAME.match(tag)
        name = match[1].lower() if match else ""
        if tag.startswith("</"):
            if not open_tags or open_tags.pop() != name:
                return False
        elif name not in _ALONE and not tag.endswith("/>"):
            open_tags.append(name)
    return not open_tags
