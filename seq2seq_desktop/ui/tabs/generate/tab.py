"""The Generate tab: the beginning of a text in, the rest out as it is written; what might have come below."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QWidget

from seq2seq_desktop import paths
from seq2seq_desktop.engine.messages import ModelState
from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Failed, Finished, Started
from seq2seq_desktop.io.documents import Document, read_document
from seq2seq_desktop.io.exports import SUFFIXES, save_text
from seq2seq_desktop.tasks.generate.catalogue import writers
from seq2seq_desktop.tasks.generate.spec import TASK, GenerateRequest
from seq2seq_desktop.ui.bridge import FRAME_MS, Bridge
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.generate.draft import Draft, Version
from seq2seq_desktop.ui.tabs.generate.layout import Parts
from seq2seq_desktop.ui.tabs.generate.record import from_record, to_record
from seq2seq_desktop.ui.widgets.ask_where import ask_where
from seq2seq_desktop.ui.widgets.branch_popup import BranchPopup
from seq2seq_desktop.ui.widgets.errand import Errands

LONGEST = 20_000  # characters of a file taken as a beginning: the end of it, which is what counts
_MAP_DELAY_MS = 150  # after the tab is shown: pyqtgraph is imported when the window stands


class GenerateTab(QWidget):
    """See `ui.tab.Tab`. Events only change what is known; panes and map are drawn 30 times a second."""

    task = TASK
    status = Signal(str)
    progress = Signal(float, float, float)
    result = Signal(object)

    def __init__(self, bridge: Bridge, settings: Settings, parent: QWidget | None = None) -> None:
        """An empty tab."""
        super().__init__(parent)
        self._bridge = bridge
        self.parts, self.popup = Parts(self, settings), BranchPopup(self)
        self.errands = Errands(self)
        self.draft: Draft | None = None
        self.version: Version | None = None  # of the draft, on the screen
        self._at: tuple[Version, int] | None = None  # where the popup is open
        self._samples = 0
        self._frames = QTimer(self, interval=FRAME_MS)
        self._map_delay = QTimer(self, singleShot=True, interval=_MAP_DELAY_MS)
        self._connect()
        self.retranslate()

    @staticmethod
    def offered() -> bool:
        """True if there is a model to write with."""
        return bool(writers())

    def _connect(self) -> None:
        parts = self.parts
        parts.prompt.files_given.connect(self.open_paths)
        parts.prompt.sample_asked.connect(self.open_sample)
        parts.prompt.run_asked.connect(self.run_again)
        parts.output.place_hovered.connect(self._on_hover)
        parts.output.place_clicked.connect(self._on_click)
        parts.output.version_chosen.connect(self._on_version)
        parts.output.copy_asked.connect(self.copy_output)
        parts.output.save_asked.connect(self.export)
        parts.map.place_hovered.connect(partial(self._on_hover, 0))
        parts.map.value_hovered.connect(self.status)
        parts.map.export_asked.connect(self.export_map)
        self.popup.token_chosen.connect(lambda token: self._branch(token))
        self.popup.typed.connect(lambda text: self._branch(None, text))
        self._frames.timeout.connect(self._on_frame)
        self._map_delay.timeout.connect(parts.map.strip)
        self._bridge.event.connect(self._on_event)
        self._bridge.model_state.connect(self._on_model)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close_down)

    # What the window asks of a tab

    def title(self) -> str:
        """The word on the tab."""
        return self.tr("Generate")

    @property
    def busy(self) -> bool:
        """True while a text is written."""
        return self.draft is not None and self.draft.job is not None

    def open_paths(self, given: list[Path]) -> None:
        """Take the text of the first file as the beginning."""
        if given:
            self.errands.run(partial(read_document, given[0]), self._on_document, self._fail_to_open, "open")

    def cancel(self) -> None:
        """End what runs; what is there stays, marked."""
        self.errands.forget("open")
        if self.draft is not None and self.draft.job is not None:
            self._bridge.cancel(self.draft.job)

    def run_again(self) -> None:
        """Write on from what stands in the pane, in place of what still runs."""
        self.cancel()
        try:
            prompt, options = self.parts.prompt.text.whole(), self.parts.options
            request = GenerateRequest(prompt, options.length.value(), options.writing())
        except Seq2SeqError as error:
            self.parts.output.banner.tell(error.problem, error.remedy)
            return
        self.parts.output.banner.hide()
        self.draft = Draft(request, prompt)
        self._write(request)
        self._show(self.draft.versions[0])

    def export(self) -> None:
        """Ask where to save the text, and save it."""
        text = self._output()
        if not text:
            self.status.emit(self.tr("There is nothing to save yet"))
            return
        path = ask_where(self, self.tr("Save the text"), self.tr("text") + SUFFIXES[0], SUFFIXES)
        if path is not None:
            done, failed = (lambda _: self._on_saved(path)), partial(self._fail_to_save, again=self.export)
            self.errands.run(partial(save_text, text, path, True), done, failed)

    def export_map(self) -> None:
        """Ask where to save the map, and save it."""
        if self.version is None or not self.version.pieces:
            self.status.emit(self.tr("There is nothing to save yet"))
            return
        path = ask_where(self, self.tr("Save the map"), self.tr("characters") + ".png", (".png", ".svg", ".csv"))
        if path is None:
            return
        try:
            self.parts.map.export(path)
        except Seq2SeqError as error:
            self._fail_to_save(error, again=self.export_map)
        else:
            self._on_saved(path)

    def undo(self) -> None:
        """Take the newest branch away; it can come back."""
        if self.draft is not None and (left := self.draft.undo()) is not None:
            self.cancel()
            self._show(left)

    def redo(self) -> None:
        """Bring the branch back that was taken away last."""
        if self.draft is not None and (back := self.draft.redo()) is not None:
            self._show(back)

    def copy_output(self) -> None:
        """Put the beginning and what was written on the clipboard."""
        text = self._output()
        if text:
            QGuiApplication.clipboard().setText(text)
            self.status.emit(self.tr("Copied"))

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.title())
        self.parts.retranslate()
        self.popup.retranslate()
        self._show_state()

    def show_history(self, record: HistoryRecord) -> None:
        """Show an earlier result as if it had just come."""
        self.cancel()
        self.draft = from_record(record)
        self.parts.prompt.text.setPlainText(record.text)
        self._show(self.draft.versions[0])

    def close_down(self) -> None:
        """Remember how things stand and wait for what is being read or written."""
        self.parts.remember()
        self.errands.close()

    # Writing

    def open_sample(self) -> None:
        """Put the next sample into the pane and write on."""
        samples = sorted((paths.resources() / "samples" / TASK).glob("*.txt"))
        if samples:
            sample = samples[self._samples % len(samples)]
            self._samples += 1
            self.parts.prompt.text.setPlainText(sample.read_text(encoding="utf-8"))
            self.run_again()

    def _write(self, request: GenerateRequest) -> None:
        if self.draft is not None:
            self.draft.expect(self._bridge.submit(TASK, request))
            self._frames.start()

    def _on_event(self, job: int, event: Event) -> None:
        """Events only change what is known; `_on_frame` draws."""
        draft = self.draft
        if draft is None or job != draft.job:
            return
        draft.feed(event)
        if isinstance(event, Started) and self.version is not None:  # the beginning as the model reads it
            self._show(self.version)
        if isinstance(event, Finished | Failed):
            self._on_over(draft)

    def _on_over(self, draft: Draft) -> None:
        if self.version is not None:
            self._show(self.version)
        if draft.outcome == "failed" and draft.failure is not None:
            problem, remedy = draft.failure.problem, draft.failure.remedy
            self.parts.output.banner.tell(problem, remedy, self.tr("Try &again"), self.run_again)
        elif draft.outcome == "done" and len(draft.versions) == 1:
            self.result.emit(to_record(draft))

    def _on_frame(self) -> None:
        """Draw what has changed since the last frame."""
        draft = self.draft
        if draft is None or not draft.changed:
            if not self.busy:
                self._frames.stop()
            return
        draft.changed = False
        self.parts.output.draw()
        self.parts.map.show_version(self.version, draft.job is not None)

    def _show(self, version: Version) -> None:
        """Put a version on the panes."""
        if self.draft is None:
            return
        self.version, self.draft.changed = version, True
        self.parts.output.begin(self.draft, version)
        versions = self.draft.versions
        current = next((place for place, one in enumerate(versions) if one is version), -1)
        self.parts.output.versions.show_versions([one.name for one in versions], current)
        self._on_frame()
        self._show_state()

    def _output(self) -> str:
        """The beginning with what was written after it."""
        if self.draft is None or self.version is None or not self.version.pieces:
            return ""
        return self.draft.prompt + self.version.text

    # Other characters

    def _on_hover(self, side: int, place: int) -> None:
        """Light a character and its column, and show what might have stood there."""
        version = self.parts.output.version(side)
        known = version is not None and 0 <= place < len(version.pieces)
        self.parts.output.light_place(side, place if known else -1)
        if version is self.version:
            self.parts.map.show_place(place if known else -1)

    def _on_click(self, side: int, place: int) -> None:
        """Open what else could stand there."""
        version = self.parts.output.version(side)
        if version is None or not 0 <= place < len(version.pieces):
            return
        self._at = (version, place)
        corner = self.parts.output.corner_of(side, place)
        self.popup.offer(version.alternatives[place], version.tokens[place], corner)

    def _branch(self, token: int | None, typed: str = "") -> None:
        """Go on from another character, beside what stands there."""
        at, self._at = self._at, None
        if self.draft is None or at is None or at[0].tokens[at[1]] == token:
            return
        self.cancel()
        request = self.draft.branch(*at, token, typed)
        self._write(request)
        self._show(self.draft.versions[-1])

    def _on_version(self, index: int) -> None:
        if self.draft is not None and 0 <= index < len(self.draft.versions):
            self._show(self.draft.versions[index])

    # Failures and the rest

    def _on_document(self, document: Document) -> None:
        self.parts.prompt.banner.hide()
        text = "\n\n".join(block.text for block in document.blocks)
        self.parts.prompt.text.setPlainText(text[-LONGEST:])
        self.run_again()

    def _on_saved(self, path: Path) -> None:
        self.parts.output.banner.hide()
        self.status.emit(self.tr("Saved as {name}").format(name=path.name))

    def _fail_to_open(self, error: Seq2SeqError) -> None:
        self.parts.prompt.banner.tell(error.problem, error.remedy)

    def _fail_to_save(self, error: Seq2SeqError, again: Callable[[], None]) -> None:
        self.parts.output.banner.tell(error.problem, error.remedy, self.tr("Save &elsewhere…"), again)

    def _on_model(self, state: ModelState) -> None:
        if state.task == TASK:
            self._show_state(self.tr("Loading the model…") if state.state == "loading" else "")

    def _show_state(self, text: str = "") -> None:
        """One quiet line under the text: why it ended, if it was not at its length."""
        draft = self.draft
        if not text and draft is not None and draft.job is None:
            reasons = {
                "repetition": self.tr("Stopped: the text began to repeat itself"),
                "entropy": self.tr("Stopped: the model was only guessing"),
                "cancelled": self.tr("Cancelled; what was there stays"),
            }
            failed = self.tr("Stopped by an error")
            reason = draft.finished.reason if draft.finished is not None else ""
            text = failed if draft.outcome == "failed" else reasons.get(reason, "")
        self.parts.output.state.setText(text)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Make the map soon after the tab has been painted."""
        super().showEvent(event)
        self._map_delay.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "parts"):
            self.parts.dress()
        super().changeEvent(event)
