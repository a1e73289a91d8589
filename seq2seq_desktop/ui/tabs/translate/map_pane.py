"""The map under both panes: the attention of one sentence, live, with what chooses and exports it."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.views.alignment import overlapping
from seq2seq_desktop.ui.views.attention_matrix import COLOUR_MAPS, AttentionMatrix
from seq2seq_desktop.ui.views.beam_tree import BeamTree
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW


def saliency_title() -> str:
    """What stands above a map of a model without attention."""
    return QCoreApplication.translate("MapPane", "Saliency (input gradient), not attention")


@dataclass(frozen=True)
class Choice:
    """Which part of the attention is shown, and how."""

    layer: int | None = None  # None: the mean
    head: int | None = None
    pieces: bool = False
    specials: bool = False


class MapPane(QWidget):
    """One matrix, or two while versions stand side by side. The matrices are made when they are first needed."""

    cell_hovered = Signal(int, object, object)  # side, target Word or None, source Word or None
    value_hovered = Signal(str)
    sentence_asked = Signal(int)  # one on (1) or back (-1)
    choice_changed = Signal()
    export_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane without a matrix."""
        super().__init__(parent)
        self.pieces, self.specials = QCheckBox(self), QCheckBox(self)
        self.colours = QComboBox(self)
        self.colours.addItems(COLOUR_MAPS)
        self.back, self.on, self.reset, self.beams, self.export_button = (QToolButton(self) for _ in range(5))
        self.place = QLabel(self)
        self.layer: int | None = None
        self.head: int | None = None
        self._matrices: dict[int, AttentionMatrix] = {}
        self._sentences: list[Sentence | None] = [None, None]
        self._units: list[tuple[tuple[Word, ...], tuple[Word, ...]]] = [((), ()), ((), ())]
        self._drawn: list[object] = [None, None]
        self._tree: BeamTree | None = None
        self._tree_window: QDialog | None = None
        self._lay_out()
        self._connect()
        self.retranslate()
        self.dress()

    def _lay_out(self) -> None:
        self.tools = row = QHBoxLayout()
        row.setSpacing(4)
        for navigation in (self.back, self.place, self.on):
            row.addWidget(navigation)
        row.addStretch(1)
        for widget in (self.pieces, self.specials, self.colours, self.beams, self.reset, self.export_button):
            row.addWidget(widget)
        for button in (self.back, self.on, self.beams, self.reset, self.export_button):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._split = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._split, 1)
        self.show_place(0, 0)
        self.beams.setEnabled(False)

    def _connect(self) -> None:
        self.pieces.toggled.connect(self._on_choice)
        self.specials.toggled.connect(self._on_choice)
        self.colours.currentTextChanged.connect(self._on_colours)
        self.back.clicked.connect(lambda: self.sentence_asked.emit(-1))
        self.on.clicked.connect(lambda: self.sentence_asked.emit(1))
        self.reset.clicked.connect(self.reset_view)
        self.beams.clicked.connect(self.open_tree)
        self.export_button.clicked.connect(self.export_asked)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.pieces.setText(self.tr("Pie&ces"))
        self.pieces.setToolTip(self.tr("Show the pieces of words that the model reads and writes"))
        self.specials.setText(self.tr("&Marks"))
        self.specials.setToolTip(self.tr("Show tokens that stand for no text: language, end of sentence"))
        for box in (self.pieces, self.specials):
            box.setAccessibleName(box.toolTip())
        named = (
            (self.back, self.tr("Sentence before")),
            (self.on, self.tr("Next sentence")),
            (self.beams, self.tr("Tree of beams")),
            (self.reset, self.tr("Show the whole map")),
            (self.export_button, self.tr("Save the map as PNG, SVG or CSV…")),
            (self.colours, self.tr("Colours of the map")),
        )
        for widget, name in named:
            widget.setAccessibleName(name)
            widget.setToolTip(name)
        self.back.setText("‹")
        self.on.setText("›")
        for matrix in self._matrices.values():
            matrix.retranslate()
        if self._tree is not None and self._tree_window is not None:
            self._tree.retranslate()
            self._tree_window.setWindowTitle(self.tr("Tree of beams"))
            self._tree_window.setAccessibleName(self.tr("Tree of beams"))

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.beams.setIcon(icon("tree"))
        self.reset.setIcon(icon("reset"))
        self.export_button.setIcon(icon("export"))

    @property
    def choice(self) -> Choice:
        """What is to be shown."""
        return Choice(self.layer, self.head, self.pieces.isChecked(), self.specials.isChecked())

    def matrix(self, side: int = NOW) -> AttentionMatrix:
        """The matrix of one side, made now if it is not there yet."""
        if side not in self._matrices:
            matrix = AttentionMatrix(self, self.colours.currentText())
            matrix.cell_hovered.connect(lambda row, column, side=side: self._on_cell(side, row, column))
            matrix.value_hovered.connect(self.value_hovered)
            self._matrices[side] = matrix
            self._split.insertWidget(0 if side == BEFORE else self._split.count(), matrix)
        return self._matrices[side]

    def show_place(self, index: int, count: int) -> None:
        """Say which sentence is shown; with one alone there is nothing to choose."""
        self.place.setText(self.tr("Sentence {index} of {count}").format(index=index + 1, count=count))
        for widget in (self.place, self.back, self.on):
            widget.setVisible(count > 1)
        self.back.setEnabled(index > 0)
        self.on.setEnabled(index < count - 1)

    def show_sentences(self, now: Sentence | None, before: Sentence | None) -> None:
        """Show the map of a sentence, and of its version before."""
        self._sentences = [now, before]
        for side, sentence in enumerate(self._sentences):
            if sentence is not None:
                self.matrix(side).show()
            elif side in self._matrices and side == BEFORE:
                self._matrices[side].hide()
        self._drawn = [None, None]
        self.draw()

    def draw(self) -> None:
        """Draw what has changed since the last time."""
        for side, sentence in enumerate(self._sentences):
            state = None if sentence is None else (id(sentence), sentence.revision, self.choice)
            if state != self._drawn[side]:
                self._drawn[side] = state
                self._draw(side, sentence)
        now = self._sentences[NOW]
        beams = now.beams if now is not None else []
        self.beams.setEnabled(any(beams))
        if self._tree is not None and self._tree.isVisible():
            self._tree.show_beams(beams)

    def clear(self) -> None:
        """Show no map."""
        self._sentences = [None, None]
        self._drawn = [None, None]
        self._units = [((), ()), ((), ())]
        for side, matrix in self._matrices.items():
            matrix.clear()
            matrix.draw()
            matrix.setVisible(side == NOW)
        self.show_place(0, 0)
        self.beams.setEnabled(False)

    def light(self, side: int, target: Word | None, source: Word | None) -> None:
        """Frame the row and the column of two words on one side, nothing on the other."""
        for other, matrix in self._matrices.items():
            rows, columns = self._units[other] if other == side else ((), ())
            row = next(iter(overlapping(target, rows)), None) if target else None
            column = next(iter(overlapping(source, columns)), None) if source else None
            matrix.light(row, column)

    def units(self, side: int) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
        """The target and the source words, or pieces, of the map on a side."""
        return self._units[side]

    def reset_view(self) -> None:
        """Show all of every map."""
        for matrix in self._matrices.values():
            matrix.reset_view()

    def export(self, path: Path) -> None:
        """Nothing; `path` then holds the map. Raises: InputError."""
        self.draw()
        self.matrix(NOW).export(path, overwrite=True)

    def open_tree(self) -> None:
        """Open the tree of beams in a window of its own."""
        if self._tree is None or self._tree_window is None:
            self._tree_window = QDialog(self)
            self._tree_window.resize(800, 360)
            self._tree = BeamTree(self._tree_window)
            QVBoxLayout(self._tree_window).addWidget(self._tree)
            self.retranslate()
        self._tree_window.show()
        sentence = self._sentences[NOW]
        self._tree.show_beams(sentence.beams if sentence is not None else [])

    @property
    def tree(self) -> BeamTree | None:
        """The tree, if it was opened."""
        return self._tree

    def _draw(self, side: int, sentence: Sentence | None) -> None:
        if sentence is None:
            self._units[side] = ((), ())
            return
        choice = self.choice
        target = sentence.target_words(pieces=choice.pieces, specials=choice.specials)
        source = sentence.source_words(pieces=choice.pieces, specials=choice.specials)
        self._units[side] = (target, source)
        weights = sentence.matrix(target, source, choice.layer, choice.head)
        matrix = self.matrix(side)
        matrix.show_title(saliency_title() if sentence.is_saliency else "")
        matrix.show_map(weights, [word.text for word in target], [word.text for word in source])
        matrix.draw()

    def _on_choice(self) -> None:
        self.draw()
        self.choice_changed.emit()

    def _on_colours(self, name: str) -> None:
        for matrix in self._matrices.values():
            matrix.set_colour_map(name)
        self.choice_changed.emit()

    def _on_cell(self, side: int, row: int, column: int) -> None:
        rows, columns = self._units[side]
        known = 0 <= row < len(rows) and 0 <= column < len(columns)
        self.cell_hovered.emit(side, rows[row] if known else None, columns[column] if known else None)
