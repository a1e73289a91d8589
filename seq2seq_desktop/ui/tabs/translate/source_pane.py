"""The left pane: the text to translate, or the list of files; a drop target as a whole."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from seq2seq_desktop.io.documents import READABLE
from seq2seq_desktop.ui.widgets.banner import Banner
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


class SourcePane(QWidget):
    """Text editor, banner, and what stands there while nothing does."""

    files_given = Signal(list)
    sample_asked = Signal()
    open_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.banner = Banner(self)
        self.text = SourceText(self)
        self.text.files_given.connect(self.files_given)
        self.sample, self.open = QPushButton(self), QPushButton(self)
        for button, signal in ((self.sample, self.sample_asked), (self.open, self.open_asked)):
            button.setProperty("link", True)
            button.clicked.connect(signal)
        self.kinds = QLabel(self)
        self.kinds.setProperty("muted", True)
        self._foot = QWidget(self)
        self._foot.setFixedHeight(FOOT)
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(self.open)
        row.addWidget(self.sample)
        row.addWidget(self.kinds)
        row.addStretch(1)
        self.layout_ = QVBoxLayout(self)
        self.layout_.setContentsMargins(0, 0, 0, 0)
        self.layout_.setSpacing(4)
        self.layout_.addWidget(self.banner)
        self.layout_.addWidget(self.text, 1)
        self.layout_.addWidget(self._foot)
        self.text.textChanged.connect(self._show_foot)
        self._list: QWidget | None = None
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.text.setAccessibleName(self.tr("Text to translate"))
        self.text.setPlaceholderText(
            self.tr("Type or paste a text, or drop a file here. It is translated as you type.")
        )
        self.sample.setText(self.tr("Try a sam&ple"))
        self.open.setText(self.tr("&Open a file…"))
        for button in (self.sample, self.open):
            button.setAccessibleName(button.text().replace("&", ""))
        kinds = sorted(set(READABLE) - {".text", ".markdown", ".htm", ".xhtml"})
        self.kinds.setText(" ".join(kinds))
        self.kinds.setToolTip(self.tr("Kinds of files that can be translated; several at once, or a folder"))

    def show_list(self, widget: QWidget | None) -> None:
        """Show a list in place of the text, or the text again."""
        if self._list is not None and self._list is not widget:
            self._list.hide()
        if widget is not None and self.layout_.indexOf(widget) < 0:
            self.layout_.insertWidget(1, widget, 1)
        self._list = widget
        self.text.setVisible(widget is None)
        if widget is not None:
            widget.show()
        self._show_foot()

    @property
    def shows_list(self) -> bool:
        """True while a list of files stands here."""
        return self._list is not None

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

    def _show_foot(self) -> None:
        empty = self.text.document().isEmpty()
        self._foot.setVisible(self._list is None)
        self.sample.setVisible(empty)
        self.kinds.setVisible(empty)


def paths_in(data: QMimeData) -> list[Path]:
    """The files of this machine among what was dropped or pasted."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
