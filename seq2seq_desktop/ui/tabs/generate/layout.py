"""The frame of the Generate tab: where its parts stand, and what is remembered of it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.generate.map_pane import MapPane
from seq2seq_desktop.ui.tabs.generate.options_panel import OptionsPanel
from seq2seq_desktop.ui.tabs.generate.output_pane import OutputPane
from seq2seq_desktop.ui.tabs.generate.prompt_pane import PromptPane

_KEY = "generate/"


class Parts:
    """The widgets of the tab, laid out on it."""

    def __init__(self, tab: QWidget, settings: Settings) -> None:
        """Make and place them, as they stood last."""
        self._settings = settings
        self.prompt, self.output, self.map = PromptPane(tab), OutputPane(tab), MapPane(tab)
        self.options = OptionsPanel(settings, tab)
        self.panes = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.panes.addWidget(self.prompt)
        self.panes.addWidget(self.output)
        self.panes.setSizes([400, 600])
        below = QWidget(tab)
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.map, 1)
        row.addWidget(self.options)
        self.map.tools.addWidget(self.options.fold)
        self.halves = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.halves.addWidget(self.panes)
        self.halves.addWidget(below)
        self.halves.setSizes([360, 300])
        column = QVBoxLayout(tab)
        column.setContentsMargins(12, 8, 12, 8)
        column.addWidget(self.halves, 1)
        self._full = QShortcut(QKeySequence("F11"), tab)
        self._full.activated.connect(lambda: self.panes.setVisible(self.panes.isHidden()))
        self.panes.restoreState(settings.get(_KEY + "panes", b""))
        self.halves.restoreState(settings.get(_KEY + "halves", b""))
        self.options.fold.setChecked(settings.get(_KEY + "options_open", False))

    def retranslate(self) -> None:
        """Take the language of the window."""
        for part in (self.prompt, self.output, self.map, self.options, self.prompt.banner, self.output.banner):
            part.retranslate()

    def dress(self) -> None:
        """Take the colours of the theme."""
        for part in (self.output, self.map):
            part.dress()

    def remember(self) -> None:
        """Write down how things stand."""
        self._settings.set(_KEY + "panes", bytes(self.panes.saveState().data()))
        self._settings.set(_KEY + "halves", bytes(self.halves.saveState().data()))
        self._settings.set(_KEY + "options_open", self.options.fold.isChecked())
