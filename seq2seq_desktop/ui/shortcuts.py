"""The keys of the window, the card that shows them, and who gets a key that a text field would swallow."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

translate = QCoreApplication.translate


def shortcuts() -> list[tuple[str, str]]:
    """Each key with what it does, in the current language and the system's own notation."""
    rows = [
        ("Ctrl+O", translate("shortcuts", "Open files")),
        ("Ctrl+V", translate("shortcuts", "Paste text, a picture or a file")),
        ("Ctrl+Return", translate("shortcuts", "Run again")),
        ("Esc", translate("shortcuts", "Cancel; what is there stays")),
        ("Ctrl+C", translate("shortcuts", "Copy; the whole output when nothing is selected")),
        ("Ctrl+S", translate("shortcuts", "Export")),
        ("Ctrl+Z", translate("shortcuts", "Undo the last choice")),
        ("Ctrl+Shift+Z", translate("shortcuts", "Redo it")),
        ("Ctrl+M", translate("shortcuts", "Compare models")),
        ("Space", translate("shortcuts", "Record, and stop; in the Transcribe tab")),
        ("F11", translate("shortcuts", "Let the map fill the window")),
        ("Ctrl+Tab", translate("shortcuts", "Next tab")),
        ("Ctrl+H", translate("shortcuts", "History")),
        ("Ctrl+,", translate("shortcuts", "Settings")),
        ("F1", translate("shortcuts", "These shortcuts")),
        ("Ctrl+Q", translate("shortcuts", "Quit")),
    ]
    native = QKeySequence.SequenceFormat.NativeText
    return [(QKeySequence(key).toString(native), meaning) for key, meaning in rows]


class ShortcutsDialog(QDialog):
    """The card under F1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Lay out all keys."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Shortcuts"))
        self.setAccessibleName(self.tr("Shortcuts"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for row, (key, meaning) in enumerate(shortcuts()):
            name = QLabel(key, self)
            name.setProperty("heading", True)
            grid.addWidget(name, row, 0)
            grid.addWidget(QLabel(meaning, self), row, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAccessibleName(close.text().replace("&", ""))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addWidget(buttons)


class KeyRouter(QObject):
    """Gives copy and undo to the tab where the text field in focus has nothing to copy or undo."""

    def __init__(self, window: QWidget, copy: Callable[[], None], undo: Callable[[], None]) -> None:
        """Listen to the keys of `window`; only to the widget in focus, for a filter in Python costs time."""
        super().__init__(window)
        self._window, self._copy, self._undo = window, copy, undo
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """True where the key was given to the tab."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.matches(QKeySequence.StandardKey.Copy) and not _selected(watched):
            self._copy()
            return True
        if event.matches(QKeySequence.StandardKey.Undo) and _nothing_to_undo(watched):
            self._undo()
            return True
        return False

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None and new.window() is self._window:
            new.installEventFilter(self)


def _selected(widget: QObject) -> bool:
    if isinstance(widget, QLineEdit):
        return widget.hasSelectedText()
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        return widget.textCursor().hasSelection()
    return True  # another kind of control: leave the key to it, and to the menu after it


def _nothing_to_undo(widget: QObject) -> bool:
    if isinstance(widget, QLineEdit):
        return not widget.isUndoAvailable()
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        return widget.isReadOnly() or not widget.document().isUndoAvailable()
    return False
