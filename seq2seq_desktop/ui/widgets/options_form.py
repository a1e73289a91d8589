"""The options of a tab: labelled fields that are folded away until wanted."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget


class OptionsForm(QWidget):
    """Fields below each other, in a place that scrolls. Whoever lays out the tab places `fold`, the button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Folded, without fields."""
        super().__init__(parent)
        self.fold = QToolButton(self)
        self.fold.setCheckable(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.toggled.connect(self._on_fold)
        self._body = QWidget(self)
        self._form = QFormLayout(self._body)
        self._form.setContentsMargins(4, 4, 8, 4)
        self._form.setSpacing(8)
        self.area = QScrollArea(self)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area, 1)
        self._labels: dict[str, QLabel] = {}
        self.fields: dict[str, Any] = {}

    def add_fields(self, fields: Mapping[str, QWidget]) -> None:
        """Put fields below those that are there."""
        for name, field in fields.items():
            label = QLabel(self._body)
            label.setBuddy(field)
            self._labels[name], self.fields[name] = label, field
            self._form.addRow(label, field)

    def set_numbers(self, stored: Mapping[str, Any], defaults: Mapping[str, int | float]) -> None:
        """Give fields for numbers what was stored, or where that is no number their default."""
        for name, default in defaults.items():
            value = stored.get(name, default)
            self.fields[name].setValue(type(default)(value) if isinstance(value, int | float) else default)

    def show_texts(self, tip: str, texts: Mapping[str, tuple[str, str]]) -> None:
        """Label the button and the fields in the language of the window; `texts` holds a label and a tip for each."""
        self.fold.setText(self.tr("Optio&ns"))
        self.fold.setAccessibleName(self.tr("Options"))
        self.fold.setToolTip(tip)
        self.area.setAccessibleName(self.tr("Options"))
        for name, (label, field_tip) in texts.items():
            self._labels[name].setText(label)
            self._labels[name].setToolTip(field_tip)
            self.fields[name].setToolTip(field_tip)
            self.fields[name].setAccessibleName(label.replace("&", ""))
        bar = self.area.verticalScrollBar().sizeHint().width()
        self.area.setMinimumWidth(self._body.minimumSizeHint().width() + bar)
        self._on_fold(self.fold.isChecked())

    def _on_fold(self, unfolded: bool) -> None:
        self.setVisible(unfolded)
        self.fold.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.LeftArrow)
