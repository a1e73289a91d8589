"""Batches of token ids, which every text model reads."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class TokenBatch:
    """Padded token ids of several texts."""

    tokens: Tensor  # (batch, steps) int64
    keep_mask: Tensor  # (batch, steps) bool, True where a piece is real

    @classmethod
    def of(cls, texts: list[list[int]], pad: int, device: torch.device | str = "cpu") -> "TokenBatch":
        """The texts, padded on the right to the longest."""
        longest = max(len(text) for text in texts)
        tokens = torch.tensor([text + [pad] * (longest - len(text)) for text in texts], device=device)
        lengths = torch.tensor([len(text) for text in texts], device=device)
        return cls(tokens, torch.arange(longest, device=device) < lengths[:, None])
