"""Keys and values of the steps so far, written in place where nobody can see it.

A state is a value, but copying all keys at every step costs more than attending to them. So states that follow one
another share one buffer: each reads the steps that it had when it was made, and the newest one writes the next step
behind them. Who goes on from an older state gets a buffer of its own.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

_ROOM = 32  # steps of a new buffer; a full one is replaced by one twice as long


class _Buffer:
    """Room for `capacity` steps, of which the first `written` belong to some state."""

    def __init__(self, layers: tuple[Tensor, ...], written: int) -> None:
        self.layers = layers  # each (2, rows, heads, capacity, head_dim): keys, then values
        self.written = written

    def takes(self, step: int) -> bool:
        """True where writing this step changes nothing that a state or a gradient may still need."""
        first = self.layers[0]
        if step != self.written or step == first.shape[3] or torch.is_grad_enabled():
            return False
        return torch.is_inference_mode_enabled() or not first.is_inference()

    def copy(self, steps: int, capacity: int) -> "_Buffer":
        """A buffer with the first `steps` steps and room up to `capacity`."""
        layers = []
        for layer in self.layers:
            pairs, rows, heads, _, head_dim = layer.shape
            longer = layer.new_empty(pairs, rows, heads, capacity, head_dim)
            longer[:, :, :, :steps] = layer[:, :, :, :steps]
            layers.append(longer)
        return _Buffer(tuple(layers), steps)


@dataclass(frozen=True)
class Past:
    """Keys and values of the first `steps` steps, of all layers."""

    buffer: _Buffer
    steps: int = 0

    @classmethod
    def empty(cls, layers: int, rows: int, heads: int, head_dim: int, like: Tensor) -> "Past":
        """No steps yet, with the type and device of `like`."""
        size = (2, rows, heads, _ROOM, head_dim)
        return cls(_Buffer(tuple(like.new_empty(size) for _ in range(layers)), 0))

    def extended(self) -> "Past":
        """One step more, which every layer must `write` before it is read."""
        buffer = self.buffer
        if not buffer.takes(self.steps):
            capacity = buffer.layers[0].shape[3]
            buffer = buffer.copy(self.steps, 2 * capacity if self.steps == capacity else capacity)
        buffer.written = self.steps + 1
        return Past(buffer, self.steps + 1)

    def write(self, layer: int, keys_values: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of all steps (rows, heads, steps, head_dim); those of the last are written here.

        keys_values is (2, rows, heads, 1, head_dim).
        """
        written = self.buffer.layers[layer]
        written.narrow(3, self.steps - 1, 1).copy_(keys_values)
        keys, values = written.narrow(3, 0, self.steps).unbind()
        return keys, values

    def select(self, parents: Tensor) -> "Past":
        """The past whose row i is old row parents[i]."""
        # Whole rows, room included: one block each is copied faster than the steps out of each head.
        layers = tuple(layer.index_select(1, parents) for layer in self.buffer.layers)
        return Past(_Buffer(layers, self.steps), self.steps)
