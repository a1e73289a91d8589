"""Words on a terminal, on one that is made up: what can be read there after each event."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.cli.live_text import LiveText
from seq2seq_desktop.events import Event, Finished, Heard, Hypothesis, Progress, SegmentDone, Step

BLANK = np.zeros((1, 1), np.float32)


class Terminal:
    """Understands what LiveText writes, and nothing else."""

    def __init__(self, columns: int) -> None:
        self.columns, self.lines, self.dim = columns, [[""] * columns], False
        self.line = self.at = 0

    def write(self, text: str) -> None:
        for part in re.findall(r"\x1b\[\d*[a-zA-Z]|.|\n|\r", text):
            count = int(part[2:-1] or 1) if part.startswith("\x1b") else 0
            if part in ("\x1b[2m", "\x1b[0m"):
                self.dim = part == "\x1b[2m"
            elif part == "\x1b[J":
                self.lines[self.line][self.at :] = [""] * (self.columns - self.at)
                del self.lines[self.line + 1 :]
            elif count and part.endswith("A"):
                self.line -= count
                assert self.line >= 0
            elif count and part.endswith("C"):
                self.at += count
            elif part == "\r":
                self.at = 0
            elif part == "\n":
                self.line, self.at = self.line + 1, 0
                self.lines.append([""] * self.columns)
            else:
                assert len(part) == 1, f"unknown: {part!r}"
                assert self.at < self.columns - 1, "a terminal may begin a new line by itself"
                self.lines[self.line][self.at] = f"~{part}" if self.dim else part
                self.at += 1

    def flush(self) -> None:
        pass

    @property
    def text(self) -> str:
        """Line by line; what is dim stands in [ ]."""
        joined = "\n".join("".join(line) for line in self.lines)
        return re.sub(r"(~.)+", lambda found: f"[{found[0].replace('~', '')}]", joined)


def attempt(segment: int, text: str, agreed: int = 0, start: float = 0.0, end: float = 9.0) -> list[Event]:
    """The events of an attempt; a word is a token."""
    words = text.split()
    steps = [
        Step(segment, index, index, 0.9, tuple(range(index + 1)), text=" ".join(words[: index + 1]))
        for index in range(len(words))
    ]
    return [Heard(segment, start, end, BLANK, False, "en", agreed), *steps, Progress(end, end)]


def done(segment: int, text: str, agreed: int = 0, start: float = 0.0, end: float = 9.0) -> list[Event]:
    _, *steps, _ = attempt(segment, text, agreed, start, end)
    settled = Heard(segment, start, end, BLANK, True, "en", agreed)
    return [settled, *steps, SegmentDone(segment, (Hypothesis((), (), 0.0, text=text),), "end")]


def shown(*events: Event, columns: int = 40, lines: int = 20) -> Terminal:
    terminal = Terminal(columns)
    live = LiveText(terminal, columns, lines)  # type: ignore[arg-type]
    for event in events:
        live.show(event)
    return terminal


def test_what_may_change_is_dim_and_what_is_firm_is_not() -> None:
    first = attempt(0, "the old boat")
    assert shown(*first).text == "[the old boat]"
    second = attempt(0, "the old goat is", agreed=2)
    assert shown(*first, *second).text == "the old[ goat is]"
    over = [*done(0, "an old goat is gone."), Finished("end")]
    assert shown(*first, *second, *over).text == "an old goat is gone.\n"


def test_words_go_to_the_next_line_whole_and_a_pause_makes_a_paragraph() -> None:
    events = [*done(0, "the old boat is gone and nobody knows"), *done(1, "why", start=15.0, end=16.0)]
    assert shown(*events, Finished("end"), columns=16).text == "the old boat is\ngone and nobody\nknows\n\nwhy\n"
    assert shown(*done(0, "abcdefghij" * 2), columns=9).text == "abcdefgh\nijabcdef\nghij", "of a word without end"


def test_what_may_change_is_taken_back_over_several_lines() -> None:
    before = done(0, "we know:")
    events = [*attempt(1, "the old boat is gone and nobody knows"), *attempt(1, "the cold goat", agreed=1)]
    assert shown(*before, *events, columns=16).text == "we know: the[\ncold goat]".replace("[\n", "\n[")
    assert shown(*before, *events, *done(1, "the coal"), columns=16).text == "we know: the\ncoal"


def test_of_more_than_the_screen_holds_the_newest_is_seen() -> None:
    words = attempt(0, "the old boat is gone and nobody knows where it went", agreed=3)
    assert shown(*words, columns=16, lines=2).text == "[nobody knows]\n[where it went]"


def test_a_stretch_without_words_leaves_nothing() -> None:
    events = [*attempt(0, "Thank you."), *done(0, ""), *attempt(1, "Hello", start=15.0), Finished("end")]
    assert shown(*attempt(0, "Thank you."), *done(0, "")).text == ""
    assert shown(*events).text == "", "what never settled is not kept"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), min_size=1, max_size=8), st.integers(12, 50))
def test_whatever_was_tried_what_is_settled_stands_there(attempts: list[tuple[int, int]], columns: int) -> None:
    said = "oh where is the old boat that was here before"
    terminal = Terminal(columns)
    live = LiveText(terminal, columns, 5)  # type: ignore[arg-type]
    for segment, (agreed, guessed) in enumerate(attempts):
        for event in [*attempt(segment, " ".join(["what"] * guessed), min(agreed, guessed)), *done(segment, said)]:
            live.show(event)
    live.show(Finished("end"))
    assert terminal.text.split() == said.split() * len(attempts)
    assert "[" not in terminal.text
