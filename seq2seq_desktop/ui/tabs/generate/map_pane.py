"""The map under both panes: bars for one character, and a strip of what might have stood at every place."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from seq2seq_desktop.tasks.generate.distribution import candidate_map, shown
from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.tabs.generate.draft import Version
from seq2seq_desktop.ui.views.attention_matrix import AttentionMatrix
from seq2seq_desktop.ui.views.candidate_bars import CandidateBars

_RECENT = 80  # characters of the strip while the text is written; afterwards it shows all


class MapPane(QWidget):
    """Bars at the left, the strip at the right; the strip is made when it is first needed."""

    place_hovered = Signal(int)  # a character of the text; -1: none
    value_hovered = Signal(str)
    export_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane without a strip."""
        super().__init__(parent)
        self.caption, self.bars = QLabel(self), CandidateBars(self)
        self.caption.setProperty("muted", True)
        self.reset, self.export_button = QToolButton(self), QToolButton(self)
        self._strip: AttentionMatrix | None = None
        self._version: Version | None = None
        self._first = 0  # character of the strip's first column
        self._lay_out()
        self.reset.clicked.connect(lambda: self.strip().reset_view())
        self.export_button.clicked.connect(self.export_asked)
        self.retranslate()
        self.dress()

    def _lay_out(self) -> None:
        self.tools = row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.caption)
        row.addStretch(1)
        for button in (self.reset, self.export_button):
            row.addWidget(button)
        self._body = QHBoxLayout()
        self._body.setSpacing(12)
        self._body.addWidget(self.bars)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addLayout(self._body, 1)

    def strip(self) -> AttentionMatrix:
        """The strip, made now if it is not there yet."""
        if self._strip is None:
            self._strip = AttentionMatrix(self)
            self._strip.cell_hovered.connect(self._on_cell)
            self._body.addWidget(self._strip, 1)
            self._name_strip()
        return self._strip

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.bars.setAccessibleName(self.tr("What might stand at this place"))
        self.bars.setToolTip(self.bars.accessibleName())
        named = (
            (self.reset, self.tr("Show the whole map")),
            (self.export_button, self.tr("Save the map as PNG, SVG or CSV…")),
        )
        for button, name in named:
            button.setAccessibleName(name)
            button.setToolTip(name)
        self._name_strip()
        self.show_place(-1)

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.reset.setIcon(icon("reset"))
        self.export_button.setIcon(icon("export"))

    def show_version(self, version: Version | None, writing: bool) -> None:
        """Draw this version: while it is `writing` the end of it, else all."""
        self._version = version
        steps = version.alternatives if version is not None else []
        self._first = max(0, len(steps) - _RECENT) if writing else 0
        weights, candidates = candidate_map(steps[self._first :])
        text = version.characters[self._first :] if version is not None else []
        self.strip().show_map(weights, [shown(piece) for piece in candidates], [shown(one) for one in text])
        self.strip().draw()
        self.show_place(-1)

    def show_place(self, place: int) -> None:
        """Bars for a character, and its column framed; -1: the newest character, and nothing framed."""
        version = self._version
        known = version is not None and bool(version.alternatives)
        column = place - self._first
        if self._strip is not None:
            self._strip.light(None, column if place >= 0 and 0 <= column < self._strip.image.shape[1] else None)
        if version is None or not known:
            self.bars.show_candidates(())
            self.caption.setText("")
            return
        rows = [(shown(other.piece), other.probability) for other in version.alternatives[place]]
        self.bars.show_candidates(rows, shown(version.pieces[place]))
        self.caption.setText(self.tr("Character {number}").format(number=1 + place % len(version.pieces)))

    def export(self, path: Path) -> None:
        """Nothing; `path` then holds the strip. Raises: InputError."""
        self.strip().export(path, overwrite=True)

    def _name_strip(self) -> None:
        if self._strip is not None:
            self._strip.setAccessibleName(self.tr("Map of the likeliest characters"))
            self._strip.setToolTip(
                self.tr("How likely each character was at each place of the text. Wheel: zoom, drag: move.")
            )

    def _on_cell(self, row: int, column: int) -> None:
        """Tell place and value under the pointer."""
        place = self._first + column if row >= 0 else -1
        self.place_hovered.emit(place)
        if row < 0 or self._strip is None:
            self.value_hovered.emit("")
            return
        candidates, text = self._strip.words
        value = round(100 * float(self._strip.image[row, column]))
        said = self.tr("At character {number}, {written}: {candidate} {percent} %")
        self.value_hovered.emit(
            said.format(number=place + 1, written=text[column], candidate=candidates[row], percent=value)
        )
