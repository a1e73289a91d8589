"""The Transformer: pre-norm layers, sinusoidal positions, one embedding for source, target and output.

Source: Vaswani et al. 2017, "Attention Is All You Need"; the norm before each sub-layer as in Xiong et al. 2020, "On
Layer Normalization in the Transformer Architecture"; shared embeddings as in Press and Wolf 2017.
Shapes are (batch, steps, width) unless said otherwise.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

import torch
from torch import Tensor, nn

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.attention import CrossAttention, SelfAttention
from seq2seq_desktop.nn.dropout import Dropout
from seq2seq_desktop.nn.embedding import TiedEmbedding
from seq2seq_desktop.nn.past import Past
from seq2seq_desktop.nn.state import StepResult
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.nn.transformer_step import LayerStep, linear_of, norm_of

_POSITIONS = 64  # steps that a new state has positions for


@dataclass(frozen=True)
class TransformerConfig:
    """The sizes of a Transformer."""

    vocabulary: int  # pieces
    width: int = 256  # of a state; divisible by heads
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 2
    feed_forward: int = 1024  # width of the hidden layer between two sub-layers
    dropout: float = 0.1  # 0..1, on embeddings and on what a sub-layer adds; in training only
    pad: int = 0  # id of the padding piece

    def __post_init__(self) -> None:
        if self.width % (2 * self.heads):
            fits = math.ceil(self.width / (2 * self.heads)) * 2 * self.heads
            raise OptionError(
                f"width = {self.width} is not divisible by 2 * heads = {2 * self.heads}",
                f"the next that fits is {fits}",
            )
        if not 0 <= self.dropout < 1:
            raise OptionError(f"dropout = {self.dropout} is not in 0..1", "0.1 is usual")


@dataclass(frozen=True)
class TransformerMemory:
    """The encoder's output."""

    states: Tensor  # (batch, source, width)
    keep_mask: Tensor  # (batch, source) bool, True where a piece is real


@dataclass(frozen=True)
class KeyValueState:
    """Keys and values of all steps so far, and those of the memory.

    Rows that continue the same segment stand side by side and, where all segments have as many of them, share one row
    of `cross`: a beam costs the memory of one hypothesis, and `select` leaves it alone as long as segments stay.
    """

    past: Past
    cross: tuple[tuple[Tensor, Tensor], ...]  # a layer: keys and values of CrossAttention.prepare, (groups, ...)
    keep_mask: Tensor | None  # (groups, 1, 1, source) bool; None where nothing is padded
    segments: tuple[int, ...]  # of each row
    decoder: tuple[LayerStep, ...]
    positions: Tensor  # (more than steps, width), those of the steps so far and of some to come

    @property
    def shared(self) -> int:
        """How many rows share one row of `cross`."""
        return len(self.segments) // len(self.cross[0][0]) if self.segments else 1

    def select(self, parents: Tensor) -> "KeyValueState":
        """The state whose row i continues old row parents[i]."""
        past = self.past.select(parents)
        rows = parents.tolist()
        segments = tuple(self.segments[row] for row in rows)
        if segments == self.segments:
            return replace(self, past=past)
        groups = [row // self.shared for row in rows[:: _run_length(segments)]]
        if groups == list(range(len(self.cross[0][0]))):
            return replace(self, past=past, segments=segments)
        kept = torch.tensor(groups, device=parents.device)
        cross = tuple((keys[kept], values[kept]) for keys, values in self.cross)
        keep_mask = None if self.keep_mask is None else self.keep_mask[kept]
        return replace(self, past=past, cross=cross, keep_mask=keep_mask, segments=segments)


def _run_length(segments: tuple[int, ...]) -> int:
    """How many equal segments stand side by side, where that is the same number throughout; otherwise 1."""
    lengths = {len(list(run)) for _, run in groupby(segments)}
    return lengths.pop() if len(lengths) == 1 else 1


Activation = Callable[[Tensor], Tensor]


class LayerSizes(Protocol):
    """What a layer has to know of a model's sizes."""

    @property
    def width(self) -> int:
        """Of a state."""

    @property
    def heads(self) -> int:
        """Of each attention."""

    @property
    def feed_forward(self) -> int:
        """Width of the hidden layer between two sub-layers."""

    @property
    def dropout(self) -> float:
        """Of what a sub-layer adds; in training only."""


class FeedForward(nn.Module):
    """Two linear layers with a rectifier, or another `activation`, between; the same for each position."""

    def __init__(self, width: int, hidden: int, activation: Activation = torch.relu_) -> None:
        super().__init__()
        self.inner = nn.Linear(width, hidden)
        self.outer = nn.Linear(hidden, width)
        self.activation = activation

    def forward(self, states: Tensor) -> Tensor:
        """States of the same shape."""
        transformed: Tensor = self.outer(self.activation(self.inner(states)))
        return transformed


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, each added to what came in."""

    def __init__(self, sizes: LayerSizes, activation: Activation = torch.relu_) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(sizes.width)
        self.attention = SelfAttention(sizes.width, sizes.heads)
        self.feed_forward_norm = nn.LayerNorm(sizes.width)
        self.feed_forward = FeedForward(sizes.width, sizes.feed_forward, activation)
        self.dropout = Dropout(sizes.dropout)

    def forward(self, states: Tensor, keep_mask: Tensor | None) -> Tensor:
        """States of the same shape; keep_mask (batch, 1, 1, source)."""
        states = states + self.dropout(self.attention(self.attention_norm(states), keep_mask))
        added: Tensor = self.dropout(self.feed_forward(self.feed_forward_norm(states)))
        return states + added


class DecoderLayer(nn.Module):
    """Self-attention over the steps so far, attention to the memory, feed-forward; each added to what came in."""

    def __init__(self, sizes: LayerSizes, activation: Activation = torch.relu_) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(sizes.width)
        self.attention = SelfAttention(sizes.width, sizes.heads)
        self.cross_attention_norm = nn.LayerNorm(sizes.width)
        self.cross_attention = CrossAttention(sizes.width, sizes.heads)
        self.feed_forward_norm = nn.LayerNorm(sizes.width)
        self.feed_forward = FeedForward(sizes.width, sizes.feed_forward, activation)
        self.dropout = Dropout(sizes.dropout)

    def forward(self, states: Tensor, memory: Tensor, keep_mask: Tensor | None) -> Tensor:
        """All steps at once, for training: states (batch, target, width)."""
        states = states + self.dropout(self.attention(self.attention_norm(states), causal=True))
        attended = self.cross_attention(self.cross_attention_norm(states), memory, keep_mask)
        states = states + self.dropout(attended)
        added: Tensor = self.dropout(self.feed_forward(self.feed_forward_norm(states)))
        return states + added

    def at_hand(self) -> LayerStep:
        """This layer as a step reads it."""
        return LayerStep(
            heads=self.attention.heads,
            attention_norm=norm_of(self.attention_norm),
            query_key_value=linear_of(self.attention.query_key_value),
            output=linear_of(self.attention.output),
            cross_attention_norm=norm_of(self.cross_attention_norm),
            cross_query=linear_of(self.cross_attention.query),
            cross_output=linear_of(self.cross_attention.output),
            feed_forward_norm=norm_of(self.feed_forward_norm),
            inner=linear_of(self.feed_forward.inner),
            activation=self.feed_forward.activation,
            outer=linear_of(self.feed_forward.outer),
        )


class Transformer(nn.Module):
    """Encoder and decoder over one vocabulary."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = TiedEmbedding(config.vocabulary, config.width, padding_idx=config.pad)
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.encoder_norm = nn.LayerNorm(config.width)
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.decoder_layers))
        self.decoder_norm = nn.LayerNorm(config.width)
        self.dropout = Dropout(config.dropout)
        self._initialise()

    def encode(self, inputs: TokenBatch) -> TransformerMemory:
        """The memory of a batch of source texts."""
        states = self._embed(inputs.tokens)
        keep_mask = None if bool(inputs.keep_mask.all()) else inputs.keep_mask[:, None, None]
        for layer in self.encoder:
            states = layer(states, keep_mask)
        return TransformerMemory(self.encoder_norm(states), inputs.keep_mask)

    def start(self, memory: TransformerMemory) -> KeyValueState:
        """The state before the first step; the keys and values of the memory are computed here, once."""
        positions = sinusoids(_POSITIONS, self.config.width, device=memory.states.device).to(memory.states.dtype)
        keep_mask = None if bool(memory.keep_mask.all()) else memory.keep_mask[:, None, None]
        return start_state(self.decoder, memory.states, keep_mask, positions)

    def step(self, tokens: Tensor, state: KeyValueState, need_weights: bool) -> StepResult:
        """The distribution after `tokens` (rows,); attention (rows, layers, heads, source) on request."""
        states, state, attention = self.follow_step(tokens, state, need_weights)
        return StepResult(torch.log_softmax(self.embedding.project(states).float(), dim=-1), state, attention)

    def forward(self, source: TokenBatch, target: Tensor, target_keep: Tensor | None = None) -> Tensor:
        """Logits with teacher forcing: (batch, target, vocabulary), or (kept, vocabulary) with `target_keep`.

        target is (batch, target) int64 and begins with the start piece; padding stands on the right, where a causal
        step never sees it. `target_keep` (batch, target) names the positions whose logits are wanted.
        """
        states = self.follow(self.encode(source), target)
        scores: Tensor = self.embedding.project(states if target_keep is None else states[target_keep])
        return scores

    def follow(self, memory: TransformerMemory, target: Tensor) -> Tensor:
        """The decoder's last states (batch, target, width), all at once; what a score is made of."""
        keep_mask = memory.keep_mask[:, None, None]
        states = self._embed(target)
        for layer in self.decoder:
            states = layer(states, memory.states, keep_mask)
        normalised: Tensor = self.decoder_norm(states)
        return normalised

    def follow_step(
        self, tokens: Tensor, state: KeyValueState, need_weights: bool
    ) -> tuple[Tensor, KeyValueState, Tensor | None]:
        """The decoder's last states (rows, width) after `tokens` (rows,), the next state, attention on request."""
        state = self._with_positions(state)
        states = self._scale(tokens) + state.positions[state.past.steps]
        states, state, attention = step_layers(states, state, need_weights)
        return self.decoder_norm(states), state, attention

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

    def _with_positions(self, state: KeyValueState) -> KeyValueState:
        """The state with a position for the next step; when the table is used up it grows twofold."""
        known = state.positions
        if state.past.steps < len(known):
            return state
        more = sinusoids(len(known), self.config.width, first=len(known), device=known.device)
        return replace(state, positions=torch.cat((known, more.to(known.dtype))))

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        nn.init.normal_(self.embedding.weight, std=self.config.width**-0.5)


def start_state(
    decoder: Iterable[nn.Module], memory: Tensor, keep_mask: Tensor | None, positions: Tensor
) -> KeyValueState:
    """The state before the first step of DecoderLayers; what they read of the memory is computed here, once."""
    rows, _, width = memory.shape
    layers = tuple(layer.at_hand() for layer in decoder)  # type: ignore[operator]
    cross = tuple(layer.cross_attention.prepare(memory) for layer in decoder)  # type: ignore[union-attr, operator]
    past = Past.empty(len(layers), rows, layers[0].heads, width // layers[0].heads, memory)
    return KeyValueState(past, cross, keep_mask, tuple(range(rows)), layers, positions)


def step_layers(
    states: Tensor, state: KeyValueState, need_weights: bool
) -> tuple[Tensor, KeyValueState, Tensor | None]:
    """One step through all layers: states (rows, width), the next state, attention (rows, layers, heads, source)."""
    past = state.past.extended()
    weights = []
    for number, (layer, cross) in enumerate(zip(state.decoder, state.cross, strict=True)):
        states, looked = layer(states, past, number, cross, state.keep_mask)
        weights.append(looked)
    # (groups, layers, heads, rows of a group, source) before the move
    attention = torch.stack(weights, dim=1).movedim(3, 1).flatten(0, 1) if need_weights else None
    return states, replace(state, past=past), attention


def sinusoids(steps: int, width: int, first: int = 0, device: torch.device | str = "cpu") -> Tensor:
    """Positions (steps, width), counted from `first`: sines in the first half, cosines in the second.

    Source: Vaswani et al. 2017, section 3.5; the halves side by side instead of interleaved, as in Tensor2Tensor.
    """
    half = width // 2
    rates = torch.exp(torch.arange(half, device=device) * (-math.log(10_000.0) / (half - 1)))
    angles = torch.arange(first, first + steps, device=device)[:, None] * rates
    return torch.cat((angles.sin(), angles.cos()), dim=1)
