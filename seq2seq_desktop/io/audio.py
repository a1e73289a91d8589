"""Sound of any audio or video file, as blocks of samples; never the whole file at once.

for block in blocks(Path("lecture.mp4")):  # (16000,) float32 each, the last one shorter
    ...
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.errors import InputError, OptionError
from seq2seq_desktop.io.files import unreadable

if TYPE_CHECKING:  # FFmpeg's libraries are loaded with the first file, not at start
    from av import AudioFrame
    from av.audio import AudioStream
    from av.container import InputContainer

SAMPLE_RATE = 16_000  # Hz, of every block
READABLE = (
    ".wav", ".flac", ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".aac", ".wma", ".aif", ".aiff", ".amr", ".caf", ".mka",
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".wmv", ".mpg", ".mpeg", ".ts", ".mts", ".3gp", ".flv", ".ogv",
)  # fmt: skip
"""The suffixes of files that mostly have sound, for file dialogs; others are tried as well when asked for."""

_TOLERANCE = 0.1  # seconds that timestamps may stray from what the number of samples says
_LONGEST_GAP = 600.0  # seconds; a longer jump of the timestamps is a fault of theirs, not silence
_LOST = 1.0  # seconds that may be missing before a file counts as damaged; players skip that much in silence
_RUN_IN = 0.5  # seconds that decoders get before `start`, since the first frames after a jump are rough
_EXACT = frozenset({"wav", "w64", "flac", "aiff", "caf", "mov"})  # formats whose headers state the length
_FULL_SCALE = np.float32(2**31)


@dataclass(frozen=True)
class AudioInfo:
    """What a file says of its sound before any of it is decoded."""

    seconds: float | None  # None where the file does not say
    sample_rate: int  # Hz
    channels: int
    codec: str  # FFmpeg's name, e.g. "aac"


def probe(path: Path) -> AudioInfo:
    """The length and kind of the sound in a file, from its headers alone.

    Raises:
        InputError: the file cannot be read, is empty, or has no sound.
    """
    with _opened(path) as (container, stream):
        context = stream.codec_context
        return AudioInfo(_length(container, stream), stream.rate, stream.channels, context.name)


def blocks(
    path: Path, seconds: float = 1.0, start: float = 0.0, end: float | None = None
) -> Iterator[NDArray[np.float32]]:
    """The sound of a file from `start` to `end` (seconds), mono at 16 kHz in -1..1, in blocks of `seconds`.

    Times count from the beginning of the file, as a player shows them; where its sound pauses (a video whose sound
    begins later), silence stands. Single packets that cannot be decoded are silence too.

    Raises:
        InputError: before the first block, the file cannot be read or nothing in it can be decoded; after the last
            one, the file breaks off or more than a second of it could not be decoded. What came before is sound.
        OptionError: `seconds` is not positive, or `start` and `end` are in no order.
    """
    if not seconds > 0 or not 0 <= start <= (start if end is None else end):
        raise OptionError(
            f"blocks of {seconds} s from {start} s to {end} s", "take blocks longer than 0 s, and 0 <= start <= end"
        )
    return _reblocked(_cut(path, start, end), max(1, round(seconds * SAMPLE_RATE)))


@contextmanager
def _opened(path: Path) -> Iterator[tuple["InputContainer", "AudioStream"]]:
    """The container of a file and the best audio stream in it."""
    import av

    try:
        file = path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:  # a NUL in the name
        raise InputError(f"{path.name!r} is not a file name", "choose another file") from error
    with file:
        if not os.fstat(file.fileno()).st_size:
            raise InputError(f"{path.name} is empty", "choose a file with sound in it")
        try:
            # A file object rather than a name, which FFmpeg would search for protocols and patterns; and a playlist
            # in it must not make FFmpeg open other files or addresses.
            container = av.open(file, "r", options={"protocol_whitelist": "none"}, metadata_errors="replace")
        except (av.FFmpegError, ValueError) as error:
            raise InputError(
                f"{path.name} is not a sound or video file that can be read, or it is damaged",
                "see whether a player plays it, and save it from there as WAV, FLAC or MP3",
            ) from error
        with container:
            yield container, _audio(container, path.name)


def _audio(container: "InputContainer", name: str) -> "AudioStream":
    # No context where FFmpeg has no decoder, whatever PyAV's types say.
    streams = [stream for stream in container.streams.audio if cast("object", stream.codec_context) is not None]
    if not streams and container.streams.audio:
        raise InputError(f"the sound in {name} is of a kind that cannot be decoded", "save it as WAV, FLAC or MP3")
    if not streams:
        raise InputError(f"{name} has no sound in it", "choose a recording, or a video with sound")
    best = container.streams.best("audio")
    return next((stream for stream in streams if best and stream.index == best.index), streams[0])


def _length(container: "InputContainer", stream: "AudioStream") -> float | None:
    """Seconds from the beginning of the file to the end of its sound, as the headers have it."""
    if stream.duration and stream.time_base:
        begin = float((stream.start_time or 0) * stream.time_base)
        return max(0.0, begin - _origin(container)) + float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration and container.duration > 0 else None


def _origin(container: "InputContainer") -> float:
    """The timestamp, in seconds, that a player shows as zero."""
    return (container.start_time or 0) / 1e6


def _cut(path: Path, start: float, end: float | None) -> Iterator[NDArray[np.float32]]:
    """The samples from `start` to `end`, in whatever pieces they come."""
    first, last = round(start * SAMPLE_RATE), None if end is None else round(end * SAMPLE_RATE)
    with _opened(path) as (container, stream):
        sound = _Sound(container, stream, start)
        for samples in sound.pieces():
            begin = sound.position - len(samples)
            yield samples[max(0, first - begin) : None if last is None else max(0, last - begin)]
            if last is not None and sound.position >= last:
                return
        sound.check(path.name)


def _reblocked(pieces: Iterable[NDArray[np.float32]], size: int) -> Iterator[NDArray[np.float32]]:
    """The same samples in arrays of `size`, the last one shorter; also where the pieces end in an error."""
    block, filled = np.empty(size, np.float32), 0
    try:
        for piece in pieces:
            while len(piece):
                taken = min(size - filled, len(piece))
                block[filled : filled + taken] = piece[:taken]
                piece, filled = piece[taken:], filled + taken
                if filled == size:
                    yield block
                    block, filled = np.empty(size, np.float32), 0
    except InputError:
        if filled:
            yield block[:filled]
        raise
    if filled:
        yield block[:filled]


class _Sound:
    """One pass over the sound of an open file; counts where it is and what was lost."""

    def __init__(self, container: "InputContainer", stream: "AudioStream", start: float) -> None:
        self.position = 0  # in samples at 16 kHz, from the beginning of the file: what `pieces` has given so far
        self._container, self._stream = container, stream
        self._start = max(0.0, start - _RUN_IN)
        self._shift = -_origin(container)  # seconds, from timestamps to positions
        self._decoded = False
        self._lost = 0.0  # seconds
        self._broken = False

    def pieces(self) -> Iterator[NDArray[np.float32]]:
        """Samples in order, from somewhat before the start that was asked for."""
        import av

        self._jump()
        resampler, kind = None, None
        try:
            for frame in self._frames():
                gap = self._gap(frame)
                if resampler and (gap or _kind(frame) != kind):
                    yield from self._passed(resampler, None)
                    resampler = None
                if gap:
                    yield from self._silence(frame)
                if resampler is None:
                    resampler, kind = av.AudioResampler("s32", "mono", SAMPLE_RATE), _kind(frame)
                yield from self._passed(resampler, frame)
            if resampler:
                yield from self._passed(resampler, None)
        except (av.FFmpegError, ValueError):  # such as channels that nobody can mix
            self._broken = True

    def check(self, name: str) -> None:
        """Nothing, or an error when the end was not what the beginning promised."""
        remedy = "what could be read is kept; copy the file again from where it came, or save it anew from a player"
        if not self._decoded:
            if self._broken or self._lost:
                raise InputError(f"{name} is damaged: nothing in it could be decoded", "choose another copy of it")
            if self._start == 0:
                raise InputError(f"{name} has no sound in it: it is 0 s long", "choose a recording with sound in it")
            return  # the start that was asked for lies after the end
        reached, whole = self.position / SAMPLE_RATE, self._promised()
        if self._broken or (whole is not None and whole - reached > _LOST):
            of = f" of {_clock(whole)}" if whole is not None else ""
            raise InputError(f"{name} is damaged: it breaks off after {_clock(reached)}{of}", remedy)
        if self._lost > _LOST:
            raise InputError(f"{name} is damaged: {self._lost:.0f} s of it could not be decoded", remedy)

    def _promised(self) -> float | None:
        """The length in seconds where the format states it exactly; elsewhere it is FFmpeg's guess."""
        exact = _EXACT & set(self._container.format.name.split(","))
        return _length(self._container, self._stream) if exact and self._stream.duration else None

    def _jump(self) -> None:
        import av

        if self._start > 0:
            with suppress(av.FFmpegError):  # what cannot be sought in is read from its beginning
                self._container.seek(round((self._start - self._shift) * 1e6))
                self.position = -1  # known with the first frame

    def _frames(self) -> Iterator["AudioFrame"]:
        """Decoded frames; what cannot be decoded is counted as lost."""
        import av

        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, ValueError):
                self._broken = True
                return
            try:
                frames: Any = packet.decode()
            except (av.FFmpegError, ValueError):
                self._lost += float((packet.duration or 0) * (packet.time_base or 0))
                continue
            for frame in frames:
                self._decoded = True
                yield frame

    def _gap(self, frame: "AudioFrame") -> bool:
        """Whether silence belongs before `frame`; timestamps that make no sense are set right from here on."""
        if frame.time is None:
            self.position = max(0, self.position)
            return False
        if self.position < 0:
            self.position = max(0, round((frame.time + self._shift) * SAMPLE_RATE))
        gap = frame.time + self._shift - self.position / SAMPLE_RATE
        if gap < -_TOLERANCE or gap > _LONGEST_GAP:
            self._shift -= gap
            return False
        return gap > _TOLERANCE

    def _silence(self, frame: "AudioFrame") -> Iterator[NDArray[np.float32]]:
        """Zeros up to where `frame` begins."""
        begin = round(((frame.time or 0.0) + self._shift) * SAMPLE_RATE)
        while self.position < begin:
            zeros = np.zeros(min(SAMPLE_RATE, begin - self.position), np.float32)
            self.position += len(zeros)
            yield zeros

    def _passed(self, resampler: Any, frame: "AudioFrame | None") -> Iterator[NDArray[np.float32]]:
        """What comes out of the resampler for `frame`; its rest for None.

        32-bit integers, because only to integers FFmpeg mixes channels down without going beyond full scale.
        """
        for piece in resampler.resample(frame):
            samples = piece.to_ndarray()[0].astype(np.float32) / _FULL_SCALE
            self.position += len(samples)
            yield samples


def _kind(frame: "AudioFrame") -> tuple[str, str, int]:
    """What a resampler is made for; it may change in the middle of a stream."""
    return frame.format.name, frame.layout.name, frame.sample_rate


def _clock(seconds: float) -> str:
    """`seconds` as 1:02:03."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
