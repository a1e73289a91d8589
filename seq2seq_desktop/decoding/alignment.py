"""When each token was spoken: the one way forwards through sound and text that attention goes along best.

Source: Sakoe and Chiba 1978, "Dynamic programming algorithm optimization for spoken word recognition"; the maps are
prepared as in Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision", in its authors'
program: normalised over the tokens, smoothed by a median, averaged over the heads that follow the speaker.
"""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Places = NDArray[np.intp]

SMOOTHED = 7  # frames of the median, an odd number


def token_starts(attention: Floats, heads: Sequence[Sequence[int]] = ()) -> Places:
    """The source position at which each token begins, (steps,), never going back.

    attention is (steps, layers, heads, source): the map of the step that gave a token, for the tokens of one text in
    their order; with that of the end token behind them it is also told where the last one ends. `heads` are the pairs
    (layer, head) that follow the speaker; without them all heads of the upper half of the layers are taken.
    """
    steps, layers, _, source = attention.shape
    if not steps or not source:
        return np.zeros(steps, dtype=np.intp)
    if heads:
        chosen = attention[:, [layer for layer, _ in heads], [head for _, head in heads]]
    else:
        chosen = attention[:, layers // 2 :].reshape(steps, -1, source)
    rows, columns = warp(-prepared(chosen).mean(axis=1))
    return columns[np.searchsorted(rows, np.arange(steps))]


def prepared(maps: Floats) -> NDArray[np.float64]:
    """Maps (steps, heads, source) in which a position stands out that one token looks at more than others do."""
    shares = maps / np.maximum(maps.sum(axis=-1, keepdims=True, dtype=np.float64), 1e-9)
    spread = np.maximum(shares.std(axis=0), 1e-9)
    return _median((shares - shares.mean(axis=0)) / spread)


def warp(cost: Floats) -> tuple[Places, Places]:
    """Rows and columns of the cheapest way from the first cell of `cost` (rows, columns) to the last.

    A step goes one row on, one column on, or both; what a way costs is the sum over its cells.
    """
    rows, columns = cost.shape
    totals = np.full((rows + 1, columns + 1), np.inf)
    totals[0, 0] = 0.0
    for row in range(rows):
        before = np.minimum(totals[row, :-1], totals[row, 1:])  # where the way can come into each cell from above
        run = np.cumsum(cost[row], dtype=np.float64)
        # Along a row: the cheapest place to come in, plus all cells from there on.
        totals[row + 1, 1:] = run + np.minimum.accumulate(before - run + cost[row])
    return _way(totals)


def _way(totals: NDArray[np.float64]) -> tuple[Places, Places]:
    """The way back through the cheapest totals, told forwards."""
    row, column = totals.shape[0] - 1, totals.shape[1] - 1
    way = []
    while row and column:
        way.append((row - 1, column - 1))
        came = (totals[row - 1, column - 1], totals[row - 1, column], totals[row, column - 1])
        best = came.index(min(came))
        row, column = row - (best != 2), column - (best != 1)
    rows, columns = np.array(way[::-1], dtype=np.intp).reshape(-1, 2).T
    return rows, columns


def _median(maps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of each frame and its neighbours, mirrored at both ends."""
    half = SMOOTHED // 2
    if maps.shape[-1] <= half:
        return maps
    wider = np.pad(maps, ((0, 0), (0, 0), (half, half)), mode="reflect")
    windows = sliding_window_view(wider, SMOOTHED, axis=-1)
    median: NDArray[np.float64] = np.partition(windows, half, axis=-1)[..., half]
    return median
