"""Beam search: the best few hypotheses side by side."""

import math
from collections.abc import Sequence

from torch import Tensor

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.decoding.ranking import attainable, ranked
from seq2seq_desktop.decoding.rows import Outcome, Row
from seq2seq_desktop.decoding.search import Choice, Offer, end, take


class Beam:
    """Keeps the `beams` best live rows of each segment.

    An end token counts when it is among the `beams` best continuations of a step; its hypothesis is put aside and
    its place goes to the next best live one. A segment is finished when `beams` hypotheses have ended (first come,
    first served), or earlier when `n_best` have ended and the best live row can no longer beat the worst of the
    n_best: its sum of log-probabilities, which can only fall, over the most favourable length up to the limit.

    Source: Kasai et al. 2022, "A Call for Clarity in Beam Search", section 2.
    """

    independent = False

    def __init__(self, options: DecodeOptions) -> None:
        """A search under `options`, of which it reads beams, n_best and length_penalty."""
        self._beams = options.beams
        self._n_best = options.n_best
        self._penalty = options.length_penalty
        self.width = options.beams + 1  # a row has one end token, so `beams` others are always left

    def propose(self, scores: Tensor, likeliest: Tensor, segments: Sequence[int]) -> Tensor:
        """The likeliest ids, (rows, any)."""
        return likeliest

    def advance(self, rows: Sequence[Row], offers: Sequence[Offer], opening: bool) -> list[Choice]:
        """The best continuations of all rows: up to `beams` live ones, and the end tokens good enough to count."""
        choices: list[Choice] = []
        live = 0
        for place, (_, parent, rank) in enumerate(_pool(rows, offers)):
            choice = take(parent, offers[parent], rank)
            ends = choice.token == offers[parent].end
            if not ends or place < self._beams:
                choices.append(choice._replace(lane=0))
            live += not ends
            if live == self._beams:
                break
        return choices or [end(0, offers[0])]

    def finished(self, rows: Sequence[Row], outcomes: Sequence[Outcome], limit: int) -> bool:
        """True when enough hypotheses have ended, or no live row can beat them any more."""
        if len(outcomes) >= self._beams:
            return True
        if len(outcomes) < self._n_best:
            return False
        worst = ranked(outcomes, self._n_best)[-1].score
        return attainable(rows[0].total, len(rows[0].tokens), limit, self._penalty) <= worst


def _pool(rows: Sequence[Row], offers: Sequence[Offer]) -> list[tuple[float, int, int]]:
    """All candidates that can be said as (minus the sum they lead to, parent, rank), best first."""
    return sorted(
        (-row.total - score, parent, rank)
        for parent, (row, offer) in enumerate(zip(rows, offers, strict=True))
        for rank, score in enumerate(offer.scores)
        if math.isfinite(score)
    )
