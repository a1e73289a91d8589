"""Captioners are trained, gone on with and tuned: by likelihood, by CIDEr-D, with and without the encoder."""

import csv
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from seq2seq_desktop.bundles.load import load_bundle, state_dict_of
from seq2seq_desktop.bundles.sources.encoders import encoder_file
from seq2seq_desktop.errors import InputError, RecipeError
from seq2seq_desktop.io.images import Picture
from seq2seq_desktop.nn.vision import SCALES, EfficientNetLite
from seq2seq_desktop.training.views import Views, augmented

RECIPE = """
name = "tiny"
task = "caption"
languages = ["en"]
description = "Tells colours."
seed = 3

[tokenizer]
vocabulary = 420

[model]
architecture = "captioner"
encoder = "tiny"
width = 16
hidden = 24
attention = 8
dropout = 0.0

[pictures]
folder = "pictures"
views = 2
frozen = 7
batch = 4
evenness = 0.01

[data]
dev = { "album" = "dev.tsv" }
dev_limit = 1

[[data.corpora]]
name = "album"
file = "train.tsv"
languages = ["en"]
licence = "CC0"

[[data.curriculum]]
at = 0.0
of = { album = 1 }

[training]
steps = 25
learning_rate = 1e-2
rates = { "encoder." = 0.0 }
warm_up = 5
label_smoothing = 0.0
precision = "32-true"
"""

COLOURS = {"red": (220, 30, 20), "green": (20, 190, 40), "blue": (20, 40, 220)}


@pytest.fixture
def _encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small member of the family, its random weights where those that are fetched would lie."""
    monkeypatch.setitem(SCALES, "tiny", (0.2, 0.2))
    torch.manual_seed(1)
    path = encoder_file("tiny")
    path.parent.mkdir(parents=True, exist_ok=True)
    network = EfficientNetLite("tiny")
    for name, weight in network.named_parameters():
        if name.endswith("weight"):
            torch.nn.init.kaiming_normal_(weight)
    save_file(network.state_dict(), str(path))


@pytest.fixture
def album(trial: Any, _encoder: None) -> Any:
    """A trial whose corpus is pictures of one colour, each with two captions."""
    pictures = trial.data / "pictures"
    pictures.mkdir()
    draws = random.Random(0)
    for name, count in (("train", 5), ("dev", 1)):
        lines = []
        for number in range(count):
            colour = draws.choice(sorted(COLOURS))
            Image.new("RGB", (60, 40) if number % 2 else (40, 40), COLOURS[colour]).save(
                pictures / f"{name}{number}.png"
            )
            lines += [f"{name}{number}.png\tA {colour} wall .", f"{name}{number}.png\tThe wall is {colour} today ."]
        (trial.data / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    trial.recipe.write_text(RECIPE, encoding="utf-8")
    return trial


def rows(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=separator))


def test_a_captioner_learns_to_speak(album: Any) -> None:
    assert album.train() == 0
    log = rows(album.run / "log.csv")
    assert float(log[-1]["loss"]) < float(log[0]["loss"]) - 2
    assert float(log[-1]["album cider"]) >= 0
    assert {row["file"] for row in rows(album.run / "samples.tsv", "\t")} == {"dev0.png"}
    assert list(album.run.glob("attention-*.png"))
    bundle = load_bundle(album.run / "bundle", precision="float32")
    assert (bundle.card.task, bundle.card.architecture) == ("caption", "captioner")
    assert "--images pictures" in bundle.card.scores[0].command
    assert [source.name for source in bundle.card.data] == ["album", "tiny"]
    weights, given = bundle.model.state_dict(), EfficientNetLite("tiny").state_dict()
    assert {name.removeprefix("encoder.") for name in weights if name.startswith("encoder.")} == set(given)


def test_frozen_blocks_stay_and_the_others_learn(album: Any) -> None:
    album.change("frozen = 7", "frozen = 5")
    album.change('rates = { "encoder." = 0.0 }', 'rates = { "encoder." = 0.1 }')
    assert album.train("--steps", "4") == 0
    before = {f"encoder.{name}": weight for name, weight in torch_weights().items()}
    after = state_dict_of(album.run / "bundle")
    moved = {name for name in before if not torch.allclose(before[name], after[name], atol=1e-4, rtol=1e-3)}
    assert moved
    assert all(name.startswith(("encoder.blocks.5.", "encoder.blocks.6.", "encoder.head.")) for name in moved)


def torch_weights() -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(str(encoder_file("tiny")))


def test_a_stage_goes_on_from_the_bundle_of_another(album: Any) -> None:
    assert album.train("--steps", "3") == 0
    first = album.run / "bundle"
    album.change("evenness = 0.01", 'goal = "cider"\nsamples = 3')
    second = album.data / "second"
    assert album.train("--init", str(first), "--output", str(second), "--steps", "2") == 0
    before, after = state_dict_of(first), state_dict_of(second / "bundle")
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith("encoder."))
    assert "; then " in load_bundle(second / "bundle", precision="float32").card.training.text


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(album: Any) -> None:
    whole = album.data / "whole"
    assert album.train("--output", str(whole), "--steps", "8") == 0
    album.change("steps = 25", "steps = 8\ncheckpoint_minutes = 0.0001")
    from seq2seq_desktop.training import loop

    class StopError(Exception):
        pass

    taken = []

    def stopping(*arguments: Any, **options: Any) -> Any:
        for step in real(*arguments, **options):
            yield step
            taken.append(step)
            if len(taken) == 5:
                raise StopError

    real = loop.train
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "train", stopping)
        with pytest.raises(StopError):
            album.train()
    states = (album.run / "views" / "states.npy").stat().st_mtime_ns
    assert album.train("--resume") == 0
    assert (album.run / "views" / "states.npy").stat().st_mtime_ns == states, "the views are computed once"
    one, other = (state_dict_of(folder / "bundle") for folder in (whole, album.run))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_views_are_of_the_picture_and_differ(album: Any) -> None:
    assert album.train("--steps", "1") == 0
    views = Views.open(album.run / "views")
    assert len(views.names) == 5
    assert views.states.shape[:1] == views.grids.shape[:1] == (10,)
    assert views.grids[0].tolist() == [8, 8]
    assert not np.array_equal(views.states[0], views.states[5])
    assert views.of_one_grid([0]).shape == (1, 64, 8, 8)


def test_an_augmented_picture_is_never_mirrored() -> None:
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, 40:] = 220
    for seed in range(20):
        view = augmented(Picture(pixels, (80, 40)), np.random.default_rng(seed))
        assert view.size == (view.pixels.shape[1], view.pixels.shape[0])
        assert view.pixels[:, -5:].mean() > view.pixels[:, :5].mean() + 50
        assert 30 <= view.size[1] <= 40


def test_a_missing_picture_is_named(album: Any) -> None:
    (album.data / "pictures" / "train3.png").unlink()
    with pytest.raises(InputError, match=r"train3\.png is not in"):
        album.train()


def test_more_frozen_blocks_than_there_are_are_refused(album: Any) -> None:
    album.change("frozen = 7", "frozen = 8")
    with pytest.raises(RecipeError, match="the encoder has 7 blocks"):
        album.train()
    album.change("frozen = 8", "frozen = -1")
    with pytest.raises(RecipeError, match=r"pictures\.frozen = -1"):
        album.train()
