"""What training needs of each task: texts for the tokenizer, batches, and how good the model is. One line a task."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from torch import Tensor, nn

from seq2seq_desktop.errors import RecipeError
from seq2seq_desktop.events import Progress
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.checkpoint import RunState
from seq2seq_desktop.training.data import Batches, Pairs, corpus_texts
from seq2seq_desktop.training.evaluation import DevEvaluation
from seq2seq_desktop.training.objective import Likelihood
from seq2seq_desktop.training.recipe import Recipe
from seq2seq_desktop.training.text_evaluation import TextEvaluation
from seq2seq_desktop.training.windows import Windows, stream_texts


@dataclass(frozen=True)
class Workshop:
    """What a run works with."""

    recipe: Recipe
    data: Path  # folder of the corpora
    folder: Path  # of the run
    tokenizer: Tokenizer
    model: nn.Module  # as it was before the first step


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

    texts: Callable[[Recipe, Path], Iterator[str]]  # what the tokenizer is learned from; recipe, data folder
    batches: Callable[[Workshop], Batches]
    evaluation: Callable[[Workshop, int], Evaluation]  # from a step on
    arguments: Callable[[Recipe, str], str]  # of `evaluate` for a dev file's name, a space at the end
    tags: bool = False  # True if the model is told the target language by a tag
    objective: Callable[[Workshop], nn.Module] = lambda shop: Likelihood(shop.model, shop.recipe.training)
    fetch: Callable[[Recipe], Iterator[Progress]] = lambda _: iter(
        ()
    )  # what others trained that the model begins with
    initial: Callable[[Recipe], dict[str, Tensor]] = lambda _: {}  # ... as weights by the model's names
    prepare: Callable[[Workshop], Iterator[Progress]] = lambda _: iter(
        ()
    )  # what is computed once, before the batches


def _direction(_recipe: Recipe, name: str) -> str:
    source, _, target = name.partition("-")
    return f"--from {source} --to {target} "


TASKS = {
    "generate": TrainedTask(
        texts=lambda recipe, data: stream_texts(recipe.data.corpora, data, recipe.tokenizer.lines),
        batches=lambda shop: Windows(shop.recipe.data, shop.data, shop.tokenizer, shop.recipe.seed),
        evaluation=lambda shop, step: TextEvaluation(shop.recipe.data, shop.data, shop.tokenizer, shop.folder, step),
        arguments=lambda _recipe, _name: "",
    ),
    "translate": TrainedTask(
        texts=lambda recipe, data: corpus_texts(recipe.data.corpora, data, recipe.tokenizer.lines),
        batches=lambda shop: Pairs(shop.recipe.data, shop.data, shop.tokenizer, shop.recipe.seed),
        evaluation=lambda shop, step: DevEvaluation(shop.recipe.data, shop.data, shop.tokenizer, shop.folder, step),
        arguments=_direction,
        tags=True,
    ),
}


def trained_task(recipe: Recipe) -> TrainedTask:
    """How the recipe's task is trained. Raises: RecipeError for a task that cannot be trained."""
    if recipe.task not in TASKS:
        known = ", ".join(sorted(TASKS))
        raise RecipeError(f"task = {recipe.task!r} is none that can be trained", f"tasks are {known}")
    return TASKS[recipe.task]
