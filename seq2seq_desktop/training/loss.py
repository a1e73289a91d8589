"""Label-smoothed cross-entropy, with the gradient written once.

Source: Szegedy et al. 2016, "Rethinking the Inception Architecture", section 7.
"""

from typing import Any

import torch
from torch import Tensor


class _SmoothedCrossEntropy(torch.autograd.Function):
    """torch's own keeps three float32 copies of the logits; this one keeps the logits in their own type."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
        # A few rows at a time: their float32 copy stays in the processor's cache.
        normaliser = torch.cat([torch.logsumexp(rows.float(), dim=-1) for rows in torch.split(logits, 128)])
        chosen = logits.gather(1, targets[:, None])[:, 0].float()
        mean = logits.mean(dim=-1, dtype=torch.float32)
        ctx.save_for_backward(logits, targets)
        ctx.smoothing = smoothing
        return (normaliser - (1 - smoothing) * chosen - smoothing * mean).mean()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        logits, targets = ctx.saved_tensors
        scale = gradient / len(targets)
        result = torch.softmax(logits, dim=-1).sub_(ctx.smoothing / logits.shape[1])
        result.scatter_add_(1, targets[:, None], result.new_full((len(targets), 1), ctx.smoothing - 1))
        return result.mul_(scale), None, None


def smoothed_cross_entropy(logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    """The mean loss in nats: logits (positions, vocabulary), targets (positions,) int64, smoothing 0..1."""
    loss: Tensor = _SmoothedCrossEntropy.apply(logits, targets, smoothing)  # type: ignore[no-untyped-call]
    return loss
