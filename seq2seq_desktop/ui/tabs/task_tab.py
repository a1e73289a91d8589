"""What the tabs of all tasks do in the same way: wiring, saving, copying, following theme and language."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from seq2seq_desktop import paths
from seq2seq_desktop.engine.messages import ModelState
from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event
from seq2seq_desktop.ui.bridge import FRAME_MS, Bridge
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.widgets.ask_where import ask_where
from seq2seq_desktop.ui.widgets.branch_popup import BranchPopup
from seq2seq_desktop.ui.widgets.errand import Errands
from seq2seq_desktop.ui.widgets.tab_frame import TabFrame

_SETTLE_MS = 150  # after the tab is shown, what is heavy and not seen at once is loaded
MAP_SUFFIXES = (".png", ".svg", ".csv")


class TaskTab(QWidget):
    """See `ui.tab.Tab`. Events only change what is known; panes and map are drawn 30 times a second.

    A tab makes its `parts` and what else it needs, connects its own signals and then calls `_wire`.
    """

    task: str
    map_suffixes: tuple[str, ...] = MAP_SUFFIXES
    status = Signal(str)
    progress = Signal(float, float, float)
    result = Signal(object)
    parts: TabFrame

    def __init__(self, bridge: Bridge, settings: Settings, parent: QWidget | None = None) -> None:
        """Nothing on it yet."""
        super().__init__(parent)
        self._bridge, self._settings = bridge, settings
        self.errands = Errands(self)
        self._samples = 0
        self._frames = QTimer(self, interval=FRAME_MS)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)

    def _wire(self) -> None:
        """Connect what every tab has, and take the language."""
        output, map_pane = self.parts.output, self.parts.map
        output.copy_asked.connect(self.copy_output)
        output.save_asked.connect(self.export)
        map_pane.export_asked.connect(self.export_map)
        map_pane.value_hovered.connect(self.status)
        self._frames.timeout.connect(self._on_frame)
        self._settled.timeout.connect(self._on_settled)
        self._bridge.event.connect(self._on_event)
        self._bridge.model_state.connect(self._on_model)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close_down)
        self.retranslate()

    # What each tab says for itself

    popup: BranchPopup  # the list of other words that opens on a word

    def open_paths(self, given: list[Path]) -> None:
        """Take files and folders as input."""
        raise NotImplementedError

    def run_again(self) -> None:
        """Do the last job once more."""
        raise NotImplementedError

    def export(self) -> None:
        """Ask where to save the output, and save it."""
        raise NotImplementedError

    def _output(self) -> str:
        """The whole output as text; "" for none."""
        raise NotImplementedError

    def _map_name(self) -> str:
        """What a saved map is called, without suffix; "" if there is none yet."""
        raise NotImplementedError

    def _on_event(self, job: int, event: Event) -> None:
        """Take note of what happened; nothing is drawn."""
        raise NotImplementedError

    def _on_frame(self) -> None:
        """Draw what has changed, and stop the clock when there is no more to come."""
        raise NotImplementedError

    def _on_settled(self) -> None:
        """Load what is heavy, a moment after the tab was shown."""
        raise NotImplementedError

    def _show_state(self, text: str = "") -> None:
        """Put one quiet line under the output: the text, else how it ended."""
        raise NotImplementedError

    # What all do alike

    def copy_output(self) -> None:
        """Put the whole output on the clipboard."""
        text = self._output()
        if text:
            QGuiApplication.clipboard().setText(text)
            self.status.emit(self.tr("Copied"))

    def export_map(self) -> None:
        """Ask where to save the map, and save it."""
        name = self._map_name()
        if not name:
            self._tell_nothing()
            return
        path = ask_where(self, self.tr("Save the map"), name + self.map_suffixes[0], self.map_suffixes)
        if path is None:
            return
        try:
            self.parts.map.export(path)
        except Seq2SeqError as error:
            self._fail_to_save(error, again=self.export_map)
        else:
            self._on_saved(path)

    def ask_for_files(self) -> None:
        """Let the user choose files."""
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Open files"), "", self._file_kinds())
        self.open_paths([Path(name) for name in names])

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.parts.retranslate()
        self.popup.retranslate()
        self._show_state()

    def close_down(self) -> None:
        """Remember how things stand and wait for what is being read or written."""
        self.parts.remember()
        self.errands.close()

    def _file_kinds(self) -> str:
        """The filter of the dialog that chooses files; "" for all files."""
        return ""

    def _next_sample(self, pattern: str) -> Path | None:
        """The samples of this task one after another, again from the first after the last."""
        samples = sorted((paths.resources() / "samples" / self.task).glob(pattern))
        self._samples += 1
        return samples[(self._samples - 1) % len(samples)] if samples else None

    def _save(self, work: Callable[[], Any], path: Path) -> None:
        """Write a file beside the window, and say how it went."""
        failed = partial(self._fail_to_save, again=self.export)
        self.errands.run(work, lambda _: self._on_saved(path), failed)

    def _on_saved(self, path: Path) -> None:
        self.parts.output.banner.hide()
        self.status.emit(self.tr("Saved as {name}").format(name=path.name))

    def _tell_nothing(self) -> None:
        self.status.emit(self.tr("There is nothing to save yet"))

    def _tell(self, problem: str, remedy: str = "") -> None:
        """Say what is wrong with the input, with a button to choose another."""
        self.parts.input.banner.tell(problem, remedy, self.tr("&Open another…"), self.ask_for_files)

    def _tell_failure(self, problem: str, remedy: str) -> None:
        """Say why a job failed, with a button that does it again."""
        self.parts.output.banner.tell(problem, remedy, self.tr("Try &again"), self.run_again)

    def _fail(self, error: Seq2SeqError) -> None:
        self.parts.output.banner.tell(error.problem, error.remedy)

    def _fail_to_open(self, error: Seq2SeqError) -> None:
        self._tell(error.problem, error.remedy)

    def _fail_to_save(self, error: Seq2SeqError, again: Callable[[], None]) -> None:
        self.parts.output.banner.tell(error.problem, error.remedy, self.tr("Save &elsewhere…"), again)

    def _on_model(self, state: ModelState) -> None:
        if state.task == self.task:
            self._show_state(self.tr("Loading the model…") if state.state == "loading" else "")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Load the rest soon after the tab has been painted."""
        super().showEvent(event)
        self._settled.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "parts"):
            self.parts.dress()
        super().changeEvent(event)
