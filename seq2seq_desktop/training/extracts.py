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

    sentences: tuple[np.ndarray[Any, Any], ...]  # piece ids of each that is read
    length: int  # sentences of the whole document
    extract: Extract


@dataclass(frozen=True)
class Course:
    """One way through a lesson: what is chosen, and what each choice should have been."""

    lesson: Lesson
    chosen: tuple[int, ...]  # numbers of sentences
    goals: np.ndarray[Any, Any]  # (steps, 1 + sentences) float32, stopping first; rows sum to 1


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


def batches(shop: Workshop) -> "Pools[Lesson, Course]":
    """The documents of a recipe as an endless, resumable stream. Raises: TrainingError, InputError."""
    pad = shop.tokenizer.pad
    size = shop.recipe.summaries.batch
    streams = {corpus.name: lessons(corpus, shop) for corpus in shop.recipe.data.corpora}

    def cut(items: list[Lesson], rng: np.random.Generator) -> list[list[Course]]:
        items = sorted((items[index] for index in rng.permutation(len(items))), key=lambda one: len(one.sentences))
        told = [course(one, shop.recipe.summaries, rng) for one in items]
        groups = [told[first : first + size] for first in range(0, len(told), size)]
        return [groups[index] for index in rng.permutation(len(groups))]

    return Pools(shop.recipe, streams, cut, lambda items: side_by_side(items, pad))


def lessons(corpus: Corpus, shop: Workshop) -> list[Lesson]:
    """The documents of a corpus that have something to choose from and an extract that is worth it."""
    found = []
    extracts = read_extracts(shop.folder, corpus)
    for one, extract in zip(documents(corpus, shop.data), extracts, strict=True):
        texts = [normalise(text) for text in split_document(one)]
        ids = shop.tokenizer.encode_batch(texts[:PART])
        if len(ids) > 1 and extract.chosen and extract.chosen[0] < PART:
            found.append(Lesson(tuple(np.array(one, np.int32) for one in ids), len(texts), extract))
    return found


def course(lesson: Lesson, options: Summaries, rng: np.random.Generator) -> Course:
    """One way through a lesson, drawn anew each time.

    A step's goal is in part the sentences of the best extract that are still missing, in any order, in part every
    sentence by the score it would have given. What was chosen before is the best extract in its order or in any
    other, now and then with a wrong sentence in it: a model that only ever saw right choices goes astray after its
    first mistake (Bengio et al. 2015, "Scheduled Sampling").
    """
    count = len(lesson.sentences)
    best = [number for number in lesson.extract.chosen if number < count]
    in_order = rng.random() < 0.5
    planned = best if in_order else [best[index] for index in rng.permutation(len(best))]
    chosen: list[int] = []
    rows: list[list[float]] = []
    for step in range(min(len(best), options.most)):
        missing = [number for number in planned if number not in chosen]
        certain = options.certain if in_order and chosen == best[:step] else 1.0
        rows.append([0.0, *_goal(missing, chosen, lesson.extract.scores[step, :count], certain, options.temperature)])
        wrong = [number for number in range(count) if number not in best and number not in chosen]
        chosen.append(int(rng.choice(wrong)) if wrong and rng.random() < options.wrong else missing[0])
    if len(chosen) == len(lesson.extract.chosen):
        rows.append([1.0, *[0.0] * count])
    return Course(lesson, tuple(chosen), np.array(rows, np.float32))


def _goal(
    missing: list[int], chosen: list[int], scores: np.ndarray[Any, Any], certain: float, temperature: float
) -> list[float]:
    """(sentences,) that sum to 1: `certain` of it the missing ones alike, the rest by the scores."""
    goal = np.zeros(len(scores))
    goal[missing] = certain / len(missing)
    worth = np.exp((scores - scores.max()).astype(np.float64) / temperature)
    worth[chosen] = 0
    return list(goal + (1 - certain) * worth / max(worth.sum(), 1e-9))


def side_by_side(items: list[Course], pad: int) -> ExtractBatch:
    """The courses as one batch."""
    own = [one.lesson for one in items]
    source = sentence_batch([one.sentences for one in own], pad, lengths=[float(one.length) for one in own])
    size = (len(items), max(len(one.goals) for one in items))
    target_in = np.full(size, START, np.int64)
    goals = np.zeros((*size, FIRST + source.keep_mask.shape[1]), np.float32)
    keep = np.zeros(size, bool)
    for row, one in enumerate(items):
        steps = len(one.goals)
        target_in[row, 1:steps] = [number + FIRST for number in one.chosen[: steps - 1]]
        goals[row, :steps, STOP : FIRST + len(one.lesson.sentences)] = one.goals
        keep[row, :steps] = True
    return ExtractBatch(source, *map(torch.from_numpy, (target_in, goals, keep)))
