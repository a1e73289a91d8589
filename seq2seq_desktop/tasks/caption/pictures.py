"""How a picture is laid under the model's grid: whole, at nearly its own proportions, in cells of 32 x 32 pixels."""

import math

import numpy as np

from seq2seq_desktop.io.images import Picture, Pixels, fitted

CELL = 32  # pixels of a cell's side
LONGEST = 640  # pixels of a picture's longer side that are of use
_LANDSCAPE = ((8, 8), (7, 9), (6, 10), (5, 12), (4, 15))
GRIDS = (*_LANDSCAPE, *((columns, rows) for rows, columns in _LANDSCAPE[1:]))
"""The grids there are, as rows and columns: all of about 64 cells, so that every picture costs the same."""

MOST_CELLS = max(rows * columns for rows, columns in GRIDS)


def grid_of(width: int, height: int) -> tuple[int, int]:
    """The rows and columns whose proportions are nearest to a picture's."""
    wanted = math.log(width / height)
    return min(GRIDS, key=lambda grid: abs(math.log(grid[1] / grid[0]) - wanted))


def laid(picture: Picture) -> Pixels:
    """The pixels as the model reads them: (32 * rows, 32 * columns, 3)."""
    rows, columns = grid_of(*picture.size)
    height, width = picture.pixels.shape[:2]
    if (height, width) == (CELL * rows, CELL * columns):
        return np.ascontiguousarray(picture.pixels)
    return fitted(picture.pixels, CELL * columns, CELL * rows)
