"""Fields for numbers, with their range."""

from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget


def whole(parent: QWidget, least: int, most: int) -> QSpinBox:
    """A field for whole numbers."""
    box = QSpinBox(parent)
    box.setRange(least, most)
    return box


def real(parent: QWidget, least: float, most: float) -> QDoubleSpinBox:
    """A field for numbers with two decimals."""
    box = QDoubleSpinBox(parent)
    box.setRange(least, most)
    box.setSingleStep(0.05)
    return box
