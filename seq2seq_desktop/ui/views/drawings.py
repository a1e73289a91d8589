"""Numbers as pixels, and what a widget paints as a picture file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPaintDevice, QPainter, QPalette

from seq2seq_desktop.io.files import write_bytes

_SCALE = 2  # pixels of a PNG for each on the screen, so that print stays sharp
_FAINT = 0.06  # share of a row's highest weight below which nothing is drawn
_OPAQUE = 200  # of 255: what is below the highest weight can still be seen


def grey_picture(sound: NDArray[np.uint8], palette: QPalette) -> QImage:
    """The sound (mels, frames) in 256 steps, from the colour of the pane to that of text, high tones at the top."""
    quiet, loud = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.WindowText)
    pixels = np.ascontiguousarray(sound[::-1])
    height, width = pixels.shape
    image = QImage(pixels.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([_between(quiet, loud, 0.85 * index / 255).rgb() for index in range(256)])
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _between(first: QColor, last: QColor, share: float) -> QColor:
    red, green, blue = (
        round(low + (high - low) * share)
        for low, high in ((first.red(), last.red()), (first.green(), last.green()), (first.blue(), last.blue()))
    )
    return QColor(red, green, blue)


def tinted_rows(rows: NDArray[np.float32], colour: QColor) -> QImage:
    """One hue with growing opacity: a row of pixels each, whose highest weight is the most opaque."""
    peak = rows.max(axis=1, keepdims=True)
    share = np.divide(rows, peak, out=np.zeros_like(rows), where=peak > 0)
    share[share < _FAINT] = 0.0
    pixels = np.empty((*rows.shape, 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = colour.blue(), colour.green(), colour.red()
    pixels[..., 3] = (_OPAQUE * share).astype(np.uint8)
    height, width = rows.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32).copy()


def save_drawing(
    paint: Callable[[QPainter], None], size: QSize, path: Path, background: QColor, overwrite: bool = False
) -> None:
    """Nothing; `path` (.svg, else a PNG) then holds what `paint` draws on `background`.

    Raises: InputError if the file exists and `overwrite` is False, or the disk refuses.
    """
    draw = _svg if path.suffix.lower() == ".svg" else _png
    write_bytes(path, draw(paint, size, background), overwrite)


def _png(paint: Callable[[QPainter], None], size: QSize, background: QColor) -> bytes:
    image = QImage(size * _SCALE, QImage.Format.Format_ARGB32)
    buffer = _buffer()
    _draw(paint, size, background, image, _SCALE)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide takes a device, its stubs do not
    return bytes(buffer.data().data())


def _svg(paint: Callable[[QPainter], None], size: QSize, background: QColor) -> bytes:
    from PySide6.QtSvg import QSvgGenerator  # not at start

    buffer, drawing = _buffer(), QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(size)
    drawing.setViewBox(QRect(0, 0, size.width(), size.height()))
    _draw(paint, size, background, drawing, 1)
    return bytes(buffer.data().data())


def _draw(
    paint: Callable[[QPainter], None], size: QSize, background: QColor, device: QPaintDevice, scale: int
) -> None:
    painter = QPainter(device)
    painter.scale(scale, scale)
    painter.fillRect(QRect(0, 0, size.width(), size.height()), background)
    paint(painter)
    painter.end()


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
