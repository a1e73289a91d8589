"""The left pane: the document, shaded by what was looked at, or the list of files."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from seq2seq_desktop.ui.tabs.translate.source_pane import SourcePane
from seq2seq_desktop.ui.views.document import DocumentText, OverviewStrip


class DocumentPane(SourcePane):
    """An editor with a strip of its whole length beside it."""

    text: DocumentText

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        self.strip: OverviewStrip | None = None
        super().__init__(parent, DocumentText())
        self.strip = OverviewStrip(self.text, self)
        row = QHBoxLayout()
        row.setSpacing(2)
        place = self.layout_.indexOf(self.text)
        self.layout_.removeWidget(self.text)
        row.addWidget(self.text, 1)
        row.addWidget(self.strip)
        self.layout_.insertLayout(place, row, 1)
        self._show_foot()

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.text.setAccessibleName(self.tr("Text to summarize"))
        self.text.setPlaceholderText(
            self.tr("Type or paste a text, or drop a document here. What the summary comes from is shaded.")
        )
        self.kinds.setToolTip(self.tr("Kinds of files that can be summarized; several at once, or a folder"))
        if self.strip is not None:
            self.strip.retranslate()

    def _show_foot(self) -> None:
        super()._show_foot()
        if self.strip is not None:
            self.strip.setVisible(not self.shows_list and not self.text.document().isEmpty())
