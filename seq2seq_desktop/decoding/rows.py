"""What a hypothesis is made of: a chain of links, shared between hypotheses with the same past.

A beam that forks costs one link a row, whatever its length; arrays are put together once, when a hypothesis is
done. These are named tuples because a decode makes thousands of them: they are built in a third of the time of a
frozen dataclass.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.events import Alternative, Hypothesis, Reason

Array = NDArray[np.float32]

FLOOR = -100.0  # log-probability that stands for "impossible" in sums, so that no sum becomes infinite or NaN


class Look(NamedTuple):
    """What the model showed for one row at one step, before a token was chosen."""

    likeliest: list[float]  # token ids, best first
    log_probs: list[float]  # one for each of `likeliest`
    entropy: float  # nats
    attention: Array | None  # (layers, heads, source)
    mean: Array | None  # (source,), over layers and heads; only for the lamp
    peak: float  # of `mean`; 0 without it
    gate: float | None = None  # as in StepResult

    def alternatives(self) -> tuple[Alternative, ...]:
        """The likeliest tokens of this step, best first."""
        pairs = zip(self.likeliest, self.log_probs, strict=True)
        return tuple(Alternative(int(token), probability(value)) for token, value in pairs)


class Link(NamedTuple):
    """One token of a hypothesis, and the way back to those before it."""

    previous: "Link | None"
    token: int
    log_prob: float  # the model's own, before filters
    total: float  # sum of the scores up to this token
    look: Look


class Row(NamedTuple):
    """One hypothesis; while it is alive it is one row of the model's state."""

    tokens: tuple[int, ...] = ()
    last: Link | None = None
    lane: int = 0  # which of a segment's independent samples this is

    @property
    def total(self) -> float:
        """The sum of the scores of all tokens."""
        return self.last.total if self.last else 0.0

    def extend(self, token: int, gain: float, log_prob: float, look: Look, lane: int = 0) -> "Row":
        """This row with one token more, which adds `gain` to the total."""
        link = Link(self.last, token, log_prob, self.total + gain, look)
        return Row((*self.tokens, token), link, lane)

    def cut(self, length: int) -> "Row":
        """The first `length` tokens of this row."""
        last = self.last
        for _ in range(len(self.tokens) - length):
            last = last.previous if last else None
        return Row(self.tokens[:length], last, self.lane)

    def links(self) -> Iterator[Link]:
        """The links, the newest first."""
        link = self.last
        while link is not None:
            yield link
            link = link.previous


class Outcome(NamedTuple):
    """A hypothesis that goes no further."""

    row: Row  # without the end token
    score: float
    reason: Reason

    def hypothesis(self, alternatives: bool) -> Hypothesis:
        """The hypothesis as an event can carry it."""
        links = list(self.row.links())[::-1]
        maps = [link.look.attention for link in links if link.look.attention is not None]
        return Hypothesis(
            tokens=self.row.tokens,
            probabilities=tuple(probability(link.log_prob) for link in links),
            score=self.score,
            attention=np.stack(maps) if maps else None,
            alternatives=tuple(link.look.alternatives() for link in links) if alternatives else (),
            gates=tuple(link.look.gate for link in links if link.look.gate is not None),
        )


def probability(log_prob: float) -> float:
    """exp(log_prob) within 0..1; 0 where a broken model gives no number."""
    if math.isnan(log_prob):
        return 0.0
    return math.exp(min(log_prob, 0.0))  # rounding can lift a log-probability a little over 0


def finite(log_prob: float) -> float:
    """`log_prob`, or the floor where it is infinite or no number."""
    return log_prob if math.isfinite(log_prob) else FLOOR
