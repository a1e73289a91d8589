"""Optimisers and the learning rate over a run.

Source: AdamW: Loshchilov and Hutter 2019; Muon: Jordan et al. 2024 (torch.optim.Muon), for matrices of hidden layers
only; linear decay to zero: Bergsma et al. 2025, "Straight to Zero".
"""

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from seq2seq_desktop.training.recipe import Training


def optimisers(model: nn.Module, training: Training) -> list[Optimizer]:
    """The optimisers of a run, AdamW first; each group holds its peak rate as `peak`."""
    embeddings = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    matrices = [p for p in parameters if p.ndim == 2 and id(p) not in embeddings]
    chosen = {id(matrix) for matrix in matrices}
    rest = [p for p in parameters if id(p) not in chosen]
    result: list[Optimizer] = []
    if training.optimiser == "muon":
        result = [_adamw([{"params": rest, "weight_decay": 0.0}], training)]
        result.append(torch.optim.Muon(matrices, lr=training.matrix_rate, weight_decay=training.weight_decay))
    else:
        decayed = {"params": matrices, "weight_decay": training.weight_decay}
        result = [_adamw([{"params": rest, "weight_decay": 0.0}, decayed], training)]
    for optimiser in result:
        for group in optimiser.param_groups:
            group["peak"] = group["lr"]
    return result


def _adamw(groups: list[dict[str, Any]], training: Training) -> Optimizer:
    # The fused kernel undoes the scaling of 16-bit gradients itself, and then they cannot be clipped before.
    fused = training.precision != "16-mixed"
    return torch.optim.AdamW(groups, lr=training.learning_rate, betas=(0.9, 0.98), eps=1e-9, fused=fused)


def rate_share(training: Training, step: int, progress: float) -> float:
    """The share of the peak learning rate at a step (from 0) and a progress 0..1 of the budget."""
    rise = min(1.0, (step + 1) / max(1, training.warm_up))
    final = training.final_share
    if training.decay == "linear":
        return rise * (final + (1 - final) * max(0.0, 1 - progress))
    if training.decay == "cosine":
        return rise * (final + (1 - final) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))
    if training.decay == "inverse_sqrt":
        return min(rise, math.sqrt(max(1, training.warm_up) / (step + 1)))
    return rise


def set_rate(optimisers: Iterable[Optimizer], share: float) -> None:
    """Give every group `share` of its peak rate."""
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * share
