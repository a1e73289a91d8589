"""An editor for the input of a tab, in a pane that takes files anywhere."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from seq2seq_desktop.ui.widgets.utf16 import characters, units
from seq2seq_desktop.ui.widgets.word_text import lit_format

FOOT = 36  # px of the row under each pane


class SourceText(QPlainTextEdit):
    """A plain text editor that passes files on and says which character the pointer is at."""

    files_given = Signal(list)  # of Path
    pointed = Signal(int)  # character of the text; -1: none

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty editor."""
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.viewport().setMouseTracking(True)
        self._place = -1
        self._text, self._revision, self._wide = "", -1, False

    def whole(self) -> str:
        """The text; copied only after a change, for the pointer asks often."""
        if self.document().revision() != self._revision:
            self._text, self._revision = self.toPlainText(), self.document().revision()
            self._wide = units(self._text) != len(self._text)
        return self._text

    def _unit(self, place: int) -> int:
        """The place in the document of a character of the text."""
        text = self.whole()
        return units(text[:place]) if self._wide else place

    def light(self, spans: Sequence[tuple[int, int]]) -> None:
        """Light stretches of the text, in characters; nothing moves."""
        selections = []
        for start, end in spans:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._unit(start))
            cursor.setPosition(self._unit(end), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor, selection.format = cursor, lit_format(self.palette())
            selections.append(selection)
        self.setExtraSelections(selections)

    @property
    def lit(self) -> list[str]:
        """The stretches that are lit."""
        return [selection.cursor.selectedText() for selection in self.extraSelections()]

    def point_at(self, place: int) -> None:
        """Behave as if the pointer stood at this character."""
        if place != self._place:
            self._place = place
            self.pointed.emit(place)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802
        """Files and text."""
        return bool(paths_in(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802
        """Files are opened, text is inserted; both for pasting and for dropping."""
        files = paths_in(source)
        if files:
            self.files_given.emit(files)
        else:
            super().insertFromMimeData(source)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell the character under the pointer."""
        point = event.position().toPoint()
        cursor = self.cursorForPosition(point)
        near = self.cursorRect(cursor).adjusted(-24, -2, 24, 2).contains(point)
        text = self.whole()
        place = characters(text, cursor.position()) if self._wide else cursor.position()
        self.point_at(place if near else -1)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Let go."""
        self.point_at(-1)
        super().leaveEvent(event)


class DropPane(QWidget):
    """A pane that is a drop target as a whole."""

    files_given = Signal(list)  # of Path

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files anywhere on the pane."""
        if paths_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped."""
        files = paths_in(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.files_given.emit(files)


def paths_in(data: QMimeData) -> list[Path]:
    """The files of this machine among what was dropped or pasted."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
