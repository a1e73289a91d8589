"""A figure for a paper or a slide: the picture by itself, then once a word with where that word looked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPalette

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.exports import save_attention
from seq2seq_desktop.ui.views.drawings import save_drawing
from seq2seq_desktop.ui.views.heat import Box, heat, placed

SUFFIXES = (".png", ".svg", ".csv")
_SIDE = 240  # px of the longer side of a picture
_WORD, _TITLE, _GAP = 28, 40, 12  # px


@dataclass(frozen=True)
class Sheet:
    """What is drawn."""

    image: QImage
    title: str
    words: Sequence[str]
    grid: tuple[int, int]  # rows and columns of the cells
    box: Box
    looks: NDArray[np.float32]  # (words, cells)
    opacity: float  # of the heat where it is highest, 0..1

    @property
    def frame(self) -> QSize:
        """Width and height of one picture."""
        return self.image.size().scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio)

    @property
    def columns(self) -> int:
        """Pictures in a row, so that the figure is about twice as wide as high."""
        count = len(self.words) + 1
        shape = (self.frame.height() + _WORD) / max(1, self.frame.width())
        return min(count, max(1, round(math.sqrt(2 * count * shape))))

    @property
    def size(self) -> QSize:
        """Of the whole figure, in pixels."""
        rows = -(-(len(self.words) + 1) // self.columns)
        width = _GAP + self.columns * (self.frame.width() + _GAP)
        return QSize(width, _TITLE + rows * (self.frame.height() + _WORD) + _GAP)

    def paint(self, painter: QPainter, palette: QPalette) -> None:
        """Draw all of it."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        wide = QRectF(_GAP, 0, self.size.width() - 2 * _GAP, _TITLE)
        painter.drawText(wide, Qt.AlignmentFlag.AlignVCenter, self.title)
        small = self.image.scaled(
            self.frame * 2, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        for number in range(len(self.words) + 1):
            self._paint_frame(painter, number, small)

    def _paint_frame(self, painter: QPainter, number: int, small: QImage) -> None:
        row, column = divmod(number, self.columns)
        width, height = self.frame.width(), self.frame.height()
        area = QRectF(_GAP + column * (width + _GAP), _TITLE + row * (height + _WORD), width, height)
        painter.drawImage(area, small)
        if number == 0:
            return
        painter.save()
        painter.setClipRect(area)
        painter.drawImage(placed(self.box, area), heat(self.looks[number - 1].reshape(self.grid), self.opacity))
        painter.restore()
        beneath = QRectF(area.left(), area.bottom(), width, _WORD)
        painter.drawText(beneath, Qt.AlignmentFlag.AlignCenter, self.words[number - 1])


def save_sheet(sheet: Sheet, path: Path, palette: QPalette) -> None:
    """Nothing; `path` (.png, .svg, or .csv for the numbers alone) then holds the figure.

    Raises: InputError if the suffix is another or the disk refuses.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        rows, columns = sheet.grid
        cells = [f"row {row + 1} column {column + 1}" for row in range(rows) for column in range(columns)]
        save_attention(sheet.looks, cells, sheet.words, path, True, sheet.title)
    elif suffix in SUFFIXES:
        background = palette.color(QPalette.ColorRole.Base)
        save_drawing(lambda painter: sheet.paint(painter, palette), sheet.size, path, background, True)
    else:
        raise InputError(f"{path.name} cannot be a picture", f"choose one of {', '.join(SUFFIXES)}")
