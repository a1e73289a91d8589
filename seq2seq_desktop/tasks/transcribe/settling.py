"""A stretch until its text is settled: written, judged, and written again where it runs in circles."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.events import Heard, Hypothesis, SegmentDone, Step
from seq2seq_desktop.tasks.transcribe.guards import GuardLimits, Verdict, verdict
from seq2seq_desktop.tasks.transcribe.listener import Listener, Sound
from seq2seq_desktop.text.whisper import SpeechTask

Cancelled = Callable[[], bool]
LIMITS = GuardLimits()


@dataclass(frozen=True)
class Scribe:
    """Writes stretches down for one job."""

    listener: Listener
    task: SpeechTask
    options: DecodeOptions
    cancelled: Cancelled = lambda: False
    limits: GuardLimits = LIMITS

    def settle(self, sound: Sound, segment: int) -> Iterator[Heard | Step | SegmentDone]:
        """`Heard`, the steps and the one `SegmentDone` of segment number `segment`.

        Where the text runs in circles, `Heard` comes again and the steps of another attempt. A text that runs in
        circles however it is written is given as it was first, with that as its reason. Where nobody spoke, the text
        is empty; steps of which that is to be feared are held back until it is known.
        """
        first: SegmentDone | None = None
        for heard, options in self._attempts(sound):
            yield heard.heard(segment)
            done, judged = yield from self._write(heard, segment, options)
            if judged != "loop" or self.cancelled():
                yield done
                return
            first = first or done
        if first is not None:
            yield first

    def write(
        self, sound: Sound, segment: int, options: DecodeOptions, prefix: Sequence[int] = ()
    ) -> Iterator[Step | SegmentDone]:
        """The events of one attempt, whatever it comes to."""
        return self.listener.write(sound, segment, self.task, options, prefix, self.cancelled)

    def _attempts(self, sound: Sound) -> Iterator[tuple[Sound, DecodeOptions]]:
        """As it is; with the whole window if it was shortened; then with words drawn at rising temperatures."""
        yield sound, self.options
        if not sound.whole:
            sound = self.listener.hear(sound.utterance, sound.language, whole=True)
            yield sound, self.options
        seed = self.options.seed or 0  # the same recording gives the same text
        for temperature in self.limits.temperatures:
            yield sound, replace(self.options, search="sample", n_best=1, temperature=temperature, seed=seed)

    def _write(
        self, sound: Sound, segment: int, options: DecodeOptions
    ) -> Generator[Step, None, tuple[SegmentDone, Verdict]]:
        """The steps of one attempt; what it came to, and what to think of it."""
        silent = sound.look.no_speech
        doubtful, held = silent > self.limits.no_speech, []
        done = SegmentDone(segment, (Hypothesis((), (), 0.0),), "cancelled")
        for event in self.write(sound, segment, options):
            if isinstance(event, SegmentDone):
                done = event
            elif doubtful:
                held.append(event)
            else:
                yield event
        judged = verdict(done.hypotheses[0], done.reason, silent, self.limits)
        if judged == "silence":
            return _nothing(done), judged
        yield from held
        return (_marked(done) if judged == "loop" else done), judged


def _nothing(done: SegmentDone) -> SegmentDone:
    """The same segment without a word."""
    return replace(done, hypotheses=(Hypothesis((), (), 0.0),), reason="end")


def _marked(done: SegmentDone) -> SegmentDone:
    """The same segment with a reason that says that it runs in circles."""
    return replace(done, reason="repetition") if done.reason in ("end", "length") else done
