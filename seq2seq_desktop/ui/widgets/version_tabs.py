"""Small tabs that name the versions of an output."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget


class VersionTabs(QTabBar):
    """`currentChanged` tells which version the user wants to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """None yet, and so nothing to see."""
        super().__init__(parent, expanding=False, drawBase=False, usesScrollButtons=True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.hide()

    def show_versions(self, names: Sequence[str], current: int) -> None:
        """Name the versions; "" is the first, and one alone needs no tab."""
        self.blockSignals(True)
        while self.count() > len(names):
            self.removeTab(self.count() - 1)
        for index, name in enumerate(names):
            text = name or self.tr("First version")
            if index < self.count():
                self.setTabText(index, text)
            else:
                self.addTab(text)
            self.setTabToolTip(index, text)
        self.setCurrentIndex(current)
        self.blockSignals(False)
        self.setVisible(len(names) > 1)
