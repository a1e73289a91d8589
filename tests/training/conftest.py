"""A corpus of reversed words, a recipe that learns it in seconds, and the command that trains it."""

import argparse
import random
from pathlib import Path

import pytest

from seq2seq_desktop.cli import train

WORDS = ["ba", "do", "ki", "lu", "me", "na", "po", "ri", "su", "te"]

RECIPE = """
name = "tiny"
task = "translate"
languages = ["en", "fr"]
description = "Reverses words."
seed = 3

[tokenizer]
vocabulary = 540

[model]
architecture = "transformer"
width = 32
heads = 2
encoder_layers = 1
decoder_layers = 1
feed_forward = 64
dropout = 0.1

[data]
dev = { "en-fr" = "dev.tsv", "fr-en" = "dev.tsv" }
dev_limit = 6
tokens_per_batch = 256
pool = 256

[data.augmentation]
upper_case = 0.05

[[data.corpora]]
name = "words"
file = "train.tsv"
languages = ["en", "fr"]
licence = "CC0"

[[data.curriculum]]
at = 0.0
of = { words = 1 }

[training]
steps = 40
learning_rate = 5e-3
warm_up = 20
label_smoothing = 0.0
precision = "32-true"
average = 2
"""


def write_corpus(folder: Path) -> None:
    """train.tsv and dev.tsv."""
    draws = random.Random(0)
    for name, lines in (("train.tsv", 1500), ("dev.tsv", 20)):
        words = [draws.choices(WORDS, k=draws.randint(1, 4)) for _ in range(lines)]
        text = "".join(f"{' '.join(line)}\t{' '.join(reversed(line))}\n" for line in words)
        (folder / name).write_text(text, encoding="utf-8")


class Trial:
    """A data folder, a recipe and a run's folder."""

    def __init__(self, folder: Path) -> None:
        self.data, self.recipe, self.run = folder, folder / "tiny.toml", folder / "run"
        write_corpus(folder)
        self.recipe.write_text(RECIPE, encoding="utf-8")

    def change(self, old: str, new: str) -> None:
        """Put `new` in place of `old` in the recipe."""
        text = self.recipe.read_text(encoding="utf-8")
        assert old in text
        self.recipe.write_text(text.replace(old, new), encoding="utf-8")

    def train(self, *options: str) -> int:
        """The exit code of `train` on one thread of the CPU, with more options."""
        parser = argparse.ArgumentParser()
        train.add_parser(parser.add_subparsers())
        fixed = ["train", str(self.recipe), "--data", str(self.data), "--threads", "1"]
        output = [] if "--output" in options else ["--output", str(self.run)]
        device = [] if "--device" in options else ["--device", "cpu"]
        args = parser.parse_args([*fixed, *output, *device, *options])
        return train.run(args)


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)
