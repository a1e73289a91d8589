"""Words on a terminal while they are said: what may change stands dim, and is written anew until it is settled."""

import re
from typing import TextIO
from unicodedata import east_asian_width

from seq2seq_desktop.events import Event, Failed, Finished, Heard, Progress, SegmentDone, Step
from seq2seq_desktop.io.transcripts import gap_before

_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"  # ECMA-48: faint, normal
_ERASE = "\x1b[J"  # from the cursor to the end of the screen
_BROKEN = "\ufffd"  # what a character looks like while some of its bytes are missing


class LiveText:
    """Prints the text of a recording that goes on."""

    def __init__(self, stream: TextIO, columns: int, lines: int) -> None:
        """Nothing printed yet; `columns` and `lines` are the size of the terminal."""
        self._stream, self._columns, self._lines = stream, columns, lines
        self._column = 0  # behind what is settled
        self._back = ""  # what brings the cursor back there from behind what is not
        self._said, self._firm = "", 0  # of the stretch that goes on: its text, and how many characters stay
        self._heard: Heard | None = None
        self._end: float | None = None  # of the stretch before, seconds

    def show(self, event: Event) -> None:
        """Print what is new."""
        if isinstance(event, Heard):
            self._heard, self._said, self._firm = event, "", 0
        elif isinstance(event, Step) and self._heard:
            self._said = event.text.removesuffix(_BROKEN)
            if event.index + 1 == self._heard.agreed:
                self._firm = len(self._said)
        elif isinstance(event, Progress) and self._heard and self._said:
            self._draw(self._heard)
        elif isinstance(event, SegmentDone) and self._heard:
            self._settle(event.hypotheses[0].text, self._heard)
        elif isinstance(event, Finished | Failed):
            self._write(self._erasing() + "\n" * (self._column > 0))

    def _draw(self, heard: Heard) -> None:
        """Write the stretch that goes on behind what is settled, in place of what stood there."""
        gap = self._gap(heard)
        text, firm = gap + self._said, len(gap) + self._firm
        while True:
            stays, column = self._flow(text[:firm], self._column)
            changes, _ = self._flow(text[firm:], column)
            lines = (stays + changes).count("\n")
            if lines < self._lines or " " not in text.strip():
                break
            cut = text.index(" ", len(text) - len(text.lstrip())) + 1  # of too much, the newest is seen
            text, firm = text[cut:], max(0, firm - cut)
        self._write(f"{self._erasing()}{stays}{_DIM}{changes}{_PLAIN}")
        self._back = f"\x1b[{lines}A" * (lines > 0) + "\r" + f"\x1b[{self._column}C" * (self._column > 0)

    def _settle(self, text: str, heard: Heard) -> None:
        """Write a stretch for good."""
        written, column = self._flow(self._gap(heard) * bool(text) + text, self._column)
        self._write(self._erasing() + written)
        self._column, self._said = column, ""
        if text:
            self._end = heard.end

    def _gap(self, heard: Heard) -> str:
        return gap_before(heard.start, self._end)

    def _erasing(self) -> str:
        """What takes the stretch that goes on from the screen, so that the cursor stands behind what is settled."""
        back, self._back = self._back, ""
        return back + _ERASE if back else ""

    def _flow(self, text: str, column: int) -> tuple[str, int]:
        """The text from `column` on with the ends of lines where they must be, and the column behind it."""
        flowed, spaced = "", False
        for part in re.findall(r"\n|[^\S\n]+|\S+", text):
            if part == "\n":
                flowed, column, spaced = f"{flowed}\n", 0, False
            elif part.isspace():
                spaced = column > 0
            else:
                if column and column + spaced + _cells(part) >= self._columns:
                    flowed, column, spaced = f"{flowed}\n", 0, False
                for letter in " " * spaced + part:
                    if column + _cells(letter) >= self._columns:  # a word that is longer than a line
                        flowed, column = f"{flowed}\n", 0
                    flowed, column = flowed + letter, column + _cells(letter)
                spaced = False
        return flowed, column

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
