"""Optimisers and the learning rate over a run.

Source: AdamW: Loshchilov and Hutter 2019; Muon: Jordan et al. 2024 (torch.optim.Muon), for matrices of hidden layers
only; linear decay to zero: Bergsma et al. 2025, "Straight to Zero".
"""

import math
from collections.abc import Iterable

import torch
from torch import nn
from torch.optim import Optimizer

from seq2seq_desktop.training.recipe import Training


def optimisers(model: nn.Module, training: Training, fused: bool = True) -> list[Optimizer]:
    """The optimisers of a run; each group holds its peak rate as `peak`."""
    embeddings = {id(m.weight) for m in model.modules() if isinstance(m, nn.Embedding)}
    parameters = [p for p in model.parameters() if p.requires_grad]
    matrices = [p for p in parameters if p.ndim == 2 and id(p) not in embeddings]
    decayed = [] if training.optimiser == "muon" else matrices
    chosen = {id(p) for p in matrices}
    rest = [p for p in parameters if id(p) not in chosen]
    groups = [{"params": rest, "weight_decay": 0.0}]
    if decayed:
        groups.append({"params": decayed, "weight_decay": training.weight_decay})
    adamw = torch.optim.AdamW(groups, lr=training.learning_rate, betas=(0.9, 0.98), eps=1e-9, fused=fused)
    result: list[Optimizer] = [adamw]
    if training.optimiser == "muon":
        result.append(torch.optim.Muon(matrices, lr=training.matrix_rate, weight_decay=training.weight_decay))
    for optimiser in result:
        for group in optimiser.param_groups:
            group["peak"] = group["lr"]
    return result


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
