"""What might have come next, at each character of a text: as a map and as bars. Without torch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.events import Alternative

ROWS = 24  # candidates of a map
_NAMES = {" ": "␣", "\n": "⏎"}
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def shown(piece: str) -> str:
    """A piece as a reader sees it: a space and a line break have signs."""
    return _NAMES.get(piece, piece)


def candidate_map(
    steps: Sequence[Sequence[Alternative]], rows: int = ROWS
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """The probability of each candidate at each character (candidates, characters), and the candidates.

    The candidates are the pieces that got most probability in the whole text, the likeliest first; what is missing
    among a step's alternatives counts as 0.
    """
    totals: dict[str, float] = {}
    for step in steps:
        for other in step:
            totals[other.piece] = totals.get(other.piece, 0.0) + other.probability
    candidates = tuple(sorted(totals, key=lambda piece: -totals[piece])[:rows])
    place = {piece: row for row, piece in enumerate(candidates)}
    weights = np.zeros((len(candidates), len(steps)), np.float32)
    for column, step in enumerate(steps):
        for other in step:
            if other.piece in place:
                weights[place[other.piece], column] = other.probability
    return weights, candidates


def bar(share: float, width: int) -> str:
    """A bar of `width` cells at most, to an eighth of a cell; share is 0..1."""
    whole, rest = divmod(round(min(max(share, 0.0), 1.0) * width * 8), 8)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(width)
