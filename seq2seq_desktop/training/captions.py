"""Batches of pictures with all their captions: a view of each picture an epoch, the same again after a resume.

A batch holds pictures of one grid, each with the same number of captions, the longest first. An epoch's batches
depend on the seed and the number of the epoch, so a position is two integers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from seq2seq_desktop.errors import RecipeError, TrainingError
from seq2seq_desktop.events import Progress
from seq2seq_desktop.tasks.caption.reading import References, read_captions
from seq2seq_desktop.tasks.caption.shelf import Shelf
from seq2seq_desktop.tasks.caption.wording import plain
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.data import Position
from seq2seq_desktop.training.recipe import Recipe
from seq2seq_desktop.training.views import Views, compute, fast_copy
from seq2seq_desktop.training.workshop import Workshop

TRAIN = "views"  # folder of the training pictures' views, below the run's


@dataclass(frozen=True)
class CaptionBatch:
    """Pictures and their captions for teacher forcing."""

    states: Tensor  # (pictures, channels, height, width) float16, what the unchanging part of the encoder made
    numbers: Tensor  # (pictures,) int64: which pictures they are
    target_in: Tensor  # (pictures, captions, steps) int64, begins with the start piece
    target_out: Tensor  # (pictures, captions, steps) int64, ends with the end piece
    target_keep: Tensor  # (pictures, captions, steps) bool, True where target_out is real

    @property
    def targets(self) -> int:
        """How many pieces are to be foretold."""
        return int(self.target_keep.sum())

    def tensors(self) -> tuple[Tensor, ...]:
        """All of it, in the order of the fields."""
        return self.states, self.numbers, self.target_in, self.target_out, self.target_keep

    def to(self, device: torch.device) -> "CaptionBatch":
        """The same on another device."""
        return CaptionBatch(*(tensor.to(device) for tensor in self.tensors()))


class CaptionBatches:
    """The training pictures of a recipe as an endless, resumable stream of batches."""

    def __init__(self, shop: Workshop) -> None:
        """Open the views that were prepared. Raises: TrainingError or InputError for a corpus that cannot be used."""
        self.options, self.seed, self.tokenizer = shop.recipe.pictures, shop.recipe.seed, shop.tokenizer
        self.views = Views.open(shop.folder / TRAIN)
        self.references = train_references(shop.recipe, shop.data)
        self.captions = [self._encoded(self.references[name]) for name in self.views.names]
        self.position = Position()

    def batches(self, progress: Callable[[], float], rank: int = 0, world: int = 1) -> Iterator[CaptionBatch]:
        """Batches from the position on; `position` always names the batch after the one just given."""
        while True:
            batches = self._epoch(self.position.pool)
            if len(batches) < world:
                problem = f"an epoch gives {len(batches)} batches for {world} processes"
                raise TrainingError(problem, "lower pictures.batch")
            while self.position.batch + world <= len(batches):
                items = batches[self.position.batch + rank]
                self.position.batch += world
                yield self._batch(items)
            self.position = Position(self.position.pool + 1)

    def _epoch(self, number: int) -> list[list[int]]:
        """The views of an epoch, in batches of one grid and one number of captions."""
        rng = np.random.default_rng([self.seed, number])
        pictures = len(self.captions)
        groups: dict[tuple[int, ...], list[int]] = {}
        for picture in rng.permutation(pictures).tolist():
            item = int(rng.integers(self.options.views)) * pictures + picture
            count = len(self.captions[picture])
            if count:
                groups.setdefault((*self.views.grids[item].tolist(), count), []).append(item)
        size = self.options.batch
        batches = [group[first : first + size] for group in groups.values() for first in range(0, len(group), size)]
        return [batches[place] for place in rng.permutation(len(batches))]

    def _batch(self, items: Sequence[int]) -> CaptionBatch:
        numbers = [item % len(self.captions) for item in items]
        target_in, target_out = padded([self.captions[number] for number in numbers], self.tokenizer)
        states = self.views.of_one_grid(items)
        return CaptionBatch(states, torch.tensor(numbers), target_in, target_out, target_out != self.tokenizer.pad)

    def _encoded(self, captions: Sequence[str]) -> list[list[int]]:
        """The captions in pieces, the longest first; those that are too long are left out."""
        pieces = [[*ids, self.tokenizer.end] for ids in self.tokenizer.encode_batch(captions) if ids]
        return sorted((own for own in pieces if len(own) <= self.options.longest), key=len, reverse=True)


def padded(captions: Sequence[Sequence[Sequence[int]]], tokenizer: Tokenizer) -> tuple[Tensor, Tensor]:
    """Target in and target out, each (pictures, captions, steps), of captions that end with the end piece."""
    longest = max(len(caption) for own in captions for caption in own)
    target_out = torch.full((len(captions), len(captions[0]), longest), tokenizer.pad)
    for picture, own in enumerate(captions):
        for place, caption in enumerate(own):
            target_out[picture, place, : len(caption)] = torch.tensor(caption)
    start = target_out.new_full((*target_out.shape[:2], 1), tokenizer.start)
    return torch.cat((start, target_out[..., :-1]), dim=-1), target_out


def train_references(recipe: Recipe, data: Path) -> References:
    """The captions of all training pictures, as the model is to write them. Raises: TrainingError, InputError."""
    found: dict[str, tuple[str, ...]] = {}
    for corpus in recipe.data.corpora:
        if not (data / corpus.file).exists():
            raise TrainingError(f"{data / corpus.file}: there is no such file", "check --data and the recipe")
        found |= read_captions(data / corpus.file, corpus.limit)
    return {name: tuple(plain(caption) for caption in captions) for name, captions in found.items()}


def caption_texts(recipe: Recipe, data: Path) -> Iterator[str]:
    """All training captions, for learning a tokenizer."""
    for captions in train_references(recipe, data).values():
        yield from captions


def prepare(shop: Workshop) -> Iterator[Progress]:
    """How far the views of the training and dev pictures are; after the last event they are all kept."""
    recipe = shop.recipe
    encoder: Any = shop.model.encoder
    if recipe.pictures.frozen > len(encoder.blocks):
        problem = f"pictures.frozen = {recipe.pictures.frozen}, but the encoder has {len(encoder.blocks)} blocks"
        raise RecipeError(problem, "freeze as many at most")
    shelf = Shelf(shop.data / recipe.pictures.folder)
    looking = fast_copy(encoder, recipe.training.precision, shop.device)
    cut, seed = recipe.pictures.frozen, recipe.seed
    for name, file in recipe.data.dev.items():
        names = list(read_captions(shop.data / file, recipe.data.dev_limit))
        yield from compute(shop.folder / f"{TRAIN}-{name}", names, shelf, looking, cut, 1, seed)
    names = list(train_references(recipe, shop.data))
    yield from compute(shop.folder / TRAIN, names, shelf, looking, cut, recipe.pictures.views, seed)
