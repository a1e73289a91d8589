"""Writing down while somebody speaks: tentative words, firm as attempts agree on them, settled after each pause.

Source: Macháček et al. 2023, "Turning Whisper into Real-Time Transcription System", section 3.1.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.events import Event, Progress, SegmentDone, Step, Word
from seq2seq_desktop.io.audio import SAMPLE_RATE
from seq2seq_desktop.io.growing import growing
from seq2seq_desktop.nn.voice import VoiceDetector
from seq2seq_desktop.tasks.transcribe.activity import LIVE, Pauses, Utterance
from seq2seq_desktop.tasks.transcribe.agreement import Agreement
from seq2seq_desktop.tasks.transcribe.guards import verdict
from seq2seq_desktop.tasks.transcribe.listener import Sound
from seq2seq_desktop.tasks.transcribe.settling import Scribe
from seq2seq_desktop.tasks.transcribe.spec import TranscribeRequest

PAUSES = replace(LIVE, longest=12.0)  # seconds: so that a stretch can be heard as a whole within a second
_NEWS = 0.3  # seconds of new speech that are worth another attempt
_BEHIND = 4.0  # seconds that came during one attempt: there is no time for tentative words
_FASTEST = 10  # tokens a second that anybody speaks; a text that runs in circles is soon longer ...
_SPARE = 16  # ... than these, besides
_KEPT = 200  # newest words of which it is remembered how long they took


class Live:
    """One recording that goes on."""

    def __init__(self, request: TranscribeRequest, scribe: Scribe, detector: VoiceDetector) -> None:
        """Nothing heard yet."""
        self._request, self._scribe = request, scribe
        self._pauses = Pauses(PAUSES, detector, request.start)
        self._latency = Latency()
        self._segment = 0
        self._likely = ""  # language of the stretch before
        self._spoken = ""  # language of the newest attempt
        self._position = request.start  # seconds of the recording that were heard
        self._tried = 0.0  # seconds up to which the newest attempt heard
        self._agreement = Agreement()

    def events(self, cancelled: Callable[[], bool]) -> Iterator[Event]:
        """The events until the recording is closed.

        Raises: InputError: the file is not there, or is no recording.
        """
        start = self._request.start
        for samples in growing(self._request.path, cancelled, start=start):
            self._position += len(samples) / SAMPLE_RATE
            self._latency.arrived(self._position)
            for utterance in self._pauses.push(samples):
                yield from self._settle(utterance)
            tentative = self._pauses.tentative
            in_time = len(samples) < _BEHIND * SAMPLE_RATE
            if tentative and tentative.end - self._tried >= _NEWS and in_time and not cancelled():
                yield from self._try(tentative)
            heard = self._position - start
            yield Progress(heard, heard, "seconds", None, self._latency.told)
        if not cancelled():
            for utterance in self._pauses.close():
                yield from self._settle(utterance)

    def _settle(self, utterance: Utterance) -> Iterator[Event]:
        """The stretch is over: written down without regard to what was tentative, which is right more often."""
        sound = self._scribe.listener.hear(utterance, self._request.language, self._likely)
        self._likely = sound.language
        self._agreement.leave(utterance.end)
        for event in self._scribe.settle(sound, self._segment):
            yield event
            if isinstance(event, SegmentDone):
                self._latency.firm(event.hypotheses[0].words)
        self._segment += 1

    def _try(self, utterance: Utterance) -> Iterator[Event]:
        """What has been said of the stretch that goes on; nothing while it may be no speech at all."""
        words, scribe = self._agreement.words, self._scribe
        if words and words[-1].end <= utterance.start:  # left over from what was only a click
            self._agreement.leave(utterance.start)
        sound = self._hear(utterance)
        self._tried = utterance.end
        agreed = self._agreement.tokens
        if sound.look.no_speech > scribe.limits.no_speech and not agreed:
            return
        yield sound.heard(self._segment, False, len(agreed))
        options = self._quick(utterance)
        for event in scribe.write(sound, self._segment, options, agreed):
            if isinstance(event, Step):
                yield event
            elif event.reason != "length" or options.max_length == scribe.options.max_length:
                self._learn(event, sound)

    def _hear(self, utterance: Utterance) -> Sound:
        """The stretch, in the language of what was agreed on if it is not given."""
        language = self._request.language or (self._spoken if self._agreement.tokens else None)
        sound = self._scribe.listener.hear(utterance, language, self._likely)
        self._spoken = sound.language
        return sound

    def _learn(self, attempt: SegmentDone, sound: Sound) -> None:
        """Compare an attempt with those before it, unless it runs in circles."""
        best, limits = attempt.hypotheses[0], self._scribe.limits
        if verdict(best, attempt.reason, sound.look.no_speech, limits) == "good":
            self._latency.tentative(best.words)
            self._latency.firm(self._agreement.note(best, sound.end))

    def _quick(self, utterance: Utterance) -> DecodeOptions:
        """How to write an attempt: greedily, and no longer than anybody speaks."""
        words, options = self._agreement.words, self._scribe.options
        unsaid = utterance.end - (words[-1].end if words else utterance.start)
        longest = len(self._agreement.tokens) + round(_FASTEST * unsaid) + _SPARE
        longest = min(longest, options.max_length or longest)
        return replace(options, search="greedy", n_best=1, max_length=longest)


@dataclass
class Latency:
    """How long it takes from a word to its text, in seconds."""

    clock: Callable[[], float] = time.monotonic
    _began: float | None = None  # when the recording did, as far as its samples tell
    _shown: float = 0.0  # seconds up to which words were shown
    _agreed: float = 0.0  # seconds up to which words were firm
    _tentative: list[float] = field(default_factory=list)  # of the newest words
    _firm: list[float] = field(default_factory=list)

    def arrived(self, position: float) -> None:
        """Note that the sound up to `position` is there: the recording began no later than so long ago."""
        began = self.clock() - position
        self._began = began if self._began is None else min(self._began, began)

    def tentative(self, words: Sequence[Word]) -> None:
        """Note which of these words are shown for the first time."""
        self._shown = self._note(words, self._shown, self._tentative)

    def firm(self, words: Sequence[Word]) -> None:
        """Note which of these words are new among the firm; those that were never tentative are shown only now."""
        self.tentative(words)
        self._agreed = self._note(words, self._agreed, self._firm)

    def _note(self, words: Sequence[Word], until: float, waits: list[float]) -> float:
        """Up to when words are known now; what was said in the middle of a known one is no new word."""
        now = self.clock() - (self._began or 0.0)
        ends = [word.end for word in words if (word.start + word.end) / 2 > until]
        waits += [max(0.0, now - end) for end in ends]
        del waits[:-_KEPT]
        return max([until, *ends])

    @property
    def figures(self) -> tuple[float, float] | None:
        """The medians of the newest words: until a word is shown, until it is firm; None before any is."""
        return (median(self._tentative), median(self._firm)) if self._tentative and self._firm else None

    @property
    def told(self) -> str:
        """The figures as a sentence."""
        if self.figures is None:
            return ""
        shown, firm = self.figures
        return f"words come after {shown:.1f} s and are firm after {firm:.1f} s"
