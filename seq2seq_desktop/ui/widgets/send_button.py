"""A button that gives the output of a tab to another one as its input."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget


class SendButton(QPushButton):
    """To be seen while there is an output, and the other tab."""

    def __init__(self, task: str, parent: QWidget | None = None) -> None:
        """A hidden button for the tab of `task`."""
        super().__init__(parent)
        self.task = task
        self._there, self._offered = False, True
        self.setProperty("link", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def offer(self, offered: bool) -> None:
        """Say whether there is such a tab."""
        self._offered = offered
        self.show_for(self._there)

    def show_for(self, there: bool) -> None:
        """Say whether there is something to send."""
        self._there = there
        self.setVisible(there and self._offered)

    def show_text(self, text: str, tip: str) -> None:
        """Take the language of the window."""
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text.replace("&", ""))
