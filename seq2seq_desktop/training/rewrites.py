"""What a pointer-generator learns from: the beginning of a document, a kind of summary, and the summary.

A corpus of the kind "copy" teaches to choose and to copy: its target is the sentence nearest to the reference.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from torch import Tensor, nn

from seq2seq_desktop.events import Progress
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.summarize.corpus import Summarized
from seq2seq_desktop.tasks.summarize.rewriting import FRAME, framed
from seq2seq_desktop.text.normalise import normalise
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.data import PairBatch, cut_pairs, padded_pairs
from seq2seq_desktop.training.loss import smoothed_cross_entropy
from seq2seq_desktop.training.recipe import Corpus, Recipe
from seq2seq_desktop.training.summaries import Pools, documents, find_extracts, read_extracts, split_document
from seq2seq_desktop.training.workshop import Workshop

Pair = tuple[list[int], list[int]]

_MOST = 100  # pieces of a summary; longer ones are left out


class CoveredLikelihood(nn.Module):
    """How likely the model finds the summary, and how much it reads twice.

    Source: See et al. 2017, section 2.3, equation 13; as there, coverage counts only towards the end.
    """

    def __init__(self, model: nn.Module, recipe: Recipe) -> None:
        """The loss that the recipe asks for."""
        super().__init__()
        self.model: Any = model
        self.smoothing, self.options = recipe.training.label_smoothing, recipe.summaries

    def forward(
        self,
        source: Tensor,
        source_keep: Tensor,
        target_in: Tensor,
        target_out: Tensor,
        target_keep: Tensor,
        progress: float,
    ) -> Tensor:
        """The mean loss in nats a target piece; the shapes are those of `PairBatch`."""
        inputs = TokenBatch(source, source_keep)
        log_probs, overlap = self.model.forward_covered(inputs, target_in, target_keep)
        loss = smoothed_cross_entropy(log_probs, target_out[target_keep], self.smoothing)
        return loss + self.options.coverage * overlap if progress >= self.options.coverage_from else loss


def objective(shop: Workshop) -> nn.Module:
    """The loss of a run."""
    return CoveredLikelihood(shop.model, shop.recipe)


def prepare(shop: Workshop) -> Iterator[Progress]:
    """How far finding what is to be copied has come."""
    return find_extracts(shop, [corpus for corpus in shop.recipe.data.corpora if corpus.kind == "copy"])


def batches(shop: Workshop) -> "Pools[Pair, Pair]":
    """The summaries of a recipe as an endless, resumable stream. Raises: TrainingError, InputError."""
    data = shop.recipe.data
    streams = {corpus.name: pairs(corpus, shop) for corpus in data.corpora}

    def cut(items: list[Pair], rng: np.random.Generator) -> list[list[Pair]]:
        return cut_pairs(items, data.tokens_per_batch, rng)

    def padded(items: list[Pair]) -> PairBatch:
        return padded_pairs(items, shop.tokenizer)

    return Pools(shop.recipe, streams, cut, padded)


def pairs(corpus: Corpus, shop: Workshop) -> "Sequence[Pair]":
    """The documents of a corpus with what is to be written, in pieces."""
    found = documents(corpus, shop.data)
    if corpus.kind == "copy":
        return _copies(found, corpus, shop)
    tokenizer, room = shop.tokenizer, shop.recipe.data.longest - FRAME
    sources = tokenizer.encode_batch([normalise(one.text[: 8 * room]) for one in found])
    targets = tokenizer.encode_batch([normalise(one.references[0]) for one in found])
    return _Packed(
        (framed(source[:room], one.language, corpus.kind, tokenizer), [*target, tokenizer.end])
        for one, source, target in zip(found, sources, targets, strict=True)
        if source and 0 < len(target) < _MOST
    )


def _copies(found: Sequence[Summarized], corpus: Corpus, shop: Workshop) -> "Sequence[Pair]":
    return _Packed(
        pair
        for one, extract in zip(found, read_extracts(shop.folder, corpus), strict=True)
        if (pair := _copy(one, extract.chosen, shop.tokenizer, shop.recipe.data.longest - FRAME)) is not None
    )


def _copy(one: Summarized, chosen: Sequence[int], tokenizer: Tokenizer, room: int) -> Pair | None:
    """The sentences that fit, and the best of them; None where the best does not fit."""
    sentences: list[list[int]] = []
    for ids in tokenizer.encode_batch([normalise(text) for text in split_document(one)[:room]]):
        if len(ids) > room:
            break
        sentences.append(ids)
        room -= len(ids)
    best = [sentences[number] for number in chosen[:1] if number < len(sentences)]
    if not best or len(best[0]) >= _MOST:
        return None
    read = [token for ids in sentences for token in ids]
    return framed(read, one.language, "abstract", tokenizer), [*best[0], tokenizer.end]


class _Packed(Sequence[Pair]):
    """Pairs of lists in two arrays: lists of numbers would take ten times the room."""

    def __init__(self, items: Iterator[Pair]) -> None:
        sides: list[np.ndarray[tuple[int], np.dtype[np.int32]]] = []
        for pair in items:
            sides += [np.array(side, np.int32) for side in pair]
        self._edges = np.cumsum([0, *map(len, sides)])
        self._ids = np.concatenate(sides) if sides else np.zeros(0, np.int32)

    def __len__(self) -> int:
        return (len(self._edges) - 1) // 2

    def __getitem__(self, index: int) -> Pair:  # type: ignore[override]
        if not 0 <= index < len(self):
            raise IndexError(index)
        first, middle, last = self._edges[2 * index : 2 * index + 3]
        return self._ids[first:middle].tolist(), self._ids[middle:last].tolist()
