"""A rule for decoding: an extract has so many sentences."""

from collections.abc import Sequence

from torch import Tensor

from seq2seq_desktop.nn.pointer import STOP


class Count:
    """At least and at most so many sentences; the model stops where it will in between."""

    def __init__(self, least: int, most: int) -> None:
        """1 <= least <= most."""
        self._least, self._most = least, most

    def __call__(self, log_probs: Tensor, tokens: Sequence[tuple[int, ...]], segments: Sequence[int]) -> Tensor:
        """Without stopping while there are too few, without sentences once there are enough."""
        kept = log_probs.clone()
        for row, said in enumerate(tokens):
            if len(said) < self._least:
                kept[row, STOP] = float("-inf")
            elif len(said) >= self._most:
                stop = kept[row, STOP].clone()
                kept[row] = float("-inf")
                kept[row, STOP] = stop
        return kept
