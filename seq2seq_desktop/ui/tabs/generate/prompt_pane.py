"""The left pane: the prompt, and what stands there while it is empty."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.source_text import FOOT, DropPane, SourceText


class PromptPane(DropPane):
    """Text editor, banner, and a button that writes on."""

    sample_asked = Signal()
    run_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.banner, self.text = Banner(self), SourceText(self)
        self.text.files_given.connect(self.files_given)
        self.run, self.sample = QPushButton(self), QPushButton(self)
        self.sample.setProperty("link", True)
        self.run.clicked.connect(self.run_asked)
        self.sample.clicked.connect(self.sample_asked)
        foot = QWidget(self)
        foot.setFixedHeight(FOOT)
        row = QHBoxLayout(foot)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(self.run)
        row.addWidget(self.sample)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.banner)
        column.addWidget(self.text, 1)
        column.addWidget(foot)
        self.text.textChanged.connect(self._show_foot)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.text.setAccessibleName(self.tr("Beginning of the text"))
        self.text.setPlaceholderText(self.tr("Type how a text begins. Ctrl+Enter lets the model go on from there."))
        self.run.setText(self.tr("&Write on"))
        self.run.setToolTip(self.tr("Go on from this beginning (Ctrl+Enter)"))
        self.sample.setText(self.tr("Try a sam&ple"))
        for button in (self.run, self.sample):
            button.setAccessibleName(button.text().replace("&", ""))

    def _show_foot(self) -> None:
        self.sample.setVisible(self.text.document().isEmpty())
