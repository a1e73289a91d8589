"""Times among the tokens of a transcript, which come in pairs: where a stretch of speech begins and where it ends.

Source: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision", sections 2.3 and 4.5, and
the rules with which its authors' program decodes them.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from seq2seq_desktop.decoding.filters import Tokens

IMPOSSIBLE = float("-inf")


class TimestampRules:
    """Times begin a text, come in pairs, never go back, and are told where the model would rather tell one.

    What is left is made to sum to 1 again: a hypothesis must not pay for a time that it was made to tell.
    """

    def __init__(
        self, first_time: int, end: int, no_times: int, forced: Sequence[int], latest_start: int | None = 50
    ) -> None:
        """A rule for a vocabulary in which all ids from `first_time` on are times, and all below `end` are text.

        `no_times` is the token that asks for none. `forced` holds for each segment how many tokens are forced on it.
        A text begins no later than the time `first_time + latest_start`, or anywhere with None.
        """
        self._first_time = first_time
        self._end = end
        self._no_times = no_times
        self._forced = forced
        self._latest_start = latest_start

    def __call__(self, log_probs: Tensor, tokens: Sequence[Tokens], segments: Sequence[int]) -> Tensor:
        """Without the tokens that may not come."""
        kept = log_probs.clone()
        kept[:, self._no_times] = IMPOSSIBLE
        for row, said, segment in zip(kept, tokens, segments, strict=True):
            if len(said) >= self._forced[segment]:
                self._restrict(row, said[self._forced[segment] :])
        times = kept[:, self._first_time :].logsumexp(dim=1)
        text = kept[:, : self._first_time].amax(dim=1)
        kept[times > text, : self._first_time] = IMPOSSIBLE
        return torch.log_softmax(kept, dim=1)

    def _restrict(self, row: Tensor, said: Tokens) -> None:
        """Rule out in a `row` (vocabulary,) what may not follow the free tokens `said`."""
        first = self._first_time
        if not said:
            row[:first] = IMPOSSIBLE
            if self._latest_start is not None:
                row[first + self._latest_start + 1 :] = IMPOSSIBLE
            return
        last_is_time = said[-1] >= first
        opened = last_is_time and len(said) > 1 and said[-2] < first  # text stands before: this time ends a stretch
        if last_is_time:
            if opened:
                row[: self._end] = IMPOSSIBLE
            else:
                row[first:] = IMPOSSIBLE
        told = [token for token in said if token >= first]
        if told:
            row[first : told[-1] + (not opened)] = IMPOSSIBLE
