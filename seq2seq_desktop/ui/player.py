"""Plays a part of a recording. QtMultimedia is loaded with the first use, not at start."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QTimer, Signal

from seq2seq_desktop.errors import DeviceError, Seq2SeqError
from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks
from seq2seq_desktop.ui.widgets.errand import Errands

LONGEST = 60.0  # seconds that are played at a time; they are held in memory
_EDGE = 0.005  # seconds over which the sound rises and falls, so that a cut does not crack
_FRAME_MS = 33


class Player(QObject):
    """One part at a time; a new one takes the place of the one before."""

    moved = Signal(object)  # seconds of the recording that are heard now; None: it is silent again
    failed = Signal(str, str)  # problem, remedy

    def __init__(self, errands: Errands, parent: QObject | None = None) -> None:
        """Silent; files are read by `errands`."""
        super().__init__(parent)
        self._errands = errands
        self._sink: Any = None
        self._buffer: QBuffer | None = None
        self._start = 0.0
        self._clock = QTimer(self, interval=_FRAME_MS)
        self._clock.timeout.connect(self._on_clock)

    @property
    def playing(self) -> bool:
        """True while something is heard."""
        return self._sink is not None

    def play(self, path: Path, start: float, end: float) -> None:
        """Let the file be heard from `start` to `end` (seconds); `failed` tells why it is not."""
        self.stop()
        end = min(end, start + LONGEST)
        work = partial(part_of, path, max(0.0, start), end)
        self._errands.run(work, partial(self._sound, max(0.0, start)), self._fail, "play")

    def stop(self) -> None:
        """Be silent."""
        self._errands.forget("play")
        self._clock.stop()
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.stop()
            sink.deleteLater()
            self.moved.emit(None)
        if self._buffer is not None:
            self._buffer.deleteLater()
            self._buffer = None

    def _sound(self, start: float, samples: NDArray[np.float32]) -> None:
        try:
            device, kind = _output()
        except Seq2SeqError as error:
            self._fail(error)
            return
        from PySide6.QtMultimedia import QAudioSink

        data = as_bytes(samples, kind.sampleRate(), kind.channelCount(), kind.sampleFormat().name)
        self._start = start
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink = QAudioSink(device, kind, self)
        self._sink.start(self._buffer)
        self._clock.start()
        self._on_clock()

    def _on_clock(self) -> None:
        if self._sink is None:
            return
        if self._sink.state().name in ("IdleState", "StoppedState"):  # by name: Qt has two types for it
            self.stop()
        else:
            self.moved.emit(self._start + self._sink.processedUSecs() / 1e6)

    def _fail(self, error: Seq2SeqError) -> None:
        self.failed.emit(error.problem, error.remedy)


def part_of(path: Path, start: float, end: float) -> NDArray[np.float32]:
    """The samples of a part of a file, mono at 16 kHz; softly begun and ended. Raises: InputError."""
    parts = list(blocks(path, start=start, end=max(end, start + 2 * _EDGE)))
    samples = np.concatenate(parts) if parts else np.zeros(1, np.float32)
    edge = min(round(_EDGE * SAMPLE_RATE), len(samples) // 2)
    samples[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)
    samples[len(samples) - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)
    return samples


def as_bytes(samples: NDArray[np.float32], rate: int, channels: int, kind: str) -> bytes:
    """Samples at 16 kHz as an output wants them; `kind` is the name of one of Qt's sample formats."""
    if rate != SAMPLE_RATE:
        places = np.arange(round(len(samples) * rate / SAMPLE_RATE)) * (SAMPLE_RATE / rate)
        samples = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    every = np.repeat(np.clip(samples, -1, 1), channels)
    if kind == "UInt8":
        return bytes((every * 127 + 128).astype(np.uint8))
    if kind == "Int16":
        return (every * (2**15 - 1)).astype(np.int16).tobytes()
    return (every.astype(np.float64) * (2**31 - 1)).astype(np.int32).tobytes() if kind == "Int32" else every.tobytes()


def _output() -> tuple[Any, Any]:
    """The usual loudspeaker and the format for it. Raises: DeviceError."""
    try:
        from PySide6.QtMultimedia import QAudioFormat, QMediaDevices
    except ImportError as error:
        remedy = "install what the message names (on Debian or Ubuntu libpulse0), then start again"
        raise DeviceError(f"sound cannot be used: {error}", remedy) from error
    device = QMediaDevices.defaultAudioOutput()
    if device.isNull():
        raise DeviceError("no loudspeaker was found", "plug in loudspeakers or headphones")
    kind = QAudioFormat()
    kind.setSampleRate(SAMPLE_RATE)
    kind.setChannelCount(1)
    kind.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return device, kind if device.isFormatSupported(kind) else device.preferredFormat()
