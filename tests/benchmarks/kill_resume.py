"""Kill a training run 20 times at random moments, go on each time, and compare it with one that was left alone.

    python tests/benchmarks/kill_resume.py [KILLS] [SEED]

Ends with one JSON line; the exit code is 1 if the two curves differ in a single digit.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = Path(__file__).parents[1] / "training" / "killing.py"
REPEATABLE = ("step", "loss", "learning_rate", "tokens")


def main(kills: int, seed: int) -> int:
    """Print the result; 0 if the curves are the same."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, str(PROGRAM), name, str(kills), str(seed)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        whole, killed = (_curve(Path(name) / run / "log.csv") for run in ("whole", "killed"))
    different = sum(one != other for one, other in zip(whole, killed, strict=False)) + abs(len(whole) - len(killed))
    figures = {
        "kills": int(done.stdout),
        "steps": len(whole),
        "different_steps": different,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(figures))
    return int(different > 0)


def _curve(log: Path) -> list[tuple[str, ...]]:
    """What of a log does not depend on the clock, to the last digit."""
    with log.open(newline="", encoding="utf-8") as file:
        return [tuple(row[name] for name in REPEATABLE) for row in csv.DictReader(file)]


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*given, *(20, 1)[len(given) :]))
