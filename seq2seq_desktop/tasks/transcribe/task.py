"""Transcription of a recording of any length: cut at its pauses, each stretch heard and written down with times."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.bundles.load import LoadedBundle, load_bundle
from seq2seq_desktop.bundles.sources import find_bundle
from seq2seq_desktop.decoding.pace import most_threads
from seq2seq_desktop.errors import InputError, Seq2SeqError
from seq2seq_desktop.events import Event, Finished, Heard, Progress, Reason, SegmentDone, Started
from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks, probe
from seq2seq_desktop.io.transcripts import Passage, plain_text
from seq2seq_desktop.tasks.transcribe.activity import FILE, Pauses, Utterance, load_detector
from seq2seq_desktop.tasks.transcribe.listener import Listener
from seq2seq_desktop.tasks.transcribe.live import Live
from seq2seq_desktop.tasks.transcribe.settling import Scribe
from seq2seq_desktop.tasks.transcribe.spec import BUNDLE, TASK, Branch, TranscribeRequest
from seq2seq_desktop.text.whisper import SpeechTask

Block = NDArray[np.float32]


def load(bundle: str = "", device: str = "cpu", precision: str = "auto", threads: int = 0) -> "TranscribeTask":
    """The task with a bundle's model, by name or folder; threads = 0: as many as make it fastest.

    Raises: BundleError, DeviceError.
    """
    return TranscribeTask(load_bundle(find_bundle(bundle or BUNDLE), device, precision), threads)


class TranscribeTask:
    """A listener that is loaded and ready."""

    def __init__(self, bundle: LoadedBundle, threads: int = 0) -> None:
        bundle.check_task(TASK, "transcription", "transcribe")
        self.listener = Listener(bundle, threads)
        self._detector = load_detector()
        self.languages: tuple[str, ...] = bundle.card.languages
        self.name = bundle.card.name
        self.device = str(bundle.device)
        self.precision = bundle.precision
        self.threads = threads or most_threads()
        self.parameters = bundle.card.parameters

    def run(self, request: TranscribeRequest, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """The events of one recording.

        Raises: OptionError for a language or task that the model does not know; InputError for a file without sound,
        and after the last stretch for one that is damaged.
        """
        began = time.perf_counter()
        self._check(request)
        yield Started(())
        report = _Report()
        for event in self._events(request, cancelled):
            report.note(event)
            yield event
        reason: Reason = "cancelled" if cancelled() else report.reason
        yield Finished(reason, report.tokens, time.perf_counter() - began, plain_text(report.passages))

    def _check(self, request: TranscribeRequest) -> None:
        """Nothing, or the error that a language or task is unknown, before any sound is read."""
        tokens = self.listener.tokens
        tokens.prefix(request.language or next(iter(tokens.languages), "en"), _task(request))

    def _events(self, request: TranscribeRequest, cancelled: Callable[[], bool]) -> Iterator[Event]:
        """What happens between the start and the end."""
        scribe = Scribe(self.listener, _task(request), request.options, cancelled)
        if request.branch:
            return self._branched(request, request.branch, scribe)
        if request.live:
            return Live(request, scribe, self._detector).events(cancelled)
        return self._file(request, scribe, cancelled)

    def _branched(self, request: TranscribeRequest, branch: Branch, scribe: Scribe) -> Iterator[Event]:
        """One stretch once more, from a step on."""
        samples = list(blocks(request.path, start=branch.start, end=branch.end))
        if not samples:
            problem = f"{request.path.name} has no sound at {branch.start:.1f} s"
            raise InputError(problem, "transcribe it again")
        sound = self.listener.hear(Utterance(branch.start, np.concatenate(samples)), request.language)
        typed = self.listener.tokenizer.encode(branch.typed.strip()).ids if branch.typed.strip() else ()
        yield sound.heard(branch.segment)
        yield from scribe.write(sound, branch.segment, request.options, (*branch.prefix, *typed))

    def _file(self, request: TranscribeRequest, scribe: Scribe, cancelled: Callable[[], bool]) -> Iterator[Event]:
        """Every stretch of speech in its order."""
        clock = _Clock(request.start, request.end or probe(request.path).seconds)
        sound = blocks(request.path, start=request.start, end=request.end)
        segment, likely = 0, ""
        for position, utterances in cut(sound, Pauses(FILE, self._detector, request.start), request.start):
            for utterance in utterances:
                if cancelled():
                    return
                heard = self.listener.hear(utterance, request.language, likely)
                likely = heard.language
                yield from scribe.settle(heard, segment)
                segment += 1
            if cancelled():
                return
            yield clock.progress(position)


def cut(sound: Iterable[Block], pauses: Pauses, start: float = 0.0) -> Iterator[tuple[float, list[Utterance]]]:
    """For each block how far the sound was heard, in seconds, and the utterances that are over with it.

    Where the blocks end in an error, the utterance that it cuts off comes before the error.
    """
    position = start
    try:
        for block in sound:
            position += len(block) / SAMPLE_RATE
            yield position, pauses.push(block)
    except Seq2SeqError:
        yield position, pauses.close()
        raise
    yield position, pauses.close()


@dataclass(frozen=True)
class _Clock:
    """How far a recording is, and how long the rest will take."""

    start: float  # seconds
    end: float | None  # None where the file does not say
    began: float = field(default_factory=time.perf_counter)

    def progress(self, position: float) -> Progress:
        """At `position` seconds."""
        done, spent = position - self.start, time.perf_counter() - self.began
        if self.end is None:
            return Progress(done, 0.0, "seconds")
        total = max(self.end - self.start, done)
        return Progress(done, total, "seconds", spent / done * (total - done) if done > 0 else None)


@dataclass
class _Report:
    """What a job comes to."""

    passages: list[Passage] = field(default_factory=list)
    tokens: int = 0
    reason: Reason = "end"
    _times: dict[int, tuple[float, float]] = field(default_factory=dict)

    def note(self, event: Event) -> None:
        """Take in an event."""
        if isinstance(event, Heard):
            self._times[event.segment] = event.start, event.end
        elif isinstance(event, SegmentDone):
            best = event.hypotheses[0]
            start, end = self._times.pop(event.segment)
            self.passages.append(Passage(start, end, best.text, best.words))
            self.tokens += len(best.tokens)
            self.reason = event.reason if self.reason == "end" else self.reason


def _task(request: TranscribeRequest) -> SpeechTask:
    return "translate" if request.translate else "transcribe"
