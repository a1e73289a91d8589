import csv
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from seq2seq_desktop.bundles.card import read_card
from seq2seq_desktop.bundles.load import load_bundle, state_dict_of
from seq2seq_desktop.errors import DeviceError, TrainingError
from seq2seq_desktop.training.checkpoint import average_weights


def rows(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=separator))


def last_loss(trial: Any, steps: int = 20) -> float:
    losses = [float(row["loss"]) for row in rows(trial.run / "log.csv")[-steps:]]
    return sum(losses) / len(losses)


def test_a_tiny_model_learns_to_reverse(trial: Any) -> None:
    trial.change("steps = 40", "steps = 250")
    trial.change("width = 32", "width = 48")
    trial.change("dropout = 0.1", "dropout = 0.0")
    trial.change("upper_case = 0.05", "upper_case = 0.0")
    assert trial.train() == 0
    assert last_loss(trial) < 0.75  # nats a piece; guessing one of ten words and the end costs about 1.5
    scores = rows(trial.run / "log.csv")[-1]
    assert float(scores["en-fr chrf"]) > 40


def test_a_run_leaves_a_bundle_a_log_samples_and_pictures(trial: Any, capsys: pytest.CaptureFixture[str]) -> None:
    trial.change("steps = 40", "steps = 30\ncheckpoint_minutes = 0.0001\nevaluate_minutes = 0.01")
    assert trial.train() == 0
    log = rows(trial.run / "log.csv")
    assert [int(row["step"]) for row in log] == list(range(1, 31))
    evaluated = [row["step"] for row in log if row["en-fr bleu"]]
    assert evaluated[-1] == "30"
    samples = rows(trial.run / "samples.tsv", "\t")
    assert [row["step"] for row in samples] == [step for step in evaluated for _ in range(3)]
    assert {row["direction"] for row in samples} == {"en-fr", "fr-en"}
    assert samples[0]["source"] == samples[3 * (len(evaluated) - 1)]["source"]
    pictures = sorted(path.name for path in trial.run.glob("attention-*.png"))
    assert pictures == [f"attention-{int(step):08d}.png" for step in evaluated]
    assert "loss" in capsys.readouterr().err
    bundle = load_bundle(trial.run / "bundle", precision="float32")
    assert bundle.card.training.tokens == int(log[-1]["tokens"]) > 0
    assert [(source.name, source.licence) for source in bundle.card.data] == [("words", "CC0")]
    assert {score.file for score in bundle.card.scores} == {"dev.tsv"}
    assert all("bleu" in score.values for score in bundle.card.scores)
    mean = average_weights(sorted(trial.run.glob("weights-*.safetensors")))
    assert len(list(trial.run.glob("weights-*.safetensors"))) == 2
    for name, weight in bundle.model.state_dict().items():
        torch.testing.assert_close(weight, mean[name], atol=2e-3, rtol=2e-3)


def test_training_starts_from_a_bundle(trial: Any) -> None:
    assert trial.train() == 0
    first = last_loss(trial)
    trial.change("width = 32", "width = 64")  # the bundle's sizes count
    trial.change("learning_rate = 5e-3", "learning_rate = 1e-9")
    trial.change("dropout = 0.1", "dropout = 0.0")
    output = trial.data / "second"
    assert trial.train("--init", str(trial.run / "bundle"), "--steps", "3", "--output", str(output)) == 0
    assert json.loads((output / "config.json").read_text())["width"] == 32
    losses = [float(row["loss"]) for row in rows(output / "log.csv")]
    assert max(losses) < first + 0.4
    before, after = state_dict_of(trial.run / "bundle"), state_dict_of(output / "bundle")
    assert all(torch.allclose(before[name], after[name], atol=1e-3) for name in before)
    first_card, second_card = read_card(trial.run / "bundle"), read_card(output / "bundle")
    assert second_card.training.text.startswith(f"{first_card.training.text}; then ")
    assert second_card.training.tokens > first_card.training.tokens  # all that the model has seen
    assert second_card.training.seconds >= first_card.training.seconds
    assert set(second_card.data) >= set(first_card.data)


def test_a_budget_in_time_ends_in_time(trial: Any) -> None:
    assert trial.train("--hours", "0.0003") == 0
    log = rows(trial.run / "log.csv")
    assert float(log[-1]["seconds"]) >= 0.0003 * 3600 > float(log[-2]["seconds"] if len(log) > 1 else 0)
    rates = [float(row["learning_rate"]) for row in log]
    assert rates[-1] < max(rates) or len(log) < 25


@pytest.mark.parametrize("change", ['optimiser = "muon"', "scheduled_sampling = 0.5", 'decay = "cosine"'])
def test_every_way_of_training_lowers_the_loss(trial: Any, change: str) -> None:
    trial.change("steps = 40", f"steps = 40\n{change}")
    assert trial.train() == 0
    log = rows(trial.run / "log.csv")
    assert last_loss(trial, 5) < float(log[0]["loss"]) - 1


def test_bfloat16_on_the_cpu(trial: Any) -> None:
    trial.change('"32-true"', '"bf16-mixed"')
    assert trial.train("--steps", "10") == 0
    assert load_bundle(trial.run / "bundle", precision="float32").model.embedding.weight.dtype == torch.float32


def test_a_loss_that_is_no_number_stops_the_run(trial: Any) -> None:
    trial.change("learning_rate = 5e-3", "learning_rate = 1e38")
    with pytest.raises(TrainingError, match="smaller learning_rate"):
        trial.train()


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is one")
def test_an_absent_gpu_is_said(trial: Any) -> None:
    with pytest.raises(DeviceError, match="--device cpu"):
        trial.train("--device", "cuda")
    assert not trial.run.exists()


@pytest.mark.cuda
@pytest.mark.parametrize("precision", ["16-mixed", "bf16-mixed"])
def test_a_gpu_learns_the_same(trial: Any, precision: str) -> None:
    trial.change('"32-true"', f'"{precision}"')
    assert trial.train("--steps", "120", "--device", "cuda") == 0
    log = rows(trial.run / "log.csv")
    assert last_loss(trial) < float(log[0]["loss"]) - 2
    assert load_bundle(trial.run / "bundle", precision="float32").card.training.tokens > 0


_FAMILY = {
    "gru": 'architecture = "recurrent"\nhidden = 48',
    "lstm-dot": 'architecture = "recurrent"\nhidden = 48\ncell = "lstm"\nattention = "dot"',
    "context": 'architecture = "recurrent"\nhidden = 48\nattention = "none"',
    "convolutional": 'architecture = "convolutional"',
}


@pytest.mark.parametrize("name", _FAMILY)
def test_every_architecture_is_trained_and_shipped_the_same_way(trial: Any, name: str) -> None:
    trial.change('architecture = "transformer"', _FAMILY[name])
    trial.change("heads = 2\n", "")
    trial.change("feed_forward = 64\n", "")
    trial.change("steps = 40", "steps = 60")
    assert trial.train() == 0
    losses = [float(row["loss"]) for row in rows(trial.run / "log.csv")]
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])
    assert load_bundle(trial.run / "bundle").card.architecture == _FAMILY[name].split('"')[1]


def test_models_to_be_compared_share_a_tokenizer(trial: Any, tiny_bundle: Path) -> None:
    trial.change("vocabulary = 540", f'bundle = "{tiny_bundle}"')
    assert trial.train("--steps", "2") == 0
    learned, given = (folder / "tokenizer.json" for folder in (trial.run, tiny_bundle))
    assert json.loads(learned.read_text(encoding="utf-8")) == json.loads(given.read_text(encoding="utf-8"))
