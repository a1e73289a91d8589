"""Runs files one after another: read, translate, save; a failure stays with its file."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Progress
from seq2seq_desktop.io.documents import Document, read_document
from seq2seq_desktop.tasks.translate.spec import TASK, TranslateRequest
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.tabs.job_queue import JobQueue
from seq2seq_desktop.ui.tabs.translate.files import FileJob
from seq2seq_desktop.ui.tabs.translate.saving import free_name, save
from seq2seq_desktop.ui.tabs.translate.translation import Translation, document_text
from seq2seq_desktop.ui.widgets.errand import Errands


class FileQueue(JobQueue[FileJob]):
    """One file is under way at a time; `shown` tells its Translation."""

    def __init__(
        self,
        bridge: Bridge,
        errands: Errands,
        asker: Callable[[], Callable[[str], TranslateRequest]],
        parent: QObject,
    ) -> None:
        """An empty queue. `asker` gives, on the window's thread, what makes a text's request in another one."""
        super().__init__(errands, bridge.cancel, parent)
        self._bridge, self._asker = bridge, asker

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

    def _job(self, path: Path) -> FileJob:
        return FileJob(path)

    def _numbers(self, job: FileJob) -> Iterable[int]:
        return job.translation.jobs if job.translation is not None else ()

    def _begin(self, job: FileJob) -> None:
        job.state = "reading"
        self.changed.emit(self._at)
        ask = self._asker()
        self._run(lambda: _read(job.path, ask), self._on_read)

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
            self._fail(Seq2SeqError(translation.failure.problem, translation.failure.remedy))
        else:
            folder = self.folder
            self._save(lambda: _saved(job, translation, folder))


def _read(path: Path, ask: Callable[[str], TranslateRequest]) -> tuple[Document, TranslateRequest]:
    """The document in a file, and what to ask of the task: without what only views need."""
    document = read_document(path)
    request = ask(document_text(document))
    options = replace(request.options, attention=False, alternatives=0, n_best=1)
    return document, replace(request, options=options, saliency=False)


def _saved(job: FileJob, translation: Translation, folder: Path | None) -> Path:
    """The file that was written."""
    return save(translation, None, free_name(job.path, folder, translation.request.target, translation), False)
