"""The microphone: every block is in the recording's file before anything else sees it.

QtMultimedia is loaded with the first use, not at start.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from seq2seq_desktop import paths
from seq2seq_desktop.errors import DeviceError, Seq2SeqError
from seq2seq_desktop.io.audio import SAMPLE_RATE
from seq2seq_desktop.io.recording import PreRoll, Recording

log = logging.getLogger(__name__)
_FORMATS: dict[str, tuple[Any, np.float32, np.float32]] = {  # how samples are stored, what is silence, what is loud
    "UInt8": (np.uint8, np.float32(128), np.float32(128)),
    "Int16": (np.int16, np.float32(0), np.float32(2**15)),
    "Int32": (np.int32, np.float32(0), np.float32(2**31)),
    "Float": (np.float32, np.float32(0), np.float32(1)),
}
_WATCH_MS = 1000  # between two looks whether the microphone is still there
_SILENT = 2.5  # seconds without a sample, not even silence, after which it is not
_BUFFER = 2.0  # seconds that the window may be busy without a sample being lost


@dataclass(frozen=True)
class Input:
    """A microphone as a list shows it."""

    id: bytes
    name: str
    usual: bool  # the one that the system would take


class Microphone(QObject):
    """Open, it listens and keeps the last half second; recording, it writes a file.

    `lost` tells that the device is gone or silent for good: the recording up to then is closed and whole.
    """

    heard = Signal(object, int)  # samples of a block, -1..1 mono, and their rate in Hz; after they were written
    inputs_changed = Signal()
    lost = Signal(str, str)  # problem, remedy

    def __init__(self, parent: QObject | None = None) -> None:
        """Closed."""
        super().__init__(parent)
        self._media: Any = None  # QtMultimedia, once it is loaded
        self._devices: Any = None
        self._source: Any = None
        self._stream: Any = None
        self._format: Any = None
        self._id = b""
        self._rest = b""  # of a sample that came only in part
        self._last = 0.0  # when sound came, monotonic seconds
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._watch.timeout.connect(self._on_watch)
        self._pre_roll = PreRoll()
        self._recording: Recording | None = None

    # Which there are

    def inputs(self) -> list[Input]:
        """The microphones that there are now, the usual one first. Raises: DeviceError without QtMultimedia."""
        usual = self._loaded().QMediaDevices.defaultAudioInput().id().data()
        found = [
            Input(device.id().data(), device.description(), device.id().data() == usual)
            for device in self._media.QMediaDevices.audioInputs()
        ]
        return sorted(found, key=lambda one: not one.usual)

    def _loaded(self) -> Any:
        if self._media is None:
            try:
                from PySide6 import QtMultimedia
            except ImportError as error:
                remedy = "install what the message names (on Debian or Ubuntu libpulse0), then start again"
                raise DeviceError(f"sound cannot be used: {error}", remedy) from error
            self._media = QtMultimedia
            self._devices = QtMultimedia.QMediaDevices(self)
            self._devices.audioInputsChanged.connect(self._on_inputs)
        return self._media

    # Listening

    @property
    def is_open(self) -> bool:
        """True while it listens."""
        return self._source is not None

    @property
    def recording(self) -> Recording | None:
        """What is being recorded."""
        return self._recording

    def open(self, wanted: bytes = b"") -> None:
        """Listen with one of `inputs`, b"" the usual one; does nothing if it does so already.

        Raises: DeviceError.
        """
        if self.is_open and wanted in (b"", self._id):
            return
        self.close()
        device = self._device(wanted)
        self._format = self._fitting(device)
        source = self._media.QAudioSource(device, self._format, self)
        source.setBufferSize(self._format.bytesForDuration(int(_BUFFER * 1e6)))
        self._rest, self._pre_roll = b"", PreRoll(sample_rate=self._format.sampleRate())
        stream = source.start()
        if stream is None or source.error().name != "NoError":  # by name: Qt has two types for it
            source.deleteLater()
            problem = f"the microphone {device.description()!r} cannot be opened"
            raise DeviceError(problem, "close programs that use it, allow this one to, or choose another")
        self._source, self._stream, self._id = source, stream, device.id().data()
        self._last = monotonic()
        self._watch.start()
        stream.readyRead.connect(self._on_samples)

    def _device(self, wanted: bytes) -> Any:
        devices = self._loaded().QMediaDevices.audioInputs()
        if not devices:
            raise DeviceError("no microphone was found", "plug one in, and see that the system lets programs use it")
        usual = self._media.QMediaDevices.defaultAudioInput()
        return next((device for device in devices if device.id().data() == wanted), usual)

    def _fitting(self, device: Any) -> Any:
        """16 kHz mono where the device gives it, else what it likes best; files may have any rate."""
        wanted = self._media.QAudioFormat()
        wanted.setSampleRate(SAMPLE_RATE)
        wanted.setChannelCount(1)
        wanted.setSampleFormat(self._media.QAudioFormat.SampleFormat.Int16)
        return wanted if device.isFormatSupported(wanted) else device.preferredFormat()

    def close(self) -> None:
        """Listen no more; a recording is closed as well."""
        self.stop()
        self._watch.stop()
        source, self._source, self._stream = self._source, None, None
        if source is not None:
            source.stop()
            source.deleteLater()

    # Recording

    def record(self, wanted: bytes = b"", folder: Path | None = None) -> Path:
        """The file that grows from now on; it begins half a second ago if it was listening then.

        Raises: DeviceError for the microphone, InputError for the disk.
        """
        self.stop()
        self.open(wanted)
        recording = Recording.start(folder or paths.recordings(), self._format.sampleRate())
        recording.write(self._pre_roll.take())
        self._recording = recording
        return recording.path

    def stop(self) -> Path | None:
        """The finished file; None if nothing was recorded."""
        if self._recording is None:
            return None
        if self._stream is not None:
            self._on_samples()  # what has come since the last block
        recording: Recording | None = self._recording  # a full disk may have ended it just now
        self._recording = None
        return recording.close() if recording is not None else None

    def _on_samples(self) -> None:
        if self._stream is None:
            return
        data = self._rest + self._stream.readAll().data()
        self._last = monotonic()
        size = self._format.bytesPerFrame()
        whole = len(data) // size * size
        self._rest = data[whole:]
        if not whole:
            return
        samples = mono(data[:whole], self._format.sampleFormat().name, self._format.channelCount())
        try:
            if self._recording is not None:
                self._recording.write(samples)
            else:
                self._pre_roll.push(samples)
        except Seq2SeqError as error:
            self._lose(error.problem, error.remedy)
            return
        self.heard.emit(samples, self._format.sampleRate())

    # What may go wrong

    def _on_inputs(self) -> None:
        if self.is_open:
            self._on_watch()
        self.inputs_changed.emit()

    def _on_watch(self) -> None:
        """See that sound still comes: not every system says so when a microphone is gone."""
        here = [device.id().data() for device in self._media.QMediaDevices.audioInputs()]
        stopped = self._source is not None and self._source.state().name == "StoppedState"
        if self.is_open and (stopped or self._id not in here or monotonic() - self._last > _SILENT):
            self._unplugged()

    def _unplugged(self) -> None:
        kept = "what was recorded until then is kept" if self._recording is not None else "plug it in again"
        self._lose("the microphone was unplugged or taken away", kept)

    def _lose(self, problem: str, remedy: str) -> None:
        log.warning("%s; %s", problem, remedy)
        self._stream = None  # nothing more can be read from it
        self.lost.emit(problem, remedy)
        self.close()


def mono(data: bytes, kind: str, channels: int) -> NDArray[np.float32]:
    """The samples, mean of all channels, -1..1; `kind` is the name of one of Qt's sample formats."""
    stored, zero, full = _FORMATS[kind]
    values = (np.frombuffer(data, stored).astype(np.float32) - zero) / full
    mixed: NDArray[np.float32] = values.reshape(-1, channels).mean(axis=1, dtype=np.float32)
    return mixed
