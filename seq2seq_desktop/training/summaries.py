"""What both models of summaries are trained on: documents as sentences, and the best extract of each.

The best extracts take minutes to find, so they are found once, before the first step, and kept in the run's folder.
"""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor

from seq2seq_desktop.bundles.load import state_dict_of
from seq2seq_desktop.bundles.sources import find_bundle
from seq2seq_desktop.errors import RecipeError, TrainingError
from seq2seq_desktop.events import Progress
from seq2seq_desktop.tasks.summarize.corpus import Summarized, read_summaries
from seq2seq_desktop.tasks.summarize.oracle import oracle
from seq2seq_desktop.tasks.summarize.reading import sentences
from seq2seq_desktop.training.data import Batch, Orders, Position, shares_at, shuffled
from seq2seq_desktop.training.recipe import Corpus, Recipe
from seq2seq_desktop.training.workshop import Workshop

FOLDER = "extracts"  # of the best extracts, below the run's
_TOLD = 50  # documents between two reports

Item = TypeVar("Item")
Told = TypeVar("Told")


@dataclass(frozen=True)
class Extract:
    """The best extract of one document."""

    chosen: tuple[int, ...]  # numbers of sentences, the best first
    scores: np.ndarray[Any, Any]  # (chosen + 1 or chosen, sentences) float16, as `Oracle.scores`


def documents(corpus: Corpus, folder: Path) -> list[Summarized]:
    """The documents of a corpus with the summary that the recipe names.

    Raises: TrainingError where the file is missing; InputError for one that cannot be used.
    """
    path = folder / corpus.file
    if not path.exists():
        raise TrainingError(f"{path}: there is no such file", "check --data and the recipe")
    return list(read_summaries(path, corpus.limit, corpus.target))


def split_document(one: Summarized) -> list[str]:
    """The sentences of a document, as the task reads them."""
    return [sentence.text for sentence in sentences(one.text, one.language)]


def find_extracts(shop: Workshop, corpora: Sequence[Corpus]) -> Iterator[Progress]:
    """How far it has come; afterwards the best extracts of the `corpora` lie in the run's folder."""
    (shop.folder / FOLDER).mkdir(exist_ok=True)
    for corpus in corpora:
        path = _path(shop.folder, corpus)
        if not path.exists():
            yield from _find(documents(corpus, shop.data), path, corpus.name)


def read_extracts(folder: Path, corpus: Corpus) -> list[Extract]:
    """The best extracts of a corpus, in the order of its documents. Raises: TrainingError if they are not there."""
    path = _path(folder, corpus)
    try:
        with np.load(path) as file:
            chosen, scores, counts, sizes = (file[name] for name in ("chosen", "scores", "counts", "sizes"))
    except (OSError, ValueError, LookupError) as error:
        raise TrainingError(f"{path}: damaged or missing ({error})", "remove it, then go on with --resume") from error
    found, place, start = [], 0, 0
    for count, (rows, columns) in zip(counts, sizes, strict=True):
        own = tuple(int(number) for number in chosen[place : place + count])
        found.append(Extract(own, scores[start : start + rows * columns].reshape(rows, columns)))
        place, start = place + count, start + rows * columns
    return found


def _find(found: Sequence[Summarized], path: Path, name: str) -> Iterator[Progress]:
    began = time.monotonic()
    best = []
    for number, one in enumerate(found, start=1):
        best.append(oracle(split_document(one), one.references[0]))
        if number % _TOLD == 0 or number == len(found):
            left = (time.monotonic() - began) / number * (len(found) - number)
            yield Progress(number, len(found), "documents", left, f"finding the best extracts of {name}")
    part = path.with_suffix(".part.npz")
    np.savez_compressed(
        part,
        chosen=np.array([number for one in best for number in one.chosen], np.int32),
        scores=np.concatenate([one.scores.ravel() for one in best]),
        counts=np.array([len(one.chosen) for one in best], np.int32),
        sizes=np.array([one.scores.shape for one in best], np.int32),
    )
    part.replace(path)


def _path(folder: Path, corpus: Corpus) -> Path:
    return folder / FOLDER / f"{corpus.name}.npz"


class Pools(Generic[Item, Told]):
    """Batches out of several streams of items, drawn by share, the same again after a resume.

    A pool of items is drawn and given to `cut`, which makes batches of it. Everything drawn depends on the seed, the
    number of the pool and the places reached in the streams, so a position is a handful of integers.
    """

    def __init__(
        self,
        recipe: Recipe,
        streams: Mapping[str, Sequence[Item]],
        cut: Callable[[list[Item], np.random.Generator], list[list[Told]]],
        padded: Callable[[list[Told]], Batch],
    ) -> None:
        """`streams` by the names of the corpora; `padded` puts the items of one batch side by side."""
        for name, items in streams.items():
            if not items:
                raise TrainingError(
                    f"corpus {name!r} has no document that fits", "raise data.longest or leave it out"
                )
        self._data, self._seed = recipe.data, recipe.seed
        self._streams, self._cut, self._padded = streams, cut, padded
        self.position = Position(cursors=dict.fromkeys(streams, 0))
        self._order: Orders = {}

    def batches(self, progress: Callable[[], float], rank: int = 0, world: int = 1) -> Iterator[Batch]:
        """Batches from the position on; `position` always names the batch after the one just given."""
        if set(self.position.cursors) != set(self._streams):
            raise TrainingError("the checkpoint is of other corpora", "use the recipe the run was started with")
        while True:
            if self.position.batch == 0:
                self.position.progress = progress()
            batches, cursors = self._pool()
            if len(batches) < world:
                problem = f"a pool of {self._data.pool} documents gives {len(batches)} batches for {world} processes"
                raise TrainingError(problem, "raise data.pool")
            while self.position.batch + world <= len(batches):
                items = batches[self.position.batch + rank]
                self.position.batch += world
                yield self._padded(items)
            self.position = Position(self.position.pool + 1, 0, 0.0, cursors)

    def _pool(self) -> tuple[list[list[Told]], dict[str, int]]:
        """The batches of the current pool, and the cursors after it."""
        rng = np.random.default_rng([self._seed, self.position.pool])
        shares = shares_at(self._data.curriculum, self.position.progress)
        total = sum(shares.values())
        cursors = dict(self.position.cursors)
        items: list[Item] = []
        for number, name in enumerate(sorted(self._streams)):
            count = round(self._data.pool * shares.get(name, 0.0) / total)
            order = shuffled(self._streams[name], self._seed, number, cursors[name], self._order)
            items += itertools.islice(order, count)
            cursors[name] += count
        return self._cut(items, rng), cursors


def is_pointer(recipe: Recipe) -> bool:
    """Whether a recipe trains a pointer over sentences, rather than a model that writes."""
    return recipe.model.get("architecture") == "sentence-pointer"


def no_texts(_recipe: Recipe, _data: Path) -> Iterator[str]:
    """Nothing to learn a tokenizer from. Raises: RecipeError, always."""
    raise RecipeError("[tokenizer] names no bundle", 'a summarizer begins with a translator: bundle = "..."')


def translator_weights(recipe: Recipe) -> dict[str, Tensor]:
    """What of the translator whose pieces the recipe takes the model begins with, by the model's names.

    A pointer over sentences has its embedding, a pointer-generator all of it. The embedding gets a row more for each
    piece that summaries need besides.

    Raises: BundleError if the translator is missing or damaged.
    """
    torch.manual_seed(recipe.seed)
    given = state_dict_of(find_bundle(recipe.tokenizer.bundle))
    given["embedding.weight"] = _widened(given["embedding.weight"])
    if is_pointer(recipe):
        return {"embedding.weight": given["embedding.weight"]}
    return {f"transformer.{name}": weight for name, weight in given.items()}


def _widened(weight: Tensor) -> Tensor:
    more = torch.randn(len(PIECES), weight.shape[1]) * weight.shape[1] ** -0.5
    return torch.cat((weight, more))


PIECES = ("<headline>", "<abstract>")
"""The special pieces that ask for a kind of summary."""
