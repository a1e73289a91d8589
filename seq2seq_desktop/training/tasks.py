"""What training needs of each task: texts for the tokenizer, batches, and how good the model is. One line a task."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from torch import nn

from seq2seq_desktop.errors import RecipeError
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.checkpoint import RunState
from seq2seq_desktop.training.data import Batches, Pairs, corpus_texts
from seq2seq_desktop.training.evaluation import DevEvaluation
from seq2seq_desktop.training.recipe import Corpus, Data, Recipe
from seq2seq_desktop.training.text_evaluation import TextEvaluation
from seq2seq_desktop.training.windows import Windows, stream_texts


class Evaluation(Protocol):
    """Scores on held-out data; called at a step it also keeps samples in the run's folder."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the scores: that of the dev file, a space, the metric."""

    def __call__(self, model: nn.Module, state: RunState) -> dict[str, float]:
        """The scores of a model in evaluation mode."""

    def scores(self, model: nn.Module) -> dict[str, float]:
        """The same, and nothing is written."""


@dataclass(frozen=True)
class TrainedTask:
    """How a task is trained."""

    texts: Callable[[tuple[Corpus, ...], Path, int], Iterator[str]]  # corpora, data folder, lines of each
    batches: Callable[[Data, Path, Tokenizer, int], Batches]  # recipe's data, data folder, tokenizer, seed
    evaluation: Callable[[Data, Path, Tokenizer, Path, int], Evaluation]  # as above, run's folder, step
    arguments: Callable[[str], str]  # of `evaluate` for a dev file's name, a space at the end
    tags: bool  # True if the model is told the target language by a tag


def _direction(name: str) -> str:
    source, _, target = name.partition("-")
    return f"--from {source} --to {target} "


TASKS = {
    "generate": TrainedTask(stream_texts, Windows, TextEvaluation, lambda _: "", tags=False),
    "translate": TrainedTask(corpus_texts, Pairs, DevEvaluation, _direction, tags=True),
}


def trained_task(recipe: Recipe) -> TrainedTask:
    """How the recipe's task is trained. Raises: RecipeError for a task that cannot be trained."""
    if recipe.task not in TASKS:
        known = ", ".join(sorted(TASKS))
        raise RecipeError(f"task = {recipe.task!r} is none that can be trained", f"tasks are {known}")
    return TASKS[recipe.task]
