"""Documents to summarize one after another, the list that shows how far they are, and the queue that runs them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Progress
from seq2seq_desktop.io.documents import read_document
from seq2seq_desktop.io.exports import SUFFIXES
from seq2seq_desktop.tasks.summarize.reading import text_of
from seq2seq_desktop.tasks.summarize.spec import SummarizeRequest
from seq2seq_desktop.ui.tabs.job_queue import JobQueue
from seq2seq_desktop.ui.tabs.summarize.document_pane import DocumentPane
from seq2seq_desktop.ui.tabs.summarize.saving import save_beside
from seq2seq_desktop.ui.tabs.summarize.summary import Summary
from seq2seq_desktop.ui.tabs.translate.files import FileJob, FileList
from seq2seq_desktop.ui.widgets.errand import Errands

Ask = Callable[[str], SummarizeRequest]


@dataclass
class SummaryJob(FileJob):
    """One document on its way."""

    summary: Summary | None = None  # from when it is begun; once it is saved, without the document's text


class SummaryList(FileList):
    """The list of files, with a choice of what is saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty list."""
        self.kind = QComboBox(parent)
        super().__init__(parent)
        for suffix in SUFFIXES:
            self.kind.addItem(suffix[1:].upper(), suffix)
        self.buttons.insertWidget(1, self.kind)

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.tree.setAccessibleName(self.tr("Documents to summarize"))
        self.folder.setToolTip(self.tr("Choose the folder for the summaries; otherwise they go beside the documents"))
        self.kind.setAccessibleName(self.tr("Kind of file to save"))
        self.kind.setToolTip(self.tr("What each summary is saved as; Ctrl+S saves all of them in one table"))

    def _states(self) -> dict[str, str]:
        return super()._states() | {"running": self.tr("being summarized")}


class SummaryQueue(JobQueue[SummaryJob]):
    """One document is under way at a time; `shown` tells its Summary."""

    def __init__(
        self,
        submit: Callable[[SummarizeRequest], int],
        cancel: Callable[[int], None],
        errands: Errands,
        asker: Callable[[], Ask],
        parent: QObject,
    ) -> None:
        """An empty queue. `asker` gives, on the window's thread, what makes a text's request in another one."""
        super().__init__(errands, cancel, parent)
        self._submit, self._asker = submit, asker
        self.suffix, self.word = SUFFIXES[0], "summary"

    def feed(self, number: int, event: Event) -> bool:
        """True if the event was one of the document under way."""
        job = self.running
        if job is None or job.summary is None or not job.summary.has_job(number):
            return False
        if isinstance(event, Progress):
            job.done, job.total = event.done, event.total
            return True
        job.summary.feed(number, event)
        if not job.summary.jobs:
            self._on_summarized(job, job.summary)
        return True

    def _job(self, path: Path) -> SummaryJob:
        return SummaryJob(path)

    def _numbers(self, job: SummaryJob) -> Iterable[int]:
        return job.summary.jobs if job.summary is not None else ()

    def _begin(self, job: SummaryJob) -> None:
        job.state = "reading"
        self.changed.emit(self._at)
        self._run(partial(_read, job.path, self._asker()), self._on_read)

    def _on_read(self, request: SummarizeRequest) -> None:
        job = self.jobs[self._at]
        job.summary = Summary(request, job.path.stem, steerable=False)
        job.begin()
        job.summary.add_job(self._submit(request))
        self.changed.emit(self._at)
        self.shown.emit(job.summary)

    def _on_summarized(self, job: SummaryJob, summary: Summary) -> None:
        if summary.outcome == "cancelled":
            self.cancel()
        elif summary.failure is not None:
            self._fail(Seq2SeqError(summary.failure.problem, summary.failure.remedy))
        else:
            self._save(partial(save_beside, summary, job.path, self.folder, self.word, self.suffix))

    def _on_saved(self, path: Path) -> None:
        job = self.jobs[self._at]
        if job.summary is not None:  # a thousand books must not fill the memory
            job.summary.let_go()
        super()._on_saved(path)


class ListDesk(QObject):
    """Shows a queue in its list: what each row says, where files go, what is chosen."""

    row_chosen = Signal(object, str)  # the Summary of the row or None, and what went wrong with it
    failed = Signal(str, str)  # problem, remedy: of the last file, for nothing comes after it

    def __init__(self, queue: SummaryQueue, files: SummaryList, pane: DocumentPane, parent: QWidget) -> None:
        """The list is not shown yet."""
        super().__init__(parent)
        self._queue, self._files, self._pane, self._parent = queue, files, pane, parent
        files.chosen.connect(self._on_row)
        files.folder_asked.connect(self.ask_for_folder)
        files.kind.activated.connect(self._on_kind)
        queue.changed.connect(self._on_file)
        queue.failed.connect(self._on_failure)

    def start(self, paths: list[Path], word: str) -> None:
        """Show these files and summarize them; `word` goes into the names of what is saved."""
        self._pane.show_list(self._files)
        self._queue.word = word
        self._on_kind()
        self._queue.start(paths)
        self._files.show_jobs(self._queue.jobs)

    def close(self) -> bool:
        """True if the list was shown; it is not now, and nothing of it runs."""
        self._queue.cancel()
        shown = self._pane.shows_list
        if shown:
            self._pane.show_list(None)
        return shown

    def frame(self) -> None:
        """Write the row of the file under way again."""
        running = self._queue.running
        if running is not None and len(self._files.jobs) == len(self._queue.jobs):
            self._files.show_job(self._queue.jobs.index(running))

    @property
    def done(self) -> list[Summary]:
        """The summaries that are saved."""
        return [job.summary for job in self._queue.jobs if job.summary is not None and job.state == "saved"]

    def ask_for_folder(self) -> None:
        """Let the user choose where the summaries of files go."""
        name = QFileDialog.getExistingDirectory(self._parent, self.tr("Save the summaries into"))
        if name:
            self._queue.folder = Path(name)
            self._files.show_folder(self._queue.folder)

    def _on_kind(self) -> None:
        self._queue.suffix = self._files.kind.currentData()

    def _on_file(self, row: int) -> None:
        if row < len(self._files.jobs):
            self._files.show_job(row)

    def _on_failure(self, row: int, problem: str, remedy: str) -> None:
        if row == len(self._queue.jobs) - 1:
            self.failed.emit(problem, remedy)

    def _on_row(self, row: int) -> None:
        if row < len(self._queue.jobs):
            job = self._queue.jobs[row]
            self.row_chosen.emit(job.summary, job.message)


def _read(path: Path, ask: Ask) -> SummarizeRequest:
    """What to ask of the task for the document in a file: without what only views need."""
    request = ask(text_of(read_document(path)))
    return replace(request, options=replace(request.options, attention=False, alternatives=0, n_best=1))
