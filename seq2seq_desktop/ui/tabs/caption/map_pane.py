"""The map under the caption: a thumbnail a word, and how what the model looked at is drawn."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.views.contact_sheet import Sheet, save_sheet
from seq2seq_desktop.ui.views.filmstrip import Filmstrip


class MapPane(QWidget):
    """Filmstrip, coverage and opacity."""

    value_hovered = Signal(str)
    export_asked = Signal()
    coverage_changed = Signal(bool)
    opacity_changed = Signal(float)  # 0..1

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.film = Filmstrip(self)
        self.coverage, self.export_button = QToolButton(self), QToolButton(self)
        self.opacity, self.opacity_label = QSlider(Qt.Orientation.Horizontal, self), QLabel(self)
        self.sheet: Sheet | None = None  # what `export` saves
        self.coverage.setCheckable(True)
        self.opacity.setRange(10, 100)
        self.opacity.setValue(70)
        self.opacity.setFixedWidth(120)
        self.opacity_label.setBuddy(self.opacity)
        self._lay_out()
        self.coverage.toggled.connect(self.coverage_changed)
        self.opacity.valueChanged.connect(lambda value: self.opacity_changed.emit(value / 100))
        self.opacity_changed.connect(self.film.set_opacity)
        self.export_button.clicked.connect(self.export_asked)
        self.retranslate()
        self.dress()

    def _lay_out(self) -> None:
        self.tools = row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.opacity_label, self.opacity, self.coverage):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.export_button)
        for button in (self.coverage, self.export_button):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.film, 1)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.film.retranslate()
        self.coverage.setText(self.tr("Co&verage"))
        self.coverage.setAccessibleName(self.tr("Coverage"))
        self.coverage.setToolTip(self.tr("Dim the regions that no word looked at"))
        self.opacity_label.setText(self.tr("Opacit&y"))
        self.opacity.setAccessibleName(self.tr("Opacity of where a word looked"))
        self.opacity.setToolTip(self.opacity.accessibleName())
        export = self.tr("Save the map as PNG, SVG or CSV…")
        self.export_button.setAccessibleName(export)
        self.export_button.setToolTip(export)

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.export_button.setIcon(icon("export"))

    def export(self, path: Path) -> None:
        """Nothing; `path` then holds the picture once a word. Raises: InputError."""
        if self.sheet is None:
            raise InputError(f"{path.name} was not saved: the picture is not there", "open the picture again")
        save_sheet(self.sheet, path, self.palette())
