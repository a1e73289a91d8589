"""Gated convolutions: an encoder that reads in windows and a decoder that asks the memory at each layer.

Source: Gehring et al. 2017, "Convolutional Sequence to Sequence Learning"; the gate as in Dauphin et al. 2017,
"Language Modeling with Gated Convolutional Networks". What differs from the paper: layers are normalised before each
convolution (Xiong et al. 2020) instead of by weight and by factors of sqrt(0.5), attention scores are divided by
sqrt(width) (Vaswani et al. 2017), positions are sinusoids, and one embedding serves source, target and output.
Shapes are (batch, steps, width) unless said otherwise.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.attention import attend, attend_all
from seq2seq_desktop.nn.dropout import Dropout
from seq2seq_desktop.nn.embedding import TiedEmbedding
from seq2seq_desktop.nn.state import StepResult
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.nn.transformer import sinusoids

_POSITIONS = 64  # steps that a new state has positions for


@dataclass(frozen=True)
class ConvolutionalConfig:
    """The sizes of a convolutional model."""

    vocabulary: int  # pieces
    width: int = 256  # of a state; even
    kernel: int = 3  # steps that a convolution sees at once; odd
    encoder_layers: int = 5
    decoder_layers: int = 3
    dropout: float = 0.1  # 0..1, on embeddings and on what a layer adds; in training only
    pad: int = 0  # id of the padding piece

    def __post_init__(self) -> None:
        if self.kernel < 1 or self.kernel % 2 == 0:
            raise OptionError(
                f"kernel = {self.kernel} has no middle step", f"the next odd one is {max(1, self.kernel + 1)}"
            )
        if self.width < 4 or self.width % 2:
            raise OptionError(
                f"width = {self.width} is not an even number of 4 or more",
                f"the next that fits is {max(4, self.width + 1)}",
            )
        if min(self.encoder_layers, self.decoder_layers) < 1:
            raise OptionError("encoder_layers and decoder_layers must be at least 1", "5 and 3 are usual")
        if not 0 <= self.dropout < 1:
            raise OptionError(f"dropout = {self.dropout} is not in 0..1", "0.1 is usual")


@dataclass(frozen=True)
class ConvolutionalMemory:
    """What every decoder layer looks at: keys to find a position by, values to take from it."""

    keys: Tensor  # (batch, source, width), the encoder's output
    values: Tensor  # (batch, source, width), the same with the source embeddings
    keep_mask: Tensor  # (batch, source) bool, True where a piece is real


@dataclass(frozen=True)
class ConvolutionalState:
    """What the convolutions still need of the steps so far, and the memory.

    The memory has one row a hypothesis too; as long as a hypothesis continues one of the same segment its row there
    is the same, and `select` leaves it alone.
    """

    recent: tuple[Tensor, ...]  # a layer: the last kernel - 1 inputs in a row, (rows, (kernel - 1) * width)
    keys: Tensor  # (rows, 1, source, width)
    values: Tensor  # (rows, 1, source, width)
    keep_mask: Tensor | None  # (rows, 1, 1, source) bool; None where nothing is padded
    segments: tuple[int, ...]  # of each row
    positions: Tensor  # (more than steps, width), those of the steps so far and of some to come
    steps: int = 0

    def advance(self, recent: tuple[Tensor, ...]) -> "ConvolutionalState":
        """The state after one step more, which left `recent`."""
        return replace(self, recent=recent, steps=self.steps + 1)

    def select(self, parents: Tensor) -> "ConvolutionalState":
        """The state whose row i continues old row parents[i]."""
        segments = tuple(self.segments[parent] for parent in parents.tolist())
        recent = tuple(inputs[parents] for inputs in self.recent)
        if segments == self.segments:
            return replace(self, recent=recent)
        keep_mask = None if self.keep_mask is None else self.keep_mask[parents]
        keys, values = self.keys[parents], self.values[parents]
        return replace(self, recent=recent, keys=keys, values=values, keep_mask=keep_mask, segments=segments)


def windows(states: Tensor, kernel: int, before: int) -> Tensor:
    """For each step `kernel` neighbours in a row, `before` of them earlier ones: (batch, steps, kernel * width).

    Beyond both ends stand zeros. With before = kernel - 1 no step sees a later one.
    """
    steps = states.shape[1]
    padded = F.pad(states, (0, 0, before, kernel - 1 - before))
    return torch.cat([padded[:, first : first + steps] for first in range(kernel)], dim=-1)


class GatedConvolution(nn.Module):
    """A convolution over steps, one half of whose output opens and closes the other.

    It is a linear layer over windows: a step of decoding is one product, and is quantized like any other.
    """

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.linear = nn.Linear(kernel * width, 2 * width)

    def forward(self, seen: Tensor) -> Tensor:
        """States (..., width) of windows (..., kernel * width)."""
        return F.glu(self.linear(seen), dim=-1)


class ConvolutionalEncoderLayer(nn.Module):
    """A gated convolution with each step in the middle, added to what came in."""

    def __init__(self, config: ConvolutionalConfig) -> None:
        super().__init__()
        self.kernel = config.kernel
        self.norm = nn.LayerNorm(config.width)
        self.convolution = GatedConvolution(config.width, config.kernel)
        self.dropout = Dropout(config.dropout)

    def forward(self, states: Tensor, padding: Tensor | None) -> Tensor:
        """States of the same shape; padding (batch, source, 1) is True where there is nothing to read."""
        inputs = self.norm(states)
        if padding is not None:
            # A convolution would carry padding into its neighbours, where a shorter batch has zeros.
            inputs = inputs.masked_fill(padding, 0.0)
        added: Tensor = self.dropout(self.convolution(windows(inputs, self.kernel, self.kernel // 2)))
        return states + added


class ConvolutionalDecoderLayer(nn.Module):
    """A gated convolution over the steps so far and attention to the memory, both added to what came in."""

    def __init__(self, config: ConvolutionalConfig) -> None:
        super().__init__()
        self.kernel = config.kernel
        self.norm = nn.LayerNorm(config.width)
        self.convolution = GatedConvolution(config.width, config.kernel)
        self.query = nn.Linear(config.width, config.width)
        self.output = nn.Linear(config.width, config.width)
        self.dropout = Dropout(config.dropout)

    def forward(self, states: Tensor, embedded: Tensor, memory: ConvolutionalMemory) -> Tensor:
        """All steps at once, for training: states and the target's embeddings (batch, target, width)."""
        hidden = self.convolution(windows(self.norm(states), self.kernel, self.kernel - 1))
        query = (self.query(hidden) + embedded)[:, None]
        context = attend_all(query, memory.keys[:, None], memory.values[:, None], memory.keep_mask[:, None, None])
        added: Tensor = self.dropout(hidden + self.output(context[:, 0]))
        return states + added

    def step(
        self, states: Tensor, embedded: Tensor, recent: Tensor, state: ConvolutionalState
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One step: states (rows, width), the recent inputs with this one, weights (rows, 1, source)."""
        seen = torch.cat((recent, self.norm(states)), dim=1)
        hidden = self.convolution(seen)
        query = (self.query(hidden) + embedded)[:, None, None]
        context, weights = attend(query, state.keys, state.values, state.keep_mask)
        states = states + hidden + self.output(context[:, 0, 0])
        return states, seen[:, states.shape[1] :], weights[:, :, 0]


class Convolutional(nn.Module):
    """Encoder and decoder of gated convolutions over one vocabulary."""

    def __init__(self, config: ConvolutionalConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = TiedEmbedding(config.vocabulary, config.width, padding_idx=config.pad)
        self.encoder = nn.ModuleList(ConvolutionalEncoderLayer(config) for _ in range(config.encoder_layers))
        self.encoder_norm = nn.LayerNorm(config.width)
        self.decoder = nn.ModuleList(ConvolutionalDecoderLayer(config) for _ in range(config.decoder_layers))
        self.decoder_norm = nn.LayerNorm(config.width)
        self.dropout = Dropout(config.dropout)
        self._initialise()

    def encode(self, inputs: TokenBatch) -> ConvolutionalMemory:
        """The memory of a batch of source texts."""
        embedded = states = self._embed(inputs.tokens)
        padding = None if bool(inputs.keep_mask.all()) else ~inputs.keep_mask[:, :, None]
        for layer in self.encoder:
            states = layer(states, padding)
        keys = self.encoder_norm(states)
        # Halved in variance: a sum of two must not be longer than either (Gehring et al. 2017, section 3.4).
        return ConvolutionalMemory(keys, (keys + embedded) * math.sqrt(0.5), inputs.keep_mask)

    def start(self, memory: ConvolutionalMemory) -> ConvolutionalState:
        """The state before the first step; nothing is computed but positions."""
        rows, width = memory.keys.shape[0], self.config.width
        recent = memory.keys.new_zeros(rows, (self.config.kernel - 1) * width)
        keep_mask = None if bool(memory.keep_mask.all()) else memory.keep_mask[:, None, None]
        return ConvolutionalState(
            recent=(recent,) * len(self.decoder),
            keys=memory.keys[:, None],
            values=memory.values[:, None],
            keep_mask=keep_mask,
            segments=tuple(range(rows)),
            positions=sinusoids(_POSITIONS, width, device=memory.keys.device).to(memory.keys.dtype),
        )

    def step(self, tokens: Tensor, state: ConvolutionalState, need_weights: bool) -> StepResult:
        """The distribution after `tokens` (rows,); attention (rows, layers, 1, source) on request."""
        state = self._with_positions(state)
        embedded = states = self._scale(tokens) + state.positions[state.steps]
        recent, weights = [], []
        for layer, layer_recent in zip(self.decoder, state.recent, strict=True):
            states, layer_recent, layer_weights = layer.step(states, embedded, layer_recent, state)  # type: ignore[operator]
            recent.append(layer_recent)
            weights.append(layer_weights)
        log_probs = torch.log_softmax(self._logits(states).float(), dim=-1)
        attention = torch.stack(weights, dim=1) if need_weights else None
        return StepResult(log_probs, state.advance(tuple(recent)), attention)

    def forward(self, source: TokenBatch, target: Tensor, target_keep: Tensor | None = None) -> Tensor:
        """Logits with teacher forcing: (batch, target, vocabulary), or (kept, vocabulary) with `target_keep`.

        target is (batch, target) int64 and begins with the start piece; padding stands on the right, where a causal
        step never sees it. `target_keep` (batch, target) names the positions whose logits are wanted.
        """
        memory = self.encode(source)
        embedded = states = self._embed(target)
        for layer in self.decoder:
            states = layer(states, embedded, memory)
        return self._logits(states if target_keep is None else states[target_keep])

    def _embed(self, tokens: Tensor) -> Tensor:
        """Scaled embeddings plus positions."""
        states = self._scale(tokens)
        positions = sinusoids(tokens.shape[1], self.config.width, device=states.device)
        dropped: Tensor = self.dropout(states + positions.to(states.dtype))
        return dropped

    def _scale(self, tokens: Tensor) -> Tensor:
        """Embeddings as long as positions are, about."""
        scaled: Tensor = self.embedding(tokens) * math.sqrt(self.config.width)
        return scaled

    def _with_positions(self, state: ConvolutionalState) -> ConvolutionalState:
        """The state with a position for the next step; when the table is used up it grows twofold."""
        known = state.positions
        if state.steps < len(known):
            return state
        more = sinusoids(len(known), self.config.width, first=len(known), device=known.device)
        return replace(state, positions=torch.cat((known, more.to(known.dtype))))

    def _logits(self, states: Tensor) -> Tensor:
        scores: Tensor = self.embedding.project(self.decoder_norm(states))
        return scores

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        nn.init.normal_(self.embedding.weight, std=self.config.width**-0.5)
