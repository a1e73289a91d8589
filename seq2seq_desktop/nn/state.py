"""The one protocol that every model is decoded through, whatever its architecture (DESIGN.md, decision 1).

    memory = model.encode(inputs)
    state = model.start(memory)
    result = model.step(tokens, state, need_weights=True)
    state = result.state.select(parents)

A row is one hypothesis. Decoding starts with one row a segment; a beam grows, reorders and drops rows by `select`.
State is a value: `step` and `select` return a new one and leave the old one valid.
"""

from typing import Any, NamedTuple, Protocol, Self

from torch import Tensor


class Memory(Protocol):
    """What the encoder made of a batch of inputs."""

    @property
    def keep_mask(self) -> Tensor:
        """(batch, source) bool: True where the source position is real, False where it is padding."""


class State(Protocol):
    """Everything a decoder needs to go on from a step."""

    def select(self, parents: Tensor) -> Self:
        """The state whose row i continues old row parents[i]; parents is (new_rows,) int64 and may repeat or drop."""


class StepResult(NamedTuple):
    """What one step gives."""

    log_probs: Tensor  # (rows, vocabulary) float32
    state: Any  # the model's own State
    attention: Tensor | None  # (rows, layers, heads, source) float32, rows sum to 1; None unless asked for
    gate: Tensor | None = None  # (rows,) float32: a switch that the model sets itself, 0..1; None where it has none


class Seq2SeqModel(Protocol):
    """An encoder and an incremental decoder."""

    def encode(self, inputs: Any) -> Any:
        """The `Memory` of a batch of inputs, whose type is the architecture's own."""

    def start(self, memory: Any) -> Any:
        """The `State` before the first step, one row for each row of `memory`."""

    def step(self, tokens: Tensor, state: Any, need_weights: bool) -> StepResult:
        """The distribution after `tokens` (rows,) int64; attention only with `need_weights`."""
