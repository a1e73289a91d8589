"""How long the summary is and how it is made."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QWidget

from seq2seq_desktop.tasks.summarize.spec import Length, Style

STYLES: tuple[Style, ...] = ("extract", "rewrite")
LENGTHS: tuple[Length, ...] = ("headline", "short", "medium", "long")


class ChoiceBar(QWidget):
    """Style, length, and whether names and numbers must come from the text."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """A short extract."""
        super().__init__(parent)
        self.style_, self.length = QComboBox(self), QComboBox(self)
        self._items = QStandardItemModel(self.style_)
        self.style_.setModel(self._items)
        self.faithful, self.note = QCheckBox(self), QLabel(self)
        self.note.setProperty("muted", True)
        self.note.setMinimumWidth(1)
        for box, names in ((self.style_, STYLES), (self.length, LENGTHS)):
            for name in names:
                box.addItem("", name)
        self.length.setCurrentIndex(LENGTHS.index("short"))
        self.faithful.setChecked(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.style_)
        row.addWidget(self.length)
        row.addWidget(self.faithful)
        row.addWidget(self.note, 1)
        self.style_.currentIndexChanged.connect(self._on_change)
        self.length.currentIndexChanged.connect(self._on_change)
        self.faithful.toggled.connect(self._on_change)
        self.retranslate()
        self._show_faithful()

    def retranslate(self) -> None:
        """Take the language of the window."""
        styles = (self.tr("Sentences of the text"), self.tr("In other words"))
        lengths = (self.tr("Headline"), self.tr("Short"), self.tr("Medium"), self.tr("Long"))
        for box, names in ((self.style_, styles), (self.length, lengths)):
            for index, name in enumerate(names):
                box.setItemText(index, name)
        self.style_.setAccessibleName(self.tr("How the summary is made"))
        self.style_.setToolTip(
            self.tr("Sentences as they stand in the text, which invent nothing, or words of the model's own")
        )
        self.length.setAccessibleName(self.tr("Length of the summary"))
        self.length.setToolTip(
            self.tr("Headline: 1 sentence, short: up to 3, medium: up to 7, long: up to 15, if the text has them")
        )
        self.faithful.setText(self.tr("Na&mes and numbers only from the text"))
        self.faithful.setAccessibleName(self.faithful.text().replace("&", ""))
        self.faithful.setToolTip(self.tr("The model may not write a number or a name that the text does not have"))

    @property
    def style_name(self) -> Style:
        """The style chosen."""
        chosen: Style = self.style_.currentData()
        return chosen

    @property
    def length_name(self) -> Length:
        """The length chosen."""
        chosen: Length = self.length.currentData()
        return chosen

    def choose(self, style: str, length: str) -> None:
        """Set both without telling anyone; what is not known stays."""
        for box, value in ((self.style_, style), (self.length, length)):
            box.blockSignals(True)
            if box.findData(value) >= 0:
                box.setCurrentIndex(box.findData(value))
            box.blockSignals(False)
        self._show_faithful()

    def offer(self, styles: tuple[Style, ...]) -> None:
        """Let only these styles be chosen, for which there is a model; without any, all: a failure then says more."""
        styles = styles or STYLES
        for index, name in enumerate(STYLES):
            self._items.item(index).setEnabled(name in styles)
        if self.style_name not in styles:
            self.choose(styles[0], self.length_name)

    def _show_faithful(self) -> None:
        self.faithful.setVisible(self.style_name == "rewrite")

    def _on_change(self) -> None:
        self._show_faithful()
        self.changed.emit()
