"""Files one after another, whatever is done with them: one is under way at a time, a failure stays with its file."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.ui.tabs.translate.files import FileJob
from seq2seq_desktop.ui.widgets.errand import Errands

_KIND = "queue"
Job = TypeVar("Job", bound=FileJob)


class JobQueue(QObject, Generic[Job]):
    """A subclass begins a file, takes in what the engine tells of it, and calls `_save` once all of it is there."""

    changed = Signal(int)  # a row
    shown = Signal(object)  # what the panes show of the file that has begun
    failed = Signal(int, str, str)  # row, problem, remedy
    over = Signal()

    def __init__(self, errands: Errands, cancel: Callable[[int], None], parent: QObject) -> None:
        """An empty queue; `cancel` ends a job of the engine."""
        super().__init__(parent)
        self._errands, self._cancel = errands, cancel
        self.jobs: list[Job] = []
        self.folder: Path | None = None  # where results go; None: beside their files
        self._at = -1

    @property
    def running(self) -> Job | None:
        """The file under way."""
        return self.jobs[self._at] if 0 <= self._at < len(self.jobs) else None

    @property
    def busy(self) -> bool:
        """True while files are left."""
        return self.running is not None

    def start(self, paths: Sequence[Path]) -> None:
        """Take these files in place of those before."""
        self.cancel()
        self.jobs = [self._job(path) for path in paths]
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
        for number in self._numbers(current):
            self._cancel(number)
        self.over.emit()

    # What a subclass says

    def _job(self, path: Path) -> Job:
        """A file that waits."""
        raise NotImplementedError

    def _begin(self, job: Job) -> None:
        """Begin with a file; its row is told already."""
        raise NotImplementedError

    def _numbers(self, job: Job) -> Iterable[int]:
        """The engine's jobs for a file, those that are not over yet."""
        raise NotImplementedError

    # From file to file

    def _next(self) -> None:
        self._at += 1
        job = self.running
        if job is None:
            self._at = -1
            self.over.emit()
            return
        self._begin(job)

    def _run(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        """Do something for the file under way beside the window; its failure is the file's."""
        self._errands.run(work, done, self._fail, _KIND)

    def _save(self, work: Callable[[], Path]) -> None:
        """Save the file under way, then take the next one; `work` gives the file that was written."""
        self._run(work, self._on_saved)

    def _on_saved(self, path: Path) -> None:
        job = self.jobs[self._at]
        job.state, job.saved = "saved", path
        self.changed.emit(self._at)
        self._next()

    def _fail(self, error: Seq2SeqError) -> None:
        row = self._at
        self.jobs[row].state, self.jobs[row].message = "failed", str(error)
        self.changed.emit(row)
        self.failed.emit(row, error.problem, error.remedy)
        self._next()
