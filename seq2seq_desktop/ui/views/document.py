"""A document that is its own map: what was looked at is shaded in the text, what was never read is dimmed."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextLine,
)
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.ui.widgets.source_text import SourceText

Spans = NDArray[np.int64]
Weights = NDArray[np.float32]
SENTENCE_OPACITY, WORD_OPACITY = 0.26, 0.3  # of the shade of what was looked at with all attention
ALONE_OPACITY = 0.46  # of a sentence's where no words are shaded
VEIL = 0.35  # opacity of the pane's colour over what was never read: it stays readable
_WIDTH = 14  # px of the strip
_LEAST = 0.02  # opacity under which nothing is painted
_WIDE = 0xFFFF  # characters above it take two places in a QTextDocument
_ABOVE = 1 / 3  # of the pane's height, above a place that is brought into view


@dataclass(frozen=True)
class Heat:
    """How much stretches of a text were looked at."""

    spans: Spans = field(default_factory=lambda: np.zeros((0, 2), np.int64))  # in characters, sorted
    weights: Weights = field(default_factory=lambda: np.zeros(0, np.float32))  # one a span, 0..1

    def opacities(self, most: float) -> Weights:
        """How strongly each is shaded: by the root, for small weights are what the eye misses."""
        return np.asarray(most * np.sqrt(np.clip(self.weights, 0.0, 1.0)), np.float32)


class DocumentText(SourceText):
    """An editor that paints shades under its words and a veil over them; only what is in view is measured."""

    view_changed = Signal(int, int)  # the first character in view and the one after the last

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty editor."""
        super().__init__(parent)
        self.sentences, self.words = Heat(), Heat()
        self.unread = np.zeros((0, 2), np.int64)
        self._wide_units = np.zeros(0, np.int64)  # where characters of two units begin, in units
        self._units_revision = -1
        self._measured: dict[str, tuple[Spans, tuple[Any, ...], list[tuple[int, QRectF]]]] = {}

    def show_heat(self, sentences: Heat, words: Heat) -> None:
        """Shade these sentences and, more strongly, these words."""
        self.sentences, self.words = sentences, words
        self.viewport().update()

    def show_unread(self, spans: Spans) -> None:
        """Dim these stretches."""
        self.unread = spans
        self.viewport().update()

    def reveal(self, place: int) -> None:
        """Bring a character into view; nothing moves if it is."""
        first, last = self.in_view()
        if first <= place < last:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._unit(place))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        above = self.cursorRect().top() - _ABOVE * self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(above / max(1, self.cursorRect().height())))

    def in_view(self) -> tuple[int, int]:
        """The first character in view and the one after the last."""
        area = self.viewport().rect()
        first = self.cursorForPosition(QPoint(0, 0)).position()
        last = self.cursorForPosition(QPoint(area.right(), area.bottom())).position()
        return self._character(first), self._character(last) + 1

    def shades(self) -> list[tuple[QRectF, float]]:
        """The places in the viewport that are shaded, with their opacity."""
        found = []
        sentence = SENTENCE_OPACITY if len(self.words.spans) else ALONE_OPACITY
        for name, heat, most in (("s", self.sentences, sentence), ("w", self.words, WORD_OPACITY)):
            opacities = heat.opacities(most)
            boxes = self._boxes(name, heat.spans)
            found += [(box, float(opacities[i])) for i, box in boxes if opacities[i] >= _LEAST]
        return found

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Shades, the text over them, the veil over all."""
        self._paint(self.shades(), QPalette.ColorRole.Highlight)
        super().paintEvent(event)
        self._paint([(box, VEIL) for _, box in self._boxes("u", self.unread)], QPalette.ColorRole.Base)
        self.view_changed.emit(*self.in_view())

    def _paint(self, boxes: list[tuple[QRectF, float]], role: QPalette.ColorRole) -> None:
        painter, colour = QPainter(self.viewport()), QColor(self.palette().color(role))
        for box, opacity in boxes:
            colour.setAlphaF(opacity)
            painter.fillRect(box, colour)
        painter.end()

    # Places

    def _learn_units(self) -> None:
        """Find the characters that take two units, once a text."""
        text = self.whole()
        if self._units_revision == self._revision:
            return
        self._units_revision, self._wide_units = self._revision, np.zeros(0, np.int64)
        if self._wide:
            points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            wide = np.flatnonzero(points > _WIDE)
            self._wide_units = wide + np.arange(len(wide))

    def _unit(self, place: int) -> int:
        self._learn_units()
        wide = self._wide_units - np.arange(len(self._wide_units))  # in characters
        return place + int(np.searchsorted(wide, place, "left"))

    def _character(self, unit: int) -> int:
        self._learn_units()
        return unit - int(np.searchsorted(self._wide_units, unit, "left"))

    def _boxes(self, name: str, spans: Spans) -> list[tuple[int, QRectF]]:
        """Where the spans in view stand in the viewport, a box a line; measured again only where something moved."""
        if not len(spans):
            return []
        key = (self.document().revision(), self.verticalScrollBar().value(), self.viewport().size(), self.font())
        known = self._measured.get(name)
        if known is None or known[0] is not spans or known[1] != key:
            known = self._measured[name] = (spans, key, self._measure(spans))
        return known[2]

    def _measure(self, spans: Spans) -> list[tuple[int, QRectF]]:
        first, last = self.in_view()
        begin = int(np.searchsorted(spans[:, 1], first, "right"))
        end = int(np.searchsorted(spans[:, 0], last, "left"))
        found = []
        for index in range(begin, end):
            start, stop = (int(place) for place in spans[index])
            found += [(index, box) for box in self._boxes_of(self._unit(start), self._unit(stop))]
        return found

    def _boxes_of(self, start: int, stop: int) -> list[QRectF]:
        """A box for each line of a stretch, in units."""
        boxes, block = [], self.document().findBlock(start)
        height = self.viewport().height()
        while block.isValid() and block.position() < stop:
            origin = self.blockBoundingGeometry(block).topLeft() + self.contentOffset()
            layout, here = block.layout(), block.position()
            place, limit = max(0, start - here), min(stop - here, block.length() - 1)
            while place < limit:
                line = layout.lineForTextPosition(place)
                if not line.isValid():
                    break
                until = min(limit, line.textStart() + line.textLength())
                left, right = (_x(line, at) for at in (place, until))
                boxes.append(QRectF(origin.x() + left, origin.y() + line.y(), right - left, line.height()))
                place = max(until, place + 1)
                if origin.y() + line.y() > height:
                    return boxes
            block = block.next()
        return boxes


class OverviewStrip(QWidget):
    """The whole length of a document beside its scroll bar: where it was looked at, and which part is in view."""

    chosen = Signal(int)  # a character of the text

    def __init__(self, text: DocumentText, parent: QWidget | None = None) -> None:
        """A strip for this editor."""
        super().__init__(parent)
        self._text = text
        self._window = (0, 0)
        self.setFixedWidth(_WIDTH)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        text.view_changed.connect(self._on_view)
        self.chosen.connect(text.reveal)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Where the document was read"))
        self.setToolTip(self.tr("The whole document: darker where the summary comes from. Click to go there."))

    def place_at(self, y: float) -> int:
        """The character at a height of the strip."""
        length = len(self._text.whole())
        return min(max(int(y / max(1, self.height()) * length), 0), max(0, length - 1))

    def height_of(self, place: int) -> float:
        """The height of a character on the strip."""
        return self.height() * place / max(1, len(self._text.whole()))

    def profile(self, rows: int) -> tuple[Weights, NDArray[np.bool_]]:
        """For each of `rows` parts of the document the opacity of what was looked at most, and if none was read."""
        length = max(1, len(self._text.whole()))
        heat, unread = self._text.sentences, self._text.unread
        opacity = _over(heat.spans, heat.opacities(1.0), rows, length)
        missed = _over(unread, np.ones(len(unread), np.float32), rows, length) > 0
        return opacity, missed & (opacity < _LEAST)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Shade each part, then frame what is in view."""
        painter, palette = QPainter(self), self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        if self._text.whole() and self.height() > 0:
            painter.drawImage(self.rect(), self._picture())
            top, bottom = (self.height_of(place) for place in self._window)
            painter.setPen(palette.color(QPalette.ColorRole.Mid))
            painter.drawRect(QRectF(0.5, top + 0.5, _WIDTH - 1, max(4.0, bottom - top - 1)))
        painter.end()

    def _picture(self) -> QImage:
        """One pixel a part of the document."""
        palette = self.palette()
        base, shade, dim = (
            np.array(_rgb(palette.color(role)), np.float32)
            for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Highlight, QPalette.ColorRole.Light)
        )
        opacity, unread = self.profile(self.height())
        around = np.pad(opacity, 1)
        opacity = np.maximum(opacity, np.maximum(around[:-2], around[2:]))  # a sentence of a book is 3 px, not 1
        ground = np.where(unread[:, None], dim, base)
        colours = (ground + opacity[:, None] * (shade - ground)).astype(np.uint8)
        data = np.ascontiguousarray(colours)
        return QImage(data.tobytes(), 1, len(data), 3, QImage.Format.Format_RGB888).copy()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go where the strip was clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.place_at(event.position().y()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on while the button is held."""
        self.chosen.emit(self.place_at(event.position().y()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Draw anew."""
        super().resizeEvent(event)
        self.update()

    def _on_view(self, first: int, last: int) -> None:
        self._window = (first, last)
        self.update()


def _x(line: QTextLine, place: int) -> float:
    """Where a character of a line begins, in px."""
    found: Any = line.cursorToX(place)  # a pair, whatever the stubs say
    return float(found[0])


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def _over(spans: Spans, weights: Weights, rows: int, length: int) -> Weights:
    """The highest weight in each of `rows` equal parts of a text: of what begins there, and of what fills it."""
    highest = np.zeros(rows, np.float32)
    if not len(spans):
        return highest
    middles = (np.arange(rows) + 0.5) * length / rows
    index = np.searchsorted(spans[:, 0], middles, "right") - 1
    inside = (index >= 0) & (middles < spans[index, 1])
    highest[inside] = weights[index[inside]]
    np.maximum.at(highest, np.clip(spans[:, 0] * rows // length, 0, rows - 1), weights)
    return highest
