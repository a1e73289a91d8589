"""How good a model is while it trains: scores on the dev files, sample outputs, a picture of its attention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.errors import TrainingError
from seq2seq_desktop.events import Hypothesis, SegmentDone
from seq2seq_desktop.io.heatmap import save_heatmap
from seq2seq_desktop.metrics.translation import score_translations
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.translate.evaluate import TestPair, read_test_pairs
from seq2seq_desktop.text.tokenizer import Tokenizer, language_tag
from seq2seq_desktop.training.checkpoint import RunState
from seq2seq_desktop.training.log import add_samples, keep_until
from seq2seq_desktop.training.recipe import Data

SAMPLES = 3
_BATCH = 50  # sentences decoded side by side
_SCORED = DecodeOptions(alternatives=0, attention=False, entropy=False, lamp=False, length_factor=2.0)
_SHOWN = DecodeOptions(alternatives=0, attention=True, entropy=False, lamp=False, length_factor=2.0)


@dataclass(frozen=True)
class _Sample:
    """A sentence whose output is kept at each evaluation."""

    direction: str  # "en-fr"
    pair: TestPair


class DevEvaluation:
    """The `Evaluate` of the loop for a recipe's dev files; it writes into the run's folder."""

    def __init__(self, data: Data, folder: Path, tokenizer: Tokenizer, output: Path, step: int = 0) -> None:
        """Read the dev files below `folder`; what `output` holds of samples after `step` goes.

        Raises: TrainingError or InputError for a dev file that cannot be used.
        """
        self.tokenizer, self.output = tokenizer, output
        self.pairs = {name: _read(folder / file, data.dev_limit) for name, file in data.dev.items()}
        self.samples = _spread(self.pairs)
        keep_until(output / "samples.tsv", step, "\t")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the scores."""
        return tuple(f"{direction} {metric}" for direction in self.pairs for metric in ("bleu", "chrf"))

    def __call__(self, model: nn.Module, state: RunState) -> dict[str, float]:
        """BLEU and chrF of each direction, 0..100; a step more in samples.tsv and in the pictures."""
        self._keep_samples(model, state.step)
        return self.scores(model)

    def scores(self, model: nn.Module) -> dict[str, float]:
        """BLEU and chrF of each direction by greedy decoding, 0..100."""
        result: dict[str, float] = {}
        for direction, pairs in self.pairs.items():
            ordered = sorted(pairs, key=lambda pair: len(pair.source))
            outputs = self._outputs(model, direction, [pair.source for pair in ordered])
            score = score_translations(outputs, [pair.references for pair in ordered])
            result |= {f"{direction} bleu": score.bleu, f"{direction} chrf": score.chrf}
        return result

    def _outputs(self, model: nn.Module, direction: str, sources: Sequence[str]) -> list[str]:
        return [
            self._text(hypothesis)
            for first in range(0, len(sources), _BATCH)
            for hypothesis in self._decoded(model, direction, sources[first : first + _BATCH])
        ]

    def _decoded(
        self,
        model: Any,
        direction: str,
        sources: Sequence[str],
        options: DecodeOptions = _SCORED,
        prefixes: Sequence[Sequence[int]] = (),
    ) -> Iterator[Hypothesis]:
        """The best output of each source, in their order."""
        tokenizer = self.tokenizer
        ids = [self._source_ids(direction, source) for source in sources]
        device = next(model.parameters()).device
        with torch.inference_mode():
            memory = model.encode(TokenBatch.of(ids, tokenizer.pad, device))
        special = SpecialTokens(tokenizer.start, tokenizer.end, tokenizer.pad)
        events = decode(model, memory, options, special=special, prefixes=prefixes)
        done = [event for event in events if isinstance(event, SegmentDone)]
        return (event.hypotheses[0] for event in sorted(done, key=lambda event: event.segment))

    def _source_ids(self, direction: str, source: str) -> list[int]:
        tag = self.tokenizer.id(language_tag(direction.rpartition("-")[2]))
        return [tag, *self.tokenizer.encode(source).ids, self.tokenizer.end]

    def _text(self, hypothesis: Hypothesis) -> str:
        return self.tokenizer.decode(hypothesis.tokens).strip()

    def _keep_samples(self, model: nn.Module, step: int) -> None:
        rows = []
        for sample in self.samples:
            (hypothesis,) = self._decoded(model, sample.direction, [sample.pair.source])
            output = " ".join(self._text(hypothesis).split())
            rows.append((step, sample.direction, sample.pair.source, output))
        add_samples(self.output / "samples.tsv", ("step", "direction", "source", "output"), rows)
        for sample in self.samples[:1]:
            self._draw(model, sample, self.output / f"attention-{step:08d}.png")

    def _draw(self, model: nn.Module, sample: _Sample, path: Path) -> None:
        """The mean over layers and heads while the reference is read: all pictures of a run have the same words."""
        target = self.tokenizer.encode(sample.pair.references[0])
        forced = [[*target.ids, self.tokenizer.end]]
        (hypothesis,) = self._decoded(model, sample.direction, [sample.pair.source], _SHOWN, forced)
        if hypothesis.attention is None or not target.ids:
            return
        source = [self.tokenizer.piece(token) for token in self._source_ids(sample.direction, sample.pair.source)]
        weights = hypothesis.attention.mean(axis=(1, 2))[: len(target.pieces)]
        save_heatmap(weights, source, target.pieces, path, overwrite=True)


def _read(path: Path, limit: int) -> list[TestPair]:
    if not path.exists():
        raise TrainingError(f"{path}: there is no such dev file", "check --data and data.dev in the recipe")
    return read_test_pairs(path, limit)


def _spread(pairs: dict[str, list[TestPair]]) -> list[_Sample]:
    """The same few sentences each time: medium long, from each direction in turn."""
    ordered = {name: sorted(own, key=lambda pair: len(pair.source)) for name, own in pairs.items()}
    samples = []
    for number in range(SAMPLES if pairs else 0):
        name = list(ordered)[number % len(ordered)]
        own = ordered[name]
        samples.append(_Sample(name, own[len(own) * (number + 2) // (SAMPLES + 3)]))
    return samples
