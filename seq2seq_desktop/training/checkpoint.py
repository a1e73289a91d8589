"""Checkpoints that survive `kill -9` at any moment: one safetensors file, written beside and moved into place.

A file holds the weights (`model.*`), the optimisers' tensors (`optimiser.<number>.<parameter>.<name>`) and, in its
header, everything else as JSON. Nothing is ever unpickled.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from seq2seq_desktop.errors import TrainingError
from seq2seq_desktop.training.data import Position

_UNFINISHED = ".part"


@dataclass
class RunState:
    """How far a run is; the loop moves it on."""

    step: int = 0
    tokens: int = 0  # target tokens seen
    seconds: float = 0.0  # of training, over all resumed runs
    position: Position = field(default_factory=Position)
    evaluations: int = 0


def save_checkpoint(path: Path, state: RunState, model: nn.Module, optimisers: Sequence[Optimizer]) -> None:
    """Write the checkpoint so that `path` is always either the old one or the new one, whole."""
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for number, optimiser in enumerate(optimisers):
        for index, values in optimiser.state_dict()["state"].items():
            for name, value in values.items():
                tensors[f"optimiser.{number}.{index}.{name}"] = torch.as_tensor(value)
    replace_file(path, tensors, {"state": json.dumps(asdict(state))})


def load_checkpoint(path: Path, model: nn.Module, optimisers: Sequence[Optimizer]) -> RunState:
    """Put a checkpoint's tensors into model and optimisers; its state. Raises: TrainingError if it does not fit."""
    state = load_state(path)
    with _explained(path):
        with safe_open(str(path), framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no dict)
        model.load_state_dict(_below("model.", tensors))
        for number, optimiser in enumerate(optimisers):
            _load_optimiser(optimiser, _below(f"optimiser.{number}.", tensors))
    return state


def load_state(path: Path) -> RunState:
    """How far the run of a checkpoint is; a run without one is at its start. Raises: TrainingError if damaged."""
    if not path.exists():
        return RunState()
    with _explained(path), safe_open(str(path), framework="pt") as file:
        raw = json.loads(file.metadata()["state"])
        return RunState(**{**raw, "position": Position(**raw["position"])})


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what a damaged or foreign checkpoint raises into a TrainingError."""
    try:
        yield
    except (SafetensorError, OSError, RuntimeError, LookupError, ValueError, TypeError) as error:
        raise TrainingError(
            f"{path}: cannot go on from this checkpoint ({' '.join(str(error).split())[:200]})",
            "use the recipe the run was started with, or remove the run's folder to start again",
        ) from error


def replace_file(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """A safetensors file in place of `path`, in one atomic move. Raises: TrainingError if it cannot be written."""
    part = path.with_suffix(_UNFINISHED)
    try:
        save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, str(part), metadata)
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    except (OSError, SafetensorError) as error:
        part.unlink(missing_ok=True)
        raise TrainingError(
            f"{path}: cannot be written ({error})", "free some space, then go on with --resume"
        ) from error


def clear_unfinished(folder: Path) -> None:
    """Remove what a killed process left half written."""
    for part in folder.glob(f"*{_UNFINISHED}"):
        part.unlink(missing_ok=True)


def average_weights(paths: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of the `model.*` weights of several files, without the prefix, in float32."""
    total: dict[str, Tensor] = {}
    for path in paths:
        with safe_open(str(path), framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys() if name.startswith("model.")}  # noqa: SIM118
        for name, tensor in _below("model.", tensors).items():
            share = tensor.float() / len(paths)
            total[name] = total[name] + share if name in total else share
    return total


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose name begins with `prefix`, without it."""
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _load_optimiser(optimiser: Optimizer, tensors: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        index, _, key = name.partition(".")
        state.setdefault(int(index), {})[key] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
