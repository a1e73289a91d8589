"""A failure or a warning told in its pane: what, which file, what to do, and a button that does it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from seq2seq_desktop.ui.notice import Notice


class Banner(Notice):
    """A notice for one pane; the work below it stays as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """A hidden banner."""
        super().__init__(parent)
        self._button.hide()  # there is nothing to do yet
        for label in self.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def tell(self, problem: str, remedy: str = "", action: str = "", call: Callable[[], None] | None = None) -> None:
        """Show a problem and its remedy, and a button named `action` that calls `call`."""
        self.show_text(_sentences(problem, remedy), action, call, danger=True)

    def warn(self, problem: str, remedy: str = "") -> None:
        """Say something to beware of while the work goes on."""
        self.show_text(_sentences(problem, remedy))


def _sentences(*parts: str) -> str:
    return " ".join(_sentence(part) for part in parts if part)


def _sentence(text: str) -> str:
    """`text` with a capital and a full stop; a file name at its beginning keeps its case."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    begun = text if any(mark in first for mark in "./\\_") else text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "!", "?")) else begun + "."
