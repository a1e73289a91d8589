"""Checkpoints that survive `kill -9` at any moment: one safetensors file, written beside and moved into place.

A file holds the weights (`model.*`), the optimisers' tensors (`optimiser.<number>.<parameter>.<name>`) and, in its
header, everything else as JSON. Nothing is ever unpickled.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from seq2seq_desktop.errors import TrainingError
from seq2seq_desktop.training.data import Position


@dataclass
class RunState:
    """How far a run is."""

    step: int = 0
    tokens: int = 0  # target tokens seen
    seconds: float = 0.0  # of training, over all resumed runs
    position: Position | None = None
    evaluations: int = 0


def save_checkpoint(path: Path, state: RunState, model: nn.Module, optimisers: list[Optimizer]) -> None:
    """Write the checkpoint so that `path` is always either the old one or the new one, whole."""
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for number, optimiser in enumerate(optimisers):
        for index, values in optimiser.state_dict()["state"].items():
            for name, value in values.items():
                tensors[f"optimiser.{number}.{index}.{name}"] = torch.as_tensor(value)
    replace_file(path, tensors, {"state": json.dumps(asdict(state))})


def load_checkpoint(path: Path, model: nn.Module, optimisers: list[Optimizer]) -> RunState:
    """Put a checkpoint's tensors into model and optimisers; its state. Raises: TrainingError if it does not fit."""
    try:
        with safe_open(str(path), framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no dict)
            raw = json.loads(file.metadata()["state"])
        model.load_state_dict({name[6:]: t for name, t in tensors.items() if name.startswith("model.")})
    except (SafetensorError, OSError, RuntimeError, KeyError, ValueError) as error:
        raise TrainingError(
            f"{path}: cannot go on from this checkpoint ({str(error).splitlines()[0]})",
            "use the recipe the run was started with, or remove the run's folder to start again",
        ) from error
    for number, optimiser in enumerate(optimisers):
        _load_optimiser(optimiser, f"optimiser.{number}.", tensors)
    raw["position"] = Position(**raw["position"])
    return RunState(**raw)


def replace_file(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """A safetensors file in place of `path`, in one atomic move."""
    part = path.with_suffix(".part")
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, str(part), metadata)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(part, path)


def average_weights(paths: list[Path]) -> dict[str, Tensor]:
    """The mean of the `model.*` weights of several files, without the prefix, in float32."""
    total: dict[str, Tensor] = {}
    for path in paths:
        with safe_open(str(path), framework="pt") as file:
            for name in file.keys():  # noqa: SIM118 (it is no dict)
                if name.startswith("model."):
                    tensor = file.get_tensor(name).float() / len(paths)
                    total[name[6:]] = total[name[6:]] + tensor if name[6:] in total else tensor
    return total


def _load_optimiser(optimiser: Optimizer, prefix: str, tensors: dict[str, Tensor]) -> None:
    content: dict[str, Any] = optimiser.state_dict()
    state: dict[int, dict[str, Any]] = {}
    for name, tensor in tensors.items():
        if name.startswith(prefix):
            index, _, key = name[len(prefix) :].partition(".")
            state.setdefault(int(index), {})[key] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": content["param_groups"]})
