"""A picture as large as it fits, with where a model looked drawn over it."""

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
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from seq2seq_desktop.ui.views.heat import Box, heat, placed, shade

Array = NDArray[np.float32]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
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
    """One picture. Pointing tells the cell of the model's grid under the pointer; arrows move from cell to cell."""

    cell_hovered = Signal(int)  # row by row; -1: none

    def __init__(self, parent: QWidget | None = None) -> None:
        """No picture."""
        super().__init__(parent)
        self.opacity = 0.7  # of the heat where it is highest, 0..1
        self.coverage = False  # True: what no word looked at is dimmed
        self.grid, self.box = (0, 0), WHOLE
        self.looks = np.zeros((0, 0), np.float32)  # (words, cells)
        self.lit: int | None = None  # the word whose heat is drawn
        self.cell = -1  # framed
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
        """Where the picture is drawn."""
        if self._image is None or self._image.isNull():
            return QRectF()
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
        return QRectF(left, top, size.width(), size.height())

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
            painter.drawPixmap(self.area.toRect(), self._pixmap(self._image))
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
        """Tell the cell under the pointer."""
        self.point_at(self.cell_at(event.position()))
        super().mouseMoveEvent(event)

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
        """Move from cell to cell."""
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
