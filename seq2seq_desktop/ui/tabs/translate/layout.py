"""The frame of the Translate tab: where its parts stand, and what is remembered of it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.translate.direction_bar import DirectionBar
from seq2seq_desktop.ui.tabs.translate.files import FileList
from seq2seq_desktop.ui.tabs.translate.map_pane import MapPane
from seq2seq_desktop.ui.tabs.translate.options_panel import OptionsPanel
from seq2seq_desktop.ui.tabs.translate.source_pane import SourcePane
from seq2seq_desktop.ui.tabs.translate.target_pane import TargetPane

_KEY = "translate/"


class Parts:
    """The widgets of the tab, laid out on it."""

    def __init__(self, tab: QWidget, settings: Settings) -> None:
        """Make and place them, as they stood last."""
        self._settings = settings
        self.direction = DirectionBar(tab)
        self.source, self.target, self.map = SourcePane(tab), TargetPane(tab), MapPane(tab)
        self.options, self.files = OptionsPanel(settings, tab), FileList(tab)
        self.files.hide()
        self.panes = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.panes.addWidget(self.source)
        self.panes.addWidget(self.target)
        self.panes.setSizes([500, 500])
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
        self.halves.setSizes([300, 360])
        column = QVBoxLayout(tab)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.direction)
        column.addWidget(self.halves, 1)
        self._full = QShortcut(QKeySequence("F11"), tab)
        self._full.activated.connect(self.toggle_full_map)
        self.compare_key = QShortcut(QKeySequence("Ctrl+M"), tab)
        self._restore()

    def toggle_full_map(self) -> None:
        """Let the map fill the tab, or give the panes their place back."""
        shown = self.panes.isHidden()
        self.panes.setVisible(shown)
        self.direction.setVisible(shown)

    def retranslate(self) -> None:
        """Take the language of the window."""
        parts = (self.direction, self.source, self.target, self.map, self.options, self.files)
        for part in (*parts, self.source.banner, self.target.banner):
            part.retranslate()

    def dress(self) -> None:
        """Take the colours of the theme."""
        for part in (self.direction, self.target, self.map):
            part.dress()

    def remember(self) -> None:
        """Write down how things stand."""
        source, target = self.direction.source.currentData(), self.direction.target.currentData()
        self._settings.set(_KEY + "direction", [source, target])
        self._settings.set(_KEY + "panes", bytes(self.panes.saveState().data()))
        self._settings.set(_KEY + "halves", bytes(self.halves.saveState().data()))
        self._settings.set(_KEY + "options_open", self.options.fold.isChecked())
        self._settings.set(_KEY + "pieces", self.map.pieces.isChecked())
        self._settings.set(_KEY + "specials", self.map.specials.isChecked())
        self._settings.set(_KEY + "colours", self.map.colours.currentText())

    def _restore(self) -> None:
        get = self._settings.get
        stored = get(_KEY + "direction", ["detect", "fr"])
        if len(stored) == 2 and stored[0] != stored[1]:
            self.direction.choose(*stored)
        self.panes.restoreState(get(_KEY + "panes", b""))
        self.halves.restoreState(get(_KEY + "halves", b""))
        self.options.fold.setChecked(get(_KEY + "options_open", False))
        self.map.pieces.setChecked(get(_KEY + "pieces", False))
        self.map.specials.setChecked(get(_KEY + "specials", False))
        self.map.colours.setCurrentText(get(_KEY + "colours", "viridis"))
