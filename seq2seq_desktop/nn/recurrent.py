"""Recurrent encoder and decoder: GRU or LSTM, with additive or dot attention, or with one fixed context vector.

The encoder reads in both directions. The decoder's first layer reads the output so far; what it says asks the memory
for a context, and the layers above read both, as does the output. Since no context goes back into the first layer, a
whole target is computed layer by layer in training. Without attention the context is the same at every step: the
encoder's last states, one vector for a sentence of any length.

Source: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder" (GRU, fixed context every step);
Sutskever et al. 2014, "Sequence to Sequence Learning with Neural Networks"; Bahdanau et al. 2015, "Neural Machine
Translation by Jointly Learning to Align and Translate" (additive attention); Luong et al. 2015, "Effective Approaches
to Attention-based Neural Machine Translation" (dot attention, output from state and context); Wu et al. 2016,
"Google's Neural Machine Translation System" (the bottom layer asks, the layers above read).
Shapes are (batch, steps, width) unless said otherwise.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor, nn

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.dropout import Dropout
from seq2seq_desktop.nn.embedding import TiedEmbedding
from seq2seq_desktop.nn.state import StepResult
from seq2seq_desktop.nn.tokens import TokenBatch

Cell = Literal["gru", "lstm"]

CellState = tuple[Tensor, ...]
"""What a cell remembers: the hidden state (rows, width), and for an LSTM the cell state of the same shape."""


@dataclass(frozen=True)
class RecurrentConfig:
    """The sizes of a recurrent model."""

    vocabulary: int  # pieces
    width: int = 256  # of an embedding
    hidden: int = 384  # of a decoder's state and of the memory: half of it for each direction of the encoder
    cell: Cell = "gru"
    attention: Literal["additive", "dot", "none"] = "additive"  # none: the fixed context vector
    encoder_layers: int = 2
    decoder_layers: int = 2
    dropout: float = 0.1  # 0..1, between layers; in training only
    pad: int = 0  # id of the padding piece

    def __post_init__(self) -> None:
        if self.hidden % 2:
            raise OptionError(
                f"hidden = {self.hidden} does not divide into two directions",
                f"the next that fits is {self.hidden + 1}",
            )
        if self.cell not in CELLS:
            raise OptionError(f"cell = {self.cell!r} is not known", f"choose one of {', '.join(CELLS)}")
        if self.attention not in ("additive", "dot", "none"):
            raise OptionError(f"attention = {self.attention!r} is not known", "choose additive, dot or none")
        if min(self.encoder_layers, self.decoder_layers) < 1:
            raise OptionError("encoder_layers and decoder_layers must be at least 1", "2 each are usual")
        if not 0 <= self.dropout < 1:
            raise OptionError(f"dropout = {self.dropout} is not in 0..1", "0.1 is usual")


# Cells


class GatedRecurrentUnit(nn.Module):
    """A GRU cell, its gates in the order reset, update, new.

    Source: Cho et al. 2014, section 2.3; the reset gate after the product, as in cuDNN and torch.
    """

    parts = 1  # tensors in its state

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.width = width
        self.input = nn.Linear(inputs, 3 * width)
        self.hidden = nn.Linear(width, 3 * width)

    def advance(self, projected: Tensor, state: CellState) -> CellState:
        """The state after one step; `projected` is this step's input through `input`, (rows, 3 * width)."""
        (hidden,) = state
        asked_reset, asked_update, asked_new = projected.chunk(3, dim=-1)
        reset, update, new = self.hidden(hidden).chunk(3, dim=-1)
        reset = torch.sigmoid(asked_reset + reset)
        update = torch.sigmoid(asked_update + update)
        new = torch.tanh(asked_new + reset * new)
        return (new + update * (hidden - new),)


class LongShortTermMemory(nn.Module):
    """An LSTM cell, its gates in the order input, forget, new, output.

    Source: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory"; the forget gate of Gers et al. 2000.
    """

    parts = 2

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.width = width
        self.input = nn.Linear(inputs, 4 * width)
        self.hidden = nn.Linear(width, 4 * width)

    def advance(self, projected: Tensor, state: CellState) -> CellState:
        """The state after one step; `projected` is this step's input through `input`, (rows, 4 * width)."""
        hidden, cell = state
        enter, forget, new, leave = (projected + self.hidden(hidden)).chunk(4, dim=-1)
        cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.tanh(new)
        return torch.sigmoid(leave) * torch.tanh(cell), cell


CELLS: dict[str, type[GatedRecurrentUnit] | type[LongShortTermMemory]] = {
    "gru": GatedRecurrentUnit,
    "lstm": LongShortTermMemory,
}


class RecurrentLayer(nn.Module):
    """One layer of cells, in one direction."""

    def __init__(self, cell: Cell, inputs: int, width: int) -> None:
        super().__init__()
        self.cell = CELLS[cell](inputs, width)

    def empty(self, rows: int, like: Tensor) -> CellState:
        """The state before the first step: zeros."""
        return tuple(like.new_zeros(rows, self.cell.width) for _ in range(self.cell.parts))

    def forward(
        self,
        inputs: Tensor,
        state: CellState | None = None,
        keep_mask: Tensor | None = None,
        backwards: bool = False,
    ) -> tuple[Tensor, CellState]:
        """The hidden state after each step (batch, steps, width), and the state after the last.

        With `backwards` the last step is read first. `keep_mask` (batch, steps) is False at padding, where the state
        stays as it was.
        """
        state = self.empty(len(inputs), inputs) if state is None else state
        steps = inputs.shape[1]
        projected = self.cell.input(inputs).unbind(dim=1)  # for all steps in one product
        keep = None if keep_mask is None else keep_mask[..., None].unbind(dim=1)
        outputs: list[Tensor] = [inputs] * steps
        for step in reversed(range(steps)) if backwards else range(steps):
            new = self.cell.advance(projected[step], state)
            if keep is not None:
                new = tuple(torch.where(keep[step], part, old) for part, old in zip(new, state, strict=True))
            state = new
            outputs[step] = state[0]
        return torch.stack(outputs, dim=1), state

    def step(self, inputs: Tensor, state: CellState) -> CellState:
        """The state after one step more; inputs (rows, inputs)."""
        return self.cell.advance(self.cell.input(inputs), state)


class BidirectionalLayer(nn.Module):
    """Two layers that read the same sequence from its two ends."""

    def __init__(self, cell: Cell, inputs: int, width: int) -> None:
        super().__init__()
        self.forwards = RecurrentLayer(cell, inputs, width // 2)
        self.backwards = RecurrentLayer(cell, inputs, width // 2)

    def forward(self, inputs: Tensor, keep_mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """The states of both directions side by side (batch, steps, width), and their last ones (batch, width)."""
        ahead, last = self.forwards(inputs, keep_mask=keep_mask)
        back, first = self.backwards(inputs, keep_mask=keep_mask, backwards=True)
        return torch.cat((ahead, back), dim=-1), torch.cat((last[0], first[0]), dim=-1)


# Attention


@dataclass(frozen=True)
class Lookup:
    """What a decoder's step can look at; one row a hypothesis."""

    keys: Tensor  # (rows, source, width)
    values: Tensor  # (rows, source, hidden)
    keep_mask: Tensor | None  # (rows, 1, source) bool; None where nothing is padded

    def select(self, parents: Tensor) -> "Lookup":
        """The rows named."""
        keep_mask = None if self.keep_mask is None else self.keep_mask[parents]
        return Lookup(self.keys[parents], self.values[parents], keep_mask)


class Attention(nn.Module):
    """Attention with one head: what of the memory each step reads, and how much of each position."""

    def __init__(self, kind: str, queries: int, memory: int, width: int) -> None:
        super().__init__()
        self.query = nn.Linear(queries, width, bias=False)
        self.key = nn.Linear(memory, width)
        self.score = nn.Linear(width, 1, bias=False) if kind == "additive" else None

    def lookup(self, memory: Tensor, keep_mask: Tensor | None) -> Lookup:
        """The memory (batch, source, hidden) ready to be asked; keep_mask (batch, source)."""
        return Lookup(self.key(memory), memory, None if keep_mask is None else keep_mask[:, None])

    def forward(self, states: Tensor, lookup: Lookup) -> tuple[Tensor, Tensor]:
        """Contexts (batch, target, hidden) and weights (batch, target, source) float32 for states that ask."""
        scores = self._scores(self.query(states), lookup.keys).float()
        if lookup.keep_mask is not None:
            scores = scores.masked_fill(~lookup.keep_mask, float("-inf"))
        weights = torch.softmax(scores, dim=-1)
        return weights.to(lookup.values.dtype) @ lookup.values, weights

    def _scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        """(batch, target, source): v tanh(Wq + Uk) (Bahdanau et al. 2015, A.1.2), or Wq times Uk, scaled."""
        if self.score is None:
            return queries @ keys.transpose(1, 2) / math.sqrt(keys.shape[-1])
        summed: Tensor = self.score(torch.tanh(queries[:, :, None] + keys[:, None]))
        return summed.squeeze(-1)


# The model


@dataclass(frozen=True)
class RecurrentMemory:
    """The encoder's output."""

    states: Tensor  # (batch, source, hidden)
    keep_mask: Tensor  # (batch, source) bool, True where a piece is real
    summary: Tensor  # (batch, hidden): the last states of both directions


@dataclass(frozen=True)
class RecurrentState:
    """The decoder's layers after the steps so far, and what they read of the source."""

    layers: tuple[CellState, ...]  # from the bottom
    source: Lookup | Tensor  # to be asked, or the fixed context (rows, hidden)
    segments: tuple[int, ...]  # of each row

    def select(self, parents: Tensor) -> "RecurrentState":
        """The state whose row i continues old row parents[i]."""
        layers = tuple(tuple(part[parents] for part in layer) for layer in self.layers)
        segments = tuple(self.segments[parent] for parent in parents.tolist())
        if segments == self.segments:
            return replace(self, layers=layers)
        source = self.source[parents] if isinstance(self.source, Tensor) else self.source.select(parents)
        return RecurrentState(layers, source, segments)


class Recurrent(nn.Module):
    """Encoder and decoder over one vocabulary."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        self.config = config
        width, hidden, cell = config.width, config.hidden, config.cell
        self.embedding = TiedEmbedding(config.vocabulary, width, padding_idx=config.pad)
        self.encoder = nn.ModuleList(
            BidirectionalLayer(cell, hidden if number else width, hidden) for number in range(config.encoder_layers)
        )
        self.bridge = nn.Linear(hidden, config.decoder_layers * CELLS[cell].parts * hidden)
        self.decoder = nn.ModuleList(
            RecurrentLayer(cell, 2 * hidden if number else width, hidden) for number in range(config.decoder_layers)
        )
        self.attention = Attention(config.attention, hidden, hidden, width) if config.attention != "none" else None
        self.output = nn.Linear(2 * hidden, width)
        self.dropout = Dropout(config.dropout)
        self._initialise()

    def encode(self, inputs: TokenBatch) -> RecurrentMemory:
        """The memory of a batch of source texts."""
        keep_mask = None if bool(inputs.keep_mask.all()) else inputs.keep_mask
        states = summary = self._embed(inputs.tokens)
        for layer in self.encoder:
            states, summary = layer(self.dropout(states), keep_mask)
        return RecurrentMemory(states, inputs.keep_mask, summary)

    def start(self, memory: RecurrentMemory) -> RecurrentState:
        """The state before the first step; the keys of the memory are computed here, once."""
        source = memory.summary if self.attention is None else self._lookup(memory)
        return RecurrentState(self._bridged(memory.summary), source, tuple(range(len(memory.states))))

    def step(self, tokens: Tensor, state: RecurrentState, need_weights: bool) -> StepResult:
        """The distribution after `tokens` (rows,); attention (rows, 1, 1, source) on request if the model has any."""
        bottom: RecurrentLayer = self.decoder[0]  # type: ignore[assignment]
        layers = [bottom.step(self._embed(tokens), state.layers[0])]
        hidden = layers[0][0]
        context, weights = self._context(hidden[:, None], state.source)
        context = context[:, 0]
        for layer, before in zip(self.decoder[1:], state.layers[1:], strict=True):
            layers.append(layer.step(torch.cat((hidden, context), dim=-1), before))  # type: ignore[operator]
            hidden = layers[-1][0]
        log_probs = torch.log_softmax(self._logits(hidden, context).float(), dim=-1)
        attention = weights[:, None] if need_weights and weights is not None else None
        return StepResult(log_probs, replace(state, layers=tuple(layers)), attention)

    def forward(self, source: TokenBatch, target: Tensor, target_keep: Tensor | None = None) -> Tensor:
        """Logits with teacher forcing: (batch, target, vocabulary), or (kept, vocabulary) with `target_keep`.

        target is (batch, target) int64 and begins with the start piece; padding stands on the right, where no step
        before it sees it. `target_keep` (batch, target) names the positions whose logits are wanted.
        """
        memory = self.encode(source)
        start = self.start(memory)
        hidden, _ = self.decoder[0](self.dropout(self._embed(target)), start.layers[0])
        context, _ = self._context(hidden, start.source)
        for layer, state in zip(self.decoder[1:], start.layers[1:], strict=True):
            hidden, _ = layer(torch.cat((self.dropout(hidden), context), dim=-1), state)
        kept = slice(None) if target_keep is None else target_keep
        return self._logits(self.dropout(hidden)[kept], context[kept])

    def _embed(self, tokens: Tensor) -> Tensor:
        """Embeddings as large as states are: the tied matrix is scaled for the output, too small to move a gate."""
        scaled: Tensor = self.embedding(tokens) * math.sqrt(self.config.width)
        return scaled

    def _lookup(self, memory: RecurrentMemory) -> Lookup:
        keep_mask = None if bool(memory.keep_mask.all()) else memory.keep_mask
        lookup: Lookup = self.attention.lookup(memory.states, keep_mask)  # type: ignore[union-attr]
        return lookup

    def _bridged(self, summary: Tensor) -> tuple[CellState, ...]:
        """The decoder's first states, made of the encoder's last ones (Bahdanau et al. 2015, A.2.2)."""
        parts = torch.tanh(self.bridge(summary)).chunk(self.config.decoder_layers * self._parts, dim=-1)
        return tuple(parts[first : first + self._parts] for first in range(0, len(parts), self._parts))

    @property
    def _parts(self) -> int:
        return CELLS[self.config.cell].parts

    def _context(self, hidden: Tensor, source: Lookup | Tensor) -> tuple[Tensor, Tensor | None]:
        """What states (batch, target, hidden) read of the source, and with which weights (batch, target, source)."""
        if isinstance(source, Tensor):
            return source[:, None].expand(-1, hidden.shape[1], -1), None
        contexts: tuple[Tensor, Tensor] = self.attention(hidden, source)  # type: ignore[misc]
        return contexts

    def _logits(self, hidden: Tensor, context: Tensor) -> Tensor:
        """Scores of pieces from the top state and the context (Luong et al. 2015, equation 5)."""
        told = torch.tanh(self.output(torch.cat((hidden, context), dim=-1)))
        scores: Tensor = self.embedding.project(told)
        return scores

    def _initialise(self) -> None:
        initialise_recurrent(self)
        nn.init.normal_(self.embedding.weight, std=self.config.width**-0.5)


def initialise_recurrent(model: nn.Module) -> None:
    """Nothing; matrices are then drawn so that what goes through keeps its length (Glorot and Bengio 2010).

    What a cell multiplies its state by is orthogonal for each gate, so that what is remembered keeps its length too
    (Saxe et al. 2014); biases are 0.
    """
    for name, parameter in model.named_parameters():
        if name.endswith("hidden.weight"):
            for gate in parameter.data.chunk(parameter.shape[0] // parameter.shape[1]):
                nn.init.orthogonal_(gate)
        elif parameter.dim() == 2:
            nn.init.xavier_uniform_(parameter)
        else:
            nn.init.zeros_(parameter)
