"""Runs recordings one after another: write down, save; a failure stays with its file; may be paused."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event
from seq2seq_desktop.io.transcripts import save_transcript
from seq2seq_desktop.tasks.transcribe.spec import TranscribeRequest
from seq2seq_desktop.ui.tabs.job_queue import JobQueue
from seq2seq_desktop.ui.tabs.transcribe.files import SoundJob
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript
from seq2seq_desktop.ui.widgets.errand import Errands

Submit = Callable[[TranscribeRequest], int]


class SoundQueue(JobQueue[SoundJob]):
    """One recording is under way at a time, and may be paused; `shown` tells its Transcript."""

    def __init__(
        self,
        submit: Submit,
        cancel: Callable[[int], None],
        errands: Errands,
        ask: Callable[[Path], TranscribeRequest],
        parent: QObject,
    ) -> None:
        """An empty queue. `ask` makes the request for a recording with what is chosen when its turn comes."""
        super().__init__(errands, cancel, parent)
        self._submit, self._ask = submit, ask
        self.suffix = ".txt"

    @property
    def busy(self) -> bool:
        """True while recordings are left and not paused."""
        return self.running is not None and not self.paused

    @property
    def paused(self) -> bool:
        """True while the recording under way waits."""
        return self.running is not None and self.running.state == "paused"

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

    def _job(self, path: Path) -> SoundJob:
        return SoundJob(path)

    def _numbers(self, job: SoundJob) -> Iterable[int]:
        return job.transcript.jobs if job.transcript is not None else ()

    def _begin(self, job: SoundJob) -> None:
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
            self._fail(Seq2SeqError(failure.problem, failure.remedy))
            return
        job.message = f"{failure.problem}; {failure.remedy}" if failure is not None else ""
        self._save(partial(_saved, transcript, self.folder, self.suffix))

    def _on_saved(self, path: Path) -> None:
        job = self.running
        for stretch in job.transcript.stretches if job is not None and job.transcript is not None else ():
            stretch.forget(sound=False)  # a night's work must not fill the memory with pictures
        super()._on_saved(path)


def _saved(transcript: Transcript, folder: Path | None, suffix: str) -> Path:
    """The file that was written: beside the recording or in `folder`, under a name that is not taken."""
    source = transcript.path
    names = (f"{source.stem}{'' if number == 1 else f'-{number}'}{suffix}" for number in count(1))
    path = next(place for name in names if not (place := (folder or source.parent) / name).exists())
    save_transcript(transcript.passages(), path, facts=transcript.facts())
    return path
