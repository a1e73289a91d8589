"""Writing down while somebody speaks: tentative words again and again, settled ones after each pause.

Source: Macháček et al. 2023, "Turning Whisper into Real-Time Transcription System": what two attempts in a row agree
on stays (local agreement, section 3.1).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from statistics import median

from seq2seq_desktop.events import Event, Hypothesis, Progress, SegmentDone, Step
from seq2seq_desktop.io.audio import SAMPLE_RATE
from seq2seq_desktop.io.growing import growing
from seq2seq_desktop.nn.voice import VoiceDetector
from seq2seq_desktop.tasks.transcribe.activity import LIVE, Pauses, Utterance
from seq2seq_desktop.tasks.transcribe.guards import verdict
from seq2seq_desktop.tasks.transcribe.settling import Scribe
from seq2seq_desktop.tasks.transcribe.spec import TranscribeRequest

PAUSES = replace(LIVE, longest=15.0)  # seconds: so that what is tentative can be heard once more within a second
_NEWS = 0.3  # seconds of new speech that are worth another attempt
_BEHIND = 4.0  # seconds that came during one attempt: there is no time for tentative words
_KEPT = 200  # newest words of which it is remembered how long they took


class Live:
    """One recording that goes on."""

    def __init__(self, request: TranscribeRequest, scribe: Scribe, detector: VoiceDetector) -> None:
        """Nothing heard yet."""
        self._request, self._scribe = request, scribe
        self._pauses = Pauses(PAUSES, detector)
        self._latency = Latency()
        self._segment, self._likely = 0, ""
        self._position = 0.0  # seconds heard
        self._tried = 0.0  # seconds up to which the newest attempt heard
        self._before: tuple[int, ...] = ()  # what the attempt before the newest one wrote
        self._agreed: tuple[int, ...] = ()  # what two attempts agreed on

    def events(self, cancelled: Callable[[], bool]) -> Iterator[Event]:
        """The events until the recording is closed.

        Raises: InputError: the file is not there, or is no recording.
        """
        for samples in growing(self._request.path, cancelled):
            self._position += len(samples) / SAMPLE_RATE
            self._latency.arrived(self._position)
            for utterance in self._pauses.push(samples):
                yield from self._settle(utterance)
            tentative = self._pauses.tentative
            in_time = len(samples) < _BEHIND * SAMPLE_RATE
            if tentative and tentative.end - self._tried >= _NEWS and in_time and not cancelled():
                yield from self._try(tentative)
            yield Progress(self._position, self._position, "seconds", None, self._latency.told)
        if not cancelled():
            for utterance in self._pauses.close():
                yield from self._settle(utterance)

    def _settle(self, utterance: Utterance) -> Iterator[Event]:
        """The stretch is over: written down without regard to what was tentative."""
        sound = self._scribe.listener.hear(utterance, self._request.language, self._likely)
        self._likely = sound.language
        for event in self._scribe.settle(sound, self._segment):
            yield event
            if isinstance(event, SegmentDone):
                self._latency.settled(event.hypotheses[0])
        self._segment += 1
        self._before = self._agreed = ()

    def _try(self, utterance: Utterance) -> Iterator[Event]:
        """What has been said of the stretch that goes on; nothing while it may be no speech at all."""
        scribe = self._scribe
        sound = scribe.listener.hear(utterance, self._request.language, self._likely)
        self._tried = utterance.end
        if sound.look.no_speech > scribe.limits.no_speech:
            return
        yield sound.heard(self._segment, settled=False)
        options = replace(scribe.options, search="greedy", n_best=1)
        for event in scribe.write(sound, self._segment, options, self._agreed):
            if isinstance(event, Step):
                yield event
            elif verdict(event.hypotheses[0], event.reason, sound.look.no_speech, scribe.limits) == "good":
                self._agree(event.hypotheses[0])

    def _agree(self, best: Hypothesis) -> None:
        """Learn what this attempt and the one before it have in common; the newest word may still be half a word."""
        self._latency.tentative(best)
        whole = best.tokens[: best.words[-1].tokens[0]] if best.words else ()
        common = next((n for n, (a, b) in enumerate(zip(whole, self._before, strict=False)) if a != b), None)
        self._agreed = whole[: min(len(whole), len(self._before)) if common is None else common]
        self._before = whole


@dataclass
class Latency:
    """How long it takes from a word to its text, in seconds."""

    clock: Callable[[], float] = time.monotonic
    _began: float | None = None  # when the recording did, as far as its samples tell
    _shown: float = 0.0  # seconds up to which words were shown as tentative
    _tentative: list[float] = field(default_factory=list)  # of the newest words
    _settled: list[float] = field(default_factory=list)

    def arrived(self, position: float) -> None:
        """Note that the sound up to `position` is there: the recording began no later than so long ago."""
        began = self.clock() - position
        self._began = began if self._began is None else min(self._began, began)

    def tentative(self, hypothesis: Hypothesis) -> None:
        """Note which words are shown for the first time."""
        self._note([word.end for word in hypothesis.words if word.end > self._shown], self._tentative)

    def settled(self, hypothesis: Hypothesis) -> None:
        """Note that these words are settled; those that were never tentative are shown only now."""
        self.tentative(hypothesis)
        self._note([word.end for word in hypothesis.words], self._settled)

    def _note(self, ends: list[float], waits: list[float]) -> None:
        now = self.clock() - (self._began or 0.0)
        waits += [max(0.0, now - end) for end in ends]
        del waits[:-_KEPT]
        self._shown = max([self._shown, *ends])

    @property
    def figures(self) -> tuple[float, float] | None:
        """The medians of the newest words: until a word is shown, until it is settled; None before any is."""
        return (median(self._tentative), median(self._settled)) if self._tentative and self._settled else None

    @property
    def told(self) -> str:
        """The figures as a sentence."""
        if self.figures is None:
            return ""
        shown, settled = self.figures
        return f"words come after {shown:.1f} s and are settled after {settled:.1f} s"
