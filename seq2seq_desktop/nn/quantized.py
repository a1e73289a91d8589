"""Matrices in int8 for decoding on the CPU, where one row at a time is bound by how fast weights are read.

A weight is a whole number -127..127 times the scale of its output channel. An activation is rounded to 8 bits at each
product, over the range of the whole batch; so a row's result depends a little on the rows beside it, while the same
batch always gives the same result. Products add up in int32.

Source: Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference", section 2.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from seq2seq_desktop.errors import DeviceError
from seq2seq_desktop.nn.embedding import TiedEmbedding

_ENGINES = ("x86", "onednn", "fbgemm")  # those of torch that multiply int8 by channel, the fastest first
_LARGEST = 127  # -128 stays unused: symmetric

# The op itself: called through torch.ops, its packed weight would be searched for fakes each time, a fifth of a small
# product.
_linear_dynamic = torch.ops.quantized.linear_dynamic.op


@dataclass(frozen=True)
class Int8Matrix:
    """A matrix in int8, each row with its own scale."""

    values: Tensor  # (rows, columns) int8, -127..127
    scales: Tensor  # (rows,) float32, above 0

    def dequantize(self) -> Tensor:
        """The matrix (rows, columns) in float32."""
        return self.values * self.scales[:, None]


def quantize_matrix(weight: Tensor) -> Int8Matrix:
    """The int8 form of `weight` (rows, columns); no element moves by more than half its row's scale."""
    weight = weight.detach().float()
    scales = weight.abs().amax(dim=1).div(_LARGEST).clamp_min(torch.finfo(torch.float32).tiny)
    return Int8Matrix((weight / scales[:, None]).round().clamp(-_LARGEST, _LARGEST).to(torch.int8), scales)


class Int8Linear(nn.Module):
    """A linear layer on an int8 matrix."""

    def __init__(self, matrix: Int8Matrix, bias: Tensor | None) -> None:
        super().__init__()
        self._packed = _pack(matrix, bias)
        self._reduce_range = _saturates()

    def forward(self, states: Tensor) -> Tensor:
        """States (batch, ..., columns) float32 as (batch, ..., rows)."""
        # torch would ask the packed weight whether it overrides functions: an exception each time, thrown and caught
        # for longer than a small product takes.
        with torch._C.DisableTorchFunctionSubclass():
            product: Tensor = _linear_dynamic(states, self._packed, self._reduce_range)
        return product


class Int8Embedding(nn.Module):
    """A tied embedding on one int8 matrix: rows are looked up exactly as the product sees them."""

    def __init__(self, matrix: Int8Matrix) -> None:
        super().__init__()
        self._values, self._scales = matrix.values, matrix.scales[:, None]
        self._output = Int8Linear(matrix, bias=None)

    def forward(self, tokens: Tensor) -> Tensor:
        """States (..., width) float32 of tokens (...)."""
        return torch.embedding(self._values, tokens) * torch.embedding(self._scales, tokens)

    def project(self, states: Tensor) -> Tensor:
        """Scores (..., vocabulary) of states (..., width)."""
        scores: Tensor = self._output(states)
        return scores


def int8_engine() -> str | None:
    """The engine of torch that int8 products run on here; None where it has none, as on most ARM builds."""
    supported = torch.backends.quantized.supported_engines
    chosen = torch.backends.quantized.engine
    if chosen in _ENGINES:
        return str(chosen)
    return next((engine for engine in _ENGINES if engine in supported), None)


def matrix_names(model: nn.Module) -> tuple[str, ...]:
    """The names of the parameters that `quantize` turns into int8, in the model's order."""
    return tuple(f"{name}.weight" for name, module in model.named_modules() if _is_quantizable(module))


def quantize(model: nn.Module, matrices: Mapping[str, Int8Matrix] | None = None) -> nn.Module:
    """The same model, its linear layers and tied embeddings replaced by int8 ones; for decoding only.

    `matrices`, by the names of `matrix_names`, are taken as they are; what is not among them is quantized here.
    torch's quantized engine is chosen, once for the process, where none that fits is chosen.

    Raises: DeviceError where torch has no int8 products for this processor.
    """
    engine = int8_engine()
    if engine is None:
        raise DeviceError("torch has no int8 products for this processor", "choose precision float32")
    if torch.backends.quantized.engine != engine:
        torch.backends.quantized.engine = engine
    matrices = matrices or {}
    for name in matrix_names(model):
        place = name.removesuffix(".weight")
        module: Any = model.get_submodule(place)
        matrix = matrices[name] if name in matrices else quantize_matrix(module.weight)
        model.set_submodule(place, _replacement(module, matrix))
    return model


def _is_quantizable(module: nn.Module) -> bool:
    # Not a subclass of Linear: torch's own attention reads such a layer's weight itself.
    return type(module) is nn.Linear or isinstance(module, TiedEmbedding)


def _replacement(module: Any, matrix: Int8Matrix) -> nn.Module:
    if isinstance(module, TiedEmbedding):
        return Int8Embedding(matrix)
    return Int8Linear(matrix, None if module.bias is None else module.bias.detach().float())


def _pack(matrix: Int8Matrix, bias: Tensor | None) -> Any:
    """The matrix in the order in which the engine reads it."""
    zeros = torch.zeros(len(matrix.scales), dtype=torch.int64)
    with warnings.catch_warnings():
        # torch will drop quantized tensors some day, but has no other dynamic int8 product for the CPU yet.
        warnings.filterwarnings("ignore", "torch.quantize_per_tensor", UserWarning)
        weight = torch._make_per_channel_quantized_tensor(matrix.values, matrix.scales.double(), zeros, 0)
    return torch.ops.quantized.linear_prepack(weight, bias)


@cache
def _saturates() -> bool:
    """True where sums of two products overflow 16 bits, as on x86 without VNNI: activations then get 7 bits."""
    packed = _pack(Int8Matrix(torch.full((16, 64), _LARGEST, dtype=torch.int8), torch.ones(16)), None)
    product = torch.ops.quantized.linear_dynamic(torch.ones(1, 64), packed, False)
    return not torch.allclose(product, torch.full_like(product, 64.0 * _LARGEST), rtol=1e-2)
