"""The Summarize tab: a document in, its summary out as it is written; the document itself is the map."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Failed, Finished, Progress, Started
from seq2seq_desktop.io.documents import READABLE, Document, read_document
from seq2seq_desktop.io.exports import SUFFIXES
from seq2seq_desktop.io.summaries import TABLES, save_summaries, save_summary
from seq2seq_desktop.tasks.summarize.catalogue import Summarizer, summarizers
from seq2seq_desktop.tasks.summarize.reading import text_of
from seq2seq_desktop.tasks.summarize.spec import BUNDLES, TASK, Branch, Style, SummarizeRequest
from seq2seq_desktop.tasks.translate.spec import LANGUAGE_NAMES
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.branching import Brancher
from seq2seq_desktop.ui.tabs.summarize.files import ListDesk, SummaryQueue
from seq2seq_desktop.ui.tabs.summarize.layout import Parts
from seq2seq_desktop.ui.tabs.summarize.reading import layout_of
from seq2seq_desktop.ui.tabs.summarize.record import from_record, to_record
from seq2seq_desktop.ui.tabs.summarize.saving import summarized
from seq2seq_desktop.ui.tabs.summarize.stage import Stage
from seq2seq_desktop.ui.tabs.summarize.summary import Summary, Version
from seq2seq_desktop.ui.tabs.summarize.wording import facts_of, unknown_language
from seq2seq_desktop.ui.tabs.task_tab import TaskTab
from seq2seq_desktop.ui.tabs.translate.files import readable_files
from seq2seq_desktop.ui.widgets.ask_where import ask_where
from seq2seq_desktop.ui.widgets.utf16 import displayable
from seq2seq_desktop.ui.wording import ending

PAUSE_MS = 600  # without a key before what was typed is summarized
LIVE = 50_000  # characters up to which typing starts a summary by itself
PANE_CHARACTERS = 5_000_000  # of a file shown as text; some 2,500 pages


class SummarizeTab(TaskTab):
    """See `ui.tab.Tab`."""

    task = TASK
    parts: Parts
    pointed = Signal(int, int)  # the stretch of a text from another tab that is lit, in characters; -1, -1: none

    def __init__(self, bridge: Bridge, settings: Settings, parent: QWidget | None = None) -> None:
        """An empty tab."""
        super().__init__(bridge, settings, parent)
        self.parts = Parts(self, settings)
        self.stage = Stage(self.parts.document.text, self.parts.summary, self.parts.map, self)
        self.queue = SummaryQueue(self._submit, bridge.cancel, self.errands, self._asker, self)
        self.lists = ListDesk(self.queue, self.parts.files, self.parts.document, self)
        self.brancher = Brancher(self.parts.summary, lambda: self.stage.summary, self, self._can_type)
        self.popup = self.brancher.popup
        self._current: Summary | None = None  # of what stands in the pane
        self._document: Document | None = None
        self._path: Path | None = None  # of that document
        self._setting_text = False
        self._models: dict[Style, str] = dict(BUNDLES)  # the bundle of each style
        self._taken = ""  # the text that came from another tab
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._connect()
        self._wire()

    def _connect(self) -> None:
        parts = self.parts
        parts.document.text.textChanged.connect(self._on_text)
        parts.document.files_given.connect(self.open_paths)
        parts.document.sample_asked.connect(self.open_sample)
        parts.document.open_asked.connect(self.ask_for_files)
        parts.bar.changed.connect(self._on_choice)
        parts.options.changed.connect(self._again_soon)
        parts.files.closed.connect(self._close_list)
        self.lists.row_chosen.connect(self._on_row)
        self.lists.failed.connect(self._tell)
        self.queue.changed.connect(lambda _: self._frames.start())
        self.queue.shown.connect(self.stage.show)
        self.brancher.branched.connect(self._on_branch)
        self.stage.pointed.connect(self._on_pointed)
        self._pause.timeout.connect(self.run_again)

    def _on_settled(self) -> None:
        self.parts.map.matrix()  # imports pyqtgraph
        self.errands.run(summarizers, self._on_models, kind="models")

    def _on_models(self, known: tuple[Summarizer, ...]) -> None:
        """Offer the styles for which there is a model; the usual bundles come first."""
        self._models |= {one.style: one.name for one in reversed(known)}
        self.parts.bar.offer(tuple({one.style for one in known}))

    # What the window asks of a tab

    @property
    def busy(self) -> bool:
        """True while a summary is written."""
        return self.queue.busy or self._writes

    @property
    def _writes(self) -> bool:
        return self._current is not None and bool(self._current.jobs)

    def open_paths(self, given: list[Path]) -> None:
        """Open one file in the pane; several files or a folder become a list."""
        self._pause.stop()
        if len(given) == 1 and not given[0].is_dir():
            work = partial(_opened, given[0])
            self.errands.run(work, partial(self._on_document, given[0]), self._fail_to_open, "open")
        elif given:
            self.errands.run(partial(readable_files, given), self._on_files, self._fail_to_open, "open")

    def take_text(self, text: str) -> None:
        """Summarize a text that comes from another tab; `pointed` tells what of it is pointed at."""
        self._taken = displayable(text)
        self._close_list()
        self._set_text(text)
        self._document = self._path = None
        self.run_again()

    def cancel(self) -> None:
        """End what runs; what is there stays, marked."""
        self._pause.stop()
        for kind in ("open", "layout"):
            self.errands.forget(kind)
        self.queue.cancel()
        for job in self._current.jobs if self._current is not None else ():
            self._bridge.cancel(job)

    def run_again(self) -> None:
        """Summarize what stands in the pane, or go through the list once more."""
        self._pause.stop()
        if self.parts.document.shows_list:
            self._on_files([job.path for job in self.queue.jobs])
            return
        text = self.parts.document.text.whole()
        if text.strip():
            self._summarize(text)
        else:
            self._forget()

    def export(self) -> None:
        """Ask where to save the summary, or those of a list in one file, and save it."""
        if self.parts.document.shows_list:
            self._export_all()
            return
        shown, version = self.stage.summary, self.stage.version
        if shown is None or version is None or not shown.output(version):
            self._tell_nothing()
            return
        name = self._path.stem if self._path is not None else ""
        folder = self._path.parent if self._path is not None else Path()
        first = folder / ".".join(part for part in (name, self.tr("summary")) if part)
        path = ask_where(self, self.tr("Save the summary"), f"{first}{SUFFIXES[0]}", SUFFIXES)
        if path is not None:
            entry = summarized(shown, version, facts_of(shown, version))
            self._save(partial(save_summary, entry, path, True), path)

    def _export_all(self) -> None:
        """Save the summaries of a list in one file."""
        done = [summarized(one) for one in self.lists.done]
        if not done:
            self._tell_nothing()
            return
        path = ask_where(self, self.tr("Save all summaries"), self.tr("summaries") + TABLES[0], TABLES)
        if path is not None:
            self._save(partial(save_summaries, done, path, True), path)

    def undo(self) -> None:
        """Take the newest branch away; it can come back."""
        self._go(self._current.undo() if self._current is not None else None)

    def redo(self) -> None:
        """Bring the branch back that was taken away last."""
        self._go(self._current.redo() if self._current is not None else None)

    def show_history(self, record: HistoryRecord) -> None:
        """Show an earlier result as if it had just come."""
        self.cancel()
        self._close_list()
        self._document = self._path = None
        self._current = from_record(record)
        self._set_text(record.text)
        self.parts.bar.choose(self._current.request.style, self._current.request.length)
        self.stage.show(self._current)
        self._find_sentences(self._current)
        self._show_state()

    # Texts and files

    def open_sample(self) -> None:
        """Put the next sample into the pane."""
        sample = self._next_sample("*.txt")
        if sample is not None:
            self._set_text(sample.read_text(encoding="utf-8").rstrip())
            self._document = self._path = None
            self.run_again()

    def _on_document(self, path: Path, opened: tuple[Document, str]) -> None:
        document, text = opened
        if len(text) > PANE_CHARACTERS:
            self._on_files([path])
            return
        self.parts.document.banner.hide()
        self._close_list()
        self._set_text(text)
        self._document, self._path = document, path
        self.run_again()

    def _on_files(self, files: list[Path]) -> None:
        if not files:
            self._tell(self.tr("There is no document in it"), self.parts.document.kinds.text())
            return
        self.cancel()
        self.stage.clear()
        self.parts.document.banner.hide()
        self.lists.start(files, self.tr("summary"))
        self._frames.start()

    def _on_row(self, summary: Summary | None, message: str) -> None:
        if summary is not None:
            self.stage.show(summary)
            self._show_facts()
        if message:
            self._tell(message)

    def _close_list(self) -> None:
        if self.lists.close():
            if self._current is not None:
                self.stage.show(self._current)
            else:
                self.stage.clear()
            self._show_facts()

    def _file_kinds(self) -> str:
        patterns = " ".join(f"*{kind}" for kind in READABLE)
        return f"{self.tr('Documents')} ({patterns});;{self.tr('All files')} (*)"

    def _set_text(self, text: str) -> None:
        self._setting_text = True
        self.parts.document.text.setPlainText(displayable(text))
        self._setting_text = False

    def _on_text(self) -> None:
        if self._setting_text:
            return
        self._document = self._path = None
        self._again_soon()

    def _on_choice(self) -> None:
        self.parts.remember()
        self._again_soon()

    def _again_soon(self) -> None:
        """Summarize after a pause, if the text is not so long that it had better be asked for."""
        if self.parts.document.shows_list:
            return
        if self.parts.document.text.document().characterCount() <= LIVE:
            self._pause.start()
        else:
            self.status.emit(self.tr("A long text: Ctrl+Enter summarizes it"))

    # Summarizing

    def _request(self, text: str) -> SummarizeRequest:
        bar = self.parts.bar
        faithful = bar.faithful.isChecked()
        options = self.parts.options.options()
        return SummarizeRequest(text, bar.style_name, bar.length_name, options=options, faithful=faithful)

    def _submit(self, request: SummarizeRequest) -> int:
        return self._bridge.submit(TASK, request, self._models[request.style])

    def _asker(self) -> Callable[[str], SummarizeRequest]:
        """Makes the requests of files with what is chosen now."""
        return partial(_about, self._request(""))

    def _summarize(self, text: str) -> None:
        """Start, in place of what still runs."""
        self.cancel()
        try:
            request = self._request(text)
        except Seq2SeqError as error:
            self._fail(error)
            return
        self._current = Summary(request, self._path.stem if self._path is not None else "", self._document)
        self._current.add_job(self._submit(request))
        self._frames.start()
        self._show_state()

    def _forget(self) -> None:
        """The pane is empty: nothing to show."""
        self.cancel()
        self._current = None
        self.stage.clear()
        self._show_state()

    def _on_event(self, job: int, event: Event) -> None:
        """Events only change what is known; `_on_frame` draws."""
        current = self._current
        mine = current is not None and current.has_job(job)
        if not mine and not self.queue.feed(job, event):
            return
        if isinstance(event, Progress):
            left = -1.0 if event.seconds_left is None else event.seconds_left
            self.progress.emit(event.done, event.total, left)
        elif mine and current is not None:
            self._feed(current, job, event)

    def _feed(self, current: Summary, job: int, event: Event) -> None:
        current.feed(job, event)
        if isinstance(event, Started):
            self._on_started(current, event)
        if isinstance(event, Finished | Failed):
            self._on_over(current)

    def _on_started(self, current: Summary, event: Started) -> None:
        if event.unknown_language:
            language = LANGUAGE_NAMES.get(event.unknown_language, event.unknown_language)
            self.parts.summary.banner.warn(*unknown_language(language))
        else:
            self.parts.summary.banner.hide()
        if len(current.versions) == 1:
            self._find_sentences(current)

    def _find_sentences(self, current: Summary) -> None:
        """Find the sentences of the document in another thread, unless they are what the model reads."""
        if current.extracts and current.condensed is None:
            return
        work = partial(layout_of, current.text, current.request.language)
        self.errands.run(work, partial(self.stage.show_layout, current), kind="layout")

    def _on_over(self, current: Summary) -> None:
        self._on_frame()
        self.stage.unlight()
        self._show_state()
        if current.outcome == "failed" and current.failure is not None:
            self._tell_failure(current.failure.problem, current.failure.remedy)
        elif current.outcome == "done" and len(current.versions) == 1:
            self.result.emit(to_record(current))

    def _on_frame(self) -> None:
        current = self._current
        if current is not None and current.restarted and not self.parts.document.shows_list:
            self.stage.show(current)
        self.stage.frame()
        self._show_facts()
        self.lists.frame()
        if not self.busy and not self.stage.waiting:
            self._frames.stop()

    def _show_facts(self) -> None:
        shown, version = self.stage.summary, self.stage.version
        self.parts.summary.show_facts(facts_of(shown, version) if shown is not None and version is not None else "")

    def _show_state(self, text: str = "") -> None:
        """One quiet line under the summary."""
        current = self._current
        if not text and current is not None and not current.jobs:
            text = ending(current.outcome, current.finished)
        self.parts.summary.state.setText(text)
        self._show_facts()

    def _on_branch(self, branch: Branch, made: Version) -> None:
        """Go on from a word or sentence that the user chose, beside what stands there."""
        if self._current is None:
            return
        if len(made.sentences) == 1:  # the rest of the old version is not waited for
            for job in self._current.jobs:
                self._bridge.cancel(job)
        self._current.add_job(self._submit(replace(self._current.request, branch=branch)), made)
        self.stage.show(self._current, made)
        self._frames.start()

    def _can_type(self) -> bool:
        """True where words are the model's to write; an extract takes only sentences of the document."""
        return self.stage.summary is not None and not self.stage.summary.extracts

    def _go(self, version: Version | None) -> None:
        if version is not None and self._current is not None and not self.parts.document.shows_list:
            self.stage.show(self._current, version)
            self._show_facts()

    def _output(self) -> str:
        shown = self.stage.summary
        return shown.output(self.stage.version) if shown is not None else ""

    def _map_name(self) -> str:
        return self.tr("attention") if self.stage.version is not None else ""

    @Slot(int, int)
    def _on_pointed(self, place: int, end: int) -> None:
        if self._taken and self.parts.document.text.whole() == self._taken:
            self.pointed.emit(place, end)


def _opened(path: Path) -> tuple[Document, str]:
    """The document in a file and its text as the pane shows it."""
    document = read_document(path)
    return document, displayable(text_of(document))


def _about(request: SummarizeRequest, text: str) -> SummarizeRequest:
    return replace(request, text=text)
