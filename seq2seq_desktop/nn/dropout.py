"""Dropout that draws eight decisions from one random number.

Source: Srivastava et al. 2014, "Dropout". torch draws a number an element, on the CPU one after another: a twelfth of
a training step there. The rate is rounded to a 256th.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Dropout(nn.Module):
    """Zeroes elements at random in training and scales the others so that the mean stays."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate  # 0..1

    def forward(self, states: Tensor) -> Tensor:
        """States of the same shape; unchanged outside training."""
        if not self.training or not self.rate:
            return states
        if states.is_cuda:
            return F.dropout(states, self.rate)
        threshold = round(self.rate * 256)
        draws = torch.empty((states.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), None)
        keep = draws.view(torch.uint8)[: states.numel()].view(states.shape) >= threshold
        return states * (keep * (256 / (256 - threshold))).to(states.dtype)
