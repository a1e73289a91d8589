"""Greedy search: the likeliest token at each step."""

from collections.abc import Sequence

from torch import Tensor

from seq2seq_desktop.decoding.rows import Outcome, Row
from seq2seq_desktop.decoding.search import Choice, Offer, take


class Greedy:
    """Follows one row a segment."""

    width = 1
    independent = True

    def propose(self, scores: Tensor, likeliest: Tensor, segments: Sequence[int]) -> Tensor:
        """The likeliest ids, (rows, any)."""
        return likeliest

    def advance(self, rows: Sequence[Row], offers: Sequence[Offer], opening: bool) -> list[Choice]:
        """The one row, one token further."""
        scores = offers[0].scores
        return [take(0, offers[0], max(range(len(scores)), key=scores.__getitem__))]

    def finished(self, rows: Sequence[Row], outcomes: Sequence[Outcome], limit: int) -> bool:
        """False: a live row goes on until it ends."""
        return False
