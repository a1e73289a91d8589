"""The frame that all tabs share: input and output side by side, below them the map and the options."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from seq2seq_desktop.ui.settings import Settings


class TabFrame:
    """Input and output, map and options on a tab, as they stood last; F11 lets the map fill it."""

    def __init__(
        self,
        tab: QWidget,
        settings: Settings,
        key: str,
        panes: tuple[Any, Any],
        below: tuple[Any, Any],
        sizes: tuple[list[int], list[int]],
        bar: Any = None,
    ) -> None:
        """Put input and output, map and options into place, `bar` above all.

        Where the splitters stand is remembered under `key`; `sizes` are those of the panes and of the halves before.
        """
        self._settings, self._key, self._bar = settings, key, bar
        self.input, self.output = panes
        self.map, self.options = below
        self.panes = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        for pane in panes:
            self.panes.addWidget(pane)
        self.panes.setSizes(sizes[0])
        bottom = QWidget(tab)
        row = QHBoxLayout(bottom)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.map, 1)
        row.addWidget(self.options)
        self.halves = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.halves.addWidget(self.panes)
        self.halves.addWidget(bottom)
        self.halves.setSizes(sizes[1])
        column = QVBoxLayout(tab)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        if bar is not None:
            column.addWidget(bar)
        column.addWidget(self.halves, 1)
        self._full = QShortcut(QKeySequence("F11"), tab)
        self._full.activated.connect(self.toggle_full_map)
        self.panes.restoreState(settings.get(key + "panes", b""))
        self.halves.restoreState(settings.get(key + "halves", b""))
        self.options.fold.setChecked(settings.get(key + "options_open", False))

    def toggle_full_map(self) -> None:
        """Let the map fill the tab, or give the panes their place back."""
        shown = self.panes.isHidden()
        self.panes.setVisible(shown)
        if self._bar is not None:
            self._bar.setVisible(shown)

    def retranslate(self) -> None:
        """Take the language of the window."""
        for part in (self._bar, self.input, self.output, self.map, self.options):
            if part is not None:
                part.retranslate()
        for pane in (self.input, self.output):
            pane.banner.retranslate()

    def dress(self) -> None:
        """Take the colours of the theme."""
        for part in (self.output, self.map):
            part.dress()

    def remember(self) -> None:
        """Write down how things stand."""
        self._settings.set(self._key + "panes", bytes(self.panes.saveState().data()))
        self._settings.set(self._key + "halves", bytes(self.halves.saveState().data()))
        self._settings.set(self._key + "options_open", self.options.fold.isChecked())
