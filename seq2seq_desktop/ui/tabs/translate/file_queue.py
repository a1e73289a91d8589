"""Runs files one after another: read, translate, save; a failure stays with its file."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Progress
from seq2seq_desktop.io.documents import Document, read_document
from seq2seq_desktop.tasks.translate.spec import TASK, TranslateRequest
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.tabs.translate.files import FileJob
from seq2seq_desktop.ui.tabs.translate.saving import free_name, save
from seq2seq_desktop.ui.tabs.translate.translation import Translation, document_text
from seq2seq_desktop.ui.widgets.errand import Errands

_KIND = "queue"


class FileQueue(QObject):
    """One file is under way at a time."""

    changed = Signal(int)  # a row
    shown = Signal(object)  # the Translation that has begun
    failed = Signal(int, str, str)  # row, problem, remedy
    over = Signal()

    def __init__(
        self,
        bridge: Bridge,
        errands: Errands,
        asker: Callable[[], Callable[[str], TranslateRequest]],
        parent: QObject,
    ) -> None:
        """An empty queue. `asker` gives, on the window's thread, what makes a text's request in another one."""
        super().__init__(parent)
        self._bridge, self._errands, self._asker = bridge, errands, asker
        self.jobs: list[FileJob] = []
        self.folder: Path | None = None
        self._at = -1

    @property
    def busy(self) -> bool:
        """True while files are left."""
        return 0 <= self._at < len(self.jobs)

    @property
    def running(self) -> FileJob | None:
        """The file under way."""
        return self.jobs[self._at] if self.busy else None

    def start(self, paths: Sequence[Path], folder: Path | None = None) -> None:
        """Take these files in place of those before."""
        self.cancel()
        self.jobs = [FileJob(path) for path in paths]
        self.folder = folder
        self._at = -1
        self._next()

    def cancel(self) -> None:
        """Stop; what is saved stays saved."""
        if not self.busy:
            return
        current = self.jobs[self._at]
        first, self._at = self._at, -1
        self._errands.forget(_KIND)
        for row, job in enumerate(self.jobs[first:], first):
            if not job.over:
                job.state = "cancelled"
                self.changed.emit(row)
        if current.translation is not None:
            for number in current.translation.jobs:
                self._bridge.cancel(number)
        self.over.emit()

    def feed(self, number: int, event: Event) -> bool:
        """True if the event was one of the file under way."""
        job = self.running
        if job is None or job.translation is None or not job.translation.has_job(number):
            return False
        job.translation.feed(number, event)
        if isinstance(event, Progress):
            return True
        job.done, job.total = job.translation.settled, len(job.translation.segments)
        if not job.translation.jobs:
            self._on_translated(job)
        return True

    def _next(self) -> None:
        self._at += 1
        if self._at >= len(self.jobs):
            self._at = -1
            self.over.emit()
            return
        job = self.jobs[self._at]
        job.state = "reading"
        self.changed.emit(self._at)
        ask = self._asker()
        self._errands.run(lambda: _read(job.path, ask), self._on_read, self._on_failure, _KIND)

    def _on_read(self, answer: tuple[Document, TranslateRequest]) -> None:
        job = self.jobs[self._at]
        job.translation = Translation(answer[1], answer[0], steerable=False)
        job.begin()
        job.translation.add_job(self._bridge.submit(TASK, answer[1]))
        self.changed.emit(self._at)
        self.shown.emit(job.translation)

    def _on_translated(self, job: FileJob) -> None:
        translation = job.translation
        if translation is None:
            return
        if translation.outcome == "cancelled":
            self.cancel()
        elif translation.failure is not None:
            self._on_failure(Seq2SeqError(translation.failure.problem, translation.failure.remedy))
        else:
            folder = self.folder
            self._errands.run(lambda: _saved(job, translation, folder), self._on_saved, self._on_failure, _KIND)

    def _on_saved(self, path: Path) -> None:
        job = self.jobs[self._at]
        job.state, job.saved = "saved", path
        self.changed.emit(self._at)
        self._next()

    def _on_failure(self, error: Seq2SeqError) -> None:
        job = self.jobs[self._at]
        job.state, job.message = "failed", str(error)
        self.changed.emit(self._at)
        self.failed.emit(self._at, error.problem, error.remedy)
        self._next()


def _read(path: Path, ask: Callable[[str], TranslateRequest]) -> tuple[Document, TranslateRequest]:
    """The document in a file, and what to ask of the task: without what only views need."""
    document = read_document(path)
    request = ask(document_text(document))
    options = replace(request.options, attention=False, alternatives=0, n_best=1)
    return document, replace(request, options=options, saliency=False)


def _saved(job: FileJob, translation: Translation, folder: Path | None) -> Path:
    """The file that was written."""
    return save(translation, None, free_name(job.path, folder, translation.request.target, translation), False)
