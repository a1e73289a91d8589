"""How fast we decode beside transformers and CTranslate2, on the same weights, in one run.

    pip install -e .[bench]
    python tests/benchmarks/decode.py

Each contestant sits in a process of its own, and only one works at a time; their repetitions take turns, so that
noise hits all alike. Sources are 20 random pieces, each answered with exactly 64 pieces (32 sources: 32, by beams of
4: 16). All engines get the same weights, and the run says how far their greedy outputs agree. Every contestant
answers with a few pieces on 1 and on 2 threads, and goes on with the faster. tokens/s are medians and count the
encoder too. Peak memory is that of the whole process after loading.

Two models: `marian`, 75 M random weights in the size of the usual Marian translators (6 + 6 layers, width 512,
vocabulary 59,514), and the shipped translate-en-fr. Of the other shipped bundles our figures alone. The last line is
one JSON object:

- batch1_vs_ctranslate2_int8, batch1_vs_transformers, beam4_..., batch32_...: our tokens/s in int8 with attention
  captured, over theirs without (marian)
- capture_cost: the share of our speed that capturing attention costs at batch 1 (marian)
- busy_core_ratio: speed with another process spinning on one core, over speed without; for each number of threads,
  0 being the one that our own measurement chooses
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from decode_contestants import ROOT, Case

SCRIPT = Path(__file__).with_name("decode_contestants.py")
CASES = (Case(1, 1), Case(1, 4), Case(32, 1, tokens=32), Case(32, 4, tokens=16))
THREADS = (1, 2)
MOST_SECONDS = 3.0  # of repetitions, for one entrant in one case
REPETITIONS = 9
TRIED = 16  # pieces said to find the better number of threads


class Entrant(NamedTuple):
    """An engine, and whether it captures attention."""

    engine: str
    attention: bool = False

    def __str__(self) -> str:
        return f"{self.engine} + attention" if self.attention else self.engine


OURS, OURS_PLAIN = Entrant("ours-int8", attention=True), Entrant("ours-int8")
THEIRS, TRANSFORMERS = Entrant("ctranslate2-int8"), Entrant("transformers-float32")
ENTRANTS = (OURS, OURS_PLAIN, Entrant("ours-float32", True), THEIRS, Entrant("ctranslate2-float32"), TRANSFORMERS)
CAPTURING = (Entrant("ctranslate2-int8", True), Entrant("transformers-float32", True))  # in the first case only


class Contestant:
    """An engine in a process of its own."""

    def __init__(self, name: str, model: str, threads: int, folder: str) -> None:
        command = [sys.executable, str(SCRIPT), name, model, str(threads), folder]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.loaded = self._answer()

    def ask(self, case: Case) -> dict[str, Any]:
        """Seconds, tokens, peak_bytes and what was said to the first source."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asdict(case)) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self._process.args[1:])} ended with {self._process.wait()}")  # type: ignore[index]
        return dict(json.loads(line))


class Field:
    """The engines on one model."""

    def __init__(self, model: str, engines: Iterable[str], folder: str) -> None:
        self._seats: dict[tuple[str, int], Contestant] = {}
        for engine in dict.fromkeys(engines):
            seat = Contestant(engine, model, 1, folder)
            if engine.startswith("ctranslate2"):  # its threads are fixed, and the first process converted the weights
                seat.close()
                self._seats |= {(engine, threads): Contestant(engine, model, threads, folder) for threads in THREADS}
            else:
                self._seats |= {(engine, threads): seat for threads in (0, *THREADS)}

    def ask(self, entrant: Entrant, case: Case) -> dict[str, Any]:
        """One answer of one entrant."""
        return self._seats[entrant.engine, case.threads].ask(replace(case, attention=entrant.attention))

    def measure(self, entrants: Sequence[Entrant], case: Case, repetitions: int) -> dict[Entrant, dict[str, Any]]:
        """For each entrant its tokens_per_second (median), threads, peak_bytes and what it said."""
        threads = {entrant: self._threads(entrant, case) for entrant in entrants}
        answers: dict[Entrant, list[dict[str, Any]]] = {entrant: [] for entrant in entrants}
        for _ in range(repetitions):
            for entrant, known in answers.items():
                if sum(one["seconds"] for one in known) < MOST_SECONDS:
                    known.append(self.ask(entrant, replace(case, threads=threads[entrant])))
        return {
            entrant: known[-1] | {"tokens_per_second": median(map(rate, known)), "threads": threads[entrant]}
            for entrant, known in answers.items()
        }

    def load_seconds(self, engine: str) -> float:
        """How long its model took to load, its libraries not counted."""
        return float(self._seats[engine, 1].loaded["load_seconds"])

    def close(self) -> None:
        """End all processes."""
        for seat in set(self._seats.values()):
            seat.close()

    def _threads(self, entrant: Entrant, case: Case) -> int:
        """The better number of threads, by the better of two short runs each; one more before warms up."""
        seconds = {}
        for threads in THREADS:
            trial = replace(case, threads=threads, tokens=min(TRIED, case.tokens))
            self.ask(entrant, replace(trial, tokens=4))
            seconds[threads] = min(self.ask(entrant, trial)["seconds"] for _ in range(2))
        return min(seconds, key=lambda count: seconds[count])


@contextmanager
def field_of(model: str, engines: Iterable[str]) -> Iterator[Field]:
    """The engines on one model, each in its process, until the block is left."""
    with tempfile.TemporaryDirectory() as folder:
        field = Field(model, engines, folder)
        try:
            yield field
        finally:
            field.close()


@contextmanager
def busy_core() -> Iterator[None]:
    """Another process that keeps one core busy."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(0.3)  # its own start is over then
        yield
    finally:
        process.kill()
        process.wait()


def rate(answer: dict[str, Any]) -> float:
    """Tokens per second of one answer."""
    return float(answer["tokens"] / answer["seconds"])


def show(title: str, results: dict[Entrant, dict[str, Any]]) -> None:
    """One line for each entrant."""
    print(f"\n{title}")
    for entrant, one in results.items():
        speed, threads, held = one["tokens_per_second"], one["threads"], one["peak_bytes"] / 2**20
        print(f"  {entrant!s:33}{speed:9.1f} tokens/s {threads:3} threads {held:7.0f} MiB")
    sys.stdout.flush()


def agreement(results: dict[Entrant, dict[str, Any]]) -> float:
    """How many of the pieces that the float32 engines say first are the same, 0..1."""
    said = [one["said"] for entrant, one in results.items() if entrant.engine.endswith("float32")]
    columns = list(zip(*said, strict=True))
    return sum(len(set(column)) == 1 for column in columns) / len(columns)


def speeds(field: Field, model: str, repetitions: int) -> dict[str, float]:
    """All cases of one model, shown; the ratios of the last line."""
    found: dict[tuple[int, int], dict[Entrant, float]] = {}
    for number, case in enumerate(CASES):
        results = field.measure(ENTRANTS if number else (*ENTRANTS, *CAPTURING), case, repetitions)
        show(f"{model}, batch {case.batch}, beam {case.beams}", results)
        found[case.batch, case.beams] = {entrant: one["tokens_per_second"] for entrant, one in results.items()}
        if number == 0:
            print(f"  the float32 engines agree on {agreement(results):.0%} of the pieces")
    single = found[1, 1]
    return {
        "batch1_vs_ctranslate2_int8": single[OURS] / single[THEIRS],
        "batch1_vs_transformers": single[OURS] / single[TRANSFORMERS],
        "beam4_vs_ctranslate2_int8": found[1, 4][OURS] / found[1, 4][THEIRS],
        "batch32_vs_ctranslate2_int8": found[32, 1][OURS] / found[32, 1][THEIRS],
        "capture_cost": 1 - single[OURS] / single[OURS_PLAIN],
    }


def busy_ratios(field: Field, repetitions: int) -> dict[str, float]:
    """Greedy speed beside a process that spins on one core, over the speed without; by each number of threads."""
    ratios = {}
    for entrant, counts in ((OURS, (0, *THREADS)), (THEIRS, THREADS)):
        for threads in counts:
            case = Case(threads=threads)
            quiet = median(rate(field.ask(entrant, case)) for _ in range(repetitions))
            with busy_core():
                busy = median(rate(field.ask(entrant, case)) for _ in range(repetitions))
            ratios[f"{entrant.engine} {threads} threads"] = busy / quiet
    return ratios


def alone(model: str, repetitions: int) -> None:
    """Our figures on one bundle, shown."""
    with field_of(model, ["ours-int8"]) as field:
        print(f"\n{model}, loaded in {field.load_seconds('ours-int8'):.2f} s")
        for case in CASES[:3]:
            show(f"{model}, batch {case.batch}, beam {case.beams}", field.measure([OURS], case, repetitions))


def main() -> None:
    """Print all figures, and the ratios as one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=REPETITIONS, help="of each run (default: %(default)s)")
    repetitions = parser.parse_args().repetitions
    engines = [entrant.engine for entrant in ENTRANTS]
    with field_of("marian", engines) as field:
        ratios: dict[str, Any] = speeds(field, "marian", repetitions)
        busy = busy_ratios(field, repetitions)
    with field_of("translate-en-fr", engines) as field:
        small = speeds(field, "translate-en-fr", repetitions)
        print(f"\ntranslate-en-fr, loaded in {field.load_seconds('ours-int8'):.2f} s")
    for folder in sorted((ROOT / "models").glob("translate-en-fr-*")):
        alone(folder.name, repetitions)
    rounded = {name: round(ratio, 3) for name, ratio in ratios.items()}
    rounded["translate-en-fr"] = {name: round(ratio, 3) for name, ratio in small.items()}
    rounded["busy_core_ratio"] = {name: round(ratio, 3) for name, ratio in busy.items()}
    print(f"\n{json.dumps(rounded)}")


if __name__ == "__main__":
    main()
