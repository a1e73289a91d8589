"""A language model of cells: it reads a text piece by piece and says what may come next; no encoder, no attention.

It follows the protocol of a model with an encoder so that everything decodes it: the memory is the state after the
prompt. The start piece, which every search feeds first, stands here for the prompt's last piece, so that writing goes
on from the prompt as if the model had written it itself, and nothing but text is ever learned.

Source: Sutskever et al. 2011, "Generating Text with Recurrent Neural Networks"; Graves 2013, "Generating Sequences
With Recurrent Neural Networks", sections 2 and 3; Karpathy 2015, "The Unreasonable Effectiveness of Recurrent Neural
Networks". Shapes are (batch, steps, width) unless said otherwise.
"""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.dropout import Dropout
from seq2seq_desktop.nn.recurrent import (
    CELLS,
    Cell,
    CellState,
    LongShortTermMemory,
    RecurrentLayer,
    initialise_recurrent,
)
from seq2seq_desktop.nn.state import StepResult
from seq2seq_desktop.nn.tokens import TokenBatch


@dataclass(frozen=True)
class CharacterConfig:
    """The sizes of a recurrent language model."""

    vocabulary: int  # pieces
    width: int = 128  # of an embedding
    hidden: int = 384  # of a layer's state
    cell: Cell = "lstm"
    layers: int = 2
    dropout: float = 0.0  # 0..1, between layers; in training only
    pad: int = 0  # id of the padding piece

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise OptionError(f"cell = {self.cell!r} is not known", f"choose one of {', '.join(CELLS)}")
        if self.layers < 1:
            raise OptionError(f"layers = {self.layers} is below 1", "2 are usual")
        if not 0 <= self.dropout < 1:
            raise OptionError(f"dropout = {self.dropout} is not in 0..1", "0.1 is usual")


@dataclass(frozen=True)
class PromptMemory:
    """A batch of prompts, read up to their last pieces."""

    layers: tuple[CellState, ...]  # from the bottom
    last: Tensor  # (batch,) int64, the last piece of each prompt, not read yet
    keep_mask: Tensor  # (batch, source) bool, True where a piece is real


@dataclass(frozen=True)
class CharacterState:
    """The layers after the steps so far."""

    layers: tuple[CellState, ...]  # from the bottom
    last: Tensor | None  # (rows,) int64, the prompt's last piece until the first step reads it

    def select(self, parents: Tensor) -> "CharacterState":
        """The state whose row i continues old row parents[i]."""
        layers = tuple(tuple(part[parents] for part in layer) for layer in self.layers)
        return CharacterState(layers, None if self.last is None else self.last[parents])


class CharacterModel(nn.Module):
    """Layers of cells over an embedding, and a distribution over the pieces at each step."""

    def __init__(self, config: CharacterConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary, config.width, padding_idx=config.pad)
        self.layers = nn.ModuleList(
            RecurrentLayer(config.cell, config.hidden if number else config.width, config.hidden)
            for number in range(config.layers)
        )
        self.output = nn.Linear(config.hidden, config.vocabulary)
        self.dropout = Dropout(config.dropout)
        self._initialise()

    def encode(self, inputs: TokenBatch) -> PromptMemory:
        """The memory of a batch of prompts, each of one piece or more."""
        last = inputs.keep_mask.sum(dim=1, keepdim=True) - 1
        states = self.dropout(self.embedding(inputs.tokens[:, :-1]))
        layers = self._empty(states)
        if states.shape[1]:  # else each prompt is one piece
            keep_mask = torch.arange(states.shape[1], device=last.device) < last
            _, layers = self._read(states, layers, None if bool(keep_mask.all()) else keep_mask)
        return PromptMemory(layers, inputs.tokens.gather(1, last)[:, 0], inputs.keep_mask)

    def start(self, memory: PromptMemory) -> CharacterState:
        """The state before the first step."""
        return CharacterState(memory.layers, memory.last)

    def step(self, tokens: Tensor, state: CharacterState, need_weights: bool) -> StepResult:
        """The distribution after `tokens` (rows,), at the first step after the prompt; there is no attention."""
        hidden = self.embedding(tokens if state.last is None else state.last)
        layers = []
        for layer, before in zip(self.layers, state.layers, strict=True):
            layers.append(layer.step(hidden, before))  # type: ignore[operator]
            hidden = layers[-1][0]
        log_probs = torch.log_softmax(self.output(hidden).float(), dim=-1)
        return StepResult(log_probs, replace(state, layers=tuple(layers), last=None), None)

    def forward(self, source: TokenBatch, target: Tensor, target_keep: Tensor | None = None) -> Tensor:
        """Logits with teacher forcing: (batch, target, vocabulary), or (kept, vocabulary) with `target_keep`.

        `source` is what the target goes on from; target is (batch, target) int64 and begins with the start piece.
        `target_keep` (batch, target) names the positions whose logits are wanted.
        """
        memory = self.encode(source)
        tokens = torch.cat((memory.last[:, None], target[:, 1:]), dim=1)
        hidden, _ = self._read(self.dropout(self.embedding(tokens)), memory.layers, None)
        logits: Tensor = self.output(self.dropout(hidden if target_keep is None else hidden[target_keep]))
        return logits

    def _read(
        self, states: Tensor, layers: tuple[CellState, ...], keep_mask: Tensor | None
    ) -> tuple[Tensor, tuple[CellState, ...]]:
        """The top layer's states, and all layers after the last step."""
        ends = []
        for number, (layer, before) in enumerate(zip(self.layers, layers, strict=True)):
            states = self.dropout(states) if number else states
            states, end = (
                _fused(layer, states, before) if _fusible(layer, keep_mask) else layer(states, before, keep_mask)
            )
            ends.append(end)
        return states, tuple(ends)

    def _empty(self, states: Tensor) -> tuple[CellState, ...]:
        return tuple(layer.empty(len(states), states) for layer in self.layers)  # type: ignore[operator]

    def _initialise(self) -> None:
        initialise_recurrent(self)
        for module in self.modules():
            if isinstance(module, LongShortTermMemory):
                # Open forget gates: it remembers from the start (Jozefowicz et al. 2015, section 2.2).
                nn.init.ones_(module.hidden.bias[module.width : 2 * module.width])
        nn.init.normal_(self.embedding.weight, std=1.0)


def _fusible(layer: Any, keep_mask: Tensor | None) -> bool:
    """True where torch's own kernels can read a whole sequence: no padding, and weights that are not in int8."""
    return keep_mask is None and isinstance(layer.cell.input, nn.Linear)


def _fused(layer: Any, states: Tensor, before: CellState) -> tuple[Tensor, CellState]:
    """What `layer(states, before)` gives, by torch's kernels: training is a third faster on the CPU."""
    cell = layer.cell
    weights = [cell.input.weight, cell.hidden.weight, cell.input.bias, cell.hidden.bias]
    settings = (True, 1, 0.0, layer.training, False, True)  # with biases, one layer, no dropout, one way, batch first
    start = [part[None] for part in before]
    if isinstance(cell, LongShortTermMemory):
        outputs, *end = torch.lstm(states, start, weights, *settings)
    else:
        outputs, *end = torch.gru(states, start[0], weights, *settings)
    return outputs, tuple(part[0] for part in end)
