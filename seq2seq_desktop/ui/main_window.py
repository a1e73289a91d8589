"""The window: tabs, history and status bar, and the keys and menu that act on the current tab."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QCloseEvent, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from seq2seq_desktop.engine.messages import Device, Devices, ModelState
from seq2seq_desktop.events import Event
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import History, HistoryRecord
from seq2seq_desktop.ui.history_panel import HistoryPanel
from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.notice import Notice
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.settings_dialog import SettingsDialog
from seq2seq_desktop.ui.shortcuts import KeyRouter, ShortcutsDialog
from seq2seq_desktop.ui.status_bar import StatusBar
from seq2seq_desktop.ui.task_tabs import TabEntry, TaskTabs
from seq2seq_desktop.ui.widgets.send_button import SendButton

SMALLEST = (640, 480)  # pixels
FIRST_SIZE = (1200, 800)  # pixels, cut to the screen
HISTORY_WIDTH = 300  # pixels


class MainWindow(QMainWindow):
    """One window for all tasks. It owns the bridge: closing it ends the worker's thread."""

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        history: History,
        tabs: Sequence[TabEntry],
        parent: QWidget | None = None,
    ) -> None:
        """Put the tabs up in the given order; only the one that stood last is made."""
        super().__init__(parent)
        self.bridge, self.settings = bridge, settings
        self.devices: tuple[Device, ...] = (Device("cpu", "CPU"),)
        self._senders: dict[str, Any] = {}  # by the task of the tab that has its text: the tab it came from
        self.worker_ended = True  # False when the window is closed and the worker does not come back
        self.tabs = TaskTabs(tabs, lambda entry, page: entry.make(bridge, settings, page), self)
        self.tabs.setObjectName("tabs")
        self.notice, self.status = Notice(self), StatusBar(self)
        self.history = HistoryPanel(history, settings, self)
        self.actions_by_name = self._make_actions()
        self._history_button, self._menu_button = QToolButton(self), QToolButton(self)
        self._lay_out()
        self._connect()
        self._keys = KeyRouter(self, self.act("copy_output"), self.act("undo"))
        self.retranslate()
        self.dress()
        self._restore()

    @property
    def tab(self) -> Any:
        """The current `Tab`."""
        return self.tabs.tab(self.tabs.currentIndex())

    def act(self, name: str) -> Callable[[], None]:
        """A function that calls the method `name` of whichever tab is current."""

        def call() -> None:
            if self.tab is not None:
                getattr(self.tab, name)()

        return call

    def open_paths(self, files: list[Path]) -> None:
        """Give files to the tab that is for their kind, else the current one, and come forward.

        It is what a second start of the program asks for.
        """
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        for index, entry in enumerate(self.tabs.entries):
            if entry.takes(files):
                self.tabs.setCurrentIndex(index)
        if files and self.tab is not None:
            self.tab.open_paths(files)

    def cancel(self) -> None:
        """End what runs, in whichever tab."""
        for tab in self.tabs.made():
            if tab.busy:
                tab.cancel()

    def ask_for_files(self) -> None:
        """Let the user choose files for the current tab."""
        folder = self.settings.get("window/last_folder", "")
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Open files"), folder)
        if names:
            self.settings.set("window/last_folder", str(Path(names[0]).parent))
            self.open_paths([Path(name) for name in names])

    def show_settings(self) -> None:
        """Open the settings; what is changed there holds at once."""
        dialog = SettingsDialog(self.settings, self.devices, self)
        self.bridge.devices.connect(dialog.on_devices)  # a method, so that it ends with the dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_about(self) -> None:
        """Open what the program is and is made of."""
        from seq2seq_desktop.ui.about import AboutDialog  # reads the metadata of packages: not at start

        AboutDialog(self).open()

    def show_history(self, shown: bool) -> None:
        """Open or close the panel at the side."""
        self.history.setVisible(shown)
        self.actions_by_name["history"].setChecked(shown)
        if shown:
            self.history.refresh()
            self.history.search.setFocus()

    def retranslate(self) -> None:
        """Take the current language, in the tabs too."""
        self.setWindowTitle("Seq2Seq Desktop")
        self.setAccessibleName("Seq2Seq Desktop")
        self.tabs.setAccessibleName(self.tr("Tasks"))
        self.tabs.tabBar().setAccessibleName(self.tr("Tasks"))
        for name, text in self._texts().items():
            self.actions_by_name[name].setText(text)
        for button, text in ((self._history_button, self.tr("History")), (self._menu_button, self.tr("Menu"))):
            button.setAccessibleName(text)
            button.setToolTip(text)
        self.tabs.retranslate()

    def dress(self) -> None:
        """Draw the icons in the colours of the current theme."""
        self._history_button.setIcon(icon("history"))
        self._menu_button.setIcon(icon("gear"))
        self.history.dress()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow language and theme."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self.dress()
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Disappear at once, then end the worker and what is still being written."""
        self.hide()
        self.tabs.close_down()
        self._remember()
        self.worker_ended = self.bridge.close()
        self.history.shut_down()
        super().closeEvent(event)

    def _make_actions(self) -> dict[str, QAction]:
        keys = QKeySequence.StandardKey
        table: dict[str, tuple[Callable[..., Any], Any]] = {
            "open": (self.ask_for_files, keys.Open),
            "run_again": (self.act("run_again"), "Ctrl+Return"),
            "cancel": (self.cancel, "Esc"),
            "copy_output": (self.act("copy_output"), keys.Copy),
            "export": (self.act("export"), keys.Save),
            "undo": (self.act("undo"), keys.Undo),
            "redo": (self.act("redo"), "Ctrl+Shift+Z"),
            "history": (self.show_history, "Ctrl+H"),
            "settings": (self.show_settings, "Ctrl+,"),
            "shortcuts": (lambda: ShortcutsDialog(self).open(), "F1"),
            "about": (self.show_about, ""),
            "quit": (self.close, "Ctrl+Q"),
        }
        return {name: self._action(slot, key) for name, (slot, key) in table.items()}

    def _action(self, slot: Callable[..., Any], key: Any) -> QAction:
        action = QAction(QIcon(), "", self)
        action.setShortcut(QKeySequence(key))
        if slot == self.show_history:
            action.setCheckable(True)
            action.toggled.connect(slot)
        else:
            action.triggered.connect(lambda *_: slot())
        self.addAction(action)
        return action

    def _texts(self) -> dict[str, str]:
        return {
            "open": self.tr("&Open files…"),
            "run_again": self.tr("&Run again"),
            "cancel": self.tr("&Cancel"),
            "copy_output": self.tr("Copy the out&put"),
            "export": self.tr("&Export…"),
            "undo": self.tr("&Undo"),
            "redo": self.tr("Re&do"),
            "history": self.tr("&History"),
            "settings": self.tr("&Settings…"),
            "shortcuts": self.tr("Shortcuts (&keys)"),
            "about": self.tr("&About"),
            "quit": self.tr("&Quit"),
        }

    def _lay_out(self) -> None:
        self.tabs.setCornerWidget(self._corner(), Qt.Corner.TopRightCorner)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        self.splitter.addWidget(self.tabs)
        self.splitter.addWidget(self.history)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([FIRST_SIZE[0] - HISTORY_WIDTH, HISTORY_WIDTH])
        self.history.hide()
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.status)
        self.setCentralWidget(body)
        self.setMinimumSize(*SMALLEST)

    def _corner(self) -> QWidget:
        menu = QMenu(self._menu_button)
        for group in (("open", "export"), ("run_again", "cancel"), ("copy_output", "undo", "redo")):
            menu.addActions([self.actions_by_name[name] for name in group])
            menu.addSeparator()
        menu.addActions([self.actions_by_name[name] for name in ("settings", "shortcuts", "about", "quit")])
        self._menu_button.setMenu(menu)
        self._menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._history_button.setCheckable(True)
        self._history_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._history_button.clicked.connect(self.actions_by_name["history"].setChecked)
        self.actions_by_name["history"].toggled.connect(self._history_button.setChecked)
        corner = QWidget(self)
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self._history_button)
        row.addWidget(self._menu_button)
        return corner

    def _connect(self) -> None:
        self.bridge.event.connect(self._on_event)
        self.bridge.model_state.connect(self._on_model_state)
        self.bridge.memory.connect(self.status.show_memory)
        self.bridge.devices.connect(self._on_devices)
        self.bridge.busy_changed.connect(self.status.show_busy)
        self.bridge.busy_changed.connect(self.actions_by_name["cancel"].setEnabled)
        self.actions_by_name["cancel"].setEnabled(False)
        self.status.cancel_asked.connect(self.cancel)
        self.settings.changed.connect(self._on_setting)
        self.history.opened.connect(self._on_history)
        self.history.closed.connect(lambda: self.show_history(False))
        self.history.failed.connect(lambda text: self.notice.show_text(text, danger=True))
        self.tabs.tab_made.connect(self._on_tab)

    def _restore(self) -> None:
        if not self.restoreGeometry(self.settings.get("window/geometry", b"")):
            room = self.screen().availableSize()
            self.resize(min(FIRST_SIZE[0], room.width()), min(FIRST_SIZE[1], room.height()))
        self.splitter.restoreState(self.settings.get("window/splitter", b""))
        self.tabs.setCurrentIndex(self.settings.get("window/tab", 0))
        self.tabs.begin()
        self.actions_by_name["history"].setChecked(self.settings.get("window/history", False))

    def _remember(self) -> None:
        self.settings.set("window/geometry", bytes(self.saveGeometry().data()))
        self.settings.set("window/splitter", bytes(self.splitter.saveState().data()))
        self.settings.set("window/tab", self.tabs.currentIndex())
        self.settings.set("window/history", not self.history.isHidden())
        self.settings.save()

    def _on_tab(self, tab: Any) -> None:
        tab.status.connect(self.status.show_status)
        tab.progress.connect(self.status.show_progress)
        tab.result.connect(self.history.add)
        if hasattr(tab, "send_asked"):
            tab.send_asked.connect(partial(self._on_send, tab))
            for button in tab.findChildren(SendButton):
                button.offer(self.tabs.of_task(button.task) >= 0)

    def _on_event(self, _job: int, event: Event) -> None:
        self.status.show_event(event)

    def _on_model_state(self, state: ModelState) -> None:
        self.status.show_model(state)
        if state.message and state.state == "ready":
            self.notice.show_text(state.message, self.tr("&Settings…"), self.show_settings)

    def _on_devices(self, found: Devices) -> None:
        self.devices = found.devices

    def _on_setting(self, key: str) -> None:
        if key in ("device", "precision", "threads", "unload_minutes"):
            self.bridge.send(self.settings.configuration())

    def _on_send(self, sender: Any, task: str, text: str) -> None:
        """Give the output of one tab to another as its input, and go there; what is pointed at there is told back."""
        tab = self.tabs.tab(self.tabs.of_task(task))
        if tab is not None:
            if task in self._senders:  # what is pointed at is of the new text, not of an older one
                tab.pointed.disconnect(self._senders[task].light_sent)
            tab.pointed.connect(sender.light_sent)
            self._senders[task] = sender
            self.tabs.setCurrentIndex(self.tabs.of_task(task))
            tab.take_text(text)

    def _on_history(self, record: HistoryRecord) -> None:
        tab = self.tabs.tab(self.tabs.of_task(record.task))
        if tab is not None:
            self.tabs.setCurrentIndex(self.tabs.of_task(record.task))
            tab.show_history(record)
