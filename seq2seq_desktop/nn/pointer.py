"""A pointer over the sentences of a document: it chooses one after another, and then to stop.

A sentence is a bag of pieces. Attention over its pieces makes it a vector; how much it shares with the other
sentences, under several weightings of the pieces that are learned, says how central it is. A Transformer reads the
sentences in their order; an LSTM points at them, sees what it has chosen and how much each sentence would repeat of
that, and never chooses one twice.

Source: Vinyals et al. 2015, "Pointer Networks"; Chen and Bansal 2018, "Fast Abstractive Summarization with
Reinforce-Selected Sentence Rewriting", section 2.1 (extractor); Nallapati et al. 2017, "SummaRuNNer" (salience,
position and novelty); Mihalcea and Tarau 2004, "TextRank" (overlap over logarithms of lengths, here with weights).
Shapes are (batch, sentences, any) unless said otherwise.
"""

import math
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.dropout import Dropout
from seq2seq_desktop.nn.recurrent import CellState, LongShortTermMemory
from seq2seq_desktop.nn.state import StepResult
from seq2seq_desktop.nn.transformer import EncoderLayer

START = PAD = 0
STOP = 1
FIRST = 2
"""The tokens: 0 is fed first, 1 stops, 2 and what follows are the sentences in their order."""

_PLACES = (1, 2, 3, 4, 5, 7, 10, 15, 22, 33, 50, 80, 130)  # a sentence's number falls between two of them


@dataclass(frozen=True)
class PointerConfig:
    """The sizes of a pointer over sentences."""

    vocabulary: int  # pieces
    width: int = 256  # of an embedding and of a state; divisible by 2 * heads
    heads: int = 4
    encoder_layers: int = 2
    feed_forward: int = 512
    channels: int = 8  # weightings of the pieces under which sentences are compared
    dropout: float = 0.1  # 0..1, in training only
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
class SentenceBatch:
    """Documents as bags of pieces; the distinct pieces of each document are its columns."""

    pieces: Tensor  # (batch, columns) int64; padding piece where a document has fewer
    counts: Tensor  # (batch, sentences, columns) float32: how often each piece stands in each sentence
    keep_mask: Tensor  # (batch, sentences) bool, True where a sentence is real
    places: Tensor  # (batch, sentences) float32: how many sentences of the whole document stand before
    lengths: Tensor  # (batch,) float32: sentences of the whole document

    def to(self, device: torch.device) -> "SentenceBatch":
        """The same on another device."""
        return SentenceBatch(*(getattr(self, item.name).to(device) for item in fields(self)))


@dataclass(frozen=True)
class SentenceMemory:
    """The encoder's output."""

    states: Tensor  # (batch, sentences, width)
    keep_mask: Tensor  # (batch, sentences) bool
    likeness: Tensor  # (batch, channels, sentences, sentences), 0..1


@dataclass(frozen=True)
class _Choosable:
    """What a step reads of the memory; one row a hypothesis."""

    states: Tensor  # (rows, sentences, width)
    keys: Tensor  # (rows, sentences, width)
    keep_mask: Tensor  # (rows, sentences) bool
    likeness: Tensor  # (rows, channels, sentences, sentences)

    def select(self, parents: Tensor) -> "_Choosable":
        return _Choosable(self.states[parents], self.keys[parents], self.keep_mask[parents], self.likeness[parents])


@dataclass(frozen=True)
class ChoosingState:
    """What was chosen so far."""

    cell: CellState
    chosen: Tensor  # (rows, sentences) bool
    source: _Choosable
    segments: tuple[int, ...]  # of each row

    def select(self, parents: Tensor) -> "ChoosingState":
        """The state whose row i continues old row parents[i]."""
        cell = tuple(part[parents] for part in self.cell)
        segments = tuple(self.segments[parent] for parent in parents.tolist())
        source = self.source if segments == self.segments else self.source.select(parents)
        return ChoosingState(cell, self.chosen[parents], source, segments)


class SentencePointer(nn.Module):
    """Encoder of sentences and decoder that points at them."""

    def __init__(self, config: PointerConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.embedding = nn.Embedding(config.vocabulary, width, padding_idx=config.pad)
        self.attention = nn.Linear(width, config.heads)
        self.weights = nn.Linear(width, config.channels)
        self.own_weights = nn.Embedding(config.vocabulary, config.channels)
        self.place = nn.Embedding(2 * (len(_PLACES) + 1), width)  # from the beginning, from the end
        self.features = nn.Linear(4 * config.channels + 6, width)
        self.vector = nn.Linear(width, width)
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.encoder_norm = nn.LayerNorm(width)
        self.start_state = nn.Linear(width, 2 * width)
        self.cell = LongShortTermMemory(width, width)
        self.opening = nn.Parameter(torch.zeros(width))  # fed first
        self.key = nn.Linear(width, width)
        self.query = nn.Linear(width, width, bias=False)
        self.repeats = nn.Linear(2 * config.channels, width, bias=False)
        self.score = nn.Linear(width, 1, bias=False)
        self.stop = nn.Linear(2 * width, 1)
        self.dropout = Dropout(config.dropout)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)
        nn.init.zeros_(self.own_weights.weight)

    def encode(self, inputs: SentenceBatch) -> SentenceMemory:
        """The memory of a batch of documents."""
        embedded = self.embedding(inputs.pieces) * math.sqrt(self.config.width)
        likeness, features = self._compared(inputs, embedded)
        states = self.vector(self._vectors(inputs.counts, embedded)) + self.features(features)
        states = self.dropout(states + self._placed(inputs))
        keep_mask = inputs.keep_mask[:, None, None]
        for layer in self.encoder:
            states = layer(states, keep_mask)
        return SentenceMemory(self.encoder_norm(states), inputs.keep_mask, likeness)

    def start(self, memory: SentenceMemory) -> ChoosingState:
        """The state before the first step."""
        weights = memory.keep_mask.to(memory.states.dtype)[..., None]
        mean = (memory.states * weights).sum(dim=1) / weights.sum(dim=1).clamp_min(1)
        cell = torch.tanh(self.start_state(mean)).chunk(2, dim=-1)
        source = _Choosable(memory.states, self.key(memory.states), memory.keep_mask, memory.likeness)
        return ChoosingState(cell, torch.zeros_like(memory.keep_mask), source, tuple(range(len(mean))))

    def step(self, tokens: Tensor, state: ChoosingState, need_weights: bool) -> StepResult:
        """The distribution after `tokens` (rows,) over stopping and the sentences not chosen yet.

        Attention (rows, 1, 1, sentences) is where the step looks: the same scores without that of stopping.
        """
        state = self._taken(tokens, state)
        scores, stop = self._scores(state)
        attention = torch.softmax(scores, dim=-1)
        attention = torch.where(attention.isnan(), 0.0, attention)  # where nothing is left to choose
        never = stop.new_full((len(stop), 1), float("-inf"))
        log_probs = torch.log_softmax(torch.cat((never, stop, scores), dim=-1), dim=-1)
        return StepResult(log_probs, state, attention[:, None, None] if need_weights else None)

    def forward(self, source: SentenceBatch, target: Tensor, target_keep: Tensor | None = None) -> Tensor:
        """Log-probabilities with teacher forcing: (batch, target, 2 + sentences), or (kept, 2 + sentences).

        target is (batch, target) int64 and begins with the start token.
        """
        state = self.start(self.encode(source))
        found = []
        for token in target.unbind(dim=1):
            result = self.step(token, state, False)
            state = result.state
            found.append(result.log_probs)
        log_probs = torch.stack(found, dim=1)
        return log_probs if target_keep is None else log_probs[target_keep]

    def _vectors(self, counts: Tensor, embedded: Tensor) -> Tensor:
        """What each sentence is about (batch, sentences, width): each head weighs the pieces in its own way."""
        weights = torch.exp(self.attention(embedded).clamp(-8, 8))  # (batch, columns, heads)
        heads = torch.unflatten(embedded, -1, (self.config.heads, -1))
        weighted = (heads * weights[..., None]).flatten(2)
        total = counts @ weights
        summed = torch.unflatten(counts @ weighted, -1, (self.config.heads, -1))
        vectors: Tensor = (summed / total[..., None].clamp_min(1e-6)).flatten(2)
        return vectors

    def _compared(self, inputs: SentenceBatch, embedded: Tensor) -> tuple[Tensor, Tensor]:
        """How alike sentences are (batch, channels, sentences, sentences), and what that says of each."""
        weights = F.softplus(self.weights(embedded) + self.own_weights(inputs.pieces)).float()
        present = inputs.counts.clamp_max(1)
        weighted = present[:, None] * weights.transpose(1, 2)[:, :, None]  # (batch, channels, sentences, columns)
        shared = weighted @ present[:, None].transpose(-2, -1)
        own = torch.diagonal(shared, dim1=-2, dim2=-1)  # (batch, channels, sentences)
        likeness = shared / torch.sqrt((own[..., None] * own[..., None, :]).clamp_min(1e-6))
        pieces = inputs.counts.sum(dim=-1)
        logs = torch.log1p(pieces)
        norm = (logs[:, :, None] + logs[:, None]).clamp_min(1e-6)
        others = 1 - torch.eye(pieces.shape[1], device=pieces.device)
        degree = (shared / norm[:, None] * others).sum(dim=-1)
        closeness = (likeness * others).sum(dim=-1)
        features = torch.cat((degree, closeness), dim=1).transpose(1, 2)
        features = torch.cat((torch.log1p(features), _standard(features, inputs.keep_mask)), dim=-1)
        return likeness, torch.cat((features, self._measures(inputs, pieces)), dim=-1)

    def _measures(self, inputs: SentenceBatch, pieces: Tensor) -> Tensor:
        """(batch, sentences, 6): lengths and places as numbers."""
        length = torch.log1p(pieces)[..., None] / 4
        relative = (inputs.places / inputs.lengths[:, None].clamp_min(1))[..., None]
        total = (torch.log1p(inputs.lengths)[:, None] / 4).expand_as(inputs.places)[..., None]
        standard = _standard(pieces[..., None], inputs.keep_mask)
        return torch.cat((length, standard, relative, relative**2, 1 / (1 + inputs.places[..., None]), total), dim=-1)

    def _placed(self, inputs: SentenceBatch) -> Tensor:
        edges = torch.tensor(_PLACES, device=inputs.places.device, dtype=inputs.places.dtype)
        before = torch.bucketize(inputs.places.contiguous(), edges, right=True)
        after = torch.bucketize((inputs.lengths[:, None] - 1 - inputs.places).clamp_min(0), edges, right=True)
        placed: Tensor = self.place(before) + self.place(after + len(_PLACES) + 1)
        return placed

    def _taken(self, tokens: Tensor, state: ChoosingState) -> ChoosingState:
        """The state with what `tokens` chose, and the cell one step on."""
        source = state.source
        place = (tokens - FIRST).clamp_min(0)
        one_hot = F.one_hot(place, source.keep_mask.shape[1]).bool() & (tokens >= FIRST)[:, None]
        picked = source.states[torch.arange(len(tokens), device=tokens.device), place]
        read = torch.where((tokens >= FIRST)[:, None], picked, self.opening.to(picked.dtype))
        cell = self.cell.advance(self.cell.input(self.dropout(read)), state.cell)
        return replace(state, cell=cell, chosen=state.chosen | one_hot)

    def _scores(self, state: ChoosingState) -> tuple[Tensor, Tensor]:
        """Of each sentence (rows, sentences) and of stopping (rows, 1), float32."""
        source, hidden = state.source, state.cell[0]
        chosen = state.chosen.float()
        most = (source.likeness * chosen[:, None, None]).amax(dim=-1)
        total = source.likeness @ chosen[:, None, :, None]
        repeats = torch.cat((most, total[..., 0]), dim=1).transpose(1, 2)  # (rows, sentences, 2 * channels)
        asked = self.query(hidden)[:, None] + source.keys + self.repeats(repeats)
        scores = self.score(torch.tanh(asked)).squeeze(-1).float()
        gone = state.chosen | ~source.keep_mask
        scores = scores.masked_fill(gone, float("-inf"))
        looked = torch.softmax(scores.masked_fill(gone.all(dim=1, keepdim=True), 0.0), dim=-1)
        context = (looked.to(source.states.dtype)[:, None] @ source.states)[:, 0]
        return scores, self.stop(torch.cat((hidden, context), dim=-1)).float()


def _standard(values: Tensor, keep_mask: Tensor) -> Tensor:
    """Values (batch, sentences, any) with mean 0 and deviation 1 over the real sentences of each document."""
    keep = keep_mask[..., None].to(values.dtype)
    count = keep.sum(dim=1, keepdim=True).clamp_min(1)
    mean = (values * keep).sum(dim=1, keepdim=True) / count
    variance = ((values - mean) ** 2 * keep).sum(dim=1, keepdim=True) / count
    return (values - mean) / torch.sqrt(variance + 1e-3) * keep
