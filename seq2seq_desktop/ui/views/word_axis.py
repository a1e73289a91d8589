"""The words along an attention map. Imports pyqtgraph, so it is loaded with the first map."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

_LONGEST = 150  # px of a label; a longer word is cut with an ellipsis
_GAP = 6  # px between label and map


class WordAxis(pg.AxisItem):
    """Words at whole positions: down the left side, or across the top at 45 degrees; as many as fit."""

    def __init__(self, orientation: str) -> None:
        """`orientation`: "left" or "top"."""
        super().__init__(orientation, pen=None)
        self.words: list[str] = []
        self.lit: int | None = None
        self.ink = QColor("black")
        self.label_font = QFont()
        self._shown: tuple[int, ...] = ()

    def set_words(self, words: list[str]) -> None:
        """Show these words, and make room for the longest."""
        if words == self.words:
            return
        self.words = words
        metrics = QFontMetricsF(self.label_font)
        widest = max((metrics.horizontalAdvance(word) for word in words[:400]), default=0.0)
        room = min(widest, _LONGEST) + _GAP
        if self.orientation == "left":
            self._grow(self.setWidth, self.width(), room + _GAP)
        else:
            self._grow(self.setHeight, self.height(), room * 0.72 + metrics.height())
        self.update()

    def shrink(self) -> None:
        """Forget the room that earlier words needed."""
        (self.setWidth if self.orientation == "left" else self.setHeight)(0)

    def light(self, index: int | None) -> None:
        """Write one word bold."""
        if index != self.lit:
            self.lit = index
            self.update()

    def _grow(self, resize, now: float, wanted: float) -> None:
        """Only ever wider while a translation streams, so that the map does not jump with each word."""
        if wanted > now:
            resize(int(wanted + 0.5))

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Draw the labels of the visible positions; where they would overlap only every n-th."""
        view = self.linkedView()
        if view is None or not self.words:
            return
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        first, last = sorted(self.range)  # reversed where the view is
        height = QFontMetricsF(self.label_font).height()
        pixel = abs(self._place(view, 1.0) - self._place(view, 0.0))
        every = max(1, int(height * (1.15 if self.orientation == "top" else 0.95) / max(pixel, 1e-3) + 0.999))
        for index in range(max(0, int(first)), min(len(self.words), int(last) + 1)):
            place = index + 0.5
            if (index % every == 0 or index == self.lit) and first <= place <= last:
                self._paint_word(painter, index, self._place(view, place))

    def _place(self, view: pg.ViewBox, value: float) -> float:
        """Where a position of the map lies along this axis, in px."""
        if self.orientation == "left":
            return float(self.mapFromItem(view, view.mapFromView(QPointF(0, value))).y())
        return float(self.mapFromItem(view, view.mapFromView(QPointF(value, 0))).x())

    def _paint_word(self, painter: QPainter, index: int, place: float) -> None:
        font = QFont(self.label_font)
        font.setBold(index == self.lit)
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(self.words[index], Qt.TextElideMode.ElideRight, _LONGEST)
        painter.save()
        painter.setFont(font)
        painter.setPen(self.ink)
        box = self.boundingRect()
        middle = (metrics.ascent() - metrics.descent()) / 2
        if self.orientation == "left":
            painter.drawText(QPointF(box.right() - _GAP - metrics.horizontalAdvance(text), place + middle), text)
        else:
            painter.translate(place, box.bottom() - _GAP)
            painter.rotate(-45)
            painter.drawText(QPointF(0, middle / 2), text)
        painter.restore()
