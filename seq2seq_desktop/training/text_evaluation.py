"""How good a model of running text is while it trains: bits per character on the dev files, and what it writes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.errors import TrainingError
from seq2seq_desktop.events import SegmentDone
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.generate.evaluate import bits_per_character, read_test_text
from seq2seq_desktop.tasks.generate.prompt import read_prompt
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.checkpoint import RunState
from seq2seq_desktop.training.log import add_samples, keep_until
from seq2seq_desktop.training.recipe import Data

SAMPLES = 3
_METRIC = "bits_per_character"
_PROMPT_WORDS = 2
_SHOWN = DecodeOptions(
    search="sample", temperature=0.8, max_length=120, length_factor=0, length_extra=120, alternatives=0
)


class TextEvaluation:
    """The `Evaluate` of the loop for a recipe's dev files; it writes into the run's folder."""

    def __init__(self, data: Data, folder: Path, tokenizer: Tokenizer, output: Path, step: int = 0) -> None:
        """Read the dev files below `folder`, of lines with tabs the first column; samples after `step` go.

        Raises: TrainingError or InputError for a dev file that cannot be used.
        """
        self.tokenizer, self.output = tokenizer, output
        self.texts = {name: _read(folder / file, data.dev_limit) for name, file in data.dev.items()}
        self.prompts = _prompts(self.texts)
        keep_until(output / "samples.tsv", step, "\t")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the scores."""
        return tuple(f"{name} {_METRIC}" for name in self.texts)

    def __call__(self, model: nn.Module, state: RunState) -> dict[str, float]:
        """The bits per character of each dev file; a step more in samples.tsv."""
        rows = [
            (state.step, prompt, self._written(model, prompt, seed=number))
            for number, prompt in enumerate(self.prompts)
        ]
        add_samples(self.output / "samples.tsv", ("step", "prompt", "output"), rows)
        return self.scores(model)

    def scores(self, model: nn.Module) -> dict[str, float]:
        """The bits per character of each dev file."""
        return {
            f"{name} {_METRIC}": bits_per_character(model, self.tokenizer, text) for name, text in self.texts.items()
        }

    def _written(self, model: Any, prompt: str, seed: int) -> str:
        """What the model writes after a prompt, on one line; the same draws would lead texts to meet."""
        tokenizer = self.tokenizer
        device = next(model.parameters()).device
        with torch.inference_mode():
            ids = list(read_prompt(prompt, tokenizer).ids)
            memory = model.encode(TokenBatch.of([ids], tokenizer.pad, device))
        special = SpecialTokens(tokenizer.start, tokenizer.end, tokenizer.pad)
        events = decode(model, memory, replace(_SHOWN, seed=seed), special=special)
        (done,) = [event for event in events if isinstance(event, SegmentDone)]
        return tokenizer.decode(done.hypotheses[0].tokens, first=False).replace("\n", " / ")


def _read(path: Path, limit: int) -> str:
    if not path.exists():
        raise TrainingError(f"{path}: there is no such dev file", "check --data and data.dev in the recipe")
    return read_test_text(path, limit)


def _prompts(texts: dict[str, str]) -> list[str]:
    """The same few beginnings each time, from each file in turn."""
    prompts = []
    for number in range(SAMPLES if texts else 0):
        lines = texts[list(texts)[number % len(texts)]].splitlines()
        words = lines[len(lines) * (number + 1) // (SAMPLES + 2)].split()
        prompts.append(" ".join(words[:_PROMPT_WORDS]))
    return prompts
