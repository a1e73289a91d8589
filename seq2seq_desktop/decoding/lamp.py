"""The loop lamp: it goes on when a model repeats itself, stalls or is lost, and says which.

It looks only at what a hypothesis has said and seen, so it holds no state and works for every search.
"""

import math
from itertools import islice

import numpy as np

from seq2seq_desktop.decoding.options import LampLimits
from seq2seq_desktop.decoding.rows import Look, Row
from seq2seq_desktop.events import Reason


class LoopLamp:
    """Judges rows after each step; `vocabulary` is the number of tokens, the measure for entropy."""

    def __init__(self, limits: LampLimits, vocabulary: int) -> None:
        """A lamp that goes on at `limits`."""
        self._limits = limits
        self._lost_entropy = limits.entropy * math.log(max(vocabulary, 2))

    def reason(self, row: Row, forced: int) -> Reason | None:
        """Why `row` should end here, or None; its first `forced` tokens were not the model's and do not count."""
        free = len(row.tokens) - forced
        if repeated_unit(row.tokens[forced:], self._limits):
            return "repetition"
        if free >= self._limits.still_steps and self._stalled(row):
            return "stalled"
        if free >= self._limits.entropy_steps and self._lost(row):
            return "entropy"
        return None

    def trimmed(self, row: Row, forced: int) -> Row:
        """`row` without the surplus repeats at its end: the repeated unit stands once."""
        free = row.tokens[forced:]
        unit = repeated_unit(free, self._limits)
        return row.cut(forced + length_without_repeats(free, unit)) if unit else row

    def _stalled(self, row: Row) -> bool:
        """True when the mean attention stood on one position, unchanged, for `still_steps` steps."""
        limits = self._limits
        now = row.last.look if row.last else None
        if now is None or now.mean is None or now.mean.size < limits.still_source or now.peak < limits.still_peak:
            return False
        looks = [link.look for link in islice(row.links(), limits.still_steps)]
        return all(_change(look, now) <= limits.still_change for look in reversed(looks))

    def _lost(self, row: Row) -> bool:
        """True when the distributions of the last steps were close to uniform on average."""
        if row.last is None or row.last.look.entropy < self._lost_entropy:
            return False
        steps = self._limits.entropy_steps
        return sum(link.look.entropy for link in islice(row.links(), steps)) >= steps * self._lost_entropy


def repeated_unit(tokens: tuple[int, ...], limits: LampLimits) -> int:
    """The length of the n-gram whose repetition fills the end of `tokens`, or 0 if none does."""
    for size in range(1, limits.ngram + 1):
        span = max(limits.span, size * limits.repeats)
        if len(tokens) < span:
            continue
        if tokens[-1] == tokens[-1 - size] and tokens[-span:-size] == tokens[size - span :]:
            return size
    return 0


def length_without_repeats(tokens: tuple[int, ...], unit: int) -> int:
    """The length up to which `tokens` are kept when the repeated n-gram of `unit` tokens stands once."""
    start = len(tokens) - unit
    while start > 0 and tokens[start - 1] == tokens[start - 1 + unit]:
        start -= 1
    return start + unit


def _change(before: Look, after: Look) -> float:
    """The total variation between two attention maps: 0 for equal ones, 1 for disjoint ones."""
    if before.mean is None or after.mean is None:
        return 1.0
    return float(np.abs(before.mean - after.mean).sum() / 2)
