"""A stretch of sound to the events of its text: what the model hears, and what it writes."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq_desktop.bundles.load import LoadedBundle
from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.filters import LogitFilter, SuppressTokens
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.decoding.pace import Choice, most_threads, paced, thread_counts, use_threads
from seq2seq_desktop.decoding.speech import FirstLook, first_look
from seq2seq_desktop.events import Alternative, BeamEntry, Heard, Hypothesis, SegmentDone, Step
from seq2seq_desktop.nn.spectrogram import SAMPLE_RATE, WINDOW
from seq2seq_desktop.nn.speech import AudioBatch, AudioMemory
from seq2seq_desktop.tasks.transcribe.activity import Utterance
from seq2seq_desktop.tasks.transcribe.words import POSITION, words_of
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.text.whisper import SpeechTask, WhisperTokens

_LONGEST = 224  # tokens of a window, what is forced included: half of what the decoder has positions for
_SHORTEST = 15.0  # seconds of a window: words are as right as with 30, below 10 the model runs in circles
_SILENCE = 1.0  # seconds behind what is said, at least
_SURE = 0.5  # probability from which on a detected language is believed


@dataclass(frozen=True, eq=False)
class Sound:
    """A stretch as the model hears it."""

    utterance: Utterance
    spectrogram: NDArray[np.float32]  # (mels, frames of 10 ms)
    memory: AudioMemory
    look: FirstLook
    language: str  # ISO 639-1
    whole: bool  # True where the window had the length that the model was trained on

    @property
    def start(self) -> float:
        """Seconds of the recording."""
        return self.utterance.start

    @property
    def end(self) -> float:
        """Seconds of the recording."""
        return self.utterance.end

    def heard(self, segment: int, settled: bool = True, agreed: int = 0) -> Heard:
        """The event that tells of it; `agreed` tokens of its text stay."""
        return Heard(segment, self.start, self.end, self.spectrogram, settled, self.language, agreed)


class Listener:
    """A Whisper model with its vocabulary."""

    def __init__(self, bundle: LoadedBundle, threads: int = 0) -> None:
        """A listener that is ready; threads = 0: as many as make it fastest."""
        model: Any = bundle.model
        self._config = model.config
        self._device = bundle.device
        self._model = _Paced(model, bundle.device, threads)
        self.tokenizer = bundle.tokenizer
        self.tokens = WhisperTokens.of(bundle.tokenizer, self._config.lang_ids)

    def hear(self, utterance: Utterance, language: str | None = None, likely: str = "", whole: bool = False) -> Sound:
        """The stretch, encoded. Without a `language` it is detected, or `likely` where that is not sure.

        Its window is as short as it may be, or with `whole` of the length that the model was trained on.
        """
        clip = torch.from_numpy(utterance.samples)
        window = WINDOW if whole else _window(len(clip))
        with torch.inference_mode():  # in each call by itself: the mode must not reach whoever takes the events
            batch = AudioBatch.of([clip], self._config.mels, self._device, window)
            memory = self._model.encode(batch)
            tokens = self.tokens
            (look,) = first_look(self._model, memory, tokens.start, list(tokens.languages.values()), tokens.no_speech)
            spectrogram = batch.features[0, :, : int(batch.lengths[0])].cpu().numpy().copy()
        chosen = language or self._detected(look, likely)
        return Sound(utterance, spectrogram, memory, look, chosen, window == WINDOW)

    def write(
        self,
        sound: Sound,
        segment: int,
        task: SpeechTask,
        options: DecodeOptions,
        prefix: Sequence[int] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Step | SegmentDone]:
        """The steps of segment number `segment`, then what was written; a text begins with the tokens `prefix`.

        Raises: OptionError for a language or task that the model does not know.
        """
        forced = self.tokens.prefix(sound.language, task)
        events = decode(
            self._model,
            sound.memory,
            self._bounded(options),
            special=SpecialTokens(self.tokens.start, self.tokens.end, self.tokens.end),
            prefixes=[(*forced, *prefix)],
            filters=self._filters(len(forced)),
            cancelled=cancelled,
        )
        told = _Told(self, sound, segment, len(forced), options)
        for event in events:
            if isinstance(event, Step) and event.index >= len(forced):
                yield told.step(event)
            elif isinstance(event, SegmentDone):
                yield told.done(event)

    def _detected(self, look: FirstLook, likely: str) -> str:
        """The language of a look."""
        if not look.languages:
            return "en"
        token, probability = look.languages[0]
        codes = {number: code for code, number in self.tokens.languages.items()}
        return likely if likely and probability < _SURE else codes[token]

    def _bounded(self, options: DecodeOptions) -> DecodeOptions:
        """The options with what words and guards need, and no more tokens than a window can hold."""
        longest = min(_LONGEST, self._config.target_positions)
        return replace(options, attention=True, max_length=min(options.max_length or longest, longest))

    def _filters(self, forced: int) -> list[LogitFilter]:
        """What is no text is never said."""
        always = {*self._config.suppress_ids, *range(self.tokens.end + 1, self._config.vocabulary)}
        return [SuppressTokens(always, self._config.suppress_ids_begin, [forced])]


def _window(samples: int) -> int:
    """How many samples a stretch of `samples` is filled up to, a whole number of positions."""
    seconds = min(max(_SHORTEST, samples / SAMPLE_RATE + _SILENCE), WINDOW / SAMPLE_RATE)
    return math.ceil(seconds / POSITION) * round(POSITION * SAMPLE_RATE)


class _Paced:
    """A model on as many threads as make it fastest, which starts once with a memory, however often it is asked to.

    Where other programs keep the cores busy, two threads wait for each other and encode several times as long as one;
    windows are timed as steps are. Most of a start is the memory's: its keys and values.
    """

    def __init__(self, model: Any, device: torch.device, threads: int) -> None:
        self._model, self._device = model, device
        self._steps = paced(model, device, threads)
        self._choice = Choice((threads,) if threads else thread_counts(most_threads()))
        self._memory: Any = None
        self._state: Any = None

    def encode(self, inputs: AudioBatch) -> Any:
        """The model's memory."""
        if self._device.type != "cpu":
            return self._model.encode(inputs)
        use_threads(self._choice.threads)
        began = time.perf_counter()
        memory = self._model.encode(inputs)
        self._choice.took((time.perf_counter() - began) / inputs.features.shape[2])  # windows differ in length
        return memory

    def start(self, memory: Any) -> Any:
        """The model's state before the first step, which is a value: it can be gone on from again and again."""
        if memory is not self._memory:
            self._memory, self._state = memory, self._model.start(memory)
        return self._state

    def step(self, tokens: torch.Tensor, state: Any, need_weights: bool) -> Any:
        """The model's step."""
        return self._steps.step(tokens, state, need_weights)


class _Told:
    """Puts pieces, text and words into the events of decoding, and leaves out what was forced on the model."""

    def __init__(self, listener: Listener, sound: Sound, segment: int, forced: int, options: DecodeOptions) -> None:
        self._tokenizer: Tokenizer = listener.tokenizer
        self._heads = listener._config.alignment_heads
        self._end = listener.tokens.end
        self._sound, self._segment, self._forced = sound, segment, forced
        self._maps = options.attention
        self._ending: tuple[tuple[int, ...], NDArray[np.float32]] | None = None  # the text that ended, its last row

    def step(self, event: Step) -> Step:
        """The step in the numbers of the text."""
        tokens = event.tokens[self._forced :]
        if event.token == self._end and event.attention is not None:
            self._ending = tokens, event.attention
        return replace(
            event,
            segment=self._segment,
            index=event.index - self._forced,
            tokens=tokens,
            piece=self._tokenizer.piece(event.token),
            text=self._tokenizer.decode(tokens),
            alternatives=self._named(event.alternatives),
            beam=tuple(self._entry(entry) for entry in event.beam),
            attention=event.attention if self._maps else None,
        )

    def done(self, event: SegmentDone) -> SegmentDone:
        """The outputs, the best with its words."""
        best, *others = (self._hypothesis(hypothesis) for hypothesis in event.hypotheses)
        row = self._ending[1] if self._ending and self._ending[0] == best.tokens else None
        sound = self._sound
        words = words_of(best, self._tokenizer, self._heads, sound.start, sound.end, sound.spectrogram, row)
        shown = [replace(one, attention=one.attention if self._maps else None) for one in (best, *others)]
        return SegmentDone(self._segment, (replace(shown[0], words=words), *shown[1:]), event.reason)

    def _hypothesis(self, hypothesis: Hypothesis) -> Hypothesis:
        tokens = hypothesis.tokens[self._forced :]
        attention = hypothesis.attention
        return replace(
            hypothesis,
            tokens=tokens,
            probabilities=hypothesis.probabilities[self._forced :],
            attention=None if attention is None else attention[self._forced :],
            alternatives=tuple(self._named(step) for step in hypothesis.alternatives[self._forced :]),
            pieces=tuple(self._tokenizer.piece(token) for token in tokens),
            text=self._tokenizer.decode(tokens),
        )

    def _named(self, alternatives: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
        """The alternatives that are text, or its end."""
        spoken = (one for one in alternatives if one.token <= self._end)
        return tuple(replace(one, piece=self._tokenizer.piece(one.token)) for one in spoken)

    def _entry(self, entry: BeamEntry) -> BeamEntry:
        return replace(entry, piece=self._tokenizer.piece(entry.token))
