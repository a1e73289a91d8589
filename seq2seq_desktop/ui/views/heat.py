"""Where a model looked, as pixels that lie over a picture: one hue with growing opacity, smooth between the cells."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

Array = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom of the cells, in shares of the picture."""

HUE = QColor("#FF4A1F")  # rare in photographs, and seen on dark and light ones
_FINE = 16  # pixels of the overlay in each direction for a cell
_SPREAD = 0.45  # of a cell: how far its weight reaches; more blurs neighbours, less shows the cells
_SURE = 3.0  # times what an even look would give a cell: a highest weight below that is drawn fainter
_LOOKED = 0.5  # of `interest`: what has at least that was looked at
_DARK = 190  # of 255: how dim what no word looked at is drawn


def smooth(weights: Array) -> Array:
    """The weights of cells, (rows, columns), between their middles as well: each direction `_FINE` times as fine."""
    rows, columns = weights.shape
    return np.asarray(_kernel(rows) @ weights @ _kernel(columns).T, np.float32)


@cache
def _kernel(cells: int) -> Array:
    """(fine, cells): how much each fine place has of each cell; rows add up to 1."""
    places = (np.arange(cells * _FINE) + 0.5) / _FINE
    middles = np.arange(cells) + 0.5
    kernel = np.exp(-0.5 * ((places[:, None] - middles) / _SPREAD) ** 2)
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True), np.float32)


def interest(looks: Array) -> Array:
    """How much more each cell was looked at than in an even look, 0..1; 1 is where a word looked most.

    A word that looks nowhere in particular has no 1: its interest is small everywhere.

    Args:
        looks: (words, cells), rows sum to 1.
    """
    cells = looks.shape[1]
    even = 1.0 / max(cells, 1)
    peaks = looks.max(axis=1, keepdims=True, initial=0.0)
    above = np.maximum(peaks, min(_SURE * even, 1.0)) - even
    return np.asarray(np.clip((looks - even) / np.maximum(above, 1e-9), 0.0, 1.0), np.float32)


def heat(weights: Array, opacity: float) -> QImage:
    """Where a word looked, (rows, columns), which sum to 1; `opacity`, 0..1, is that of where it looked most."""
    share = smooth(interest(weights.reshape(1, -1)).reshape(weights.shape))
    return _tinted(share * (255 * min(max(opacity, 0.0), 1.0)), HUE)


def shade(looks: Array, grid: tuple[int, int]) -> QImage:
    """Darkness over the cells that no word looked at.

    Args:
        looks: (words, cells).
        grid: rows and columns of the cells.
    """
    return _tinted(_DARK * (1.0 - smooth(covered(looks).reshape(grid))), QColor("black"))


def covered(looks: Array) -> Array:
    """How far each cell was looked at by any word, 0..1; 1: with at least half the interest of that word's best."""
    return np.asarray(np.minimum(1.0, interest(looks).max(axis=0, initial=0.0) / _LOOKED), np.float32)


def looked_at(looks: Array) -> Array:
    """The looks, (words, cells), without what shows too little interest to say that a word looked there."""
    return np.where(interest(looks) >= _LOOKED, looks, np.float32(0.0))


def placed(box: Box, picture: QRectF) -> QRectF:
    """Where the cells lie on a picture that is drawn in a rectangle."""
    left, top, right, bottom = box
    width, height = picture.width(), picture.height()
    return QRectF(
        picture.left() + left * width, picture.top() + top * height, (right - left) * width, (bottom - top) * height
    )


def _tinted(opacities: Array, colour: QColor) -> QImage:
    """One colour with an opacity 0..255 a pixel; premultiplied, so that scaling does not darken the edges."""
    alpha = np.clip(opacities, 0, 255)
    pixels = np.empty((*alpha.shape, 4), np.uint8)
    for channel, value in enumerate((colour.blueF(), colour.greenF(), colour.redF(), 1.0)):
        pixels[..., channel] = alpha * value
    height, width = alpha.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
