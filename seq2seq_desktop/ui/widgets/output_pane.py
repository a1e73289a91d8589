"""What the right pane of every tab is: a text whose words are handles, beside it the version it branched from."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.source_text import FOOT
from seq2seq_desktop.ui.widgets.version_tabs import VersionTabs
from seq2seq_desktop.ui.widgets.word_text import Handle, WordText

NOW, BEFORE = 0, 1  # the version in work, and the one it branched from, to the left of it


class OutputPane(QWidget):
    """Banner, version tabs, both texts, legend, and a row to copy and save; `side` in signals is NOW or BEFORE."""

    hovered = Signal(int, int, int)  # side, sentence, word; -1, -1: none
    clicked = Signal(int, int, int)
    version_chosen = Signal(int)
    copy_asked = Signal()
    save_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane; what a tab has of its own it puts into `split`, `row` and `column`."""
        super().__init__(parent)
        self.banner = Banner(self)
        self.texts = (WordText(self), WordText(self))
        self.versions = VersionTabs(self)
        self.state, self.legend = QLabel(self), QLabel(self, wordWrap=True)
        self.legend_button, self.copy_button, self.save_button = (QToolButton(self) for _ in range(3))
        self.split = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        for side in (BEFORE, NOW):
            self.split.addWidget(self.texts[side])
        self.row = QHBoxLayout()
        self._lay_out()
        for side, text in enumerate(self.texts):
            text.word_hovered.connect(lambda sentence, word, side=side: self.hovered.emit(side, sentence, word))
            text.word_clicked.connect(lambda sentence, word, side=side: self.clicked.emit(side, sentence, word))
        self.versions.currentChanged.connect(self.version_chosen)
        self.legend_button.toggled.connect(self.legend.setVisible)
        self.copy_button.clicked.connect(self.copy_asked)
        self.save_button.clicked.connect(self.save_asked)

    def _lay_out(self) -> None:
        self.texts[BEFORE].hide()
        self.legend.hide()
        for label in (self.state, self.legend):
            label.setProperty("muted", True)
        self.legend_button.setCheckable(True)
        foot = QWidget(self)
        foot.setFixedHeight(FOOT)
        outer = QHBoxLayout(foot)
        outer.setContentsMargins(4, 0, 0, 0)
        outer.setSpacing(4)
        outer.addWidget(self.state)
        outer.addLayout(self.row, 1)
        for button in (self.legend_button, self.copy_button, self.save_button):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            outer.addWidget(button)
        column = self.column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.banner)
        column.addWidget(self.versions)
        column.addWidget(self.split, 1)
        column.addWidget(self.legend)
        column.addWidget(foot)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.legend.setText(
            self.tr(
                "Light letters: may still change. Shaded: the model was not sure; the darker, the less sure, with a "
                "dashed line below 30 %. Underlined: chosen by you. Grey: shared with the version before."
            )
        )
        self.versions.setAccessibleName(self.tr("Versions of the text"))
        for button, name in (
            (self.legend_button, self.tr("What the colours mean")),
            (self.copy_button, self.tr("Copy the text")),
            (self.save_button, self.tr("Save the text…")),
        ):
            button.setAccessibleName(name)
            button.setToolTip(name)

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.legend_button.setIcon(icon("info"))
        self.copy_button.setIcon(icon("copy"))
        self.save_button.setIcon(icon("export"))

    def clear(self) -> None:
        """Show nothing."""
        for text in self.texts:
            text.set_layout([""])
        self.texts[BEFORE].hide()
        self.versions.show_versions([], -1)

    def light(self, side: int, handles: Sequence[Handle]) -> None:
        """Light these words on one side, none on the other."""
        self.texts[side].light(handles)
        self.texts[1 - side].light(())

    def corner(self, side: int, sentence: int, word: int) -> QPoint:
        """Where on the screen something about a word may open."""
        text = self.texts[side]
        return text.viewport().mapToGlobal(text.word_box(sentence, word).bottomLeft())
