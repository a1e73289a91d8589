"""The left pane: the text to translate, or the list of files; a drop target as a whole."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from seq2seq_desktop.io.documents import READABLE
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.source_text import FOOT, DropPane, SourceText


class SourcePane(DropPane):
    """Text editor, banner, and what stands there while nothing does."""

    sample_asked = Signal()
    open_asked = Signal()

    def __init__(self, parent: QWidget | None = None, text: SourceText | None = None) -> None:
        """An empty pane with this editor."""
        super().__init__(parent)
        self.banner = Banner(self)
        self.text = text or SourceText(self)
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

    def _show_foot(self) -> None:
        empty = self.text.document().isEmpty()
        self._foot.setVisible(self._list is None)
        self.sample.setVisible(empty)
        self.kinds.setVisible(empty)
