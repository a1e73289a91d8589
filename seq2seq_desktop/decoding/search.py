"""The seam between the generator and the ways to search."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from torch import Tensor

from seq2seq_desktop.decoding.rows import Look, Outcome, Row, finite


class Offer(NamedTuple):
    """The candidates of one row at one step."""

    tokens: list[int]
    scores: list[float]  # log-probabilities as the filters left them; minus infinity for what cannot be said
    log_probs: list[float]  # the model's own
    end: int
    end_log_prob: float
    forced_log_prob: float  # of the forced token; of no meaning for a row that is free
    look: Look


class Choice(NamedTuple):
    """One row of the next step."""

    parent: int  # index among the segment's rows
    token: int
    gain: float  # what the token adds to the row's total
    log_prob: float
    lane: int = 0


class Search(Protocol):
    """A way to search; holds no state of a segment, so one object serves a whole batch."""

    @property
    def width(self) -> int:
        """How many of a row's likeliest tokens `propose` needs; 0 for none."""

    @property
    def independent(self) -> bool:
        """True where rows do not compete: one that ends leaves the others alone."""

    def propose(self, scores: Tensor, likeliest: Tensor, segments: Sequence[int]) -> Tensor:
        """The candidates' ids (rows, any), given `scores` (rows, vocabulary) and their `likeliest` ids.

        `segments` holds the segment of each row.
        """

    def advance(self, rows: Sequence[Row], offers: Sequence[Offer], opening: bool) -> list[Choice]:
        """The rows of one segment's next step, best first; `opening` at the first step that is not forced."""

    def finished(self, rows: Sequence[Row], outcomes: Sequence[Outcome], limit: int) -> bool:
        """True when no live row is worth going on with; asked only while there are any."""


def take(parent: int, offer: Offer, rank: int) -> Choice:
    """The choice of one candidate; of the end token where the candidate cannot be said."""
    if offer.scores[rank] > float("-inf"):
        return Choice(parent, offer.tokens[rank], offer.scores[rank], offer.log_probs[rank], rank)
    return end(parent, offer, rank)


def end(parent: int, offer: Offer, lane: int = 0) -> Choice:
    """The choice that ends a row which cannot go on: filters, or a broken model, left nothing to say."""
    return Choice(parent, offer.end, finite(offer.end_log_prob), offer.end_log_prob, lane)
