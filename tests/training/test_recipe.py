from typing import Any

import pytest

from seq2seq_desktop.engine.task import LOADERS
from seq2seq_desktop.errors import BundleError, DeviceError, RecipeError, Seq2SeqError, TrainingError
from seq2seq_desktop.training.recipe import find_recipe, read_recipe, shipped_recipes


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("width = 32", "width = 33", "width = 33"),
        ("width = 32", "widht = 32", "widht"),
        ("heads = 2", 'architecture2 = "x"', "architecture2"),
        ("pool = 256", "pol = 256", r"tiny\.toml: \[data\] has no field 'pol'"),
        ("pool = 256", 'pool = "many"', "pool = 'many' does not fit; give a whole number"),
        ("words = 1", "word = 1", "'word', which is no corpus; corpora are words"),
        ("words = 1", "words = 0", "no share above 0"),
        ("at = 0.0", "at = true", "at = True"),
        ("{ words = 1 }", "{ words = 1 }\n[[data.curriculum]]\nat = -1\nof = { words = 1 }", "order"),
        ("steps = 40", "steps = 40\nhours = 1", "exactly one"),
        ("steps = 40", "", "exactly one"),
        ("upper_case = 0.05", "upper_case = 5", "upper_case = 5"),
        ("precision = ", 'optimiser = "sgd"\nprecision = ', "one of adamw, muon"),
        ('file = "train.tsv"', "", "lacks 'file'"),
        ('["en", "fr"]\nlicence', '["en", "de"]\nlicence', "'de'"),
        ('["en", "fr"]\nlicence', '["en"]\nlicence', "languages"),
        ("[tokenizer]", "[tokenizer", "TOML"),
        ("vocabulary = 540", 'bundle = "gone"', "gone"),
        ("train.tsv", "gone.tsv", r"gone\.tsv: cannot be read"),
        ('"en-fr" = "dev.tsv"', '"en-fr" = "gone.tsv"', r"gone\.tsv"),
        ('"32-true"', '"16-mixed"', "needs a GPU"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_before_training(trial: Any, old: str, new: str, said: str) -> None:
    trial.change(old, new)
    with pytest.raises((RecipeError, TrainingError, DeviceError, BundleError), match=said) as caught:
        trial.train()
    assert isinstance(caught.value, Seq2SeqError)
    assert caught.value.remedy
    assert not (trial.run / "log.csv").exists()


@pytest.mark.parametrize("name", shipped_recipes())
def test_shipped_recipes_hold_together(name: str) -> None:
    recipe = read_recipe(find_recipe(name))
    assert recipe.task in LOADERS
    assert all(corpus.licence for corpus in recipe.data.corpora)


def test_an_unknown_recipe_is_answered_with_the_known_ones(trial: Any) -> None:
    with pytest.raises(RecipeError, match="did you mean translate-en-fr-cpu"):
        find_recipe("translate-en-fr-cup")
    assert find_recipe(str(trial.recipe)) == trial.recipe
