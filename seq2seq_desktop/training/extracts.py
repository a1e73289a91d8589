"""What a pointer over sentences learns from: for each document, at each choice, how good every sentence would be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from seq2seq_desktop.events import Progress
from seq2seq_desktop.nn.pointer import FIRST, START, STOP, SentenceBatch
from seq2seq_desktop.tasks.summarize.choosing import PART, sentence_batch
from seq2seq_desktop.text.normalise import normalise
from seq2seq_desktop.training.recipe import Corpus, Summaries
from seq2seq_desktop.training.summaries import Extract, Pools, documents, find_extracts, read_extracts, split_document
from seq2seq_desktop.training.workshop import Workshop

_LEAST = -30.0  # log-probability that stands for what cannot be chosen


@dataclass(frozen=True)
class Lesson:
    """A document and its best extract."""

    sentences: tuple[tuple[int, ...], ...]  # piece ids of each
    length: int  # sentences of the whole document
    chosen: tuple[int, ...]  # the best first
    goals: np.ndarray[Any, Any]  # (steps, 1 + sentences): what each step should choose, stopping first; rows sum to 1


@dataclass(frozen=True)
class ExtractBatch:
    """Documents side by side for teacher forcing."""

    source: SentenceBatch
    target_in: Tensor  # (batch, steps) int64, begins with the start token
    goals: Tensor  # (batch, steps, 2 + sentences) float32, rows sum to 1 where they count
    target_keep: Tensor  # (batch, steps) bool, True where a row counts

    @property
    def targets(self) -> int:
        """How many choices are to be foretold."""
        return int(self.target_keep.sum())

    def tensors(self) -> tuple[Tensor, ...]:
        """All of it, as `PointerObjective` takes it."""
        source = self.source
        own = (source.pieces, source.counts, source.keep_mask, source.places, source.lengths)
        return (*own, self.target_in, self.goals, self.target_keep)

    def to(self, device: torch.device) -> "ExtractBatch":
        """The same on another device."""
        rest = (item.to(device) for item in (self.target_in, self.goals, self.target_keep))
        return ExtractBatch(self.source.to(device), *rest)


class PointerObjective(nn.Module):
    """How far each choice is from the goals: cross-entropy in nats."""

    def __init__(self, model: nn.Module) -> None:
        """The loss of `model`."""
        super().__init__()
        self.model = model

    def forward(
        self,
        pieces: Tensor,
        counts: Tensor,
        keep_mask: Tensor,
        places: Tensor,
        lengths: Tensor,
        target_in: Tensor,
        goals: Tensor,
        target_keep: Tensor,
        progress: float,
    ) -> Tensor:
        """The mean loss of a choice; the shapes are those of `ExtractBatch`."""
        source = SentenceBatch(pieces, counts, keep_mask, places, lengths)
        log_probs = self.model(source, target_in, target_keep)
        loss: Tensor = -(goals[target_keep] * log_probs.float().clamp_min(_LEAST)).sum(dim=-1).mean()
        return loss


def objective(shop: Workshop) -> nn.Module:
    """The loss of a run."""
    return PointerObjective(shop.model)


def prepare(shop: Workshop) -> Iterator[Progress]:
    """How far finding the best extracts has come."""
    return find_extracts(shop, shop.recipe.data.corpora)


def batches(shop: Workshop) -> "Pools[Lesson]":
    """The documents of a recipe as an endless, resumable stream. Raises: TrainingError, InputError."""
    pad = shop.tokenizer.pad
    size = shop.recipe.summaries.batch
    streams = {corpus.name: lessons(corpus, shop) for corpus in shop.recipe.data.corpora}

    def cut(items: list[Lesson], rng: np.random.Generator) -> list[list[Lesson]]:
        items = sorted((items[index] for index in rng.permutation(len(items))), key=lambda one: len(one.sentences))
        groups = [items[first : first + size] for first in range(0, len(items), size)]
        return [groups[index] for index in rng.permutation(len(groups))]

    return Pools(shop.recipe, streams, cut, lambda items: side_by_side(items, pad))


def lessons(corpus: Corpus, shop: Workshop) -> list[Lesson]:
    """The documents of a corpus that have something to choose from and an extract that is worth it."""
    found = []
    extracts = read_extracts(shop.folder, corpus)
    for one, extract in zip(documents(corpus, shop.data), extracts, strict=True):
        texts = [normalise(text) for text in split_document(one)]
        ids = shop.tokenizer.encode_batch(texts[:PART])
        if len(ids) > 1 and extract.chosen and max(extract.chosen[:1]) < PART:
            read = tuple(map(tuple, ids))
            found.append(lesson(read, len(texts), extract, shop.recipe.summaries))
    return found


def lesson(sentences: tuple[tuple[int, ...], ...], length: int, extract: Extract, options: Summaries) -> Lesson:
    """What is to be learned from a document of which `sentences` are read.

    A step's goal is in part the sentences that the extract still lacks, in any order, in part every sentence by the
    score it would have given.
    """
    count = len(sentences)
    inside = [number for number in extract.chosen if number < count]
    chosen = inside[: options.most]
    rows = []
    for step in range(len(chosen)):
        missing = np.zeros(count)
        missing[inside[step:]] = 1 / len(inside[step:])
        scores = extract.scores[step, :count].astype(np.float64)
        worth = np.exp((scores - scores.max()) / options.temperature)
        worth[chosen[:step]] = 0
        goal = options.certain * missing + (1 - options.certain) * worth / worth.sum()
        rows.append([0.0, *goal])
    if len(chosen) == len(extract.chosen):
        rows.append([1.0, *np.zeros(count)])
    return Lesson(sentences, length, tuple(chosen), np.array(rows, np.float32))


def side_by_side(items: list[Lesson], pad: int) -> ExtractBatch:
    """The lessons as one batch."""
    source = sentence_batch([one.sentences for one in items], pad, lengths=[float(one.length) for one in items])
    steps = max(len(one.goals) for one in items)
    size = (len(items), steps)
    target_in = np.full(size, START, np.int64)
    goals = np.zeros((*size, FIRST + source.keep_mask.shape[1]), np.float32)
    keep = np.zeros(size, bool)
    for row, one in enumerate(items):
        own = len(one.goals)
        target_in[row, 1:own] = [number + FIRST for number in one.chosen[: own - 1]]
        goals[row, :own, STOP : FIRST + len(one.sentences)] = one.goals
        keep[row, :own] = True
    return ExtractBatch(source, *map(torch.from_numpy, (target_in, goals, keep)))
