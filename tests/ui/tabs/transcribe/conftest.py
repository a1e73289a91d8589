"""A bridge that a test plays by hand, a microphone that hears what the test says, and events of a real look."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from seq2seq_desktop.errors import DeviceError
from seq2seq_desktop.events import (
    Alternative,
    Event,
    Failed,
    Finished,
    Heard,
    Hypothesis,
    Progress,
    SegmentDone,
    Started,
    Step,
    Word,
)
from seq2seq_desktop.io.recording import Recording
from seq2seq_desktop.tasks.transcribe import catalogue
from seq2seq_desktop.tasks.transcribe.catalogue import Transcriber
from seq2seq_desktop.tasks.transcribe.spec import TranscribeRequest
from seq2seq_desktop.ui.microphone import Input
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.transcribe.tab import TranscribeTab

LAYERS, HEADS = 2, 3
MODEL = Transcriber("whisper-base", ("en", "fr"), "Speech to text.", "MIT", 145_000_000)
END = 2


class PlayedListener(QObject):
    """Writes down what is submitted; the test says what happens."""

    event = Signal(int, object)
    model_state = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.requests: dict[int, TranscribeRequest] = {}
        self.bundles: dict[int, str] = {}
        self.cancelled: list[int] = []
        self.open: set[int] = set()
        self._numbers = count(1)

    def submit(self, task: str, request: TranscribeRequest, bundle: str = "") -> int:
        assert task == "transcribe"
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
    def request(self) -> TranscribeRequest:
        return self.requests[self.last]


class PlayedMicrophone(QObject):
    """As `ui.microphone.Microphone`; the test speaks."""

    heard = Signal(object, int)
    inputs_changed = Signal()
    lost = Signal(str, str)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.there = [Input(b"a", "Built-in", True), Input(b"b", "Headset", False)]
        self.recording: Recording | None = None
        self.is_open = False
        self.opened: list[bytes] = []

    def inputs(self) -> list[Input]:
        return self.there

    def open(self, wanted: bytes = b"") -> None:
        if not self.there:
            raise DeviceError("no microphone was found", "plug one in")
        self.is_open = True
        self.opened.append(wanted)

    def close(self) -> None:
        self.stop()
        self.is_open = False

    def record(self, wanted: bytes = b"") -> Path:
        self.open(wanted)
        self.recording = Recording.start(self.folder)
        return self.recording.path

    def stop(self) -> Path | None:
        recording, self.recording = self.recording, None
        return recording.close() if recording is not None else None

    def say(self, samples: NDArray[np.float32]) -> None:
        if self.recording is not None:
            self.recording.write(samples)
        self.heard.emit(samples, 16_000)


def token(piece: str) -> int:
    return 100 + sum(map(ord, piece)) % 5000


def pieces_of(text: str) -> list[str]:
    """Words with the space before them; the last letter of a long word is a piece of its own."""
    found: list[str] = []
    for word in text.split():
        cut = len(word) - 1 if len(word) > 5 else len(word)
        found += [f" {word[:cut]}", *([word[cut:]] if cut < len(word) else [])]
    return found


def attention(row: int, columns: int) -> NDArray[np.float32]:
    """(layers, heads, columns): looks mostly at one column; each head a little differently."""
    weights = np.full((LAYERS, HEADS, columns), 0.1 / columns, np.float32)
    weights[:, :, min(5 * row, columns - 1)] += 0.9
    weights[1, 2] = 1 / columns
    return weights


def heard(segment: int, start: float, end: float, settled: bool = True, language: str = "en") -> Heard:
    frames = round((end - start) * 100)
    picture = np.linspace(-1, 1, 80 * frames, dtype=np.float32).reshape(80, frames)
    return Heard(segment, start, end, picture, settled, language)


def steps(segment: int, text: str, columns: int = 1500, probability: float = 0.9) -> Iterator[Step]:
    pieces = pieces_of(text)
    tokens = tuple(map(token, pieces))
    for index, piece in enumerate(pieces):
        others = (Alternative(tokens[index], probability, piece), Alternative(9000 + index, 0.1, f" other{index}"))
        yield Step(
            segment, index, tokens[index], probability, tokens[: index + 1], others, 0.5,
            attention(index, columns), (), piece, "".join(pieces[: index + 1]),
        )  # fmt: skip


def settled(segment: int, text: str, start: float, end: float, columns: int = 1500, probability: float = 0.9) -> Any:
    """The words of a stretch, each taking as long."""
    pieces = pieces_of(text)
    tokens = tuple(map(token, pieces))
    words, spoken, first = [], text.split(), 0
    pace = (end - start) / max(1, len(spoken))
    for index, word in enumerate(spoken):
        last = first + len(pieces_of(word))
        words.append(Word(word, start + pace * index, start + pace * (index + 1), probability, (first, last)))
        first = last
    others = tuple(
        (Alternative(tokens[index], probability, piece), Alternative(9000 + index, 0.1, f" other{index}"))
        for index, piece in enumerate(pieces)
    )
    weights = np.stack([attention(index, columns) for index in range(len(pieces))]) if pieces else None
    hypothesis = Hypothesis(
        tokens, (probability,) * len(tokens), -0.1, weights, others, tuple(pieces), text, words=tuple(words)
    )
    return SegmentDone(segment, (hypothesis,), "end")


def stretch(segment: int, text: str, start: float, end: float) -> list[Event]:
    """All events of one stretch."""
    return [heard(segment, start, end), *steps(segment, text), settled(segment, text, start, end)]


FIRST, SECOND = "Where is the station?", "Nobody knows."


def written(first: str = FIRST, second: str = SECOND) -> list[Event]:
    """All events of a recording of two stretches."""
    return [
        Started(()),
        *stretch(0, first, 1.0, 3.0),
        Progress(3.0, 8.0, "seconds"),
        *stretch(1, second, 6.0, 7.0),
        Progress(8.0, 8.0, "seconds"),
        Finished("end", 9, 0.5, f"{first} {second}"),
    ]


class Kit:
    """What the tests of the tab share."""

    FIRST, SECOND, MODEL = FIRST, SECOND, MODEL
    token, pieces_of, attention = staticmethod(token), staticmethod(pieces_of), staticmethod(attention)
    heard, steps, settled = staticmethod(heard), staticmethod(steps), staticmethod(settled)
    stretch, written = staticmethod(stretch), staticmethod(written)


@pytest.fixture
def kit() -> Kit:
    return Kit()


@pytest.fixture
def listener(qapp: Any) -> PlayedListener:
    return PlayedListener()


@pytest.fixture
def microphone(qapp: Any, tmp_path: Path) -> PlayedMicrophone:
    return PlayedMicrophone(tmp_path / "recordings")


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> list[Transcriber]:
    """The models that are here; a test may change them."""
    there = [MODEL]
    monkeypatch.setattr(catalogue, "transcribers", lambda: tuple(there))
    monkeypatch.setattr(catalogue, "offered", lambda: MODEL)
    return there


class PlayedPlayer:
    """Takes down what is to be heard."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, float, float]] = []

    def __call__(self, path: Path, start: float, end: float) -> None:
        self.parts.append((path.name, round(start, 2), round(end, 2)))


@pytest.fixture
def heard_parts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float, float]]:
    """What was played."""
    from seq2seq_desktop.ui.player import Player

    player = PlayedPlayer()
    monkeypatch.setattr(Player, "play", lambda self, path, start, end: player(path, start, end))
    return player.parts


@pytest.fixture
def tab(
    listener: PlayedListener, microphone: PlayedMicrophone, models: list[Transcriber], tmp_path: Path, qtbot: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[TranscribeTab]:  # fmt: skip
    """A tab on the screen."""
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path / "user"))
    monkeypatch.setattr(TranscribeTab, "_on_settled", lambda self: self.recorder.list_inputs())
    tab = TranscribeTab(listener, Settings(tmp_path / "settings.ini"), microphone=microphone)
    qtbot.addWidget(tab)
    tab.resize(1000, 700)
    tab.show()
    qtbot.waitExposed(tab)
    yield tab
    tab.cancel()
    tab.close_down()


@pytest.fixture
def done(tab: TranscribeTab, listener: PlayedListener, heard_parts: Any, tmp_path: Path, qtbot: Any) -> TranscribeTab:
    """A tab with a recording that is written down."""
    tab.open_paths([tmp_path / "talk.wav"])
    listener.tell(written())
    qtbot.waitUntil(lambda: not tab.stage.waiting)
    return tab
