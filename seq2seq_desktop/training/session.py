"""A run's folder: made whole or not at all, opened again as it was left, closed with a bundle.

recipe.toml               the recipe the run was started with, for the reader
config.json               architecture and sizes
tokenizer.json
initial.safetensors       weights to start from, if a bundle gave them
initial/card.toml         that bundle's card
checkpoint.safetensors    where to go on
weights-<step>.safetensors, log.csv, samples.tsv, attention-<step>.png
bundle/                   the result
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from seq2seq_desktop.bundles.architectures import build, outline
from seq2seq_desktop.bundles.card import Card, DataSource, Score, TrainingFacts, read_card
from seq2seq_desktop.bundles.load import state_dict_of
from seq2seq_desktop.bundles.save import save_bundle
from seq2seq_desktop.bundles.sources import find_bundle
from seq2seq_desktop.errors import BundleError, RecipeError, TrainingError
from seq2seq_desktop.text.tokenizer import Tokenizer, language_tag
from seq2seq_desktop.training.checkpoint import RunState, average_weights
from seq2seq_desktop.training.loop import Run
from seq2seq_desktop.training.recipe import Recipe
from seq2seq_desktop.training.tasks import trained_task

_INITIAL = "initial.safetensors"
_INITIAL_CARD = "initial"


@dataclass(frozen=True)
class Session:
    """What a run needs besides its data."""

    recipe: Recipe
    folder: Path
    tokenizer: Tokenizer
    config: dict[str, Any]  # `architecture` and its sizes

    def model(self) -> nn.Module:
        """The model as it was before the first step."""
        torch.manual_seed(self.recipe.seed)
        model = build(self.config)
        if (self.folder / _INITIAL).exists():
            model.load_state_dict(load_file(str(self.folder / _INITIAL)))
        return model


def start(recipe: Recipe, recipe_file: Path, data: Path, folder: Path, init: Path | None = None) -> Session:
    """A new run in `folder`, its tokenizer learned from the corpora, or all taken from the bundle `init`.

    Raises: TrainingError if the folder exists or a corpus is missing, RecipeError, BundleError.
    """
    if folder.exists():
        raise TrainingError(
            f"there is a run in {folder}", "go on with --resume, or name another folder with --output"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        config = _fill(part, recipe, data) if init is None else _fill_from(part, init)
        shutil.copyfile(recipe_file, part / "recipe.toml")
        (part / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        part.chmod(0o755)
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return resume(recipe, folder)


def resume(recipe: Recipe, folder: Path) -> Session:
    """The run that lies in `folder`. Raises: TrainingError if there is none."""
    if not (folder / "tokenizer.json").exists():
        raise TrainingError(f"there is no run in {folder}", "leave out --resume to start one")
    tokenizer = Tokenizer.load(folder / "tokenizer.json")
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) if path.exists() else _config(recipe, tokenizer)
    return Session(recipe, folder, tokenizer, config)


def finish(
    session: Session, run: Run, model: nn.Module, state: RunState, scores: Callable[[nn.Module], dict[str, float]]
) -> Card:
    """The card of the bundle in the run's folder, made of the mean of the last checkpoints; `model` holds it too."""
    if run.snapshots():
        model.load_state_dict(average_weights(run.snapshots()))
    model.eval()
    card = _card(session, run, state, scores(model))
    return save_bundle(
        session.folder / "bundle", card=card, model=model, tokenizer=session.tokenizer, config=session.config
    )


def _fill(folder: Path, recipe: Recipe, data: Path) -> dict[str, Any]:
    """The configuration; the tokenizer is learned, or another bundle's, and saved."""
    tokenizer = _tokenizer(recipe, data)
    tokenizer.save(folder / "tokenizer.json")
    config = _config(recipe, tokenizer)
    try:
        outline(config)
    except BundleError as error:
        raise RecipeError(f"[model]: {error.problem}", "correct the sizes in the recipe") from error
    _begin_with(folder, recipe, config)
    return config


def _begin_with(folder: Path, recipe: Recipe, config: dict[str, Any]) -> None:
    """Lay down the model with what others trained of it, if the task has such a part."""
    given = trained_task(recipe).initial(recipe)
    if given:
        torch.manual_seed(recipe.seed)
        weights = build(config).state_dict()
        weights.update(given)
        save_file(weights, str(folder / _INITIAL))


def _tokenizer(recipe: Recipe, data: Path) -> Tokenizer:
    """The tokenizer that the recipe asks for. Raises: RecipeError if it lacks one of the recipe's languages."""
    sizes = recipe.tokenizer
    if not sizes.bundle:
        trained = trained_task(recipe)
        return Tokenizer.train(
            trained.texts(recipe, data), sizes.vocabulary, recipe.languages if trained.tags else ()
        )
    tokenizer = Tokenizer.load(find_bundle(sizes.bundle) / "tokenizer.json")
    for language in recipe.languages:
        _check_tag(tokenizer, language, sizes.bundle)
    missing = [piece for piece in trained_task(recipe).pieces if not tokenizer.has(piece)]
    return tokenizer.extended(missing) if missing else tokenizer


def _check_tag(tokenizer: Tokenizer, language: str, bundle: str) -> None:
    try:
        tokenizer.id(language_tag(language))
    except BundleError as error:
        problem = f"[tokenizer] bundle: that of {bundle} has no tag for {language!r}"
        raise RecipeError(problem, "leave `bundle` out to learn one") from error


def _fill_from(folder: Path, init: Path) -> dict[str, Any]:
    """The configuration of a bundle, whose tokenizer and weights are copied."""
    save_file(state_dict_of(init), str(folder / _INITIAL))
    shutil.copyfile(init / "tokenizer.json", folder / "tokenizer.json")
    (folder / _INITIAL_CARD).mkdir()
    shutil.copyfile(init / "card.toml", folder / _INITIAL_CARD / "card.toml")
    config: dict[str, Any] = json.loads((init / "config.json").read_text(encoding="utf-8"))
    return config


def _config(recipe: Recipe, tokenizer: Tokenizer) -> dict[str, Any]:
    return {**recipe.model, "vocabulary": tokenizer.vocabulary, "pad": tokenizer.pad}


def _card(session: Session, run: Run, state: RunState, scores: dict[str, float]) -> Card:
    recipe, training = session.recipe, run.training
    used = {name for shares in recipe.data.curriculum for name, share in shares.of.items() if share > 0}
    corpora = (DataSource(corpus.name, corpus.licence) for corpus in recipe.data.corpora if corpus.name in used)
    data = (*corpora, *trained_task(recipe).sources(recipe))
    facts = TrainingFacts(
        text=f"{training.optimiser}, {training.precision}, {state.step} steps; "
        f"mean of the last {max(1, len(run.snapshots()))} checkpoints",
        seconds=round(state.seconds, 1),
        tokens=state.tokens,
        recipe=recipe.name,
    )
    if (session.folder / _INITIAL_CARD).exists():
        before = read_card(session.folder / _INITIAL_CARD)
        facts = _continued(before.training, facts)
        data = tuple(dict.fromkeys((*before.data, *data)))
    return Card(
        name=recipe.name,
        task=recipe.task,
        languages=recipe.languages,
        description=recipe.description,
        licence=recipe.licence,
        use=recipe.use,
        limits=recipe.limits,
        training=facts,
        data=data,
        scores=tuple(_dev_score(session, name, file, scores) for name, file in recipe.data.dev.items()),
    )


def _continued(before: TrainingFacts, after: TrainingFacts) -> TrainingFacts:
    """The facts of both trainings together."""
    return replace(
        after,
        text=f"{before.text}; then {after.text}",
        seconds=round(before.seconds + after.seconds, 1),
        tokens=before.tokens + after.tokens,
    )


def _dev_score(session: Session, name: str, file: str, scores: dict[str, float]) -> Score:
    """The values of one dev file, with what gives them again."""
    recipe = session.recipe
    values = {key.rpartition(" ")[2]: value for key, value in scores.items() if key.startswith(f"{name} ")}
    arguments = trained_task(recipe).arguments(recipe, name)
    command = f"evaluate {recipe.name} {file} {arguments}--limit {recipe.data.dev_limit}"
    return Score(file, f"{command} (while training)", {key: round(value, 3) for key, value in values.items()})
