"""A run that is killed with SIGKILL at random moments and gone on with, beside one that is left alone.

Run as a program of its own: `killing.py FOLDER KILLS SEED`. Torch is imported once; each attempt is a forked process.
Prints the number of processes killed in the middle of the run.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import matplotlib.backends.backend_agg
import matplotlib.figure
from conftest import Trial

from seq2seq_desktop.training import device, evaluation, session

STEPS_A_KILL = 16
_LOADED = (device, evaluation, session, matplotlib)  # imported before the fork, so that each attempt starts at once


def main(folder: Path, kills: int, seed: int) -> None:
    """Train once without and once with interruptions, into FOLDER/whole and FOLDER/killed."""
    trial = Trial(folder)
    trial.change("steps = 40", f"steps = {STEPS_A_KILL * kills}\ncheckpoint_minutes = 0.001\nevaluate_minutes = 0.05")
    _wait(_forked(trial, "whole"))
    draws = random.Random(seed)
    hits = 0
    for step in sorted(draws.sample(range(STEPS_A_KILL * kills - 4), kills)):
        child = _forked(trial, "killed")
        ended = _until(child, trial.data / "killed" / "log.csv", step)
        if ended:
            break
        # Where the step was reached before, this is in the middle of starting up.
        time.sleep(draws.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        hits += 1
    if not (folder / "killed" / "bundle").exists():
        _wait(_forked(trial, "killed"))
    print(hits)


def _forked(trial: Trial, name: str) -> int:
    """The id of a process that trains."""
    child = os.fork()
    if child == 0:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (it stays open as long as the process)
        output = trial.data / name
        os._exit(trial.train("--output", str(output), *(["--resume"] if output.exists() else [])))
    return child


def _until(child: int, log: Path, step: int) -> bool:
    """Wait for a step in the log; True if the process has ended first."""
    while not log.exists() or log.read_bytes().count(b"\n") <= step:
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(0.001)
    return False


def _wait(child: int) -> None:
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(f"an undisturbed attempt ended with status {status}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
