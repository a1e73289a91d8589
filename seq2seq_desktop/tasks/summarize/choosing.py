"""Sentences for the pointer, and a long text read in parts until what is left fits it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from seq2seq_desktop.bundles.load import LoadedBundle
from seq2seq_desktop.events import Condensed, Progress
from seq2seq_desktop.nn.pointer import FIRST, START, STOP, SentenceBatch
from seq2seq_desktop.tasks.summarize.reading import groups, sentences
from seq2seq_desktop.text.normalise import normalise
from seq2seq_desktop.text.sentences import Sentence
from seq2seq_desktop.text.tokenizer import Tokenizer

PART = 60  # sentences that the pointer reads together: it learned from documents up to this length
Pieces = Sequence[int] | np.ndarray[Any, Any]
"""The ids of a sentence."""

_LEAST = 10  # sentences that stay of a part
_TOGETHER = 8  # parts that are read side by side


@dataclass
class Chosen:
    """What of a text is read together; filled in by `Chooser.condense`."""

    sentences: list[Sentence] = field(default_factory=list)  # in the order of the text
    condensed: Condensed | None = None


def sentence_batch(
    documents: Sequence[Sequence[Pieces]],
    pad: int,
    before: Sequence[int] = (),
    lengths: Sequence[float] = (),
) -> SentenceBatch:
    """Documents, each a list of sentences as piece ids, side by side.

    `before` tells how many sentences of the whole text stand before those of each document, `lengths` how many it
    has; without them the documents are whole.
    """
    columns = [np.unique(np.concatenate([np.array([pad]), *map(_array, document)])) for document in documents]
    size = (len(documents), max(map(len, documents)), max(map(len, columns)))
    pieces = np.full((size[0], size[2]), pad, np.int64)
    counts = np.zeros(size, np.float32)
    keep = np.zeros(size[:2], bool)
    for row, (document, own) in enumerate(zip(documents, columns, strict=True)):
        pieces[row, : len(own)] = own
        keep[row, : len(document)] = True
        for number, sentence in enumerate(document):
            np.add.at(counts[row, number], np.searchsorted(own, _array(sentence)), 1)
    first = np.array(before or [0] * size[0], np.float32)
    total = np.array(lengths or list(map(len, documents)), np.float32)
    places = first[:, None] + np.arange(size[1], dtype=np.float32)
    return SentenceBatch(*map(torch.from_numpy, (pieces, counts, keep, places, total)))


class Chooser:
    """The pointer of a bundle, for choosing without telling each step."""

    def __init__(self, bundle: LoadedBundle, model: Any) -> None:
        """`model` is the bundle's, perhaps paced."""
        self._model = model
        self.tokenizer: Tokenizer = bundle.tokenizer
        self.device = bundle.device

    def condense(
        self, text: str, language: str, most: int, cancelled: Callable[[], bool], chosen: Chosen
    ) -> Iterator[Progress]:
        """How far it has come, in characters; afterwards `chosen` holds at most `most` sentences of `text`.

        A text with more is read in parts, of each the weightiest sentences are kept, and what is kept is read again
        until it is short enough. No more than a few parts and what is kept of the others is in memory.
        """
        found = list(_first(sentences(text, language), most + 1))
        if len(found) <= most:
            chosen.sentences = found
            return
        parts = rounds = 0
        total = 0
        source: Iterable[Sentence] = sentences(text, language)
        before: list[Sentence] = []
        while True:
            rounds += 1
            kept: list[Sentence] = []
            count = 0
            for together in groups(groups(source, PART), _TOGETHER):
                if cancelled():
                    return
                expected = _guessed(text, together, count) if rounds == 1 else float(len(before))
                kept += self._kept(together, count, expected, most)
                count += sum(map(len, together))
                parts += len(together)
                if rounds == 1:
                    yield Progress(together[-1][-1].end, len(text), "characters", message="reading")
            total = total or count
            if len(kept) <= most or len(kept) == count:
                break
            source = before = kept
        chosen.sentences = kept[:most]
        chosen.condensed = Condensed(parts, rounds, total, len(chosen.sentences))

    def ranked(self, found: Sequence[Sentence], count: int) -> list[int]:
        """The numbers of the `count` sentences that the pointer chooses first, in that order."""
        return self._pointed([[self._ids(one) for one in found]], count)[0] if found else []

    def inputs(self, found: Sequence[Sentence]) -> SentenceBatch:
        """The sentences as the pointer reads them."""
        return sentence_batch([[self._ids(one) for one in found]], self.tokenizer.pad)

    def _ids(self, sentence: Sentence) -> tuple[int, ...]:
        return self.tokenizer.encode(normalise(sentence.text)).ids

    def _kept(self, parts: Sequence[Sequence[Sentence]], before: int, total: float, most: int) -> list[Sentence]:
        """The weightiest sentences of each part, in the order of the text: few of a long text, up to half of others.

        `before` sentences stand before the parts, `total` is how many there are, about, `most` how many are wanted.
        """
        texts = [normalise(one.text) for part in parts for one in part]
        ids = iter(self.tokenizer.encode_batch(texts))
        documents = [[next(ids) for _ in part] for part in parts]
        firsts = [before + number * PART for number in range(len(parts))]
        count = max(_LEAST, min(PART // 2, int(most / max(1.0, total / PART))))
        chosen = self._pointed(documents, count, firsts, [total] * len(parts))
        return [part[number] for part, own in zip(parts, chosen, strict=True) for number in sorted(own)]

    @torch.inference_mode()
    def _pointed(
        self,
        documents: Sequence[Sequence[Sequence[int]]],
        count: int,
        before: Sequence[int] = (),
        lengths: Sequence[float] = (),
    ) -> list[list[int]]:
        """The first `count` choices in each document, as far as it has sentences."""
        batch = sentence_batch(documents, self.tokenizer.pad, before, lengths)
        state = self._model.start(self._model.encode(batch.to(self.device)))
        tokens = torch.full((len(documents),), START, device=self.device)
        chosen: list[list[int]] = [[] for _ in documents]
        for _ in range(min(count, max(map(len, documents)))):
            result = self._model.step(tokens, state, False)
            tokens, state = result.log_probs[:, STOP + 1 :].argmax(dim=-1) + FIRST, result.state
            for own, document, token in zip(chosen, documents, tokens.tolist(), strict=True):
                if len(own) < len(document):
                    own.append(token - FIRST)
        return chosen


def _first(items: Iterable[Sentence], count: int) -> Iterator[Sentence]:
    for _, item in zip(range(count), items, strict=False):
        yield item


def _guessed(text: str, together: Sequence[Sequence[Sentence]], before: int) -> float:
    """How many sentences the whole text may have, by those found so far."""
    found = before + sum(map(len, together))
    return found * len(text) / max(1, together[-1][-1].end)


def _array(ids: Pieces) -> np.ndarray[Any, Any]:
    return np.array(ids, np.int64)
