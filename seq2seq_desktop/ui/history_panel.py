"""The history at the side of the window: search, open again, forget."""

from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QDateTime, QEvent, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.ui.history import History, HistoryRecord
from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.settings import Settings

SEARCH_PAUSE_MS = 150  # after the last letter
LINE = 60  # characters of a record's first line


class HistoryPanel(QFrame):
    """Keeps what tabs produce, on a thread of its own, while the user wants it kept."""

    opened = Signal(object)  # HistoryRecord, with its attention
    closed = Signal()
    failed = Signal(str)
    _written = Signal()

    def __init__(self, history: History, settings: Settings, parent: QWidget | None = None) -> None:
        """Show the newest records when it becomes visible."""
        super().__init__(parent)
        self.setObjectName("historyPanel")
        self._history, self._settings = history, settings
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._pause = QTimer(self, interval=SEARCH_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.refresh)
        self._heading, self._empty = QLabel(self), QLabel(self, wordWrap=True)
        self._close, self.clear_all = QToolButton(self), QPushButton(self)
        self.search, self.list, self.keep = (
            QLineEdit(self, clearButtonEnabled=True),
            QListWidget(self),
            QCheckBox(self),
        )
        self._lay_out()
        self._connect()
        self.retranslate()

    def add(self, record: HistoryRecord) -> None:
        """Write a record in the background; nothing happens while the history is off."""
        if self._settings.history_on:
            self._writer.submit(self._write, record)

    def refresh(self) -> None:
        """Show the records that fit what is searched for."""
        self.list.clear()
        for record in self._history.search(self.search.text()):
            item = QListWidgetItem(self._line(record), self.list)
            item.setData(Qt.ItemDataRole.UserRole, record.id)
            item.setToolTip(record.text[:1000])
        self._empty.setVisible(not self.list.count())
        self.clear_all.setEnabled(bool(self.list.count()) or bool(self.search.text()))
        self.keep.setChecked(self._settings.history_on)
        self._show_why_empty()

    def forget_all(self) -> None:
        """Clear the history on disk, records still on their way included."""
        self._writer.submit(self._history.clear).result()
        self.refresh()

    def shut_down(self) -> None:
        """Finish writing and close the file."""
        self._writer.shutdown(wait=True)
        self._history.close()

    def retranslate(self) -> None:
        """Take the current language."""
        self.setAccessibleName(self.tr("History"))
        self._heading.setText(self.tr("History"))
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the history"))
        self.list.setAccessibleName(self.tr("Earlier results"))
        self.keep.setText(self.tr("&Keep a history"))
        self.keep.setAccessibleName(self.tr("Keep a history"))
        self.clear_all.setText(self.tr("Clear all…"))
        self.clear_all.setAccessibleName(self.tr("Clear the whole history"))
        for how in (self._close.setAccessibleName, self._close.setToolTip):
            how(self.tr("Close the history"))
        self._show_why_empty()

    def dress(self) -> None:
        """Take the colours of the current theme."""
        self._close.setIcon(icon("close"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            if self.isVisible():
                self.refresh()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Delete forgets the record in focus."""
        if event.key() == Qt.Key.Key_Delete and self.list.currentItem() is not None:
            self._history.delete(self.list.currentItem().data(Qt.ItemDataRole.UserRole))
            self.refresh()
        else:
            super().keyPressEvent(event)

    def _write(self, record: HistoryRecord) -> None:
        try:
            self._history.add(record)
        except Seq2SeqError as error:
            self.failed.emit(f"{error.problem}; {error.remedy}")
        else:
            self._written.emit()

    def _lay_out(self) -> None:
        self._heading.setProperty("heading", True)
        self._empty.setProperty("muted", True)
        self.clear_all.setProperty("danger", True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(240)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._heading, 1)
        top.addWidget(self._close)
        bottom.addWidget(self.keep, 1)
        bottom.addWidget(self.clear_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.search)
        column.addWidget(self._empty)
        column.addWidget(self.list, 1)
        column.addLayout(bottom)
        self.dress()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._pause.start)
        self.list.itemActivated.connect(self._on_activated)
        self.keep.toggled.connect(self._on_keep)
        self.clear_all.clicked.connect(self._on_clear)
        self._close.clicked.connect(self.closed)
        self._written.connect(self._on_written)

    def _line(self, record: HistoryRecord) -> str:
        when = QDateTime.fromSecsSinceEpoch(int(record.time))
        short = QLocale().toString(when, QLocale.FormatType.ShortFormat)
        return f"{_first_line(record.text)}\n{_first_line(record.result)}\n{short}"

    def _show_why_empty(self) -> None:
        if self.search.text():
            self._empty.setText(self.tr("Nothing found."))
        elif self._settings.history_on:
            self._empty.setText(self.tr("Results will be listed here."))
        else:
            self._empty.setText(self.tr("The history is off; nothing is kept."))

    def _on_written(self) -> None:
        if self.isVisible():
            self.refresh()

    def _on_keep(self, on: bool) -> None:
        self._settings.set("history_on", on)
        self._show_why_empty()

    def _on_activated(self, item: QListWidgetItem) -> None:
        record = self._history.get(item.data(Qt.ItemDataRole.UserRole))
        if record is not None:
            self.opened.emit(record)

    def _on_clear(self) -> None:
        question = self.tr("Forget every result? This cannot be undone.")
        buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
        if (
            QMessageBox.question(self, self.tr("Clear the history"), question, buttons)
            is QMessageBox.StandardButton.Yes
        ):
            self.forget_all()


def _first_line(text: str) -> str:
    line = " ".join(text[: 4 * LINE].split())
    return line if len(line) <= LINE else line[: LINE - 1] + "…"
