"""How good a model of summaries is while it trains: ROUGE on the dev files, and some of its summaries."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import torch
from torch import nn

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.errors import TrainingError
from seq2seq_desktop.events import SegmentDone
from seq2seq_desktop.metrics.rouge import score_summaries
from seq2seq_desktop.nn.pointer import FIRST, START, STOP
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.summarize.choosing import PART, sentence_batch
from seq2seq_desktop.tasks.summarize.corpus import Summarized, read_summaries
from seq2seq_desktop.tasks.summarize.counting import Count
from seq2seq_desktop.tasks.summarize.reading import sentences
from seq2seq_desktop.tasks.summarize.rewriting import FRAME, framed
from seq2seq_desktop.text.normalise import normalise
from seq2seq_desktop.training.checkpoint import RunState
from seq2seq_desktop.training.log import add_samples, keep_until
from seq2seq_desktop.training.summaries import is_pointer
from seq2seq_desktop.training.workshop import Workshop

SAMPLES = 3
_BATCH = 20  # documents side by side
_METRICS = ("rouge1", "rouge2", "rougeL")
_OPTIONS = DecodeOptions(
    alternatives=0, attention=False, entropy=False, lamp=False, length_factor=0, length_extra=80, no_repeat_ngram=3
)


class Writer(Protocol):
    """A way from documents to summaries."""

    def __call__(self, model: Any, found: Sequence[Summarized], name: str) -> list[str]:
        """The summaries of documents of a dev file."""


class SummaryEvaluation:
    """The `Evaluate` of the loop for a recipe's dev files; it writes into the run's folder."""

    def __init__(self, shop: Workshop, step: int = 0) -> None:
        """Read the dev files; what the run's folder holds of samples after `step` goes.

        A dev file's name ends in the kind of its summaries: "reuters-headline". With "-title" the field title is the
        reference of headlines.

        Raises: TrainingError or InputError for a dev file that cannot be used.
        """
        self.output = shop.folder
        self.files = {name: _read(shop, name, file) for name, file in shop.recipe.data.dev.items()}
        self.write: Writer = _Extracting(shop) if is_pointer(shop.recipe) else _Rewriting(shop)
        keep_until(self.output / "samples.tsv", step, "\t")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the scores."""
        return tuple(f"{name} {metric}" for name in self.files for metric in _METRICS)

    def __call__(self, model: nn.Module, state: RunState) -> dict[str, float]:
        """ROUGE of each dev file, 0..100; a step more in samples.tsv."""
        rows = [
            (state.step, name, " ".join(one.references[0].split()), output)
            for name, found in self.files.items()
            for one, output in zip(found, self.write(model, found[:SAMPLES], name), strict=False)
        ]
        add_samples(self.output / "samples.tsv", ("step", "file", "reference", "output"), rows)
        return self.scores(model)

    def scores(self, model: nn.Module) -> dict[str, float]:
        """ROUGE of each dev file by greedy decoding, 0..100."""
        result: dict[str, float] = {}
        for name, found in self.files.items():
            outputs: list[str] = []
            for first in range(0, len(found), _BATCH):
                outputs += self.write(model, found[first : first + _BATCH], name)
            rouge = score_summaries(outputs, [one.references for one in found], found[0].language)
            result |= {f"{name} {metric}": getattr(rouge, metric) for metric in _METRICS}
        return result


class _Extracting:
    """As many sentences as the reference has."""

    def __init__(self, shop: Workshop) -> None:
        self._tokenizer = shop.tokenizer

    def __call__(self, model: Any, found: Sequence[Summarized], name: str) -> list[str]:
        cut = [[one.text for one in sentences(document.text, document.language)][:PART] for document in found]
        ids = [self._tokenizer.encode_batch([normalise(text) for text in texts]) for texts in cut]
        wanted = [
            min(len(texts), len(list(sentences(one.references[0], one.language))))
            for texts, one in zip(cut, found, strict=True)
        ]
        device = next(model.parameters()).device
        with torch.inference_mode():
            memory = model.encode(sentence_batch(ids, self._tokenizer.pad).to(device))
        options = replace(_OPTIONS, no_repeat_ngram=0)
        rules = [_Counts(wanted)]
        done = _decoded(model, memory, options, SpecialTokens(START, STOP, START), rules)
        return [
            " ".join(texts[token - FIRST] for token in sorted(tokens))
            for texts, tokens in zip(cut, done, strict=True)
        ]


class _Rewriting:
    """A headline or an abstract of the beginning."""

    def __init__(self, shop: Workshop) -> None:
        self._tokenizer, self._room = shop.tokenizer, shop.recipe.data.longest - FRAME

    def __call__(self, model: Any, found: Sequence[Summarized], name: str) -> list[str]:
        tokenizer, kind = self._tokenizer, "abstract" if name.endswith("abstract") else "headline"
        read = tokenizer.encode_batch([normalise(one.text[: 8 * self._room]) for one in found])
        ids = [framed(own[: self._room], one.language, kind, tokenizer) for own, one in zip(read, found, strict=True)]
        device = next(model.parameters()).device
        with torch.inference_mode():
            memory = model.encode(TokenBatch.of(ids, tokenizer.pad, device))
        special = SpecialTokens(tokenizer.start, tokenizer.end, tokenizer.pad)
        return [tokenizer.decode(tokens).strip() for tokens in _decoded(model, memory, _OPTIONS, special, [])]


class _Counts:
    """The rule of `Count` with another number for each document."""

    def __init__(self, wanted: Sequence[int]) -> None:
        self._rules = [Count(max(1, count), max(1, count)) for count in wanted]

    def __call__(
        self, log_probs: torch.Tensor, tokens: Sequence[tuple[int, ...]], segments: Sequence[int]
    ) -> torch.Tensor:
        rows = [
            self._rules[segment](log_probs[row : row + 1], [said], [segment])
            for row, (said, segment) in enumerate(zip(tokens, segments, strict=True))
        ]
        return torch.cat(rows)


def _decoded(
    model: Any, memory: Any, options: DecodeOptions, special: SpecialTokens, rules: Sequence[Any]
) -> list[tuple[int, ...]]:
    """The best output of each row of memory."""
    events = decode(model, memory, options, special=special, filters=rules)
    done = [event for event in events if isinstance(event, SegmentDone)]
    return [event.hypotheses[0].tokens for event in sorted(done, key=lambda event: event.segment)]


def _read(shop: Workshop, name: str, file: str) -> list[Summarized]:
    path = shop.data / file
    if not path.exists():
        raise TrainingError(f"{path}: there is no such dev file", "check --data and data.dev in the recipe")
    return list(read_summaries(path, shop.recipe.data.dev_limit, "title" if name.endswith("-title") else "summary"))
