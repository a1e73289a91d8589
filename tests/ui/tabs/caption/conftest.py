"""A bridge that a test plays by hand, pictures it paints itself, and events that look like real captions."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QObject, Signal

from seq2seq_desktop.events import (
    Alternative,
    Event,
    Failed,
    Finished,
    Hypothesis,
    Progress,
    Refused,
    Seen,
    Segment,
    SegmentDone,
    Started,
    Step,
)
from seq2seq_desktop.tasks.caption.spec import CaptionRequest
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.caption.tab import CaptionTab

ROWS, COLUMNS = 3, 4
END = 2
TEXT = "a brown dog runs ."


class PlayedCaptioner(QObject):
    """Writes down what is submitted; the test says what happens."""

    event = Signal(int, object)
    model_state = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.requests: dict[int, CaptionRequest] = {}
        self.bundles: dict[int, str] = {}
        self.cancelled: list[int] = []
        self.open: set[int] = set()
        self._numbers = count(1)

    def submit(self, task: str, request: CaptionRequest, bundle: str = "") -> int:
        assert task == "caption"
        job = next(self._numbers)
        self.requests[job], self.bundles[job] = request, bundle
        self.open.add(job)
        return job

    def cancel(self, job: int) -> None:
        self.cancelled.append(job)
        if job in self.open:
            self.tell([Finished("cancelled")], job)

    def tell(self, events: Sequence[Event], job: int = 0) -> None:
        """Hand out events as the real bridge does."""
        number = job or self.last
        for event in events:
            if isinstance(event, Finished | Failed):
                self.open.discard(number)
            self.event.emit(number, event)

    @property
    def last(self) -> int:
        return max(self.requests)

    @property
    def request(self) -> CaptionRequest:
        return self.requests[self.last]


def token(word: str) -> int:
    return 100 + sum(map(ord, word)) % 5000


def looks(place: int) -> NDArray[np.float32]:
    """(1, 1, cells): looks mostly at one cell, the next for each word."""
    weights = np.full((1, 1, ROWS * COLUMNS), 0.01, np.float32)
    weights[..., place % (ROWS * COLUMNS)] = 1.0 - 0.01 * (ROWS * COLUMNS - 1)
    return weights


def seen(number: int = 0) -> Seen:
    return Seen(number, (64, 48), (ROWS, COLUMNS))


def steps(number: int, text: str, probability: float = 0.9, first: int = 0) -> Iterator[Step]:
    words = text.split()
    tokens = tuple(map(token, words))
    for place in range(first, len(words)):
        others = (Alternative(tokens[place], probability, words[place]), Alternative(9000 + place, 0.1, f"or{place}"))
        said = " ".join(words[: place + 1])
        yield Step(
            number, place, tokens[place], probability, tokens[: place + 1], others, 0.5, looks(place), (),
            f" {words[place]}", said,
        )  # fmt: skip


def settled(number: int, *texts: str, probability: float = 0.9) -> SegmentDone:
    found = []
    for rank, text in enumerate(texts):
        words = text.split()
        tokens = tuple(map(token, words))
        others = tuple(
            (Alternative(tokens[place], probability, f" {word}"), Alternative(9000 + place, 0.1, f" or{place}"))
            for place, word in enumerate(words)
        )
        weights = np.stack([looks(place) for place in range(len(words))])
        pieces = tuple(f" {word}" for word in words)
        known = (probability,) * len(words)
        found.append(Hypothesis(tokens, known, -0.5 - rank, weights, others, pieces, text))
    return SegmentDone(number, tuple(found), "end")


def captioned(number: int = 0, *texts: str) -> list[Event]:
    """All events of one picture."""
    wanted = texts or (TEXT,)
    return [seen(number), *steps(number, wanted[0]), settled(number, *wanted)]


def done(*texts: str) -> list[Event]:
    """All events of a job of one picture."""
    return [
        Started((Segment("a.png"),)),
        *captioned(0, *texts),
        Progress(1, 1, "pictures"),
        Finished("end", 5, 0.1, texts[0] if texts else TEXT),
    ]


class Kit:
    """What the tests of the tab share."""

    TEXT, ROWS, COLUMNS = TEXT, ROWS, COLUMNS
    token, looks, seen, steps = staticmethod(token), staticmethod(looks), staticmethod(seen), staticmethod(steps)
    settled, captioned, done = staticmethod(settled), staticmethod(captioned), staticmethod(done)
    Refused = Refused

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def paint(self, name: str, shade: int = 128, size: tuple[int, int] = (64, 48)) -> Path:
        """A picture of one colour."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, (shade, 40, 200 - shade // 2)).save(path)
        return path


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path / "photos")


@pytest.fixture
def captioner(qapp: Any) -> PlayedCaptioner:
    return PlayedCaptioner()


@pytest.fixture
def remembered(tmp_path: Path, qapp: Any) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def tab(
    captioner: PlayedCaptioner, remembered: Settings, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CaptionTab]:
    """A tab on the screen."""
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path / "user"))
    tab = CaptionTab(captioner, remembered)
    qtbot.addWidget(tab)
    tab.resize(900, 600)
    tab.show()
    qtbot.waitExposed(tab)
    tab.activateWindow()
    yield tab
    tab.cancel()
    tab.close_down()


@pytest.fixture
def one(tab: CaptionTab, captioner: PlayedCaptioner, kit: Kit, qtbot: Any) -> CaptionTab:
    """A tab with one picture that has three captions."""
    tab.open_paths([kit.paint("a.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    captioner.tell(kit.done(TEXT, "a dog .", "the dog runs ."))
    qtbot.waitUntil(lambda: tab.parts.input.view.image is not None and not tab.errands.busy)
    tab._on_frame()
    return tab


@pytest.fixture
def many(tab: CaptionTab, captioner: PlayedCaptioner, kit: Kit, qtbot: Any) -> CaptionTab:
    """A tab with four pictures, the third not readable; the job still runs."""
    files = [kit.paint(f"{name}.png", 50 * number) for number, name in enumerate("abd")]
    broken = kit.folder / "c.jpg"
    broken.write_text("no picture")
    tab.open_paths([*files[:2], broken, files[2]])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    captioner.tell([
        Started(tuple(Segment(path.name) for path in captioner.request.paths)),
        *captioned(0, "a brown dog runs ."),
        *captioned(1, "Two cats sit on a wall ."),
        Refused(2, "c.jpg is no picture", "choose another"),
        Progress(3, 4, "pictures", 2.0),
    ])  # fmt: skip
    qtbot.waitUntil(lambda: tab.parts.input.grid.model.photos[2].state == "refused" and not tab.errands.busy)
    tab._on_frame()
    return tab
