"""What might stand at one place, as bars: the likeliest at the top."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

_ROW = 24  # px
_LABEL, _PERCENT, _GAP = 28, 48, 8  # px


class CandidateBars(QWidget):
    """Labels, bars and percentages; the one that stands there is written bold, with a full bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """No bars."""
        super().__init__(parent)
        self._rows: tuple[tuple[str, float], ...] = ()
        self._chosen = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    @property
    def rows(self) -> tuple[tuple[str, float], ...]:
        """The labels with their probabilities 0..1, as they stand."""
        return self._rows

    def show_candidates(self, rows: Sequence[tuple[str, float]], chosen: str = "") -> None:
        """Show labels with their probabilities, best first, `chosen` among them marked."""
        if (tuple(rows), chosen) != (self._rows, self._chosen):
            self._rows, self._chosen = tuple(rows), chosen
            self.setAccessibleDescription(", ".join(f"{label} {100 * share:.0f} %" for label, share in rows))
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for eight rows."""
        return QSize(2 * _LABEL + 100 + _PERCENT, 8 * _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw as many rows as fit."""
        painter = QPainter(self)
        for number, (label, share) in enumerate(self._rows[: max(1, self.height() // _ROW)]):
            self._paint_row(painter, QRect(0, number * _ROW, self.width(), _ROW), label, share)
        painter.end()

    def _paint_row(self, painter: QPainter, box: QRect, label: str, share: float) -> None:
        palette, font = self.palette(), self.font()
        font.setBold(label == self._chosen)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        middle = Qt.AlignmentFlag.AlignVCenter
        shown = QFontMetrics(font).elidedText(label, Qt.TextElideMode.ElideRight, _LABEL)
        painter.drawText(QRect(box.left(), box.top(), _LABEL, _ROW), middle | Qt.AlignmentFlag.AlignHCenter, shown)
        room = box.width() - _LABEL - _PERCENT - 2 * _GAP
        bar = QRect(box.left() + _LABEL + _GAP, box.top() + 6, max(1, round(room * share)), _ROW - 12)
        colour = palette.color(QPalette.ColorRole.Highlight)
        colour.setAlpha(255 if label == self._chosen else 110)
        painter.fillRect(bar, colour)
        number = QRect(box.right() - _PERCENT, box.top(), _PERCENT, _ROW)
        painter.drawText(number, middle | Qt.AlignmentFlag.AlignRight, f"{100 * share:.0f} %")
