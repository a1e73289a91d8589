"""The log of a crash, to read and to copy."""

from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from seq2seq_desktop.ui.crash import read


class CrashDialog(QDialog):
    """Shows one crash log; it is never sent anywhere."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        """Read the file."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("What happened"))
        self.setAccessibleName(self.windowTitle())
        self.resize(640, 480)
        sentence = self.tr("This was written when the program ended. It stays on this computer, in {file}.")
        where = QLabel(sentence.format(file=file), self, wordWrap=True)
        self.text = QPlainTextEdit(read(file), self, readOnly=True)
        self.text.setAccessibleName(self.tr("Crash log"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(where)
        column.addWidget(self.text)
        column.addWidget(self._buttons())

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(self.tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.text.toPlainText()))
        for button in buttons.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        buttons.rejected.connect(self.reject)
        return buttons
