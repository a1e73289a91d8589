"""Which words belong together, read off a map. Pure functions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.ui.views.words import Word

Array = NDArray[np.float32]
_SHARE = 0.5  # of the highest weight of a row: what has at least that is aligned as well


def sources_of(matrix: Array, target: int) -> list[int]:
    """The source words that a target word looked at most; none where the map is empty."""
    row = matrix[target] if 0 <= target < len(matrix) else np.zeros(0, np.float32)
    if not row.size or row.max() <= 0:
        return []
    return np.flatnonzero(row >= _SHARE * row.max()).tolist()


def targets_of(matrix: Array, source: int) -> list[int]:
    """The target words that looked at a source word most; the one that looked hardest if it is no one's first."""
    if not matrix.size or not 0 <= source < matrix.shape[1] or matrix[:, source].max() <= 0:
        return []
    highest = matrix.max(axis=1)
    column = matrix[:, source]
    found = np.flatnonzero((column >= _SHARE * highest) & (column > 0))
    return found.tolist() if found.size else [int(column.argmax())]


def overlapping(word: Word, others: Sequence[Word]) -> list[int]:
    """The indexes of those that share a piece with `word`: from words to pieces and back."""
    return [index for index, other in enumerate(others) if other.first < word.last and word.first < other.last]
