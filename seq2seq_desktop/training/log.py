"""The log of a run: one CSV line a step, cut back to the checkpoint when a run goes on."""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from seq2seq_desktop.events import TrainStep

_FIELDS = ("step", "loss", "learning_rate", "tokens", "tokens_per_second", "seconds", "peak_share")


class RunLog:
    """`log.csv` of a run, open for writing; a context manager."""

    def __init__(self, path: Path, scores: Sequence[str], step: int) -> None:
        """Go on after `step`: what stands there of later steps was lost with the process and goes.

        `scores` names the columns of an evaluation, which are empty at other steps.
        """
        self._scores = tuple(scores)
        keep_until(path, step)
        self._file: TextIO = path.open("a", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file, lineterminator="\n")
        if path.stat().st_size == 0:
            self._writer.writerow((*_FIELDS, *self._scores))

    def __enter__(self) -> "RunLog":
        """The log itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()

    def write(self, step: TrainStep) -> None:
        """Add one step; it is with the system, safe from the end of this process, when this returns."""
        values = [getattr(step, name) for name in _FIELDS]
        self._writer.writerow([*values, *(step.scores.get(name, "") for name in self._scores)])
        self._file.flush()


def add_samples(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Nothing; `path` then ends with these rows, cells divided by tabs, below `heading` if the file is new."""
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, "excel-tab", lineterminator="\n")
        if new:
            writer.writerow(heading)
        writer.writerows(rows)


def keep_until(path: Path, step: int, separator: str = ",") -> None:
    """Cut from a file with a heading all lines whose first cell is beyond `step`, and a line that is not whole."""
    if not path.exists():
        return
    heading, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True) or [""]
    kept = [line for line in lines if line.endswith("\n") and int(line.partition(separator)[0]) <= step]
    part = path.with_name(path.name + ".part")
    part.write_text("".join([heading, *kept]) if heading.endswith("\n") else "", encoding="utf-8")
    os.replace(part, path)
