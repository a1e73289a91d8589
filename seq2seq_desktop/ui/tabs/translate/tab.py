"""The Translate tab: text in, words out as they come, the map below; branch anywhere."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Failed, Finished, Progress, Started
from seq2seq_desktop.io.documents import Document, read_document
from seq2seq_desktop.tasks.translate.spec import TASK, Branch, TranslateRequest
from seq2seq_desktop.text.glossary import Glossary, read_glossary
from seq2seq_desktop.text.language import Detection, detect
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.branching import Brancher
from seq2seq_desktop.ui.tabs.task_tab import TaskTab
from seq2seq_desktop.ui.tabs.translate.direction_bar import LANGUAGES, directed
from seq2seq_desktop.ui.tabs.translate.file_queue import FileQueue
from seq2seq_desktop.ui.tabs.translate.files import readable_files
from seq2seq_desktop.ui.tabs.translate.layout import Parts
from seq2seq_desktop.ui.tabs.translate.record import from_record, to_record
from seq2seq_desktop.ui.tabs.translate.saving import save, suffixes
from seq2seq_desktop.ui.tabs.translate.stage import Stage
from seq2seq_desktop.ui.tabs.translate.translation import Translation, Version, document_text
from seq2seq_desktop.ui.tabs.translate.wording import unknown_language
from seq2seq_desktop.ui.widgets.ask_where import ask_where
from seq2seq_desktop.ui.wording import ending

if TYPE_CHECKING:
    from seq2seq_desktop.ui.tabs.translate.compare import CompareWindow

PAUSE_MS = 400  # without a key before what was typed is translated
LIVE = 20_000  # characters up to which typing starts a translation by itself
COMPARED = 2_000  # characters of a text that is compared
_MAP_DELAY_MS = 150  # after the tab is shown: pyqtgraph is imported when the window stands
PANE_CHARACTERS = 200_000  # of a file shown as text; drawing a longer one would stall the window


class TranslateTab(TaskTab):
    """See `ui.tab.Tab`."""

    task = TASK
    parts: Parts
    pointed = Signal(int, int)  # the stretch of a text from another tab that is lit, in characters; -1, -1: none
    send_asked = Signal(str, str)  # the task that a translation is for, the translation

    def __init__(self, bridge: Bridge, settings: Settings, parent: QWidget | None = None) -> None:
        """An empty tab."""
        super().__init__(bridge, settings, parent)
        self.parts = Parts(self, settings)
        self.stage = Stage(self.parts.source.text, self.parts.target, self.parts.map, self.parts.options, self)
        self.queue = FileQueue(bridge, self.errands, self._asker, self)
        self.brancher = Brancher(self.parts.target, lambda: self.stage.translation, self)
        self.brancher.opened.connect(self.stage.choose_sentence)
        self.popup = self.brancher.popup
        self.comparing: CompareWindow | None = None  # once it was opened
        self._current: Translation | None = None  # the text in the source pane
        self._document: Document | None = None
        self._path: Path | None = None  # of that document
        self._glossary: Glossary | None = None
        self._setting_text = False
        self._taken = ""  # the text that came from another tab
        self._sent: Version | None = None  # to another tab
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._connect()
        self._wire()

    def _connect(self) -> None:
        parts = self.parts
        parts.source.text.textChanged.connect(self._on_text)
        parts.source.files_given.connect(self.open_paths)
        parts.source.sample_asked.connect(self.open_sample)
        parts.source.open_asked.connect(self.ask_for_files)
        parts.direction.changed.connect(self._on_direction)
        parts.direction.compare_asked.connect(self.compare)
        parts.compare_key.activated.connect(self.compare)
        parts.direction.glossary_asked.connect(self.ask_for_glossary)
        parts.direction.glossary_dropped.connect(lambda: self._use_glossary(None, ""))
        parts.target.send_asked.connect(self.send)
        parts.options.changed.connect(self._on_options)
        parts.files.chosen.connect(self._on_row)
        parts.files.folder_asked.connect(self.ask_for_folder)
        parts.files.closed.connect(self._close_list)
        self.brancher.branched.connect(self._on_branch)
        self.stage.pointed.connect(self._on_pointed)
        self.queue.changed.connect(self._on_file)
        self.queue.shown.connect(self.stage.show)
        self.queue.failed.connect(self._on_file_failed)
        self._pause.timeout.connect(self.run_again)

    def _on_settled(self) -> None:
        self.parts.map.matrix()  # imports pyqtgraph

    # What the window asks of a tab

    @property
    def busy(self) -> bool:
        """True while a translation or a file is under way."""
        compares = self.comparing is not None and self.comparing.busy
        return compares or self.queue.busy or (self._current is not None and bool(self._current.jobs))

    def open_paths(self, given: list[Path]) -> None:
        """Open one file in the pane; several files or a folder become a list."""
        self._pause.stop()
        if len(given) == 1 and not given[0].is_dir():
            work: Callable[[], Document] = partial(read_document, given[0])
            self.errands.run(work, partial(self._on_document, given[0]), self._fail_to_open, "open")
        elif given:
            self.errands.run(partial(readable_files, given), self._on_files, self._fail_to_open, "open")

    def take_text(self, text: str) -> None:
        """Translate a text that comes from another tab; `pointed` tells what of it is pointed at."""
        self._taken = text
        self._close_list()
        self._set_text(text)
        self._document = self._path = None
        self.run_again()

    def send(self, task: str) -> None:
        """Give the translation to the tab of another task."""
        if text := self._output():
            self._sent = self.stage.version
            self.send_asked.emit(task, text)

    @Slot(int, int)
    def light_sent(self, place: int, end: int = -1) -> None:
        """Light the words of a stretch of the translation that was sent, and their sources; -1: none."""
        if self._sent is not None and self._sent is self.stage.version:
            self.stage.point_at(place, end)

    def _on_pointed(self, place: int, end: int) -> None:
        if self._taken and self.parts.source.text.whole() == self._taken:
            self.pointed.emit(place, end)

    def cancel(self) -> None:
        """End what runs; what is there stays, marked."""
        self._stop()
        if self.comparing is not None:
            self.comparing.cancel()

    def _stop(self) -> None:
        """End what runs in the panes."""
        self._pause.stop()
        for kind in ("open", "detect"):
            self.errands.forget(kind)
        self.queue.cancel()
        if self._current is not None:
            for job in self._current.jobs:
                self._bridge.cancel(job)

    def run_again(self) -> None:
        """Translate what stands in the pane, or go through the list once more."""
        self._pause.stop()
        if self.parts.source.shows_list:
            self._on_files([job.path for job in self.queue.jobs])
            return
        text = self._text()
        if not text.strip():
            self._forget()
        elif self.parts.direction.detects:
            self.errands.run(lambda: detect(text, LANGUAGES), partial(self._on_detected, text), self._fail, "detect")
        else:
            self._translate(text)

    def export(self) -> None:
        """Ask where to save the translation, and save it."""
        shown = self.stage.translation
        if shown is None or not shown.output(self.stage.version):
            self._tell_nothing()
            return
        kinds = suffixes(shown)
        name = self.parts.target.save_name(self._path, shown.request.target, kinds[0])
        path = ask_where(self, self.tr("Save the translation"), name, kinds)
        if path is not None:
            self._save(partial(save, shown, self.stage.version, path, True), path)

    def _output(self) -> str:
        shown = self.stage.translation
        return shown.output(self.stage.version) if shown is not None else ""

    def _map_name(self) -> str:
        return self.tr("attention") if self.stage.translation is not None else ""

    def compare(self) -> None:
        """Send the sentence on the map, or else the text, through several models, in a window of its own."""
        from seq2seq_desktop.ui.tabs.translate.compare import CompareWindow  # reads bundles: not at start

        if self.comparing is None:
            self.comparing = CompareWindow(self._bridge, self._settings, self._asker, self)
        segments = self.stage.translation.segments if self.stage.translation is not None else []
        text = segments[self.stage.index].text if self.stage.index < len(segments) else self._text()
        self.comparing.open_with(text[:COMPARED])

    def undo(self) -> None:
        """Take the newest branch away; it can come back."""
        self._go(self._current.undo() if self._current is not None else None)

    def redo(self) -> None:
        """Bring the branch back that was taken away last."""
        self._go(self._current.redo() if self._current is not None else None)

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        if self.comparing is not None:
            self.comparing.retranslate()

    def show_history(self, record: HistoryRecord) -> None:
        """Show an earlier result as if it had just come."""
        self._stop()
        self._close_list()
        self._current = from_record(record)
        self._document = self._path = None
        self._set_text(record.text)
        request = self._current.request
        if request.source in LANGUAGES and request.target in LANGUAGES:
            self.parts.direction.choose(request.source, request.target)
        self.stage.show(self._current)
        self._show_state()

    # Files and glossary

    def open_sample(self) -> None:
        """Put the next sample text into the pane."""
        sample = self._next_sample("*.txt")
        if sample is not None:
            self._set_text(sample.read_text(encoding="utf-8").rstrip())
            self._document = self._path = None
            self.run_again()

    def ask_for_folder(self) -> None:
        """Let the user choose where the translations of files go."""
        name = QFileDialog.getExistingDirectory(self, self.tr("Save the translations into"))
        if name:
            self.queue.folder = Path(name)
            self.parts.files.show_folder(self.queue.folder)

    def ask_for_glossary(self) -> None:
        """Let the user choose a file of terms."""
        kinds = self.tr("Terms") + " (*.tsv *.csv *.txt)"
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Open a glossary"), "", kinds)
        if not name:
            return
        path = Path(name)
        done = partial(self._use_glossary, name=path.name)
        self.errands.run(partial(read_glossary, path, *LANGUAGES), done, self._fail_to_open, "glossary")

    def _use_glossary(self, glossary: Glossary | None, name: str) -> None:
        self._glossary = glossary
        self.parts.direction.show_glossary(name)
        self._again_soon()

    def _on_document(self, path: Path, document: Document) -> None:
        text = document_text(document)
        if len(text) > PANE_CHARACTERS:
            self._on_files([path])
            return
        self.parts.source.banner.hide()
        self._close_list()
        self._set_text(text)
        self._document, self._path = document, path
        self.run_again()

    def _on_files(self, files: list[Path]) -> None:
        if not files:
            self._tell(self.tr("There is no file in it that can be translated"), self.parts.source.kinds.text())
            return
        self._stop()
        self.stage.clear()
        self.parts.source.banner.hide()
        self.parts.source.show_list(self.parts.files)
        self.queue.start(files)
        self.parts.files.show_jobs(self.queue.jobs)
        self._frames.start()

    def _on_file(self, row: int) -> None:
        if row < len(self.parts.files.jobs):
            self.parts.files.show_job(row)

    def _on_file_failed(self, row: int, problem: str, remedy: str) -> None:
        if len(self.queue.jobs) == 1 or row == len(self.queue.jobs) - 1:
            self._tell(problem, remedy)

    def _on_row(self, row: int) -> None:
        job = self.parts.files.jobs[row]
        if job.translation is not None:
            self.stage.show(job.translation)
        if job.message:
            self._tell(job.message)

    def _close_list(self) -> None:
        self.queue.cancel()
        if self.parts.source.shows_list:
            self.parts.source.show_list(None)
            if self._current is not None:
                self.stage.show(self._current)
            else:
                self.stage.clear()

    # Translating

    def _text(self) -> str:
        """What is to be translated; of a document as it was read."""
        return document_text(self._document) if self._document is not None else self.parts.source.text.whole()

    def _set_text(self, text: str) -> None:
        self._setting_text = True
        self.parts.source.text.setPlainText(text)
        self._setting_text = False

    def _on_text(self) -> None:
        if self._setting_text:
            return
        self._document = self._path = None
        if self.parts.source.text.document().characterCount() <= LIVE:
            self._pause.start()
        else:
            self.status.emit(self.tr("A long text: Ctrl+Enter translates it"))

    def _on_direction(self) -> None:
        self.parts.remember()
        self._again_soon()

    def _on_options(self) -> None:
        self._again_soon()

    def _again_soon(self) -> None:
        """Translate anew after a pause, if there is something and it is not a list of files."""
        if not self.parts.source.shows_list and self._text().strip():
            self._pause.start()

    def _on_detected(self, text: str, detection: Detection) -> None:
        self.parts.direction.take(detection)
        self._translate(text)

    def _request(self, text: str, source: str | None, target: str) -> TranslateRequest:
        options = self.parts.options.options()
        return TranslateRequest(text, target, source, options, self._glossary, saliency=len(text) <= LIVE)

    def _asker(self) -> Callable[[str], TranslateRequest]:
        """Makes the requests of files with what is chosen now; detects in the thread that asks."""
        detects, (source, target) = self.parts.direction.detects, self.parts.direction.direction()
        plain = self._request("", source, target)
        return partial(directed, plain, detects)

    def _translate(self, text: str) -> None:
        """Start, in place of what still runs."""
        if self._current is not None:
            for job in self._current.jobs:
                self._bridge.cancel(job)
        try:
            request = self._request(text, *self.parts.direction.direction())
        except Seq2SeqError as error:
            self._fail(error)
            return
        self._current = Translation(request, self._document)
        self._current.add_job(self._bridge.submit(TASK, request))
        self._frames.start()
        self._show_state()

    def _forget(self) -> None:
        """The pane is empty: nothing to show."""
        self._stop()
        self._current = None
        self.stage.clear()
        self._show_state()

    def _on_event(self, job: int, event: Event) -> None:
        """Events only change what is known; `_on_frame` draws."""
        mine = self._current is not None and self._current.has_job(job)
        if not mine and not self.queue.feed(job, event):
            return
        if isinstance(event, Started):
            self._on_started(event, mine)
        if isinstance(event, Progress):
            left = -1.0 if event.seconds_left is None else event.seconds_left
            self.progress.emit(event.done, event.total, left)
        elif mine and self._current is not None:
            self._current.feed(job, event)
            if isinstance(event, Finished | Failed):
                self._on_over(self._current)

    def _on_started(self, event: Started, mine: bool) -> None:
        """Warn of a language that the model does not know; otherwise old messages have had their time."""
        if not event.unknown_language:
            if mine:
                self.parts.target.banner.hide()
            return
        problem, remedy = unknown_language(event.unknown_language)
        (self.parts.target if mine else self.parts.source).banner.warn(problem, remedy)
        if self.queue.running is not None and not mine:
            self.queue.running.message = problem

    def _on_over(self, translation: Translation) -> None:
        self._on_frame()
        self._show_state()
        if translation.failure is not None and translation.outcome == "failed":
            self._tell_failure(translation.failure.problem, translation.failure.remedy)
        elif translation.outcome == "done" and len(translation.versions) == 1:
            self.result.emit(to_record(translation))

    def _on_frame(self) -> None:
        current = self._current
        if current is not None and current.restarted and not self.parts.source.shows_list:
            self.stage.show(current)
        self.stage.frame()
        running = self.queue.running
        if running is not None:
            self.parts.files.show_job(self.queue.jobs.index(running))
        if not self.busy and not self.stage.waiting:
            self._frames.stop()

    def _show_state(self, text: str = "") -> None:
        """One quiet line under the translation."""
        current = self._current
        if not text and current is not None and not current.jobs:
            text = ending(current.outcome, current.finished)
        self.parts.target.state.setText(text)

    def _on_branch(self, branch: Branch, made: Version) -> None:
        """Go on from a word that the user chose, beside what stands there."""
        if self._current is None:
            return
        if len(made.sentences) == 1:  # the rest of the old version is not waited for
            for job in self._current.jobs:
                self._bridge.cancel(job)
        request = replace(self._current.request, branch=branch)
        self._current.add_job(self._bridge.submit(TASK, request), made)
        self.stage.show(self._current, made)
        self._frames.start()

    def _go(self, version: Version | None) -> None:
        if version is not None and self._current is not None and not self.parts.source.shows_list:
            self.stage.show(self._current, version)

    def close_down(self) -> None:
        """Remember how things stand and wait for what is being read or written."""
        super().close_down()
        if self.comparing is not None:
            self.comparing.errands.close()
            self.comparing.close()
