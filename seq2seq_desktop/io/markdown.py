"""Markdown: blocks are what a reader reads; code, front matter, tables' rules and link definitions stay.

Source: CommonMark 0.31, sections 4 and 5, and GitHub's tables; read line by line.
"""

import re
from collections import Counter
from collections.abc import Iterator

from seq2seq_desktop.io.blocks import Block, Kind, Span, has_letters, one_line

_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\r?\n(?:.*?\n)??(?:\1|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_OPENS_CODE = re.compile(
    r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(?:(?P<fence>`{3,}|~{3,})[^`]*$|(?P<math>\$\$)[^$]*$)"
)
_OPENS_COMMENT = re.compile(r"[ \t]*<!--(?!.*-->)")
_INDENTED = re.compile(r" {4}|\t")
_VERBATIM_LINE = re.compile(
    r"""[ \t>]*(?:
        \[[^\]\n]{1,200}\]:                           # where a link leads
      | <(?:!--|/?[A-Za-z][^<>\n]{0,300}>[ \t]*\r?$)  # markup alone on its line
    )""",
    re.VERBOSE | re.MULTILINE,
)
_MARKER = re.compile(
    r"""[ \t]*(?P<quote>(?:>[ \t]?)*)[ \t]*
    (?:
        (?P<heading>\#{1,6})[ \t]+
      | (?P<item>(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)
    )?""",
    re.VERBOSE,
)
_CLOSING = re.compile(r"(?:[ \t]+#+|\\)?[ \t]*$")
_CELL = re.compile(r"(?:[^|\\]|\\.)+")
_MARKS = re.compile(r"\*+|~~|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|`+[^`]*`+|!?\[|\]\([^()]*\)|\]|</?[A-Za-z][^<>]*>")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_STARTS_SYNTAX = re.compile(r"[#>+*=|~-]|`{3}|\d{1,9}(?=[.)](?:\s|$))|\[(?=[^\]]*\]:)")


def spans(text: str) -> Iterator[Span]:
    """The headings, paragraphs, list items and table cells of `text`."""
    paragraph: list[Span] = []
    for span in _lines(text):
        if paragraph and not _goes_on(text, paragraph[-1], span):
            yield _joined(text, paragraph)
            paragraph = []
        paragraph.append(span)
    if paragraph:
        yield _joined(text, paragraph)


def rendered(block: Block, text: str) -> str:
    """`text` as Markdown in place of `block`: marks that did not come through whole are taken out.

    So a translation may lose its emphasis, but can never open a code block or break a link.
    """
    line = one_line(text)
    if _inline_marks(line) != _inline_marks(block.text):
        line = one_line(_MARKS.sub(_without_mark, _LINK.sub(r"\1", line)))
    if _STARTS_SYNTAX.match(line) and not _STARTS_SYNTAX.match(block.text):
        line = re.sub(r"^(\d*)", r"\1\\", line, count=1)
    return re.sub(r"(?<!\\)\|", r"\\|", line) if block.kind == "cell" else line


def plain_text(text: str) -> str:
    """The text of a block as a reader sees it: of links and code the words, no marks."""
    return one_line(_MARKS.sub(_without_mark, _LINK.sub(r"\1", text)))


def _lines(text: str) -> Iterator[Span]:
    """One span for each line that holds words, or for each cell of a table."""
    front = _FRONT_MATTER.match(text)
    place = front.end() if front else 0
    ending, blank, in_list = "", True, False  # what ends the code or comment we are in
    for line in text[place:].splitlines(keepends=True):
        start, place = place, place + len(line)
        if ending:
            ending = "" if _ends(line, ending) else ending
            continue
        ending = _begins(line)
        in_list = in_list and (not ending or line[:1].isspace())
        code = blank and not in_list and _INDENTED.match(line)
        if not ending and not code:
            in_list = _is_item(line) or (in_list and line[:1].isspace())
            blank = not line.strip()
            if not _VERBATIM_LINE.match(line):
                yield from _line(text, start, start + len(line.rstrip()))


def _begins(line: str) -> str:
    """What will end the code, formula or comment that begins on `line`; nothing if none does."""
    if _OPENS_COMMENT.match(line):
        return "-->"
    code = _OPENS_CODE.match(line.rstrip())
    return (code["fence"] or code["math"]) if code else ""


def _ends(line: str, ending: str) -> bool:
    """Whether `line` holds the end of a comment or formula, or is the end of fenced code."""
    if ending in ("-->", "$$"):
        return ending in line
    bare = line.strip(" \t\r\n>")
    return bare.startswith(ending) and not bare.strip(ending[0])


def _is_item(line: str) -> bool:
    """Whether a list's item begins on `line`."""
    marker = _MARKER.match(line)
    return bool(marker and marker["item"])


def _line(text: str, start: int, end: int) -> Iterator[Span]:
    """The spans of one line: itself without its markers, or its cells."""
    if text[start:end].lstrip().startswith("|"):
        for cell in _CELL.finditer(text, start, end):
            yield from _span(text, cell.start(), cell.end(), "cell", 0)
        return
    marker = _MARKER.match(text, start, end)
    heading = marker["heading"] if marker else None
    kind: Kind = "heading" if heading else "item" if marker and marker["item"] else "paragraph"
    yield from _span(text, marker.end() if marker else start, end, kind, len(heading or ""))


def _span(text: str, start: int, end: int, kind: Kind, level: int) -> Iterator[Span]:
    """The span of the words between `start` and `end`, if there are any."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    closing = _CLOSING.search(text[start:end])
    end = start + len(text[start : start + closing.start()].rstrip()) if closing else end
    if has_letters(text[start:end]):
        yield Span(start, end, Block(text[start:end], kind, level))


def _goes_on(text: str, before: Span, after: Span) -> bool:
    """Whether `after` is the next line of the same paragraph or item: nothing but one line break between them."""
    gap = text[before.end : after.start]
    quoted = text.count(">", text.rfind("\n", 0, before.start) + 1, before.start)
    soft = gap.count("\n") == 1 and not gap.strip("> \t\r\n") and not gap.startswith(("  \n", "  \r\n"))
    soft = soft and gap.count(">") == quoted
    return soft and before.block.kind in ("paragraph", "item") and after.block.kind == "paragraph"


def _joined(text: str, lines: list[Span]) -> Span:
    """The span of a paragraph; its text stands on one line, as a reader sees it."""
    start, end, first = lines[0].start, lines[-1].end, lines[0].block
    raw = text[start:end]
    joined = " ".join(line.block.text for line in lines)
    return Span(start, end, Block(joined, first.kind, first.level, raw if raw != joined else ""))


def _without_mark(mark: re.Match[str]) -> str:
    """What stays of a mark that is taken out: of code its words."""
    return mark.group().strip("`") if mark.group().startswith("`") else ""


def _inline_marks(text: str) -> Counter[str]:
    """How often each inline mark, link target and piece of code stands in `text`."""
    return Counter(_MARKS.findall(text))
