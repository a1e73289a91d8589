"""Both models of summaries are trained by the one trainer, from a translator, and go on where they were stopped."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from seq2seq_desktop.bundles.card import read_card
from seq2seq_desktop.bundles.load import load_bundle, state_dict_of
from seq2seq_desktop.cli.main import main
from seq2seq_desktop.errors import RecipeError
from seq2seq_desktop.tasks.summarize.task import SummarizeTask
from seq2seq_desktop.training.extracts import Lesson, course, side_by_side
from seq2seq_desktop.training.recipe import Summaries, read_recipe
from seq2seq_desktop.training.rewrites import pairs
from seq2seq_desktop.training.session import start
from seq2seq_desktop.training.summaries import Extract, find_extracts, read_extracts
from seq2seq_desktop.training.workshop import Workshop

WORDS = ["train", "noon", "book", "leaves", "where", "livre", "midi", "part"]
SIZES = {
    "sentence-pointer": 'architecture = "sentence-pointer"\nencoder_layers = 1\nchannels = 2\n',
    "pointer-generator": 'architecture = "pointer-generator"\nencoder_layers = 1\ndecoder_layers = 2\nlongest = 99\n',
}
RECIPE = """
name = "tiny-{architecture}"
task = "summarize"
languages = ["en", "fr"]
description = "Chooses and copies."
seed = 3

[tokenizer]
bundle = "{bundle}"

[model]
{sizes}width = 32
heads = 2
feed_forward = 64
dropout = 0.1

[data]
dev = {{ "own" = "dev.jsonl", "own-title" = "dev.jsonl" }}
dev_limit = 4
longest = 240
tokens_per_batch = 2400
pool = 32

[[data.corpora]]
name = "own"
file = "train.jsonl"
languages = ["en"]
licence = "CC0"
kind = "abstract"

[[data.corpora]]
name = "own-copy"
file = "train.jsonl"
languages = ["en"]
licence = "CC0"
kind = "copy"

[[data.corpora]]
name = "own-title"
file = "train.jsonl"
languages = ["en"]
licence = "CC0"
kind = "headline"
target = "title"

[[data.curriculum]]
at = 0.0
of = {{ own = 1, own-copy = 1, own-title = 1 }}

[summaries]
batch = 8
most = 3
coverage_from = 0.5

[training]
steps = 6
learning_rate = 1e-3
warm_up = 2
label_smoothing = 0.0
precision = "32-true"
checkpoint_minutes = 0.0001
average = 2
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    draw = random.Random(1)
    for name, count in (("train", 40), ("dev", 6)):
        lines = []
        for _ in range(count):
            sentences = [" ".join(draw.choices(WORDS, k=3)).capitalize() + "." for _ in range(5)]
            lines.append(
                {"text": " ".join(sentences), "lang": "en", "summary": sentences[2], "title": sentences[1][:9]}
            )
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return tmp_path


def recipe_file(data: Path, tiny_bundle: Path, architecture: str) -> Path:
    path = data / f"{architecture}.toml"
    text = RECIPE.format(architecture=architecture, sizes=SIZES[architecture], bundle=tiny_bundle)
    path.write_text(text, encoding="utf-8")
    return path


def workshop(data: Path, tiny_bundle: Path, architecture: str) -> Workshop:
    path = recipe_file(data, tiny_bundle, architecture)
    session = start(read_recipe(path), path, data, data / "shop")
    return Workshop(session.recipe, data, session.folder, session.tokenizer, session.model(), torch.device("cpu"))


@pytest.mark.parametrize("architecture", SIZES)
def test_a_run_ends_in_a_bundle_that_summarizes(
    data: Path, tiny_bundle: Path, architecture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe, run = recipe_file(data, tiny_bundle, architecture), data / "run"
    arguments = ["train", str(recipe), "--data", str(data), "--output", str(run), "--device", "cpu"]
    assert main([*arguments, "--steps", "3"]) == 0
    assert main([*arguments, "--resume"]) == 0
    assert "own rouge1" in (run / "log.csv").read_text(encoding="utf-8").splitlines()[0]
    bundle = run / "bundle"
    assert read_card(bundle).architecture == architecture
    assert {score.file for score in read_card(bundle).scores} == {"dev.jsonl"}
    assert SummarizeTask(load_bundle(bundle, precision="float32")).parameters > 0


def test_a_pointer_begins_with_the_translators_embedding(data: Path, tiny_bundle: Path) -> None:
    shop = workshop(data, tiny_bundle, "sentence-pointer")
    own, given = shop.model.state_dict(), state_dict_of(tiny_bundle)
    torch.testing.assert_close(own["embedding.weight"][:-2], given["embedding.weight"])
    assert shop.tokenizer.has("<headline>")


def test_a_pointer_generator_begins_with_the_whole_translator(data: Path, tiny_bundle: Path) -> None:
    shop = workshop(data, tiny_bundle, "pointer-generator")
    own = shop.model.state_dict()
    for name, weight in state_dict_of(tiny_bundle).items():
        torch.testing.assert_close(own[f"transformer.{name}"][: len(weight)], weight)


def test_what_is_copied_is_the_sentence_of_the_reference(data: Path, tiny_bundle: Path) -> None:
    shop = workshop(data, tiny_bundle, "pointer-generator")
    own, copied, titles = shop.recipe.data.corpora
    list(find_extracts(shop, [copied]))
    abstract, copy = pairs(own, shop), pairs(copied, shop)
    assert len(abstract) == 40
    source, target = copy[0]
    assert target == abstract[0][1]
    assert source[1] == shop.tokenizer.id("<abstract>")
    assert pairs(titles, shop)[0][0][1] == shop.tokenizer.id("<headline>")
    assert all(len(one[0]) <= 240 for one in abstract)


def test_the_best_extracts_are_kept_in_the_run(data: Path, tiny_bundle: Path) -> None:
    shop = workshop(data, tiny_bundle, "sentence-pointer")
    corpus = shop.recipe.data.corpora[0]
    assert [progress.total for progress in find_extracts(shop, [corpus])] == [40]
    assert not list(find_extracts(shop, [corpus]))
    found = read_extracts(shop.folder, corpus)
    assert all(one.chosen[0] == 2 for one in found)
    assert all(one.scores.shape[1] == 5 for one in found)


SCORES = np.array([[0.1, 0.9, 0.5, 0.2], [0.9, 0.9, 1.0, 0.9], [1.0, 1.0, 1.0, 1.0]], np.float16)
LESSON = Lesson(tuple(np.array([piece]) for piece in (5, 6, 7, 8)), 4, Extract((1, 2), SCORES))


def test_a_goal_is_a_distribution_over_what_is_missing() -> None:
    options = Summaries(certain=0.6, temperature=0.1, wrong=0.0)
    orders = set()
    for seed in range(8):
        one = course(LESSON, options, np.random.default_rng(seed))
        assert np.allclose(one.goals.sum(axis=1), 1)
        assert one.goals[0][2] > one.goals[0][1]  # stopping stands first
        assert one.goals[1].argmax() == one.chosen[1] + 1
        assert one.goals[1][one.chosen[0] + 1] == 0
        assert one.goals[2].tolist() == [1, 0, 0, 0, 0]
        orders.add(one.chosen)
    assert orders == {(1, 2), (2, 1)}


def test_after_a_wrong_choice_the_right_one_is_still_wanted() -> None:
    one = course(LESSON, Summaries(wrong=1.0), np.random.default_rng(1))
    assert set(one.chosen) == {0, 3}
    assert one.goals[1][2] == one.goals[1][3] == 0.5


def test_courses_stand_side_by_side_for_teacher_forcing() -> None:
    short = Lesson(LESSON.sentences[:2], 2, Extract((0,), SCORES[:2, :2]))
    own = [course(one, Summaries(wrong=0.0), np.random.default_rng(2)) for one in (LESSON, short)]
    batch = side_by_side(own, 0)
    assert batch.targets == 5
    assert batch.target_in[0].tolist() == [0, own[0].chosen[0] + 2, own[0].chosen[1] + 2]
    assert batch.goals.shape == (2, 3, 6)
    assert batch.goals[1, 0, 2:4].sum() == pytest.approx(1)
    assert batch.target_keep.tolist() == [[True, True, True], [True, True, False]]


def test_a_recipe_without_a_translator_is_refused(data: Path, tiny_bundle: Path) -> None:
    path = recipe_file(data, tiny_bundle, "sentence-pointer")
    path.write_text(path.read_text(encoding="utf-8").replace(f'bundle = "{tiny_bundle}"', ""), encoding="utf-8")
    with pytest.raises(RecipeError, match="names no bundle"):
        start(read_recipe(path), path, data, data / "shop")
