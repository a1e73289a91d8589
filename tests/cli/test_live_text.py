"""Words on a terminal, on one that is made up: what can be read there after each event."""

import re
from itertools import pairwise

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
        self.at = 0

    def write(self, text: str) -> None:
        for part in re.findall(r"\x1b\[\d*[mK]|.|\n", text):
            if part in ("\x1b[2m", "\x1b[0m"):
                self.dim = part == "\x1b[2m"
            elif part == "\x1b[K":
                self.lines[-1][self.at :] = [""] * (self.columns - self.at)
            elif part == "\b":
                self.at -= 1
                assert self.at >= 0
            elif part == "\n":
                self._new_line()
            else:
                assert len(part) == 1, f"unknown: {part!r}"
                if self.at == self.columns:
                    self._new_line()
                self.lines[-1][self.at] = f"~{part}" if self.dim else part
                self.at += 1

    def flush(self) -> None:
        pass

    def _new_line(self) -> None:
        self.lines.append([""] * self.columns)
        self.at = 0

    @property
    def text(self) -> str:
        """Line by line; what is dim stands in [ ]."""
        joined = "\n".join("".join(line) for line in self.lines)
        return re.sub(r"(~.)+", lambda found: f"[{found[0].replace('~', '')}]", joined)

    @property
    def firm(self) -> str:
        return " ".join(re.sub(r"\[.*\]", "", self.text).split())


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


def shown(*events: Event, columns: int = 40) -> Terminal:
    terminal = Terminal(columns)
    live = LiveText(terminal, columns)  # type: ignore[arg-type]
    for event in events:
        live.show(event)
    return terminal


def test_what_may_change_is_dim_and_what_stays_is_not() -> None:
    first = attempt(0, "the old boat")
    assert shown(*first).text == "[the old boat]"
    second = attempt(0, "the old goat is", agreed=2)
    assert shown(*first, *second).text == "the old[ goat is]"
    over = [*done(0, "the old goat is gone.", 2), Finished("end")]
    assert shown(*first, *second, *over).text == "the old goat is gone.\n"


def test_words_go_to_the_next_line_whole_and_a_pause_makes_a_paragraph() -> None:
    events = [*done(0, "the old boat is gone and nobody knows"), *done(1, "why", start=15.0, end=16.0)]
    assert shown(*events, Finished("end"), columns=16).text == "the old boat is\ngone and nobody\nknows\n\nwhy\n"


def test_of_much_that_may_change_the_newest_is_seen() -> None:
    words = attempt(0, "the old boat is gone and nobody knows where it went", agreed=3)
    assert shown(*words, columns=29).text == "the old boat[ … where it went]"
    late = attempt(0, "the old boat is gone and nobody knows", agreed=5)
    assert shown(*late, columns=22).text == "the old boat is gone\n[and nobody knows]"


def test_a_stretch_that_is_cut_leaves_its_last_words_to_the_next() -> None:
    events = [
        *attempt(0, "the old boat is gone and", agreed=5),
        *done(0, "the old boat", 3, end=4.0),
        *attempt(1, "is gone and nobody", agreed=2, start=4.0),
        *done(1, "is gone and nobody knows", 2, start=4.0),
        Finished("end"),
    ]
    assert shown(*events, columns=60).text == "the old boat is gone and nobody knows\n"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=8), st.integers(12, 50))
def test_what_is_firm_stays_to_the_end(attempts: list[tuple[int, int]], columns: int) -> None:
    said = ["oh", "where", "is", "the", "old", "boat", "that", "was", "here", "before", "the", "storm"]
    terminal = Terminal(columns)
    live = LiveText(terminal, columns)  # type: ignore[arg-type]
    agreed, seen = 0, [""]
    for more, guessed in attempts:
        agreed = min(len(said), agreed + more)
        guess = [*said[:agreed], *["what"] * guessed]
        for event in attempt(0, " ".join(guess), agreed):
            live.show(event)
            seen.append(terminal.firm)
    for event in [*done(0, " ".join(said), agreed), Finished("end")]:
        live.show(event)
        seen.append(terminal.firm)
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))
    assert seen[-1] == " ".join(said)
