"""Batches of translation pairs: drawn by share, sorted by length, the same again after a resume.

A pool of pairs is drawn from the corpora, changed, turned into pieces, sorted by length and cut into batches of a
fixed number of positions; then the batches are shuffled. Everything drawn depends on the seed, the number of the
pool and the places reached in the corpora, so a position is a handful of integers.
"""

import itertools
import lzma
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor

from seq2seq_desktop.errors import InputError, TrainingError
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.text.tokenizer import END, PAD, PLACEHOLDERS, START, Tokenizer, language_tag
from seq2seq_desktop.training.augment import Augmenter
from seq2seq_desktop.training.recipe import Corpus, Data, Shares

_RESERVED = (PAD, START, END, *PLACEHOLDERS)
_PERMUTATION = 7  # keeps the draws of an epoch's order apart from those of a pool
_STEP = 4  # lengths are padded up to a multiple of this, so that few distinct shapes occur

Item = TypeVar("Item")

Orders = dict[tuple[int, int], np.ndarray[Any, Any]]
"""The order in which an epoch shows its items, by the number of the sequence and of the epoch."""

TokenPair = tuple[list[int], list[int]]
"""Source and target ids of one pair, end pieces included, the start piece not."""


@dataclass(frozen=True)
class PairBatch:
    """Padded pairs for teacher forcing."""

    source: TokenBatch  # (batch, source)
    target_in: Tensor  # (batch, target) int64, begins with the start piece
    target_out: Tensor  # (batch, target) int64, ends with the end piece
    target_keep: Tensor  # (batch, target) bool, True where target_out is real

    @property
    def targets(self) -> int:
        """How many pieces are to be foretold."""
        return int(self.target_keep.sum())

    def tensors(self) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Source tokens and mask, target in, out and mask."""
        return self.source.tokens, self.source.keep_mask, self.target_in, self.target_out, self.target_keep

    def to(self, device: torch.device) -> "PairBatch":
        """The same on another device."""
        source = TokenBatch(self.source.tokens.to(device), self.source.keep_mask.to(device))
        return PairBatch(source, *(item.to(device) for item in (self.target_in, self.target_out, self.target_keep)))


@dataclass
class Position:
    """Where in the data a run stands; what a checkpoint keeps. `Batches.batches` moves it on."""

    pool: int = 0
    batch: int = 0  # next batch within the pool
    progress: float = 0.0  # share of the budget used when the pool was drawn
    cursors: dict[str, int] = field(default_factory=dict)  # sentences drawn from each corpus before the pool


class Batch(Protocol):
    """What one step learns from."""

    @property
    def targets(self) -> int:
        """How many pieces are to be foretold."""

    def tensors(self) -> tuple[Tensor, ...]:
        """What the task's objective takes, in its order."""

    def to(self, device: torch.device) -> "Batch":
        """The same on another device."""


class Batches(Protocol):
    """Endless training data that can be gone on with anywhere."""

    position: Position

    def batches(self, progress: Callable[[], float], rank: int = 0, world: int = 1) -> Iterator[Batch]:
        """Batches from the position on; `progress` says 0..1 how much of the budget is used."""


class Pairs:
    """The training pairs of a recipe as an endless, resumable stream of batches."""

    def __init__(
        self, data: Data, folder: Path, tokenizer: Tokenizer, seed: int, position: Position | None = None
    ) -> None:
        """Read all corpora. Raises: TrainingError or InputError for a file that cannot be used."""
        self.data, self.tokenizer, self.seed = data, tokenizer, seed
        self.texts = {corpus.name: read_pairs(folder / corpus.file, corpus.limit) for corpus in data.corpora}
        self.languages = {corpus.name: corpus.languages for corpus in data.corpora}
        self.position = position or Position(cursors=dict.fromkeys(self.texts, 0))
        self._augment = Augmenter(data.augmentation)
        self._order: Orders = {}

    def batches(self, progress: Callable[[], float], rank: int = 0, world: int = 1) -> Iterator[PairBatch]:
        """Batches from the position on; `position` always names the batch after the one just given.

        With several processes each takes one of every `world` batches; what does not go round is left out.
        """
        self._check_cursors()
        while True:
            if self.position.batch == 0:
                self.position.progress = progress()
            batches, cursors = self._pool()
            if len(batches) < world:
                raise TrainingError(
                    f"a pool of {self.data.pool} pairs gives {len(batches)} batches for {world} processes",
                    "raise data.pool, or data.longest if the pairs are longer",
                )
            while self.position.batch + world <= len(batches):
                batch = batches[self.position.batch + rank]
                self.position.batch += world
                yield padded_pairs(batch, self.tokenizer)
            self.position = Position(self.position.pool + 1, 0, 0.0, cursors)

    def _check_cursors(self) -> None:
        if set(self.position.cursors) != set(self.texts):
            raise TrainingError(
                f"the checkpoint is at places in {', '.join(sorted(self.position.cursors)) or 'no corpus'}, "
                f"the recipe has {', '.join(sorted(self.texts))}",
                "use the recipe the run was started with",
            )

    def _pool(self) -> tuple[list[list[TokenPair]], dict[str, int]]:
        """The batches of the current pool, as lists of (source, target) ids, and the cursors after it."""
        rng = np.random.default_rng([self.seed, self.position.pool])
        cursors = dict(self.position.cursors)
        sources, targets, tags = [], [], []
        for name, count in self._counts():
            languages = self.languages[name]
            for line in self._drawn(name, cursors[name], count):
                reverse = rng.random() < 0.5
                source, target = line.split("\t")[:: -1 if reverse else 1]
                source, target = self._augment(source, target, rng)
                sources.append(source)
                targets.append(target)
                tags.append(languages[0 if reverse else 1])
            cursors[name] += count
        pairs = self._encoded(sources, targets, tags)
        return cut_pairs(pairs, self.data.tokens_per_batch, rng), cursors

    def _counts(self) -> list[tuple[str, int]]:
        shares = shares_at(self.data.curriculum, self.position.progress)
        total = sum(shares.values())
        return [(name, round(self.data.pool * shares.get(name, 0.0) / total)) for name in self.texts]

    def _drawn(self, name: str, first: int, count: int) -> Iterator[str]:
        """`count` lines of a corpus from place `first` of its endless sequence of shuffled epochs."""
        number = sorted(self.texts).index(name)
        return itertools.islice(shuffled(self.texts[name], self.seed, number, first, self._order), count)

    def _encoded(self, sources: list[str], targets: list[str], tags: list[str]) -> list[TokenPair]:
        """The pairs in pieces; those that are too long or empty are left out."""
        tag_ids = {tag: self.tokenizer.id(language_tag(tag)) for tag in set(tags)}
        end = self.tokenizer.end
        texts = zip(
            self.tokenizer.encode_batch(sources, trusted=True),
            self.tokenizer.encode_batch(targets, trusted=True),
            tags,
            strict=True,
        )
        pairs = [([tag_ids[tag], *source, end], [*target, end]) for source, target, tag in texts]
        return [pair for pair in pairs if max(map(len, pair)) <= self.data.longest and min(map(len, pair)) > 1]


def cut_pairs(pairs: list[TokenPair], tokens: int, rng: np.random.Generator) -> list[list[TokenPair]]:
    """The pairs as batches of one length each and at most `tokens` padded positions a side, in random order."""
    pairs = [pairs[index] for index in rng.permutation(len(pairs))]
    pairs.sort(key=lambda pair: (_padded_length(pair[1]), _padded_length(pair[0])))
    batches: list[list[TokenPair]] = []
    longest = 0
    for pair in pairs:
        own = max(_padded_length(side) for side in pair)
        longest = max(longest, own)
        if not batches or longest * (len(batches[-1]) + 1) > tokens:
            batches.append([])
            longest = own
        batches[-1].append(pair)
    return [batches[index] for index in rng.permutation(len(batches))]


def padded_pairs(pairs: list[TokenPair], tokenizer: Tokenizer) -> PairBatch:
    """The pairs side by side, padded to a common length."""
    pad, start = tokenizer.pad, tokenizer.start
    source = _pad([pair[0] for pair in pairs], pad)
    target_out = _pad([pair[1] for pair in pairs], pad)
    target_in = _pad([[start, *pair[1][:-1]] for pair in pairs], pad)
    return PairBatch(TokenBatch(source, source != pad), target_in, target_out, target_out != pad)


def shuffled(items: Sequence[Item], seed: int, number: int, first: int, orders: Orders) -> Iterator[Item]:
    """The items from place `first` of their endless sequence of shuffled epochs.

    `number` tells this sequence from others of the same seed; `orders` keeps the order of its last epoch.
    """
    for place in itertools.count(first):
        epoch, index = divmod(place, len(items))
        if (number, epoch) not in orders:
            for old in [key for key in orders if key[0] == number]:
                del orders[old]
            orders[number, epoch] = np.random.default_rng([seed, number, epoch, _PERMUTATION]).permutation(len(items))
        yield items[int(orders[number, epoch][index])]


def shares_at(curriculum: tuple[Shares, ...], progress: float) -> dict[str, float]:
    """Each corpus's share at a progress 0..1, interpolated between the points of the curriculum."""
    points = sorted(curriculum, key=lambda shares: shares.at)
    names = {name for shares in points for name in shares.of}
    places = [shares.at for shares in points]
    return {name: float(np.interp(progress, places, [s.of.get(name, 0.0) for s in points])) for name in names}


def read_pairs(path: Path, limit: int = 0) -> list[str]:
    """The lines `source<TAB>target` of a plain or xz file. Raises: TrainingError, InputError."""
    lines = read_lines(path, limit)
    pairs = [line for line in lines if line.count("\t") == 1 and not any(piece in line for piece in _RESERVED)]
    if not pairs:
        raise TrainingError(f"{path}: holds no line of the form source<TAB>target", "check the file")
    return pairs


def read_lines(path: Path, limit: int = 0) -> list[str]:
    """The first `limit` lines (0 for all) of a plain or xz file. Raises: TrainingError, InputError."""
    try:
        raw = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        lines = raw.decode("utf-8").splitlines()
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read ({error.strerror})", "check --data and the recipe") from error
    except (lzma.LZMAError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: damaged ({error})", "fetch the file again") from error
    return lines[:limit] if limit else lines


def corpus_texts(corpora: tuple[Corpus, ...], folder: Path, lines: int) -> Iterator[str]:
    """Both sides of evenly spread lines of each corpus, for learning a tokenizer."""
    for corpus in corpora:
        pairs = read_pairs(folder / corpus.file, corpus.limit)
        for line in pairs[:: max(1, len(pairs) // lines)]:
            yield from line.split("\t")


def _padded_length(side: list[int]) -> int:
    return -(-len(side) // _STEP) * _STEP


def _pad(texts: list[list[int]], pad: int) -> Tensor:
    longest = max(_padded_length(text) for text in texts)
    return torch.tensor([text + [pad] * (longest - len(text)) for text in texts])
