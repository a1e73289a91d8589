"""A bridge that a test plays by hand, and events that look like a real translation."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from seq2seq_desktop.events import (
    Alternative,
    BeamEntry,
    Event,
    Failed,
    Finished,
    Hypothesis,
    Segment,
    SegmentDone,
    Started,
    Step,
)
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.translate.tab import TranslateTab

LAYERS, HEADS = 2, 3
END = 2


class PlayedBridge(QObject):
    """Writes down what is submitted; the test says what happens."""

    event = Signal(int, object)
    model_state = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.requests: dict[int, Any] = {}
        self.bundles: dict[int, str] = {}
        self.cancelled: list[int] = []
        self.open: set[int] = set()
        self._numbers = count(1)

    def submit(self, task: str, request: Any, bundle: str = "") -> int:
        assert task in ("translate", "compare", "summarize")
        job = next(self._numbers)
        self.requests[job], self.bundles[job] = request, bundle
        self.open.add(job)
        return job

    def cancel(self, job: int) -> None:
        self.cancelled.append(job)
        if job in self.open:
            self.tell(job, [Finished("cancelled")])

    def tell(self, job: int, events: Sequence[Event]) -> None:
        """Hand out events as the real bridge does."""
        for event in events:
            if isinstance(event, Finished | Failed):
                self.open.discard(job)
            self.event.emit(job, event)

    @property
    def last(self) -> int:
        """The newest job."""
        return max(self.requests)

    @property
    def request(self) -> Any:
        """What it asks for."""
        return self.requests[self.last]


def segment(text: str, start: int = 0) -> Segment:
    """A sentence whose words are pieces, the last letter of a long word a piece of its own."""
    pieces, spans = ["<2fr>"], [(0, 0)]
    place = 0
    for word in text.split(" "):
        begin = max(0, place - 1)  # a piece carries the space before it
        cut = place + len(word) - 1 if len(word) > 4 else place + len(word)
        for first, last in ((begin, cut), (cut, place + len(word))):
            if first < last:
                pieces.append(text[first:last])
                spans.append((first, last))
        place += len(word) + 1
    special = (True, *[False] * (len(pieces) - 1), True)
    return Segment(text, (*pieces, "</s>"), (*spans, (0, 0)), special, start)


def attention(row: int, width: int) -> np.ndarray:
    """(layers, heads, width): looks mostly at source piece row + 1; each head a little differently."""
    weights = np.full((LAYERS, HEADS, width), 0.1 / (width - 1), np.float32)
    weights[:, :, min(row + 1, width - 1)] = 0.9
    weights[1, 2] = 1 / width
    return weights


def steps(
    index: int, pieces: Sequence[str], width: int, probability: float = 0.9, end: bool = True, beam: bool = False
) -> Iterator[Step]:
    """The steps of one sentence; token numbers are 100 and up, as `token` says."""
    tokens = tuple(100 + place for place in range(len(pieces)))
    for place, piece in enumerate([*pieces, *["</s>"] * end]):
        ended = place == len(pieces)
        token = END if ended else tokens[place]
        others = (Alternative(token, probability, piece), Alternative(500 + place, 1 - probability, f" autre{place}"))
        entries = (BeamEntry(0, token, -0.1, piece), BeamEntry(0, 500 + place, -0.9, f" autre{place}"))
        text = "".join(pieces[: place + 1]).strip()
        yield Step(
            index, place, token, probability, tokens[: place + 1], others, 0.5, attention(place, width),
            entries if beam and not ended else (), piece, text,
        )  # fmt: skip


def settled(index: int, *outputs: Sequence[str], width: int, first: int = 100) -> SegmentDone:
    """The outputs of one sentence."""
    found = []
    for number, pieces in enumerate(outputs):
        tokens = tuple(range(first + 1000 * number, first + 1000 * number + len(pieces)))
        weights = np.stack([attention(place, width) for place in range(len(pieces))])
        others = tuple((Alternative(token, 0.9, piece), Alternative(500 + place, 0.1, f" autre{place}"))
                       for place, (token, piece) in enumerate(zip(tokens, pieces, strict=True)))  # fmt: skip
        text = "".join(pieces).strip()
        probabilities = (0.9,) * len(tokens)
        found.append(Hypothesis(tokens, probabilities, -0.1 - number, weights, others, tuple(pieces), text))
    return SegmentDone(index, tuple(found), "end")


SOURCE = "Where is the station ?"
TARGET = (" Où", " est", " la", " gar", "e", " ?")


def translated(text: str = SOURCE, pieces: Sequence[str] = TARGET, **options: Any) -> list[Event]:
    """All events of a text of one sentence."""
    one = segment(text)
    width = len(one.pieces)
    done = settled(0, pieces, width=width)
    return [
        Started((one,)),
        *steps(0, pieces, width, **options),
        done,
        Finished("end", 7, 0.1, "".join(pieces).strip()),
    ]


class Kit:
    """What the tests of the tab share."""

    SOURCE, TARGET = SOURCE, TARGET
    segment = staticmethod(segment)
    attention = staticmethod(attention)
    steps = staticmethod(steps)
    settled = staticmethod(settled)
    translated = staticmethod(translated)


@pytest.fixture
def kit() -> Kit:
    return Kit()


@pytest.fixture
def played(qapp: Any) -> PlayedBridge:
    return PlayedBridge()


@pytest.fixture
def remembered(tmp_path: Path, qapp: Any) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def tab(played: PlayedBridge, remembered: Settings, qtbot: Any) -> Iterator[TranslateTab]:
    """A tab on the screen, English to French, so that no test waits for detection."""
    tab = TranslateTab(played, remembered)
    tab.parts.direction.choose("en", "fr")
    qtbot.addWidget(tab)
    tab.resize(900, 600)
    tab.show()
    qtbot.waitExposed(tab)
    yield tab
    tab.cancel()
    tab.close_down()
