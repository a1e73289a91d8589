"""Attention as a matrix that grows row by row: source words across the top, target words down the left."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QLabel, QVBoxLayout, QWidget

from seq2seq_desktop.io.exports import save_attention
from seq2seq_desktop.ui.views.figures import Picture, save_pictures

COLOUR_MAPS = ("viridis", "cividis")
_ROOM = 64  # rows and columns that are there from the start
_ZOOM = 0.8
_MARK = QColor("#FF6B5A")  # stands out from every colour of both maps
_ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class AttentionMatrix(QWidget):
    """One map. `show_map` takes the data, `draw` puts it on the screen: once a frame, however fast the data come.

    Wheel and drag zoom and pan; with the keyboard the arrows move the cell, + and - zoom, Home shows all.
    Making one imports pyqtgraph, which costs some 0.35 s: not before the window stands.
    """

    cell_hovered = Signal(int, int)  # target word, source word; -1, -1: none
    value_hovered = Signal(str)  # the words and the value under the pointer

    def __init__(self, parent: QWidget | None = None, colour_map: str = "viridis") -> None:
        """An empty map."""
        super().__init__(parent)
        import pyqtgraph as pg

        from seq2seq_desktop.ui.views.word_axis import WordAxis

        self._canvas = np.zeros((_ROOM, _ROOM), np.float32)
        self._shape = (0, 0)
        self._drawn_shape = (0, 0)
        self._stale = False
        self._cell = (-1, -1)
        self._heading = QLabel(self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._heading.hide()
        self._targets: list[str] = []
        self._sources: list[str] = []
        self.top, self.left = WordAxis("top"), WordAxis("left")
        self._view: Any = pg.GraphicsView(self, useOpenGL=False)
        self._plot: Any = pg.PlotItem(axisItems={"top": self.top, "left": self.left}, enableMenu=False)
        self._image: Any = pg.ImageItem(axisOrder="row-major")
        self._bar: Any = pg.ColorBarItem(values=(0, 1), width=12, interactive=False, colorMapMenu=False)
        self._row_mark, self._column_mark = QGraphicsRectItem(), QGraphicsRectItem()
        self._lay_out()
        self.set_colour_map(colour_map)
        self._take_palette()
        scene: Any = self._view.scene()
        scene.sigMouseMoved.connect(self._on_pointer)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retranslate()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading)
        layout.addWidget(self._view, 1)
        self._view.setCentralItem(self._plot)
        self._plot.layout.setContentsMargins(8, 4, 8, 8)
        self._plot.hideAxis("bottom")
        self._plot.showAxis("top")
        self._plot.hideButtons()
        self._plot.addItem(self._image)
        self._bar.setImageItem(self._image, insert_in=self._plot)
        view = self._plot.getViewBox()
        view.invertY(True)
        view.setDefaultPadding(0)
        view.disableAutoRange()
        for mark in (self._row_mark, self._column_mark):
            mark.setZValue(10)
            mark.hide()
            view.addItem(mark, ignoreBounds=True)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Attention map"))
        self.setToolTip(
            self.tr("How much each word of the translation looked at each source word. Wheel: zoom, drag: move.")
        )
        self._view.setAccessibleName(self.tr("Attention map, drawing"))

    @property
    def image(self) -> NDArray[np.float32]:
        """What is drawn, (target words, source words)."""
        rows, columns = self._shape
        return self._canvas[:rows, :columns]

    @property
    def words(self) -> tuple[list[str], list[str]]:
        """The target and the source words of the map."""
        return self._targets, self._sources

    def show_map(self, weights: NDArray[np.float32], target: Sequence[str], source: Sequence[str]) -> None:
        """Take a new state of the map, (target words, source words); the screen follows with `draw`."""
        rows, columns = weights.shape
        if rows > self._canvas.shape[0] or columns > self._canvas.shape[1]:
            room = [max(needed, _doubled(had)) for needed, had in zip(weights.shape, self._canvas.shape, strict=True)]
            self._canvas = np.zeros(room, np.float32)
        self._canvas[:rows, :columns] = weights
        self._shape = (rows, columns)
        self._targets, self._sources = list(target), list(source)
        self._stale = True

    def draw(self) -> None:
        """Put the newest state on the screen; nothing if it stands there already."""
        if not self._stale:
            return
        self._stale = False
        self.top.set_words(self._sources)
        self.left.set_words(self._targets)
        if not self.image.size:
            self._image.clear()
        else:
            self._image.setImage(self.image, autoLevels=False, levels=(0, 1))
        if self._shape != self._drawn_shape:
            self._drawn_shape = self._shape
            self.reset_view()

    def clear(self) -> None:
        """Show no map."""
        self.show_title("")
        self.show_map(np.zeros((0, 0), np.float32), (), ())
        self.top.shrink()
        self.left.shrink()
        self.light(None, None)

    def reset_view(self) -> None:
        """Show the whole map."""
        rows, columns = self._shape
        view = self._plot.getViewBox()
        view.setLimits(xMin=0, xMax=max(columns, 1), yMin=0, yMax=max(rows, 1), minXRange=1, minYRange=1)
        view.setRange(QRectF(0, 0, max(columns, 1), max(rows, 1)), padding=0, disableAutoRange=True)

    def zoom(self, factor: float) -> None:
        """Show `factor` times as many cells in each direction."""
        self._plot.getViewBox().scaleBy((factor, factor))

    def light(self, target: int | None, source: int | None) -> None:
        """Frame a row and a column and write their words bold; None for none."""
        rows, columns = self._shape
        self._frame(self._row_mark, None if target is None else QRectF(0, target, columns, 1))
        self._frame(self._column_mark, None if source is None else QRectF(source, 0, 1, rows))
        self.left.light(target)
        self.top.light(source)

    def set_colour_map(self, name: str) -> None:
        """Colour by one of `COLOUR_MAPS`, all of which are read without colour vision."""
        import pyqtgraph as pg

        self._bar.setColorMap(pg.colormap.get(name))

    def show_title(self, title: str) -> None:
        """Write above the map what it is; it stands in saved pictures and tables too. "" for no title."""
        self._heading.setText(title)
        self._heading.setVisible(bool(title))

    @property
    def title(self) -> str:
        """What is written above the map."""
        return self._heading.text()

    def picture(self, name: str = "") -> Picture:
        """The drawing for a picture file, below its title; `name` says whose it is."""
        self.draw()
        title = ": ".join(part for part in (name, self.title) if part)
        return Picture(self._view.scene(), self._plot.sceneBoundingRect(), title)

    def export(self, path: Path, overwrite: bool = False) -> None:
        """Nothing; `path` (.png, .svg or .csv) then holds the map.

        Raises: InputError if the disk refuses or the suffix is another.
        """
        if path.suffix.lower() == ".csv":
            save_attention(self.image, self._sources, self._targets, path, overwrite, self.title)
            return
        save_pictures([self.picture()], path, self.palette().color(QPalette.ColorRole.Base), overwrite)

    # The pointer, the keyboard and the theme

    def cell_at(self, point: QPointF) -> tuple[int, int]:
        """The target and source word at a point of the scene, or (-1, -1)."""
        box = self._plot.getViewBox()
        if not box.sceneBoundingRect().contains(point):
            return -1, -1
        place = box.mapSceneToView(point)
        row, column = int(np.floor(place.y())), int(np.floor(place.x()))
        inside = 0 <= row < self._shape[0] and 0 <= column < self._shape[1]
        return (row, column) if inside else (-1, -1)

    def point_at(self, target: int, source: int) -> QPointF:
        """The middle of a cell in the scene."""
        return self._plot.getViewBox().mapViewToScene(QPointF(source + 0.5, target + 0.5))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move the cell, zoom, or show all."""
        key = Qt.Key(event.key())
        if key in _ARROWS and self.image.size:
            steps = zip(self._cell, _ARROWS[key], self._shape, strict=True)
            self._point_to(*(min(max(here + step, 0), size - 1) for here, step, size in steps))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_Home:
            self.reset_view()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Let go of the cell."""
        self._point_to(-1, -1)
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_bar"):
            self._take_palette()
        super().changeEvent(event)

    def _on_pointer(self, point: QPointF) -> None:
        self._point_to(*self.cell_at(point))

    def _point_to(self, target: int, source: int) -> None:
        if (target, source) == self._cell:
            return
        self._cell = (target, source)
        self.value_hovered.emit(self._said(target, source))
        self.cell_hovered.emit(target, source)

    def _said(self, target: int, source: int) -> str:
        """The words and the value of a cell as one line."""
        if target < 0:
            return ""
        value = f"{self._canvas[target, source]:.3f}"
        return f"{self._targets[target]} ← {self._sources[source]}: {value}"

    def _frame(self, mark: QGraphicsRectItem, area: QRectF | None) -> None:
        mark.setVisible(area is not None)
        if area is not None:
            mark.setRect(area)

    def _take_palette(self) -> None:
        palette = self.palette()
        ink = palette.color(QPalette.ColorRole.Text)
        self._view.setBackground(palette.color(QPalette.ColorRole.Window))
        for axis in (self.top, self.left):
            axis.ink, axis.label_font = ink, self.font()
            axis.update()
        for side in ("left", "right", "top", "bottom"):
            self._bar.getAxis(side).setTextPen(ink)
            self._bar.getAxis(side).setPen(ink)
        pen = QPen(_MARK, 2)
        pen.setCosmetic(True)
        for mark in (self._row_mark, self._column_mark):
            mark.setPen(pen)


def _doubled(size: int) -> int:
    return 2 * size
