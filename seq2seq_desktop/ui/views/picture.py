"""A picture as large as it fits, or larger, with where a model looked drawn over it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from seq2seq_desktop.ui.views.heat import Box, heat, placed, shade

Array = NDArray[np.float32]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_ZOOM = 1.25
_MOST = 12.0  # times as large as it fits
_ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


def as_image(pixels: NDArray[np.uint8]) -> QImage:
    """A picture for Qt from (height, width, 3) RGB; it owns its pixels."""
    height, width, _ = pixels.shape
    return QImage(
        np.ascontiguousarray(pixels).tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888
    ).copy()


class PictureView(QWidget):
    """One picture. Pointing tells the cell of the model's grid under the pointer; arrows move from cell to cell.

    Wheel, + and - zoom, dragging pans, Home shows all.
    """

    cell_hovered = Signal(int)  # row by row; -1: none
    zoomed = Signal()  # more or less of the picture is shown, and so more or fewer of its pixels are of use

    def __init__(self, parent: QWidget | None = None) -> None:
        """No picture."""
        super().__init__(parent)
        self.opacity = 0.7  # of the heat where it is highest, 0..1
        self.coverage = False  # True: what no word looked at is dimmed
        self.grid, self.box = (0, 0), WHOLE
        self.looks = np.zeros((0, 0), np.float32)  # (words, cells)
        self.lit: int | None = None  # the word whose heat is drawn
        self.cell = -1  # framed
        self.scale = 1.0  # how much larger than it fits, 1..
        self._middle = QPointF(0.5, 0.5)  # of the view, in shares of the picture
        self._pressed: QPointF | None = None  # where a drag has come to
        self._image: QImage | None = None
        self._scaled: QPixmap | None = None  # at the size of the view, made when it is next painted
        self._heat: QImage | None = None
        self._shade: QImage | None = None
        self._text = ""
        self._ringed = False  # True while the keyboard, not the pointer, brought the focus here
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 96)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Picture"))
        self.setToolTip(self.tr("Point at a region to see which words looked there. Wheel: zoom, drag: move."))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for a picture."""
        return QSize(480, 360)

    # What is shown

    @property
    def image(self) -> QImage | None:
        """The picture."""
        return self._image

    def show_image(self, image: QImage | None, text: str = "") -> None:
        """Show a picture, or in its place a text; what is drawn over it stays."""
        self._image, self._text, self._scaled = image, text, None
        self.update()

    def show_looks(self, grid: tuple[int, int], box: Box, looks: Array) -> None:
        """Take where each word looked, (words, cells); the cells cover `box` of the picture."""
        fits = looks.ndim == 2 and looks.shape[1] == grid[0] * grid[1] > 0
        self.grid, self.box = (grid, box) if fits else ((0, 0), WHOLE)
        self.looks = looks if fits else np.zeros((0, 0), np.float32)
        if self.lit is not None and self.lit >= len(self.looks):
            self.lit = None
        self._heat = self._shade = None
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.lit, self.cell = None, -1
        self.reset_view()
        self.show_looks((0, 0), WHOLE, np.zeros((0, 0), np.float32))
        self.show_image(None)

    def light(self, word: int | None) -> None:
        """Draw where this word looked; None: no heat."""
        if word is not None and not 0 <= word < len(self.looks):
            word = None
        if word != self.lit:
            self.lit, self._heat = word, None
            self.update()

    def frame_cell(self, cell: int) -> None:
        """Draw a line around a cell; -1: around none."""
        if cell != self.cell:
            self.cell = cell
            self.update()

    def set_opacity(self, opacity: float) -> None:
        """Draw the heat with this opacity where it is highest, 0..1."""
        self.opacity, self._heat = opacity, None
        self.update()

    def set_coverage(self, shown: bool) -> None:
        """Dim what no word looked at, or not."""
        self.coverage = shown
        self.update()

    # Where things are

    @property
    def area(self) -> QRectF:
        """Where the picture is drawn; what is outside the view is cut off."""
        if self._image is None or self._image.isNull():
            return QRectF()
        fit = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        width, height = self.scale * fit.width(), self.scale * fit.height()
        left, top = _edge(self._middle.x(), width, self.width()), _edge(self._middle.y(), height, self.height())
        return QRectF(left, top, width, height)

    def cell_at(self, point: QPointF) -> int:
        """The cell at a point of the view; -1 outside the grid."""
        rows, columns = self.grid
        inside = placed(self.box, self.area)
        if not rows or not inside.contains(point) or not self.area.contains(point):
            return -1
        column = min(int((point.x() - inside.left()) / inside.width() * columns), columns - 1)
        row = min(int((point.y() - inside.top()) / inside.height() * rows), rows - 1)
        return row * columns + column

    def cell_area(self, cell: int) -> QRectF:
        """Where a cell is drawn."""
        rows, columns = self.grid
        inside = placed(self.box, self.area)
        width, height = inside.width() / columns, inside.height() / rows
        row, column = divmod(cell, columns)
        return QRectF(inside.left() + column * width, inside.top() + row * height, width, height)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the picture, what lies over it, and the frame."""
        painter = QPainter(self)
        if self._image is None:
            self._paint_text(painter)
        else:
            self._paint_image(painter, self._image)
            self._paint_over(painter)
        if self._ringed:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
        painter.end()

    def _paint_text(self, painter: QPainter) -> None:
        """A place for a picture, and what is said in it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        room = self.rect().adjusted(16, 8, -16, -8)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._text)

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        """All of the picture, or of a picture that is zoomed only what is seen."""
        area = self.area
        if self.scale == 1.0:
            painter.drawPixmap(area.toRect(), self._pixmap(image))
            return
        seen = area.intersected(QRectF(self.rect()))
        across, down = image.width() / area.width(), image.height() / area.height()
        part = QRectF(
            (seen.left() - area.left()) * across, (seen.top() - area.top()) * down,
            seen.width() * across, seen.height() * down,
        )  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(seen, image, part)

    def _pixmap(self, image: QImage) -> QPixmap:
        """The picture at the size of the screen's pixels, scaled once."""
        wanted = self.area.size() * self.devicePixelRatioF()
        if self._scaled is None or self._scaled.size() != wanted.toSize():
            smooth = Qt.TransformationMode.SmoothTransformation
            scaled = image.scaled(wanted.toSize(), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            self._scaled = QPixmap.fromImage(scaled)
        return self._scaled

    def _paint_over(self, painter: QPainter) -> None:
        painter.setClipRect(self.area)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inside = placed(self.box, self.area)
        if self.coverage and len(self.looks):
            self._shade = self._shade or shade(self.looks, self.grid)
            painter.drawImage(inside, self._shade)
        if self.lit is not None:
            self._heat = self._heat or heat(self.looks[self.lit].reshape(self.grid), self.opacity)
            painter.drawImage(inside, self._heat)
        if 0 <= self.cell < self.grid[0] * self.grid[1]:
            self._paint_frame(painter, self.cell_area(self.cell))
        painter.setClipping(False)

    def _paint_frame(self, painter: QPainter, area: QRectF) -> None:
        """A line that is seen on any picture: white in black."""
        for colour, width in ((QColor("black"), 4.0), (QColor("white"), 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    # The pointer and the keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag, or tell the cell under the pointer."""
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved, self._pressed = event.position() - self._pressed, event.position()
            area = self.area
            self._look_at(self._middle - QPointF(moved.x() / area.width(), moved.y() / area.height()))
            return
        self.point_at(self.cell_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin to drag a picture of which only a part is seen."""
        if event.button() == Qt.MouseButton.LeftButton and self.scale > 1.0:
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End a drag."""
        self._pressed = None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom around the pointer."""
        if self._image is not None and event.angleDelta().y():
            self.zoom(_ZOOM if event.angleDelta().y() > 0 else 1 / _ZOOM, event.position())
            event.accept()

    def zoom(self, factor: float, around: QPointF | None = None) -> None:
        """Show the picture `factor` times as large, and keep the point of the view `around` where it is."""
        if self._image is None:
            return
        point, area = around or QPointF(self.rect().center()), self.area
        share = QPointF((point.x() - area.left()) / area.width(), (point.y() - area.top()) / area.height())
        self.scale = min(max(1.0, self.scale * factor), _MOST)
        grown = self.area
        away = QPointF(
            (self.width() / 2 - point.x()) / grown.width(), (self.height() / 2 - point.y()) / grown.height()
        )
        self._look_at(share + away)
        self.zoomed.emit()

    def reset_view(self) -> None:
        """Show the whole picture."""
        self.scale, self._middle = 1.0, QPointF(0.5, 0.5)
        self.update()

    def _look_at(self, middle: QPointF) -> None:
        """Show this point, in shares of the picture, in the middle, as far as there is picture around it."""
        area = self.area
        across = min(0.5, self.width() / (2 * max(area.width(), 1.0)))
        down = min(0.5, self.height() / (2 * max(area.height(), 1.0)))
        self._middle = QPointF(min(max(middle.x(), across), 1.0 - across), min(max(middle.y(), down), 1.0 - down))
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Let go."""
        self.point_at(-1)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show a ring if the keyboard brought the focus."""
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """No ring any more."""
        self._ringed = False
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move from cell to cell, zoom, or show all."""
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / _ZOOM if event.key() == Qt.Key.Key_Minus else _ZOOM)
            return
        if event.key() == Qt.Key.Key_Home:
            self.reset_view()
            return
        rows, columns = self.grid
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None or not rows or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        here = divmod(self.cell, columns) if self.cell >= 0 else (rows // 2, columns // 2)
        row, column = (min(max(at + by, 0), size - 1) for at, by, size in zip(here, step, self.grid, strict=True))
        self.point_at(row * columns + column)

    def point_at(self, cell: int) -> None:
        """Behave as if the pointer stood on this cell."""
        if cell != self.cell:
            self.frame_cell(cell)
            self.cell_hovered.emit(cell)


def _edge(middle: float, length: float, room: int) -> float:
    """Where a side begins that fits into the room, or whose share `middle` is to be in the middle of the room."""
    return (room - length) // 2 if length <= room else room / 2 - middle * length
