import csv
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from seq2seq_desktop.errors import TrainingError

PROGRAM = Path(__file__).with_name("killing.py")
REPEATABLE = ("step", "loss", "learning_rate", "tokens")


def curve(log: Path) -> list[tuple[str, ...]]:
    """What of a log does not depend on the clock, as it is written there, to the last digit."""
    with log.open(newline="", encoding="utf-8") as file:
        return [tuple(row[name] for name in REPEATABLE) for row in csv.DictReader(file)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_killed_run_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    command = [sys.executable, str(PROGRAM), str(tmp_path), "5", "11"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 2
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert [row[0] for row in curve(whole / "log.csv")] == [str(step) for step in range(1, 81)]
    assert curve(killed / "log.csv") == curve(whole / "log.csv")
    ours, theirs = (load_file(folder / "checkpoint.safetensors") for folder in (killed, whole))
    assert all(ours[name].equal(theirs[name]) for name in theirs)
    assert not list(killed.glob("*.part"))


def test_a_stopped_run_goes_on_with_the_same_curve(trial: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert trial.train("--output", str(trial.data / "whole")) == 0
    stop_after(trial, 17)
    assert "--resume" in capsys.readouterr().err
    assert len(curve(trial.run / "log.csv")) == 17
    assert trial.train("--resume") == 0
    assert curve(trial.run / "log.csv") == curve(trial.data / "whole" / "log.csv")


def stop_after(trial: Any, steps: int) -> None:
    """Train, with Ctrl+C pressed after some steps."""
    from seq2seq_desktop.training.log import RunLog

    before = signal.getsignal(signal.SIGINT)
    with pytest.MonkeyPatch.context() as patch:
        write = RunLog.write

        def press(log: RunLog, step: Any) -> None:
            write(log, step)
            if step.step == steps:
                signal.raise_signal(signal.SIGINT)

        patch.setattr(RunLog, "write", press)
        assert trial.train() == 130
    assert signal.getsignal(signal.SIGINT) is before


def test_what_a_run_lacks_or_has_already_is_said(trial: Any) -> None:
    with pytest.raises(TrainingError, match="leave out --resume"):
        trial.train("--resume")
    trial.run.mkdir()
    with pytest.raises(TrainingError, match="go on with --resume"):
        trial.train()


def test_a_foreign_or_damaged_checkpoint_is_refused(trial: Any) -> None:
    stop_after(trial, 3)
    trial.change('name = "words"', 'name = "other"')
    trial.change("{ words = 1 }", "{ other = 1 }")
    with pytest.raises(TrainingError, match="words"):
        trial.train("--resume")
    trial.change('name = "other"', 'name = "words"')
    trial.change("{ other = 1 }", "{ words = 1 }")
    (trial.run / "config.json").unlink()
    trial.change("feed_forward = 64", "feed_forward = 48")
    with pytest.raises(TrainingError, match="checkpoint"):
        trial.train("--resume")
    checkpoint = trial.run / "checkpoint.safetensors"
    checkpoint.write_bytes(checkpoint.read_bytes()[:-100])
    with pytest.raises(TrainingError, match="checkpoint"):
        trial.train("--resume")
