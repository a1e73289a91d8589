"""SubRip and WebVTT subtitles: times, numbers, notes and styles stay; each cue keeps its number of lines.

Source: W3C, WebVTT: The Web Video Text Tracks Format, section 4.
"""

import re
from collections.abc import Iterator

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.blocks import Block, Span, has_letters, one_line

_TIMES = re.compile(r"\s*(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}\s*-->\s*(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}")
_OPENING = re.compile(r"(?:\s|</?[^<>\n]*>|\{\\[^{}\n]*\}|[♪♫#*]|[-–—])*")  # tags, positions, notes, a speaker's dash
_CLOSING = re.compile(r"(?:\s|</[^<>\n]*>|[♪♫#*])*$")
_WORD_TIMES = re.compile(r"<[\d:.]+>")
_REMEDY = "choose an .srt or .vtt file, or rename it to .txt"
_SPEAKER = re.compile(r"\s*(?:<[^<>\n]*>|\{\\[^{}\n]*\})*[-–—]")


def spans(text: str, name: str) -> Iterator[Span]:
    """The cues of subtitles; a cue in which each line is another speaker's gives one block a line.

    Raises:
        InputError: no line of `text` gives times; `name` stands in the message.
    """
    cue: list[tuple[int, int]] = []
    inside = found = False
    place = 0
    for line in [*text.splitlines(keepends=True), ""]:
        start, place = place, place + len(line)
        if _TIMES.match(line):
            inside = found = True
        elif inside and line.strip():
            cue.append((start, start + len(line.rstrip())))
        else:
            yield from _blocks(text, cue)
            cue, inside = [], False
    if not found:
        raise InputError(f"{name} has no subtitles: no line gives times (00:00:01,000 --> 00:00:02,000)", _REMEDY)


def rendered(block: Block, text: str) -> str:
    """`text` on as many lines as `block` has in the file, and never what would end the cue."""
    newline = "\r\n" if "\r\n" in block.raw else "\n"
    safe = one_line(text).replace("-->", "→")
    return newline.join(balanced(safe, block.raw.count("\n") + 1))


def balanced(text: str, lines: int) -> list[str]:
    """`text` on at most `lines` lines, broken at the spaces that make them most alike in length."""
    if lines <= 1 or " " not in text:
        return [text]
    ideal = len(text) / lines
    spaces = [match.start() for match in re.finditer(" ", text)]
    place = min(spaces, key=lambda space: abs(space - ideal))
    return [text[:place], *balanced(text[place + 1 :], lines - 1)]


def _blocks(text: str, lines: list[tuple[int, int]]) -> Iterator[Span]:
    """The blocks of one cue, given the bounds of its lines."""
    groups: list[tuple[int, int]] = []
    for start, end in lines:
        if groups and not _SPEAKER.match(text, start, end):
            groups[-1] = (groups[-1][0], end)
        else:
            groups.append((start, end))
    for start, end in groups:
        opening = _OPENING.match(text, start, end)
        start = opening.end() if opening else start
        closing = _CLOSING.search(text[start:end])
        end = start + closing.start() if closing else end
        raw = text[start:end]
        if has_letters(raw):
            yield Span(start, end, Block(one_line(_WORD_TIMES.sub("", raw)), "cue", raw=raw))
