"""Where somebody speaks: sound is cut at its pauses, and silence, noise and music never reach the model.

for utterance in utterances(blocks(path)):  # a file
    ...

pauses = Pauses(LIVE)  # a microphone
for block in microphone:
    for utterance in pauses.push(block):
        settle(utterance)
    if pauses.tentative:
        show(pauses.tentative)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from seq2seq_desktop.decoding.pace import use_threads
from seq2seq_desktop.errors import BundleError, OptionError
from seq2seq_desktop.io.audio import SAMPLE_RATE
from seq2seq_desktop.nn.voice import FRAME, VoiceDetector

FRAME_SECONDS = FRAME / SAMPLE_RATE  # 0.032
_FIRST_PART = 1 / 2  # of the longest utterance: where it is cut early, a window of the model is mostly empty
_NO_FRAMES = np.zeros(0, np.float32)


@dataclass(frozen=True)
class PauseOptions:
    """What counts as speech, and which pauses end an utterance; the times in seconds."""

    pause: float = 2.0  # without speech for so long, an utterance is over
    longest: float = 30.0  # of an utterance with its padding: the window of the model
    padding: float = 0.6  # kept before the first and after the last word; with 0.3 both are heard worse
    shortest: float = 0.1  # of speech in an utterance; less is a click
    threshold: float = 0.5  # probability from which on a frame is speech
    release: float = 0.35  # probability below which speech has stopped

    def __post_init__(self) -> None:
        if not 0 < self.release <= self.threshold <= 1:
            raise OptionError(
                f"release = {self.release} and threshold = {self.threshold} are not in order",
                "take 0 < release <= threshold <= 1",
            )
        if self.padding < 0 or self.pause < FRAME_SECONDS or self.longest < 1 + 2 * self.padding:
            raise OptionError(
                f"pause = {self.pause} s, padding = {self.padding} s, longest = {self.longest} s do not fit together",
                "take a pause of 0.04 s or more, and at least one second between the paddings of the longest",
            )


FILE = PauseOptions()  # few windows, well filled
LIVE = PauseOptions(pause=0.6)  # the text settles soon after a sentence


@dataclass(frozen=True, eq=False)
class Utterance:
    """A stretch of sound in which somebody speaks."""

    start: float  # seconds, from the beginning of the stream
    samples: NDArray[np.float32]  # mono, 16 kHz

    @property
    def end(self) -> float:
        """Seconds from the beginning of the stream."""
        return self.start + len(self.samples) / SAMPLE_RATE


def load_detector() -> VoiceDetector:
    """The voice detector with the weights from the package silero-vad, which itself is not imported.

    Importing it would set torch's number of threads to one for the whole program and look for torchaudio.

    Raises:
        BundleError: the package is missing, or has other weights than those this program knows.
    """
    spec = find_spec("silero_vad")
    if spec is None or not spec.submodule_search_locations:
        raise BundleError("the package silero-vad is not installed", "set the program up again: `make setup`")
    path = Path(spec.submodule_search_locations[0]) / "data" / "silero_vad_16k.safetensors"
    try:
        return VoiceDetector.of(load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise BundleError(
            f"the voice activity weights in {path} are missing or of an unknown kind", "install silero-vad 6.2.3"
        ) from error


class VoiceActivity:
    """The probability of speech for each 32 ms of a sound that comes in blocks of any length."""

    def __init__(self, detector: VoiceDetector | None = None) -> None:
        self._detector = detector or load_detector()
        self._state = self._detector.start()
        self._rest = _NO_FRAMES  # samples that do not fill a frame yet

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """(frames,) float32, 0..1, of the frames that `samples` complete."""
        # One sample that is not a number would stay in the detector's state for good.
        waiting = np.nan_to_num(
            np.concatenate([self._rest, samples]).astype(np.float32, copy=False), posinf=1, neginf=-1
        )
        whole = len(waiting) // FRAME * FRAME
        self._rest = waiting[whole:]
        # Its products are so small that threads only wait for each other: beside busy programs a hundredfold.
        use_threads(1)
        with torch.inference_mode():
            frames = torch.from_numpy(waiting[:whole]).view(-1, FRAME)
            probabilities, self._state = self._detector(frames, self._state)
        return np.asarray(probabilities.numpy())

    def close(self) -> NDArray[np.float32]:
        """(0 or 1,) float32: of the last frame, filled up with silence."""
        missing = -len(self._rest) % FRAME
        return self.push(np.zeros(missing, np.float32)) if missing else _NO_FRAMES


class Pauses:
    """Cuts a stream into utterances at its pauses; holds no more of it than the utterance that goes on."""

    def __init__(
        self, options: PauseOptions = FILE, detector: VoiceDetector | None = None, start: float = 0.0
    ) -> None:
        """`start`: seconds, the time of the first sample that will be pushed."""
        self._options = options
        self._padding = round(options.padding * SAMPLE_RATE)
        self._activity = VoiceActivity(detector)
        self._start = start
        self._buffer = _NO_FRAMES  # the newest samples
        self._heard = 0  # samples pushed so far: where the buffer ends
        self._floor = 0  # sample up to which everything was given out
        self._frames = 0  # judged so far
        self._begin: int | None = None  # frame with which the utterance that goes on began
        self._speech: list[float] = []  # of each frame from `_begin` on: its probability, or 0 in a pause
        self._last = 0  # the last frame with speech

    @property
    def tentative(self) -> Utterance | None:
        """The utterance that still goes on, as far as it was heard; None in a pause."""
        if self._begin is None or not self._suffices(self._speech):
            return None
        return self._utterance(*self._range(self._last + 1))

    def push(self, samples: NDArray[np.float32]) -> list[Utterance]:
        """The utterances that are over with `samples`, mostly none."""
        done = []
        for begin in range(0, len(samples), SAMPLE_RATE):  # however much comes at once, little is held
            piece = samples[begin : begin + SAMPLE_RATE]
            self._buffer = np.concatenate([self._buffer, piece])
            self._heard += len(piece)
            done += self._judge(self._activity.push(piece))
        return done

    def close(self) -> list[Utterance]:
        """The utterance that the end of the stream cuts off, if there is one."""
        done = self._judge(self._activity.close())
        if self._begin is not None:
            done += self._finish()
        return done

    def _judge(self, probabilities: NDArray[np.float32]) -> list[Utterance]:
        """Go on by these frames; the utterances that are over with them."""
        done = []
        for probability in probabilities.tolist():
            self._hear(probability)
            while self._begin is not None and self._is_too_long():
                done += self._split()
            if self._begin is not None and self._frames - 1 - self._last >= self._options.pause / FRAME_SECONDS:
                done += self._finish()
        self._forget()
        return done

    def _hear(self, probability: float) -> None:
        """One frame more."""
        speaking = self._begin is not None and self._speech[-1] > 0
        is_speech = probability >= (self._options.release if speaking else self._options.threshold)
        if is_speech:
            self._last = self._frames
            if self._begin is None:
                self._begin, self._speech = self._frames, []
        if self._begin is not None:
            self._speech.append(probability if is_speech else 0.0)
        self._frames += 1

    def _suffices(self, speech: list[float]) -> bool:
        """Whether these frames are more than a click."""
        return sum(p >= self._options.threshold for p in speech) * FRAME_SECONDS >= self._options.shortest

    def _is_too_long(self) -> bool:
        first, _ = self._range(self._last + 1)
        return (self._last + 1) * FRAME + self._padding - first > self._options.longest * SAMPLE_RATE

    def _range(self, after: int) -> tuple[int, int]:
        """The samples of the utterance up to the frame `after`, padded: the first and the one after the last."""
        first = max(self._floor, (self._begin or 0) * FRAME - self._padding)
        return first, max(first, min(self._heard, after * FRAME + self._padding))

    def _utterance(self, first: int, after: int) -> Utterance:
        """The samples from `first` to `after`, which the buffer still holds."""
        origin = self._heard - len(self._buffer)
        return Utterance(self._start + first / SAMPLE_RATE, self._buffer[first - origin : after - origin].copy())

    def _finish(self) -> list[Utterance]:
        """The utterance that goes on is over; nothing if it was a click."""
        first, after = self._range(self._last + 1)
        done = [self._utterance(first, after)] if self._suffices(self._speech) else []
        self._floor, self._begin = after, None
        return done

    def _split(self) -> list[Utterance]:
        """The first part of an utterance that got too long: up to its longest pause, else to its least sure frame."""
        begin = self._begin or 0
        before, rest = self._cut()
        first, after = self._range(begin + before)
        after = min(after, (begin + (before + rest) // 2) * FRAME)  # no sample is padding to both parts
        done = [self._utterance(first, after)] if self._suffices(self._speech[:before]) else []
        self._floor = after
        self._begin, self._speech = begin + rest, self._speech[rest:]
        return done

    def _cut(self) -> tuple[int, int]:
        """The frame after the first part and the first of the rest, counted from the beginning of the utterance."""
        fit = int((self._options.longest - 2 * self._options.padding) / FRAME_SECONDS)
        pauses = _runs_of_zeros(self._speech[: self._last + 1 - (self._begin or 0)])
        pauses = [(before, after) for before, after in pauses if before <= fit]
        late = [(before, after) for before, after in pauses if before >= fit * _FIRST_PART]
        if late or pauses:
            return max(late or pauses, key=lambda pause: pause[1] - pause[0])
        cut = fit - 1 - int(np.argmin(self._speech[fit - 1 : fit * 2 // 3 : -1]))  # the latest of equals
        return cut, cut

    def _forget(self) -> None:
        """Drop the samples that can be in no utterance any more."""
        needed = self._frames * FRAME if self._begin is None else self._begin * FRAME
        origin = self._heard - len(self._buffer)
        self._buffer = self._buffer[max(0, max(self._floor, needed - self._padding) - origin) :]


def utterances(
    blocks: Iterable[NDArray[np.float32]],
    options: PauseOptions = FILE,
    detector: VoiceDetector | None = None,
    start: float = 0.0,
) -> Iterator[Utterance]:
    """The utterances of a stream of blocks (mono, 16 kHz) as soon as each is over; the stream may be endless.

    Where the blocks end in an error, the utterance that it cuts off comes before the error. `start` is the time of
    the first sample in seconds.
    """
    pauses = Pauses(options, detector, start)
    try:
        for block in blocks:
            yield from pauses.push(block)
    except Exception:
        yield from pauses.close()
        raise
    yield from pauses.close()


def _runs_of_zeros(values: list[float]) -> list[tuple[int, int]]:
    """The stretches of zeros inside `values`, each as its first index and the one after it."""
    zero = np.concatenate([[False], np.asarray(values) == 0, [False]])
    edges = np.flatnonzero(zero[1:] != zero[:-1])
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
