"""Words on a terminal while they are said: what stays is written for good, what may change stands dim behind it.

Only the end of the last line is ever taken back, so what has scrolled away is what was said.
"""

import re
from typing import TextIO
from unicodedata import east_asian_width

from seq2seq_desktop.events import Event, Failed, Finished, Heard, Progress, SegmentDone, Step
from seq2seq_desktop.io.transcripts import gap_before

_DIM, _PLAIN, _ERASE = "\x1b[2m", "\x1b[0m", "\x1b[K"  # ECMA-48: faint, normal, erase to the end of the line
_CUT = " …"  # stands for what does not fit
_ROOM = 2  # what may change has half of the line, or a new one
_BROKEN = "\ufffd"  # what a character looks like while some of its bytes are missing


class LiveText:
    """Prints the text of a recording that goes on."""

    def __init__(self, stream: TextIO, columns: int) -> None:
        """Nothing printed yet; `columns` is the width of the terminal."""
        self._stream, self._columns = stream, columns
        self._column = 0  # where the next firm word goes
        self._tail = False  # True while something dim stands there
        self._printed = ""  # of the stretch that goes on, for good
        self._said = ""  # of it, in the newest attempt
        self._heard: Heard | None = None
        self._end: float | None = None  # of the stretch before, seconds

    def show(self, event: Event) -> None:
        """Print what is new."""
        if isinstance(event, Heard):
            self._heard, self._said = event, ""
        elif isinstance(event, Step):
            self._said = event.text.removesuffix(_BROKEN)
            if self._heard and event.index + 1 == self._heard.agreed:
                self._put(self._said)
        elif isinstance(event, SegmentDone):
            self._settle(event.hypotheses[0].text)
        elif isinstance(event, Progress) and self._said.startswith(self._printed):
            self._hint(self._said[len(self._printed) :])
        elif isinstance(event, Finished | Failed):
            self._hint("")
            self._write("\n" if self._column else "")

    def _settle(self, text: str) -> None:
        """All of a stretch; words behind its end may have been printed already, and begin the next one then."""
        ahead = self._printed[len(text) :] if self._printed.startswith(text) else ""
        if not ahead:
            self._put(text)
        if text and self._heard:
            self._end = self._heard.end
        self._printed, self._said = ahead.lstrip(), ""

    def _put(self, text: str) -> None:
        """Print for good what of `text`, a stretch from its beginning, is not there yet."""
        if self._printed.startswith(text):
            return
        self._hint("")
        gap = ""
        if not text.startswith(self._printed):  # a stretch that was cut in two went on otherwise
            self._break()
            self._printed = ""
        elif not self._printed and self._heard and self._column:
            gap = gap_before(self._heard.start, self._end)
        self._words(gap + text[len(self._printed) :])
        self._printed = text

    def _words(self, text: str) -> None:
        """Print words; where the line would be too long a new one begins."""
        spaced = False
        for part in re.findall(r"\n|[^\S\n]+|\S+", text):
            if part == "\n":
                self._break()
            elif part.isspace():
                spaced = True
            else:
                self._word(part, spaced and self._column > 0)
                spaced = False

    def _word(self, word: str, spaced: bool) -> None:
        width = _cells(word) + spaced
        if self._column + width >= self._columns and self._column:
            self._break()
            width, spaced = _cells(word), False
        self._write(" " * spaced + word)
        self._column = (self._column + width) % self._columns

    def _break(self) -> None:
        self._write("\n")
        self._column = 0

    def _hint(self, text: str) -> None:
        """Print behind the firm words what may change, in place of what stood there."""
        if self._tail:
            self._write(_ERASE)
            self._tail = False
        text = text.rstrip()
        if not text:
            return
        if self._columns - self._column < min(_cells(text) + 1, self._columns // _ROOM):
            self._break()
        text = text if self._column else text.lstrip()
        shown = _newest(text, self._columns - self._column - 1)
        self._write(f"{_DIM}{shown}{_PLAIN}" + "\b" * _cells(shown))
        self._tail = True

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _newest(text: str, cells: int) -> str:
    """The text, or its end where it takes more than so many columns."""
    if _cells(text) <= cells:
        return text
    while text and _cells(text) + len(_CUT) > cells:
        text = text[1:]
    return f"{_CUT}{text}"
