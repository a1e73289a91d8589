"""Batches of running text: drawn by share, cut into windows of one length, the same again after a resume.

A column of a corpus is a stream of blocks, lines that belong together. A pool draws blocks from every stream, joins
them and cuts the text into windows, each of which begins with the last piece of the one before; then the windows are
shuffled. The model reads a window from an empty state: backpropagation through time ends where the window begins. As
in `data`, everything drawn depends on the seed, the number of the pool and the places reached in the streams.

Source: Graves 2013, "Generating Sequences With Recurrent Neural Networks", section 2.1 (truncated backpropagation).
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from seq2seq_desktop.errors import TrainingError
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.data import Orders, PairBatch, Position, read_lines, shares_at, shuffled
from seq2seq_desktop.training.recipe import Corpus, Data


class Windows:
    """The training texts of a recipe as an endless, resumable stream of batches."""

    def __init__(
        self, data: Data, folder: Path, tokenizer: Tokenizer, seed: int, position: Position | None = None
    ) -> None:
        """Read all corpora. Raises: TrainingError or InputError for a file that cannot be used."""
        self.data, self.tokenizer, self.seed = data, tokenizer, seed
        streams = {corpus.name: read_streams(corpus, folder) for corpus in data.corpora}
        self.blocks = {_stream(name, n): own for name, columns in streams.items() for n, own in enumerate(columns)}
        self.position = position or Position(cursors=dict.fromkeys(self.blocks, 0))
        self._order: Orders = {}

    def batches(self, progress: Callable[[], float], rank: int = 0, world: int = 1) -> Iterator[PairBatch]:
        """Batches from the position on; `position` always names the batch after the one just given.

        The source of a batch is the first piece of each window, its target all that follows. With several processes
        each takes one of every `world` batches; what does not go round is left out.
        """
        if set(self.position.cursors) != set(self.blocks):
            raise TrainingError(
                f"the checkpoint is at places in {', '.join(sorted(self.position.cursors)) or 'no corpus'}, "
                f"the recipe has {', '.join(sorted(self.blocks))}",
                "use the recipe the run was started with",
            )
        rows = max(1, self.data.tokens_per_batch // self.data.longest)
        while True:
            if self.position.batch == 0:
                self.position.progress = progress()
            windows, cursors = self._pool()
            count = len(windows) // rows
            if count < world:
                problem = f"a pool of {self.data.pool} windows gives {count} batches for {world} processes"
                raise TrainingError(problem, "raise data.pool, or lower data.tokens_per_batch")
            while self.position.batch + world <= count:
                first = (self.position.batch + rank) * rows
                self.position.batch += world
                yield self._batch(windows[first : first + rows])
            self.position = Position(self.position.pool + 1, 0, 0.0, cursors)

    def _pool(self) -> tuple[np.ndarray[Any, Any], dict[str, int]]:
        """The windows of the current pool in random order (windows, longest + 1), and the cursors after it."""
        cursors = dict(self.position.cursors)
        windows = [np.empty((0, self.data.longest + 1), np.int64)]
        for stream, count in self._counts():
            if count:
                made, cursors[stream] = self._windows(stream, cursors[stream], count)
                windows.append(made)
        rng = np.random.default_rng([self.seed, self.position.pool])
        return rng.permutation(np.concatenate(windows)), cursors

    def _counts(self) -> list[tuple[str, int]]:
        """How many windows of each stream; a corpus's share is divided evenly between its columns."""
        shares = shares_at(self.data.curriculum, self.position.progress)
        total = sum(shares.values())
        counts = []
        for corpus in self.data.corpora:
            columns = len(corpus.languages)
            count = round(self.data.pool * shares.get(corpus.name, 0.0) / total / columns)
            counts += [(_stream(corpus.name, column), count) for column in range(columns)]
        return counts

    def _windows(self, stream: str, first: int, count: int) -> tuple[np.ndarray[Any, Any], int]:
        """`count` windows of a stream from block `first` on, and the block after the last that was drawn."""
        length = self.data.longest
        ids: list[int] = []
        number = sorted(self.blocks).index(stream)
        place = first
        blocks = shuffled(self.blocks[stream], self.seed, number, first, self._order)
        while len(ids) <= count * length:
            ids += self.tokenizer.encode(f"{next(blocks)}\n", continues=True).ids
            place += 1
        return np.lib.stride_tricks.sliding_window_view(np.array(ids), length + 1)[::length][:count], place

    def _batch(self, windows: np.ndarray[Any, Any]) -> PairBatch:
        tokens = torch.from_numpy(windows)
        source, target_out = tokens[:, :1].contiguous(), tokens[:, 1:].contiguous()
        target_in = torch.cat((torch.full_like(source, self.tokenizer.start), target_out[:, :-1]), dim=1)
        keep = torch.ones_like(target_out, dtype=torch.bool)
        return PairBatch(TokenBatch(source, torch.ones_like(source, dtype=torch.bool)), target_in, target_out, keep)


def read_streams(corpus: Corpus, folder: Path) -> list[list[str]]:
    """The blocks of each column of a corpus, a column a language; a block that comes twice is kept once.

    Raises: TrainingError, InputError.
    """
    path = folder / corpus.file
    lines = [line.split("\t") for line in read_lines(path, corpus.limit)]
    whole = [line for line in lines if len(line) >= len(corpus.languages) and all(line)]
    if not whole:
        problem = f"{path}: holds no line with {len(corpus.languages)} columns of text"
        raise TrainingError(problem, "check the file, and `languages` in the recipe")
    return [_blocks([line[column] for line in whole], corpus.together) for column in range(len(corpus.languages))]


def stream_texts(corpora: tuple[Corpus, ...], folder: Path, lines: int) -> Iterator[str]:
    """Evenly spread blocks of each corpus with their line ends, for learning a tokenizer."""
    for corpus in corpora:
        for blocks in read_streams(corpus, folder):
            yield from (f"{block}\n" for block in blocks[:: max(1, len(blocks) // lines)])


def _stream(corpus: str, column: int) -> str:
    """The name of a column's stream."""
    return f"{corpus} {column}"


def _blocks(lines: list[str], together: int) -> list[str]:
    """Lines joined to paragraphs of `together` lines."""
    return list(dict.fromkeys(" ".join(lines[first : first + together]) for first in range(0, len(lines), together)))
