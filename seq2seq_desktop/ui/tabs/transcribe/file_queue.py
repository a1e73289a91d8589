"""Runs recordings one after another: write down, save; a failure stays with its file; may be paused."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, Signal

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event
from seq2seq_desktop.io.transcripts import save_transcript
from seq2seq_desktop.tasks.transcribe.spec import TranscribeRequest
from seq2seq_desktop.ui.tabs.transcribe.files import SoundJob
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript
from seq2seq_desktop.ui.widgets.errand import Errands

_KIND = "queue"
Submit = Callable[[TranscribeRequest], int]


class SoundQueue(QObject):
    """One recording is under way at a time."""

    changed = Signal(int)  # a row
    shown = Signal(object)  # the Transcript that has begun
    failed = Signal(int, str, str)  # row, problem, remedy
    over = Signal()

    def __init__(
        self,
        submit: Submit,
        cancel: Callable[[int], None],
        errands: Errands,
        ask: Callable[[Path], TranscribeRequest],
        parent: QObject,
    ) -> None:
        """An empty queue. `ask` makes the request for a recording with what is chosen when its turn comes."""
        super().__init__(parent)
        self._submit, self._cancel, self._errands, self._ask = submit, cancel, errands, ask
        self.jobs: list[SoundJob] = []
        self.folder: Path | None = None
        self.suffix = ".txt"
        self._at = -1

    @property
    def busy(self) -> bool:
        """True while recordings are left and not paused."""
        return self.running is not None and not self.paused

    @property
    def paused(self) -> bool:
        """True while the recording under way waits."""
        return self.running is not None and self.running.state == "paused"

    @property
    def running(self) -> SoundJob | None:
        """The recording under way."""
        return self.jobs[self._at] if 0 <= self._at < len(self.jobs) else None

    def start(self, paths: Sequence[Path]) -> None:
        """Take these recordings in place of those before."""
        self.cancel()
        self.jobs = [SoundJob(path) for path in paths]
        self._at = -1
        self._next()

    def cancel(self) -> None:
        """Stop; what is saved stays saved."""
        current = self.running
        if current is None:
            return
        first, self._at = self._at, -1
        self._errands.forget(_KIND)
        for row, job in enumerate(self.jobs[first:], first):
            if not job.over:
                job.state = "cancelled"
                self.changed.emit(row)
        for number in current.transcript.jobs if current.transcript is not None else ():
            self._cancel(number)
        self.over.emit()

    def pause(self) -> None:
        """Wait; what is written down of the recording under way stays."""
        job = self.running
        if job is None or job.transcript is None or job.state != "running":
            return
        job.state, job.worked = "paused", monotonic() - job.began
        for number in job.transcript.pause():
            self._cancel(number)
        self.changed.emit(self._at)

    def resume(self) -> None:
        """Go on where `pause` stopped."""
        job = self.running
        if job is None or job.transcript is None or job.state != "paused":
            return
        job.state, job.began = "running", monotonic() - job.worked
        if not job.transcript.jobs:  # else its job is still ending
            self._go_on(job.transcript)
        self.changed.emit(self._at)

    def _go_on(self, transcript: Transcript) -> None:
        request = transcript.resumed()
        transcript.add_job(self._submit(request), start=request.start)

    def feed(self, number: int, event: Event) -> bool:
        """True if the event was one of the recording under way."""
        job = self.running
        if job is None or job.transcript is None or not job.transcript.has_job(number):
            return False
        job.transcript.feed(number, event)
        job.done, job.total = job.transcript.seconds, job.transcript.total
        if not job.transcript.jobs:
            self._on_written(job, job.transcript)
        return True

    def _next(self) -> None:
        self._at += 1
        job = self.running
        if job is None:
            self._at = -1
            self.over.emit()
            return
        request = self._ask(job.path)
        job.transcript = Transcript(request, steerable=False)
        job.begin()
        job.transcript.add_job(self._submit(request))
        self.changed.emit(self._at)
        self.shown.emit(job.transcript)

    def _on_written(self, job: SoundJob, transcript: Transcript) -> None:
        if transcript.outcome == "paused":
            if job.state == "running":
                self._go_on(transcript)
            return
        if transcript.outcome == "cancelled":
            self.cancel()
            return
        failure = transcript.failure
        if failure is not None and not transcript.output():
            self._on_failure(Seq2SeqError(failure.problem, failure.remedy))
            return
        job.message = f"{failure.problem}; {failure.remedy}" if failure is not None else ""
        work = partial(_saved, transcript, self.folder, self.suffix)
        self._errands.run(work, self._on_saved, self._on_failure, _KIND)

    def _on_saved(self, path: Path) -> None:
        job = self.jobs[self._at]
        job.state, job.saved = "saved", path
        for stretch in job.transcript.stretches if job.transcript is not None else ():
            stretch.forget(sound=False)  # a night's work must not fill the memory with pictures
        self.changed.emit(self._at)
        self._next()

    def _on_failure(self, error: Seq2SeqError) -> None:
        row = self._at
        self.jobs[row].state, self.jobs[row].message = "failed", str(error)
        self.changed.emit(row)
        self.failed.emit(row, error.problem, error.remedy)
        self._next()


def _saved(transcript: Transcript, folder: Path | None, suffix: str) -> Path:
    """The file that was written: beside the recording or in `folder`, under a name that is not taken."""
    source = transcript.path
    names = (f"{source.stem}{'' if number == 1 else f'-{number}'}{suffix}" for number in count(1))
    path = next(place for name in names if not (place := (folder or source.parent) / name).exists())
    save_transcript(transcript.passages(), path, facts=transcript.facts())
    return path
