"""Recordings that survive a crash: every block is in the file before anything else sees it; levels and pre-roll.

with Recording.start(recordings()) as recording:
    recording.write(block)
recording.path  # a WAV file, valid at every moment
"""

import math
import os
import re
import struct
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import psutil
from numpy.typing import NDArray

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.audio import SAMPLE_RATE
from seq2seq_desktop.io.files import unwritable

SILENCE = -120.0  # dBFS, the lowest level that is told; 16 bits end at -96
PRE_ROLL = 0.5  # seconds
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_BYTES = 2  # a sample
_CLIPPED = 0.999  # of full scale: what converters make of a signal that went beyond
_RUN = 3  # samples at full scale in a row; fewer happen in loud sound that is whole
_UNFINISHED = re.compile(r"(?P<name>.+)\.recording-(?P<process>\d+)\.wav")


class Recording:
    """A WAV file (16 bits, mono) that grows by `write`; whatever happens, what was written can be played.

    Until `close` its name says which process writes it, so that `unfinished` finds what a crash left behind. Not for
    several threads at once.
    """

    def __init__(self, path: Path, sample_rate: int = SAMPLE_RATE) -> None:
        """Make the file; `path` is the name it gets when it is closed.

        Raises:
            InputError: the file cannot be made.
        """
        self.path = path.with_name(f"{path.stem}.recording-{os.getpid()}.wav")  # where the file is now
        self.samples = 0
        self.sample_rate = sample_rate  # Hz
        self._final = path
        try:
            self._file: BinaryIO = self.path.open("xb", buffering=0)
            self._write(b"")
        except OSError as error:
            raise unwritable(self.path, error) from error

    @classmethod
    def start(cls, folder: Path, sample_rate: int = SAMPLE_RATE) -> Self:
        """A new recording in `folder`, which is made if need be; date and time are its name.

        Raises:
            InputError: the folder or the file cannot be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from error
        return cls(_unused(folder / f"{datetime.now():%Y-%m-%d %H-%M-%S}.wav"), sample_rate)

    @property
    def seconds(self) -> float:
        """The length so far."""
        return self.samples / self.sample_rate

    def write(self, samples: NDArray[np.float32]) -> None:
        """Nothing; `samples` (-1..1) are in the file when this returns, and on the disk at most a second later.

        Raises:
            InputError: the disk is full or gone; what was written before stays.
        """
        whole = np.round(np.clip(np.nan_to_num(samples), -1, 1) * 32767).astype("<i2")
        try:
            self._write(whole.tobytes())
        except OSError as error:
            raise unwritable(self.path, error) from error
        before, self.samples = self.samples, self.samples + len(whole)
        if self.samples // self.sample_rate > before // self.sample_rate:
            with suppress(OSError):  # some file systems have no such call
                os.fsync(self._file.fileno())

    def close(self) -> Path:
        """The finished file under its final name; closing again does nothing."""
        if not self._file.closed:
            self._file.close()
            self.path = _renamed(self.path, self._final)
        return self.path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        """The samples first, then the header that counts them: in between, the file is valid, too."""
        size = self.samples * _BYTES + len(data)
        self._file.seek(_HEADER.size + self.samples * _BYTES)
        _write_all(self._file, data)
        self._file.seek(0)
        _write_all(self._file, _header(size, self.sample_rate))


def unfinished(folder: Path) -> tuple[Path, ...]:
    """The recordings in `folder` that were cut off, oldest first; those that are still being made are left out.

    What was cut off before its first sample is deleted.
    """
    found = []
    for path in sorted(folder.glob("*.recording-*.wav")):
        with suppress(OSError):
            if not _being_written(path):
                if path.stat().st_size > _HEADER.size:
                    found.append(path)
                else:
                    path.unlink()
    return tuple(found)


def plain_name(path: Path) -> str:
    """The name of a recording once it is closed; that of any other file is its own."""
    match = _UNFINISHED.fullmatch(path.name)
    return f"{match['name']}.wav" if match else path.name


def finish(path: Path) -> Path:
    """The finished file of an unfinished recording: its header counts all samples, its name is plain.

    Raises:
        InputError: the file is no unfinished recording, or cannot be written.
    """
    match = _UNFINISHED.fullmatch(path.name)
    if not match:
        raise InputError(f"{path.name} is not an unfinished recording", "open it as a file")
    try:
        with path.open("r+b", buffering=0) as file:
            header = _HEADER.unpack(file.read(_HEADER.size))
            size = (path.stat().st_size - _HEADER.size) // _BYTES * _BYTES
            file.truncate(_HEADER.size + size)  # half a sample may have been written
            file.seek(0)
            _write_all(file, _header(size, header[7]))
    except OSError as error:
        raise unwritable(path, error) from error
    except struct.error as error:
        raise InputError(f"{path.name} is not an unfinished recording", "delete it") from error
    return _renamed(path, path.with_name(f"{match['name']}.wav"))


@dataclass(frozen=True)
class Level:
    """How loud a block is, in dB below full scale (0 dBFS: every sample at 1 or -1); silence is -120."""

    rms: float
    peak: float


def level(samples: NDArray[np.float32]) -> Level:
    """The level of a block; of an empty one, silence."""
    if not len(samples):
        return Level(SILENCE, SILENCE)
    magnitude = np.abs(samples, dtype=np.float64)
    return Level(_decibels(math.sqrt(float(np.mean(magnitude**2)))), _decibels(float(magnitude.max())))


def clipped(samples: NDArray[np.float32]) -> int:
    """How many samples were cut off at full scale: those in runs of three or more."""
    loud = np.concatenate([[False], np.abs(samples) >= _CLIPPED, [False]])
    edges = np.flatnonzero(loud[1:] != loud[:-1])
    runs = edges[1::2] - edges[::2]
    return int(runs[runs >= _RUN].sum())


class PreRoll:
    """The last half second before recording began, so that no first word is cut off: a ring of samples."""

    def __init__(self, seconds: float = PRE_ROLL, sample_rate: int = SAMPLE_RATE) -> None:
        self._ring = np.zeros(round(seconds * sample_rate), np.float32)
        self._next = 0  # where the oldest sample is, once the ring is full
        self._filled = 0

    def push(self, samples: NDArray[np.float32]) -> None:
        """Nothing; the newest samples push out the oldest."""
        size = len(self._ring)
        kept = samples[max(0, len(samples) - size) :]
        self._ring[(self._next + np.arange(len(kept))) % max(1, size)] = kept
        self._next = (self._next + len(kept)) % max(1, size)
        self._filled = min(size, self._filled + len(kept))

    def take(self) -> NDArray[np.float32]:
        """What is held, oldest first; nothing is held afterwards."""
        oldest = self._next - self._filled
        held = self._ring[(oldest + np.arange(self._filled)) % max(1, len(self._ring))]
        self._filled = 0
        return held


def _header(size: int, sample_rate: int) -> bytes:
    """The header of a WAV file with `size` bytes of samples; beyond 4 GiB it says as much as it can."""
    size = min(size, 2**32 - 1 - _HEADER.size)
    kind = (b"fmt ", 16, 1, 1, sample_rate, sample_rate * _BYTES, _BYTES, 8 * _BYTES)
    return _HEADER.pack(b"RIFF", size + _HEADER.size - 8, b"WAVE", *kind, b"data", size)


def _write_all(file: BinaryIO, data: bytes) -> None:
    """An unbuffered file may take less than it is given when the disk is nearly full; the next call then says so."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _being_written(path: Path) -> bool:
    """Whether the process that the name tells of still lives and is not another one that got the same number."""
    match = _UNFINISHED.fullmatch(path.name)
    try:
        return match is not None and psutil.Process(int(match["process"])).create_time() <= path.stat().st_mtime
    except (psutil.Error, OverflowError):
        return False


def _renamed(path: Path, final: Path) -> Path:
    """Where the file is then: at `final` or a free name like it, else, if it cannot be moved, where it was."""
    with suppress(OSError):
        return path.rename(_unused(final))
    return path


def _unused(path: Path) -> Path:
    """`path`, or with a number where there is such a file already."""
    number, free = 2, path
    while free.exists():
        free, number = path.with_stem(f"{path.stem} ({number})"), number + 1
    return free


def _decibels(amplitude: float) -> float:
    return max(SILENCE, 20 * math.log10(amplitude)) if amplitude > 0 else SILENCE
