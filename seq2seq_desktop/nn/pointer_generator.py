"""A Transformer that writes words of its own or copies pieces of the source, and keeps count of what it has read.

On top of the decoder one more attention points at the source; a gate decides at each step how much of the
distribution is written and how much is copied from where it points. What was pointed at before is summed up in a
coverage vector, which the pointer sees.

Source: See et al. 2017, "Get To The Point: Summarization with Pointer-Generator Networks", sections 2.2 (pointer) and
2.3 (coverage), over the Transformer of Vaswani et al. 2017 in place of an LSTM; the scores are scaled dot products.
Source and target share one vocabulary of sub-word pieces, so that no word lacks a place in it.
Shapes are (batch, steps, width) unless said otherwise.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from seq2seq_desktop.nn.state import StepResult
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.nn.transformer import KeyValueState, Transformer, TransformerConfig, TransformerMemory

_LEAST = 1e-9  # probability, so that its logarithm stays finite


@dataclass(frozen=True)
class PointerGeneratorConfig:
    """The sizes of a pointer-generator: those of its Transformer, and how much it reads."""

    vocabulary: int  # pieces
    width: int = 256  # of a state; divisible by 2 * heads
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 2
    feed_forward: int = 1024
    dropout: float = 0.1  # 0..1, in training only
    longest: int = 128  # pieces of a source that it learned to read
    pad: int = 0  # id of the padding piece

    def transformer(self) -> TransformerConfig:
        """The sizes of the Transformer. Raises: OptionError for sizes that do not fit each other."""
        return TransformerConfig(
            self.vocabulary, self.width, self.heads, self.encoder_layers, self.decoder_layers, self.feed_forward,
            self.dropout, self.pad,
        )  # fmt: skip


@dataclass(frozen=True)
class PointerMemory:
    """The encoder's output, and what was encoded."""

    encoded: TransformerMemory
    tokens: Tensor  # (batch, source) int64, what may be copied

    @property
    def keep_mask(self) -> Tensor:
        """(batch, source) bool, True where a piece is real."""
        return self.encoded.keep_mask


@dataclass(frozen=True)
class Pointed:
    """What the pointer reads of the source; one row a hypothesis, or a text in training."""

    keys: Tensor  # (rows, width, source), already divided by sqrt(width)
    values: Tensor  # (rows, source, width)
    tokens: Tensor  # (rows, source) int64
    keep_mask: Tensor  # (rows, source) bool

    def select(self, parents: Tensor) -> "Pointed":
        """The rows named."""
        return Pointed(self.keys[parents], self.values[parents], self.tokens[parents], self.keep_mask[parents])


@dataclass(frozen=True)
class PointerState:
    """The decoder's state, and how much attention each source piece has had."""

    decoder: KeyValueState
    source: Pointed
    coverage: Tensor  # (rows, source) float32

    def select(self, parents: Tensor) -> "PointerState":
        """The state whose row i continues old row parents[i]."""
        decoder = self.decoder.select(parents)
        source = self.source if decoder.segments == self.decoder.segments else self.source.select(parents)
        return PointerState(decoder, source, self.coverage[parents])


@dataclass(frozen=True)
class Mixture:
    """A step's two ways to go on and the weight between them; (..., any) as the states that asked."""

    written: Tensor  # (..., vocabulary) log-probabilities of writing
    pointed: Tensor  # (..., source) probabilities of pointing
    copying: Tensor  # (..., 1) the gate: 1 copies, 0 writes

    def log_probs(self, tokens: Tensor) -> Tensor:
        """(..., vocabulary): both ways together; `tokens` (..., source) is what each source position holds."""
        copied = torch.zeros_like(self.written).scatter_add(-1, tokens, self.pointed * self.copying)
        return torch.log((self.written.exp() * (1 - self.copying) + copied).clamp_min(_LEAST))


class PointerGenerator(nn.Module):
    """Encoder and decoder over one vocabulary, with a pointer at the source."""

    def __init__(self, config: PointerGeneratorConfig) -> None:
        super().__init__()
        self.config = config
        self.transformer = Transformer(config.transformer())
        self.query = nn.Linear(config.width, config.width)
        self.key = nn.Linear(config.width, config.width)
        self.coverage = nn.Linear(config.width, 1)  # how much a piece already read counts, asked by each state
        self.gate = nn.Linear(2 * config.width, 1)
        for module in (self.query, self.key):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
        for module in (self.coverage, self.gate):
            nn.init.zeros_(module.weight)
            nn.init.zeros_(module.bias)

    @property
    def embedding(self) -> nn.Module:
        """The embedding of source and target."""
        return self.transformer.embedding

    def encode(self, inputs: TokenBatch) -> PointerMemory:
        """The memory of a batch of source texts."""
        return PointerMemory(self.transformer.encode(inputs), inputs.tokens)

    def start(self, memory: PointerMemory) -> PointerState:
        """The state before the first step; the keys and values of the memory are computed here, once."""
        source = self._source(memory)
        coverage = torch.zeros(source.tokens.shape, dtype=torch.float32, device=source.tokens.device)
        return PointerState(self.transformer.start(memory.encoded), source, coverage)

    def step(self, tokens: Tensor, state: PointerState, need_weights: bool) -> StepResult:
        """The distribution after `tokens` (rows,); attention (rows, 1, 1, source), the gate is that of copying."""
        states, decoder, _ = self.transformer.follow_step(tokens, state.decoder, False)
        pointed, context = self._point(states[:, None], state.source, state.coverage)
        mixture = self._mixture(states, pointed[:, 0], context[:, 0])
        coverage = state.coverage + mixture.pointed
        state = replace(state, decoder=decoder, coverage=coverage)
        attention = mixture.pointed[:, None, None] if need_weights else None
        return StepResult(mixture.log_probs(state.source.tokens), state, attention, mixture.copying[:, 0])

    def forward(self, source: TokenBatch, target: Tensor, target_keep: Tensor | None = None) -> Tensor:
        """Log-probabilities with teacher forcing: (batch, target, vocabulary), or (kept, vocabulary).

        target is (batch, target) int64 and begins with the start piece; `target_keep` (batch, target) names the
        positions wanted.
        """
        keep = torch.ones_like(target, dtype=torch.bool) if target_keep is None else target_keep
        log_probs, _ = self.forward_covered(source, target, keep)
        return torch.unflatten(log_probs, 0, target.shape) if target_keep is None else log_probs

    def forward_covered(self, source: TokenBatch, target: Tensor, target_keep: Tensor) -> tuple[Tensor, Tensor]:
        """Log-probabilities (kept, vocabulary), and the mean overlap of each pointing with what was covered, 0..1.

        The overlap is the coverage loss of See et al. 2017, equation 12, at the kept positions.
        """
        memory = self.encode(source)
        states = self.transformer.follow(memory.encoded, target)
        lookup = self._source(memory)
        coverage = torch.zeros(lookup.tokens.shape, dtype=torch.float32, device=target.device)
        pointings, overlaps = [], []
        scores = self._scores(states, lookup)
        shares = self.coverage(states).float()
        for step in range(target.shape[1]):
            pointed = torch.softmax(scores[:, step] + shares[:, step] * coverage, dim=-1)
            overlaps.append(torch.minimum(pointed, coverage).sum(dim=-1))
            coverage = coverage + pointed
            pointings.append(pointed)
        pointed = torch.stack(pointings, dim=1)
        context = pointed.to(lookup.values.dtype) @ lookup.values
        mixture = self._mixture(states[target_keep], pointed[target_keep], context[target_keep])
        rows = target_keep.nonzero()[:, 0]
        overlap = torch.stack(overlaps, dim=1)[target_keep].mean()
        return mixture.log_probs(lookup.tokens[rows]), overlap

    def _source(self, memory: PointerMemory) -> Pointed:
        keys = self.key(memory.encoded.states) / math.sqrt(self.config.width)
        return Pointed(
            keys.transpose(1, 2).contiguous(), memory.encoded.states, memory.tokens, memory.encoded.keep_mask
        )

    def _scores(self, states: Tensor, source: Pointed) -> Tensor:
        """(rows, target, source) float32, minus infinity at padding, coverage not counted."""
        scores: Tensor = (self.query(states) @ source.keys).float()
        return scores.masked_fill(~source.keep_mask[:, None], float("-inf"))

    def _point(self, states: Tensor, source: Pointed, coverage: Tensor) -> tuple[Tensor, Tensor]:
        """Where states (rows, 1, width) point to (rows, 1, source), and what stands there (rows, 1, width)."""
        scores = self._scores(states, source) + self.coverage(states).float() * coverage[:, None]
        pointed = torch.softmax(scores, dim=-1)
        return pointed, pointed.to(source.values.dtype) @ source.values

    def _mixture(self, states: Tensor, pointed: Tensor, context: Tensor) -> Mixture:
        scores: Tensor = self.transformer.embedding.project(states)
        copying = torch.sigmoid(self.gate(torch.cat((states, context), dim=-1)).float())
        return Mixture(torch.log_softmax(scores.float(), dim=-1), pointed, copying)
