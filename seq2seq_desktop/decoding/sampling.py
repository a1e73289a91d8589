"""Sampling: tokens drawn by their probability, from the whole distribution or its likeliest part."""

from collections.abc import Sequence

import torch
from torch import Tensor

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.decoding.rows import Outcome, Row
from seq2seq_desktop.decoding.search import Choice, Offer, take


class Sampling:
    """Draws `n_best` independent hypotheses a segment.

    At each step one number is drawn for every sample of every segment, needed or not. So a number depends only on
    the seed, the step and the sample's place, and a prefix taken from a sample is continued as that sample was.

    Source: Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1, for top-p.
    """

    width = 0
    independent = True

    def __init__(self, options: DecodeOptions, segments: int, unspeakable: Sequence[int]) -> None:
        """A search for a batch of `segments`; the `unspeakable` ids are never drawn."""
        self._options = options
        self._segments = segments
        self._unspeakable = list(unspeakable)
        self._generator = torch.Generator()
        if options.seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(options.seed)

    def propose(self, scores: Tensor, likeliest: Tensor, segments: Sequence[int]) -> Tensor:
        """The ids drawn, (rows, n_best): one for each sample that may follow from the row."""
        values, ids = self._ordered(scores)
        heights = self._kept(values).cumsum(dim=-1, dtype=torch.float64)
        draws = self._draw(segments, scores.device) * heights[:, -1:]
        # Clamped for rows without any probability: what is drawn there is refused later.
        places = torch.searchsorted(heights, draws, right=True).clamp_(max=heights.shape[1] - 1)
        return places if ids is None else ids.gather(1, places)

    def advance(self, rows: Sequence[Row], offers: Sequence[Offer], opening: bool) -> list[Choice]:
        """Each sample one token further; at the opening the one row becomes `n_best` samples."""
        if opening:
            return [take(0, offers[0], lane) for lane in range(self._options.n_best)]
        return [take(place, offers[place], row.lane) for place, row in enumerate(rows)]

    def finished(self, rows: Sequence[Row], outcomes: Sequence[Outcome], limit: int) -> bool:
        """False: a live row goes on until it ends."""
        return False

    def _ordered(self, scores: Tensor) -> tuple[Tensor, Tensor | None]:
        """Scores to draw from and their ids (None: as they lie); sorted only where top-k or top-p asks for it."""
        if self._unspeakable:
            index = torch.tensor(self._unspeakable, device=scores.device)
            scores = scores.index_fill(1, index, float("-inf"))
        if self._options.top_k:
            values, ids = scores.topk(min(self._options.top_k, scores.shape[1]))
        elif self._options.top_p < 1.0:
            values, ids = scores.sort(dim=-1, descending=True)
        else:
            return scores, None
        return values, ids

    def _kept(self, values: Tensor) -> Tensor:
        """Probabilities after temperature and top-p, not normalised again."""
        probabilities = torch.softmax(values / self._options.temperature, dim=-1)
        if self._options.top_p == 1.0:
            return probabilities
        before = probabilities.cumsum(dim=-1) - probabilities
        return probabilities.masked_fill(before >= self._options.top_p, 0.0)

    def _draw(self, segments: Sequence[int], device: torch.device) -> Tensor:
        """Numbers in [0, 1), (rows, n_best); drawn on the CPU so that a seed means the same on every device."""
        size = (self._segments, self._options.n_best)
        numbers = torch.rand(size, generator=self._generator, dtype=torch.float64)
        return numbers[list(segments)].to(device)
