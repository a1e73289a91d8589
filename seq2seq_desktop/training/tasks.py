"""The tasks that can be trained. One entry a task."""

from seq2seq_desktop.bundles.card import DataSource
from seq2seq_desktop.bundles.sources.encoders import LICENCE as ENCODER_LICENCE
from seq2seq_desktop.bundles.sources.encoders import encoder_weights, fetch_encoder
from seq2seq_desktop.errors import RecipeError
from seq2seq_desktop.training import caption_objective, captions, extracts, rewrites, summaries
from seq2seq_desktop.training.caption_evaluation import CaptionEvaluation
from seq2seq_desktop.training.data import Pairs, corpus_texts
from seq2seq_desktop.training.evaluation import DevEvaluation
from seq2seq_desktop.training.recipe import Recipe
from seq2seq_desktop.training.summaries import is_pointer
from seq2seq_desktop.training.summary_evaluation import SummaryEvaluation
from seq2seq_desktop.training.text_evaluation import TextEvaluation
from seq2seq_desktop.training.windows import Windows, stream_texts
from seq2seq_desktop.training.workshop import TrainedTask


def _direction(_recipe: Recipe, name: str) -> str:
    source, _, target = name.partition("-")
    return f"--from {source} --to {target} "


TASKS = {
    "caption": TrainedTask(
        texts=captions.caption_texts,
        batches=captions.CaptionBatches,
        evaluation=CaptionEvaluation,
        arguments=lambda recipe, _: f"--images {recipe.pictures.folder} --beam 1 ",
        objective=caption_objective.objective,
        fetch=lambda recipe: fetch_encoder(str(recipe.model.get("encoder"))),
        initial=lambda recipe: {
            f"encoder.{name}": weight for name, weight in encoder_weights(str(recipe.model.get("encoder"))).items()
        },
        sources=lambda recipe: (DataSource(str(recipe.model.get("encoder")), ENCODER_LICENCE),),
        prepare=captions.prepare,
    ),
    "generate": TrainedTask(
        texts=lambda recipe, data: stream_texts(recipe.data.corpora, data, recipe.tokenizer.lines),
        batches=lambda shop: Windows(shop.recipe.data, shop.data, shop.tokenizer, shop.recipe.seed),
        evaluation=lambda shop, step: TextEvaluation(shop.recipe.data, shop.data, shop.tokenizer, shop.folder, step),
        arguments=lambda _recipe, _name: "",
    ),
    "summarize": TrainedTask(
        texts=summaries.no_texts,
        batches=lambda shop: (extracts if is_pointer(shop.recipe) else rewrites).batches(shop),
        evaluation=SummaryEvaluation,
        arguments=lambda _recipe, name: "--title " if name.endswith("-title") else "",
        pieces=summaries.PIECES,
        objective=lambda shop: (extracts if is_pointer(shop.recipe) else rewrites).objective(shop),
        initial=summaries.translator_weights,
        prepare=lambda shop: (extracts if is_pointer(shop.recipe) else rewrites).prepare(shop),
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
