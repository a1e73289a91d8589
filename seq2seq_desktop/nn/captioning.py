"""A convolutional encoder and an LSTM that looks at the picture before each word, as in Show, Attend and Tell.

Before a word the LSTM's state asks the cells by additive attention; a gate, one number a step, says how much of what
it sees counts; the word before and that context move the state, and all three tell the next word.

Source: Xu et al. 2015, "Show, Attend and Tell: Neural Image Caption Generation with Visual Attention", sections 3.1
and 4.2 (soft attention, the gate of 4.2.1). Unlike there, features are mapped to the state's width first.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.dropout import Dropout
from seq2seq_desktop.nn.embedding import TiedEmbedding
from seq2seq_desktop.nn.recurrent import Attention, LongShortTermMemory, Lookup, initialise_recurrent
from seq2seq_desktop.nn.state import StepResult
from seq2seq_desktop.nn.vision import FEATURES, EfficientNetLite


@dataclass(frozen=True)
class CaptionerConfig:
    """The sizes of a captioner."""

    vocabulary: int  # pieces
    encoder: str = "efficientnet-lite0"
    width: int = 256  # of an embedding
    hidden: int = 512  # of the state and of a cell's features as the decoder sees them
    attention: int = 128  # of the space in which state and cells are compared
    dropout: float = 0.5  # 0..1, of embeddings, cells and output; in training only
    pad: int = 0  # id of the padding piece

    def __post_init__(self) -> None:
        if not 0 <= self.dropout < 1:
            raise OptionError(f"dropout = {self.dropout} is not in 0..1", "0.5 is usual")


@dataclass(frozen=True)
class CaptionerMemory:
    """The encoder's output."""

    cells: Tensor  # (batch, cells, hidden), row by row
    keep_mask: Tensor  # (batch, cells) bool, False where a picture's grid has fewer cells than others


@dataclass(frozen=True)
class CaptionerState:
    """The LSTM after the steps so far, and what it looks at."""

    hidden: Tensor  # (rows, hidden)
    cell: Tensor  # (rows, hidden)
    source: Lookup
    segments: tuple[int, ...]  # of each row

    def select(self, parents: Tensor) -> "CaptionerState":
        """The state whose row i continues old row parents[i]."""
        segments = tuple(self.segments[parent] for parent in parents.tolist())
        source = self.source if segments == self.segments else self.source.select(parents)
        return CaptionerState(self.hidden[parents], self.cell[parents], source, segments)


class Captioner(nn.Module):
    """Pictures to captions."""

    def __init__(self, config: CaptionerConfig) -> None:
        super().__init__()
        self.config = config
        width, hidden = config.width, config.hidden
        self.embedding = TiedEmbedding(config.vocabulary, width, padding_idx=config.pad)
        self.cells = nn.Linear(FEATURES, hidden)
        self.begin = nn.Linear(hidden, 2 * hidden)
        self.attention = Attention("additive", hidden, hidden, config.attention)
        self.gate = nn.Linear(hidden, 1)
        self.memory_cell = LongShortTermMemory(width, hidden)
        self.context = nn.Linear(hidden, 4 * hidden, bias=False)
        self.output = nn.Linear(width + 2 * hidden, width)
        self.dropout = Dropout(config.dropout)
        initialise_recurrent(self)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)
        self.encoder = EfficientNetLite(config.encoder)

    def encode(self, inputs: Sequence[Tensor]) -> CaptionerMemory:
        """The memory of pictures, each (3, height, width) 0..255 with sides that are multiples of 32.

        Pictures of one shape go through the encoder together.
        """
        cells: list[Tensor] = [torch.empty(0)] * len(inputs)
        for shape in dict.fromkeys(picture.shape for picture in inputs):
            places = [place for place, picture in enumerate(inputs) if picture.shape == shape]
            together = self.seen(self.encoder(torch.stack([inputs[place] for place in places])))
            for place, one in zip(places, together, strict=True):
                cells[place] = one
        most = max((len(one) for one in cells), default=0)
        keep_mask = torch.tensor([[cell < len(one) for cell in range(most)] for one in cells], device=cells[0].device)
        padded = torch.stack([F.pad(one, (0, 0, 0, most - len(one))) for one in cells])
        return CaptionerMemory(padded, keep_mask)

    def seen(self, features: Tensor) -> Tensor:
        """The cells (batch, cells, hidden) of features (batch, 1280, rows, columns), row by row."""
        flat = features.flatten(2).transpose(1, 2)
        # An encoder may run in less precision than the decoder; int8 layers read float32.
        cells: nn.Module = self.cells
        flat = flat.to(cells.weight.dtype if isinstance(cells, nn.Linear) else torch.float32)
        seen: Tensor = self.dropout(F.relu(cells(flat)))
        return seen

    def start(self, memory: CaptionerMemory) -> CaptionerState:
        """The state before the first step, made of the mean of the cells; the keys are computed here, once."""
        hidden, cell = self._begun(memory.cells, memory.keep_mask).chunk(2, dim=-1)
        keep_mask = None if bool(memory.keep_mask.all()) else memory.keep_mask
        return CaptionerState(
            hidden, cell, self.attention.lookup(memory.cells, keep_mask), tuple(range(len(memory.cells)))
        )

    def step(self, tokens: Tensor, state: CaptionerState, need_weights: bool) -> StepResult:
        """The distribution after `tokens` (rows,); attention (rows, 1, 1, cells) on request."""
        word = self._embed(tokens)
        context, weights = self._look(state.hidden[:, None], state.source)
        context = context[:, 0]
        projected = self.memory_cell.input(word) + self.context(context)
        hidden, cell = self.memory_cell.advance(projected, (state.hidden, state.cell))
        told = torch.cat((word, hidden, context), dim=-1)
        log_probs = torch.log_softmax(self._logits(told).float(), dim=-1)
        attention = weights[:, None] if need_weights else None
        return StepResult(log_probs, replace(state, hidden=hidden, cell=cell), attention)

    def forward(self, cells: Tensor, target: Tensor, target_keep: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (kept, vocabulary) with teacher forcing, and how much each cell was looked at, float32.

        Each picture of cells (pictures, cells, hidden) has the same number of captions: target (pictures, captions,
        steps) int64 begins with the start piece; `target_keep`, of the same shape, names the steps whose logits are
        wanted, a first stretch of each caption. Logits come in the order of `by_step`. The looks
        (pictures, captions, cells) are sums over a caption's kept steps. Steps past the end of all captions of a
        place are not computed: it pays to have each picture's captions sorted, the longest first.
        """
        source = self.attention.lookup(cells, None)
        words = self.dropout(self._embed(target))
        projected = self.memory_cell.input(words).unbind(dim=2)
        begun = self._begun(cells, cells.new_ones(cells.shape[:2], dtype=torch.bool))
        hidden, cell = begun[:, None].expand(-1, target.shape[1], -1).chunk(2, dim=-1)
        looks = cells.new_zeros((*target.shape[:2], cells.shape[1]), dtype=torch.float32)
        told = []
        for step, count in enumerate(_running(target_keep)):
            hidden, cell, keep = hidden[:, :count], cell[:, :count], target_keep[:, :count, step]
            context, weights = self._look(hidden, source)
            moved = projected[step][:, :count] + self.context(context)
            hidden, cell = self.memory_cell.advance(moved, (hidden, cell))
            told.append(torch.cat((words[:, :count, step][keep], hidden[keep], context[keep]), dim=-1))
            looks = looks + F.pad(weights * keep[..., None], (0, 0, 0, target.shape[1] - count))
        return self._logits(torch.cat(told)), looks

    def _begun(self, cells: Tensor, keep_mask: Tensor) -> Tensor:
        """Hidden state and cell state before the first step, side by side (batch, 2 * hidden)."""
        kept = keep_mask[..., None].to(cells.dtype)
        mean = (cells * kept).sum(dim=1) / kept.sum(dim=1)
        return torch.tanh(self.begin(mean))

    def _embed(self, tokens: Tensor) -> Tensor:
        """Embeddings as large as states are: the tied matrix is scaled for the output, too small to move a gate."""
        scaled: Tensor = self.embedding(tokens) * math.sqrt(self.config.width)
        return scaled

    def _look(self, hidden: Tensor, source: Lookup) -> tuple[Tensor, Tensor]:
        """What states (batch, captions, hidden) see, gated, of the same shape, and with which weights."""
        context, weights = self.attention(hidden, source)
        return torch.sigmoid(self.gate(hidden)) * context, weights

    def _logits(self, told: Tensor) -> Tensor:
        """Scores of pieces from the word before, the state and the context (Xu et al. 2015, equation 7)."""
        output = torch.tanh(self.output(self.dropout(told)))
        scores: Tensor = self.embedding.project(output)
        return scores


def by_step(values: Tensor, target_keep: Tensor) -> Tensor:
    """The kept values (kept,) of (pictures, captions, steps), step by step, as `Captioner.forward` gives logits."""
    order = (2, 0, 1)
    return values.permute(order)[target_keep.permute(order)]


def _running(target_keep: Tensor) -> list[int]:
    """For each step up to the last kept one: the places of captions up to the last that still goes on."""
    going = target_keep.any(dim=0)  # (captions, steps)
    places = torch.arange(1, going.shape[0] + 1, device=going.device)[:, None]
    return [count for count in (going * places).amax(dim=0).tolist() if count]


def without_attention(state: CaptionerState) -> CaptionerState:
    """The state that sees every cell alike, for equal keys have equal scores: to measure what attention gives."""
    return replace(state, source=replace(state.source, keys=torch.zeros_like(state.source.keys)))
