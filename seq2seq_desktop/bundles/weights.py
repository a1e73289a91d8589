"""Weights as a list of safetensors shards, and back.

A matrix in int8 is two tensors, `name` and `name.scale`. A tensor larger than a shard is cut by rows into `name#0`,
`name#1` and so on.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from seq2seq_desktop.errors import BundleError
from seq2seq_desktop.nn.quantized import Int8Matrix, matrix_names, quantize_matrix

SHARD_BYTES = 39_000_000  # some hosts refuse files of 40 MB and more

Weights = dict[str, Tensor | Int8Matrix]


def storable(model: nn.Module, precision: str) -> Weights:
    """The model's weights as a bundle keeps them: all in float16, with "int8" the matrices in int8.

    Raises: BundleError if a weight is not a number or too large for float16.
    """
    chosen = set(matrix_names(model)) if precision == "int8" else set()
    return {
        name: quantize_matrix(_checked(name, tensor)) if name in chosen else _checked(name, tensor).half()
        for name, tensor in model.state_dict().items()
    }


def to_shards(weights: Weights, limit: int = SHARD_BYTES) -> list[bytes]:
    """The weights as files' contents, each of about `limit` bytes at most."""
    shards: list[dict[str, Tensor]] = [{}]
    room = limit
    for name, tensor in _pieces(weights, limit):
        if tensor.nbytes > room and shards[-1]:
            shards.append({})
            room = limit
        shards[-1][name] = tensor
        room -= tensor.nbytes
    return [save(shard) for shard in shards]


def from_shards(shards: Iterable[bytes]) -> Weights:
    """The weights in files' contents. Raises: BundleError if one is not safetensors."""
    tensors: dict[str, Tensor] = {}
    try:
        for shard in shards:
            tensors.update(load(shard))
    except (SafetensorError, ValueError, KeyError) as error:
        raise BundleError(f"weights are not safetensors ({error})", "add the bundle again") from error
    return _paired(_joined(tensors))


def check_fit(weights: Mapping[str, Any], model: nn.Module, place: str) -> None:
    """Nothing, if the weights are the model's by name and shape. Raises: BundleError that names the first misfit."""
    remedy = "the weights belong to another config.json; add the bundle again"
    wanted = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    given = {name: tuple((w.values if isinstance(w, Int8Matrix) else w).shape) for name, w in weights.items()}
    for name in sorted(wanted.keys() ^ given.keys()):
        raise BundleError(
            f"{place}: {name} is {'missing' if name in wanted else 'not a weight of the model'}", remedy
        )
    for name, shape in wanted.items():
        if given[name] != shape:
            raise BundleError(f"{place}: {name} has shape {given[name]}, the model {shape}", remedy)


def _checked(name: str, tensor: Tensor) -> Tensor:
    tensor = tensor.detach().cpu().float()
    if not bool(tensor.half().isfinite().all()):
        raise BundleError(f"weight {name} has values beyond float16", "save an earlier state of the training")
    return tensor


def _pieces(weights: Weights, limit: int) -> Iterable[tuple[str, Tensor]]:
    for name, weight in weights.items():
        if isinstance(weight, Int8Matrix):
            yield from _cut(name, weight.values, limit)
            yield f"{name}.scale", weight.scales
        else:
            yield from _cut(name, weight, limit)


def _cut(name: str, tensor: Tensor, limit: int) -> Iterable[tuple[str, Tensor]]:
    if tensor.nbytes <= limit:
        yield name, tensor.contiguous()
        return
    rows = max(1, limit * len(tensor) // tensor.nbytes)
    for number, part in enumerate(torch.split(tensor, rows)):
        yield f"{name}#{number}", part.contiguous()


def _joined(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    parts: dict[str, dict[int, Tensor]] = {}
    for name in [name for name in tensors if "#" in name]:
        whole, _, number = name.partition("#")
        parts.setdefault(whole, {})[int(number)] = tensors.pop(name)
    return tensors | {name: torch.cat([part[number] for number in sorted(part)]) for name, part in parts.items()}


def _paired(tensors: dict[str, Tensor]) -> Weights:
    weights: Weights = {}
    for name, tensor in tensors.items():
        if name.endswith(".scale") and name.removesuffix(".scale") in tensors:
            continue
        scales = tensors.get(f"{name}.scale")
        weights[name] = tensor if scales is None else Int8Matrix(tensor, scales)
    return weights
