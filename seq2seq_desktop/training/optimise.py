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
    """The optimisers of a run, AdamW first; each group holds its peak rate as `peak`.

    Weights whose rate is 0 are set not to need a gradient.
    """
    embeddings = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
    rest, matrices = [], []
    for share, parameters in _by_rate(model, training).items():
        decayed = [p for p in parameters if p.ndim == 2 and id(p) not in embeddings]
        chosen = {id(matrix) for matrix in decayed}
        matrices.append({"params": decayed, "weight_decay": training.weight_decay, "share": share})
        others = [p for p in parameters if id(p) not in chosen]
        rest.append({"params": others, "weight_decay": 0.0, "share": share})
    result: list[Optimizer] = []
    if training.optimiser == "muon":
        result = [_adamw(rest, training), torch.optim.Muon(matrices, lr=training.matrix_rate)]
    else:
        result = [_adamw([*rest, *matrices], training)]
    for optimiser in result:
        for group in optimiser.param_groups:
            group["peak"] = group["lr"] = group["lr"] * group.pop("share")
    return result


def _by_rate(model: nn.Module, training: Training) -> dict[float, list[nn.Parameter]]:
    """The parameters that learn, by how fast they do beside the recipe's rate; the usual ones first."""
    groups: dict[float, list[nn.Parameter]] = {1.0: []}
    for name, parameter in model.named_parameters():
        share = next((rate for start, rate in training.rates.items() if name.startswith(start)), 1.0)
        if share == 0:
            parameter.requires_grad_(False)
        elif parameter.requires_grad:
            groups.setdefault(share, []).append(parameter)
    return groups


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
