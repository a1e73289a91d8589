"""A recording that is read while it is written: what another thread or process says into its file, as it comes."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.audio import SAMPLE_RATE
from seq2seq_desktop.io.files import unreadable

POLL = 0.05  # seconds between two looks at the file
PATIENCE = (
    5.0  # seconds without a sample after which nobody writes any more: a microphone gives samples in silence, too
)
_HEADER = 44  # bytes
_RATE = slice(24, 28)  # where the header has the sample rate
_BYTES = 2  # a sample
_FULL_SCALE = np.float32(32768)
_AT_ONCE = 30 * SAMPLE_RATE * _BYTES  # bytes that are read at most
_BEING_WRITTEN = re.compile(r"(.+)\.recording-\d+\.wav")  # the name that `recording.Recording` gives its file


def growing(
    path: Path, cancelled: Callable[[], bool] = lambda: False, patience: float = PATIENCE, start: float = 0.0
) -> Iterator[NDArray[np.float32]]:
    """What a `recording.Recording` writes into `path` from second `start` on, mono at 16 kHz in -1..1, as it comes.

    Each array holds all that came since the one before it was taken. It ends when the recording is closed, which
    moves its file, or when nothing came for `patience` seconds; a file that is whole already is read to its end.

    Raises: InputError: the file is not there, or is no such recording.
    """
    file = _Growing(path, start)
    last = time.monotonic()
    while not cancelled():
        over = not file.open_ended or time.monotonic() - last > patience
        samples = file.read()
        if len(samples):
            last = time.monotonic()
            yield samples
        elif over:
            return
        else:
            time.sleep(POLL)


class _Growing:
    """Where a file is, and how much of it was read. It is opened for each look, so that it can be moved."""

    def __init__(self, path: Path, start: float) -> None:
        self._path = path = _named_by_now(path)
        self._resampler: Any = None
        try:
            with path.open("rb") as file:
                header = file.read(_HEADER)
                self._identity = _identity(os.fstat(file.fileno()))
        except OSError as error:
            raise unreadable(path, error) from error
        if len(header) < _HEADER or header[:4] != b"RIFF":
            raise InputError(f"{path.name} is no recording of this program", "open it as a file")
        self._rate = int.from_bytes(header[_RATE], "little")
        self._place = _HEADER + round(start * self._rate) * _BYTES  # up to where it was read

    @property
    def open_ended(self) -> bool:
        """True while samples may come that are not there yet."""
        return bool(_BEING_WRITTEN.fullmatch(self._path.name)) and self._path.exists()

    def read(self) -> NDArray[np.float32]:
        """What is there and was not read before; of much, the first part."""
        try:
            data = self._bytes()
        except FileNotFoundError:  # closed, and so moved
            self._path = self._moved()
            data = self._bytes()
        except OSError as error:
            raise unreadable(self._path, error) from error
        whole = len(data) // _BYTES * _BYTES  # half a sample may have been written
        self._place += whole
        samples = np.frombuffer(data[:whole], "<i2")
        return self._resampled(samples) if self._rate != SAMPLE_RATE else samples.astype(np.float32) / _FULL_SCALE

    def _bytes(self) -> bytes:
        with self._path.open("rb") as file:
            file.seek(self._place)
            return file.read(_AT_ONCE)

    def _moved(self) -> Path:
        """Where the same file is now."""
        for path in self._path.parent.glob("*.wav"):
            with suppress(OSError):
                if _identity(path.stat()) == self._identity:
                    return path
        raise InputError(f"{self._path.name} is gone", "what was written down of it stays")

    def _resampled(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """The samples at 16 kHz; a few of them come with the next ones."""
        if not len(samples):
            return np.zeros(0, np.float32)
        import av

        if self._resampler is None:
            self._resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
        frame = av.AudioFrame.from_ndarray(samples[None], "s16", "mono")
        frame.sample_rate = self._rate
        pieces = [piece.to_ndarray()[0] for piece in self._resampler.resample(frame)]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def _named_by_now(path: Path) -> Path:
    """The plain name of a recording that was closed before anybody looked at it, else `path`."""
    match = _BEING_WRITTEN.fullmatch(path.name)
    plain = path.with_name(f"{match[1]}.wav") if match else path
    return plain if plain.exists() and not path.exists() else path


def _identity(status: os.stat_result) -> tuple[int, int]:
    """What stays the same of a file when it is moved."""
    return status.st_dev, status.st_ino
