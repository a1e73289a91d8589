"""What a run works with, and what the trainer asks of a task."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from seq2seq_desktop.bundles.card import DataSource
from seq2seq_desktop.events import Progress
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.checkpoint import RunState
from seq2seq_desktop.training.data import Batches
from seq2seq_desktop.training.objective import Likelihood
from seq2seq_desktop.training.recipe import Recipe


@dataclass(frozen=True)
class Workshop:
    """What a run works with."""

    recipe: Recipe
    data: Path  # folder of the corpora
    folder: Path  # of the run
    tokenizer: Tokenizer
    model: nn.Module  # as it was before the first step
    device: torch.device  # where it will be trained


class Evaluation(Protocol):
    """Scores on held-out data; called at a step it also keeps samples in the run's folder."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the scores: that of the dev file, a space, the metric."""

    def __call__(self, model: nn.Module, state: RunState) -> dict[str, float]:
        """The scores of a model in evaluation mode."""

    def scores(self, model: nn.Module) -> dict[str, float]:
        """The same, and nothing is written."""


def likelihood(shop: Workshop) -> nn.Module:
    """The objective of a model that reads and writes pieces."""
    return Likelihood(shop.model, shop.recipe.training)


def nothing(_: object) -> Iterator[Progress]:
    """No work to be done before."""
    return iter(())


@dataclass(frozen=True)
class TrainedTask:
    """How a task is trained."""

    texts: Callable[[Recipe, Path], Iterator[str]]  # what the tokenizer is learned from; recipe, data folder
    batches: Callable[[Workshop], Batches]
    evaluation: Callable[[Workshop, int], Evaluation]  # from a step on
    arguments: Callable[[Recipe, str], str]  # of `evaluate` for a dev file's name, a space at the end
    pieces: tuple[str, ...] = ()  # special pieces that the tokenizer needs besides
    tags: bool = False  # True if the model is told the target language by a tag
    objective: Callable[[Workshop], nn.Module] = likelihood
    fetch: Callable[[Recipe], Iterator[Progress]] = nothing  # brings what others trained of the model ...
    initial: Callable[[Recipe], dict[str, Tensor]] = lambda _: {}  # ... and this is it, by the model's names
    sources: Callable[[Recipe], tuple[DataSource, ...]] = lambda _: ()  # ... with its licence
    prepare: Callable[[Workshop], Iterator[Progress]] = nothing  # computes what the batches need, once
