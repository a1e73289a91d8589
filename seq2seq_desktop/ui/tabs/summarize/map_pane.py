"""Under both panes: how much of the document was read, and which part of it each word of the summary looked at."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.tabs.summarize.reading import Layout, Places, Remembered, Span, Weights
from seq2seq_desktop.ui.tabs.summarize.summary import Summary, Version
from seq2seq_desktop.ui.views.attention_matrix import AttentionMatrix
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.words import Word, of_heads
from seq2seq_desktop.ui.wording import percent, whole

COLUMNS = 60  # parts of a document with more sentences; each is some sentences in a row
_LABEL = 32  # characters of a sentence that stand beside the map


class MapPane(QWidget):
    """A row a word or chosen sentence, a column a sentence of the document; the map is made when first needed."""

    cell_hovered = Signal(int, object, object)  # section, its word, the stretch of the document; -1, None, None
    value_hovered = Signal(str)
    export_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane without a map."""
        super().__init__(parent)
        self.coverage, self.share = QCheckBox(self), QLabel(self)
        self.share.setProperty("muted", True)
        self.reset, self.export_button = QToolButton(self), QToolButton(self)
        self._matrix: AttentionMatrix | None = None
        self._rows: list[tuple[int, Word]] = []
        self._columns: list[Span] = []
        self._shown: tuple[Summary, Version] | None = None
        self._counts = (0, 0)
        self._images: Remembered[Weights] = Remembered()
        self._lay_out()
        self.reset.clicked.connect(lambda: self.matrix().reset_view())
        self.export_button.clicked.connect(self.export_asked)
        self.retranslate()
        self.dress()

    def _lay_out(self) -> None:
        self.tools = row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.coverage)
        row.addWidget(self.share)
        row.addStretch(1)
        for button in (self.reset, self.export_button):
            row.addWidget(button)
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(4)
        self._body.addLayout(row)
        self._filler = QWidget(self)
        self._body.addWidget(self._filler, 1)

    def matrix(self) -> AttentionMatrix:
        """The map, made now if it is not there yet."""
        if self._matrix is None:
            self._matrix = AttentionMatrix(self)
            self._matrix.cell_hovered.connect(self._on_cell)
            self._matrix.value_hovered.connect(self.value_hovered)
            self._body.replaceWidget(self._filler, self._matrix)
            self._filler.hide()
            self._name_matrix()
            if self._shown is not None:
                self.show_summary(*self._shown)
        return self._matrix

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.coverage.setText(self.tr("&Dim what was never read"))
        self.coverage.setAccessibleName(self.coverage.text().replace("&", ""))
        self.coverage.setToolTip(
            self.tr("A sentence counts as read if a word of the summary gave it 5 % of its attention or more")
        )
        for button, name in (
            (self.reset, self.tr("Show the whole map")),
            (self.export_button, self.tr("Save the map…")),
        ):
            button.setAccessibleName(name)
            button.setToolTip(name)
        self._name_matrix()
        self.show_share(*self._counts)

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.reset.setIcon(icon("reset"))
        self.export_button.setIcon(icon("export"))

    def show_share(self, read: int, count: int) -> None:
        """Say how many sentences were read."""
        self._counts = (read, count)
        text = self.tr("{read} of {count} sentences read ({percent} %)") if count else ""
        self.share.setText(text.format(read=whole(read), count=whole(count), percent=percent(read / max(1, count))))

    def show_summary(self, summary: Summary, version: Version) -> None:
        """Draw the map of this version."""
        self._shown, layout = (summary, version), summary.layout
        if self._matrix is None:
            return
        count = len(layout.spans)
        parts = [part for part in np.array_split(np.arange(count), min(COLUMNS, count) or 1) if len(part)]
        self._columns = [(int(layout.spans[part[0], 0]), int(layout.spans[part[-1], 1])) for part in parts]
        self._rows = []
        firsts = np.array([part[0] for part in parts], np.int64)
        image = [np.zeros((0, len(parts)), np.float32)]
        for index, section in enumerate(version.sentences):
            words = summary.words(version, index)
            self._rows += [(index, word) for word in words]
            work = partial(_image, section, words, layout, summary.places[index], firsts)
            image.append(self._images.of(section, work, layout))
        self._matrix.show_map(np.concatenate(image), self._row_names(), _heads(parts))
        self._matrix.draw()

    def clear(self) -> None:
        """Show no map."""
        self._rows, self._columns, self._shown = [], [], None
        self.show_share(0, 0)
        if self._matrix is not None:
            self._matrix.clear()
            self._matrix.draw()

    def light(self, row: int | None) -> None:
        """Frame a row; None for none."""
        if self._matrix is not None:
            self._matrix.light(row, None)

    def row_of(self, section: int, word: Word) -> int | None:
        """The row of a word; None where it has none."""
        return self._rows.index((section, word)) if (section, word) in self._rows else None

    def export(self, path: Path) -> None:
        """Nothing; `path` then holds the map. Raises: InputError."""
        self.matrix().export(path, overwrite=True)

    def _row_names(self) -> list[str]:
        return [_short(word.text, _LABEL) for _, word in self._rows]

    def _name_matrix(self) -> None:
        if self._matrix is not None:
            self._matrix.setAccessibleName(self.tr("Map of the document"))
            self._matrix.setToolTip(
                self.tr("Which part of the document each word of the summary looked at. Wheel: zoom, drag: move.")
            )

    def _on_cell(self, row: int, column: int) -> None:
        if 0 <= row < len(self._rows) and 0 <= column < len(self._columns):
            self.cell_hovered.emit(*self._rows[row], self._columns[column])
        else:
            self.cell_hovered.emit(-1, None, None)


def _image(
    section: Sentence, words: Sequence[Word], layout: Layout, places: Places, firsts: NDArray[np.int64]
) -> Weights:
    """What each word gave to the parts of the document that begin with these sentences, (words, parts)."""
    attention = section.attention
    rows = np.zeros((len(words), len(places.spans)), np.float32)
    if attention is not None:
        steps = of_heads(attention, None, None)
        for number, word in enumerate(words):
            if len(part := steps[word.first : word.last]):
                rows[number] = part.mean(axis=0)
    known, sums = layout.sums(rows, places)
    image = np.zeros((len(firsts), len(words)), np.float32)
    np.maximum.at(image, np.searchsorted(firsts, known, "right") - 1, sums.T)
    return image.T


def _heads(parts: list[np.ndarray]) -> list[str]:
    """What stands above each column: the number of its sentence, or of the first and the last."""
    ends = [(int(part[0]) + 1, int(part[-1]) + 1) for part in parts]
    return [str(first) if first == last else f"{first}–{last}" for first, last in ends]


def _short(text: str, most: int) -> str:
    plain = " ".join(text[: 4 * most].split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
