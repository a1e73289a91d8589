"""Threads follow the clock: a model that takes as long as it is told, on as many threads as it is given."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.decoding.pace import MOST_THREADS, Paced, most_threads, paced, thread_counts
from seq2seq_desktop.events import SegmentDone, Step
from seq2seq_desktop.nn.state import StepResult


class Bench:
    """A model, its threads and its clock in one: a step takes `seconds(rows, threads)`."""

    def __init__(self, seconds: Callable[[int, int], float]) -> None:
        self.seconds = seconds
        self.now = 0.0
        self.threads = 0
        self.used: list[int] = []

    def encode(self, inputs: Any) -> Any:
        return (inputs, self.threads)

    def start(self, memory: Any) -> Any:
        return memory

    def step(self, tokens: torch.Tensor, state: Any, need_weights: bool) -> StepResult:
        self.used.append(self.threads)
        self.now += self.seconds(len(tokens), self.threads)
        return StepResult(torch.zeros(len(tokens), 3), state, None)

    def use(self, count: int) -> None:
        self.threads = count

    def paced(self, *counts: int) -> Paced:
        return Paced(self, counts, use=self.use, clock=lambda: self.now)


def steps(model: Paced, count: int, rows: int = 1) -> None:
    for _ in range(count):
        model.step(torch.zeros(rows, dtype=torch.int64), None, need_weights=False)


@pytest.mark.parametrize("best", [1, 2, 4])
def test_the_fastest_number_of_threads_goes_on(best: int) -> None:
    bench = Bench(lambda rows, threads: 1.0 if threads == best else 1.5)
    steps(bench.paced(1, 2, 4), 60)
    assert bench.used[-40:] == [best] * 40
    assert set(bench.used) == {1, 2, 4}


def test_each_size_of_batch_has_its_own() -> None:
    bench = Bench(lambda rows, threads: rows / threads if rows > 8 else threads)
    model = bench.paced(1, 2)
    for rows in (1, 32):
        steps(model, 30, rows)
    steps(model, 1, 1)
    assert bench.used[29] == 1
    assert bench.used[-2:] == [2, 1]


def test_a_hopeless_number_costs_one_step() -> None:
    bench = Bench(lambda rows, threads: 10.0 if threads == 2 else 1.0)
    steps(bench.paced(1, 2), 100)
    assert bench.used.count(2) == 1


def test_the_first_step_of_a_number_only_warms_up() -> None:
    bench = Bench(lambda rows, threads: 0.5 if threads == 2 else 1.0)
    slow_start = bench.seconds
    bench.seconds = lambda rows, threads: 2.0 if bench.used.count(2) == 1 else slow_start(rows, threads)
    steps(bench.paced(1, 2), 40)
    assert bench.used[-1] == 2


def test_when_a_core_becomes_busy_another_number_is_found() -> None:
    bench = Bench(lambda rows, threads: 1.0 / threads)
    model = bench.paced(1, 2)
    steps(model, 30)
    assert bench.used[-1] == 2
    bench.seconds = lambda rows, threads: 1.0 if threads == 1 else 10.0
    steps(model, 30)
    assert bench.used[-10:] == [1] * 10


def test_when_the_core_is_free_again_that_is_found_too() -> None:
    bench = Bench(lambda rows, threads: 1.0 if threads == 1 else 10.0)
    model = bench.paced(1, 2)
    steps(model, 30)
    bench.seconds = lambda rows, threads: 1.0 / threads
    steps(model, 300)
    assert bench.used[-1] == 2


def test_a_single_hiccup_changes_nothing() -> None:
    bench = Bench(lambda rows, threads: 1.0 / threads)
    model = bench.paced(1, 2)
    steps(model, 30)
    usual = bench.seconds
    bench.seconds = lambda rows, threads: 50.0
    steps(model, 1)
    bench.seconds = usual
    steps(model, 20)
    assert bench.used[-21:] == [2] * 21


def test_the_users_own_number_is_used_throughout() -> None:
    bench = Bench(lambda rows, threads: 1.0)
    model = bench.paced(3)
    assert model.encode("source") == ("source", 3)
    steps(model, 300)
    assert set(bench.used) == {3}


def test_the_encoder_runs_as_the_steps_were_fastest() -> None:
    bench = Bench(lambda rows, threads: 1.0 / threads)
    model = bench.paced(1, 2)
    assert model.encode("source") == ("source", 1)  # nothing is known yet
    steps(model, 30)
    assert model.encode("source") == ("source", 2)
    bench.seconds = lambda rows, threads: 1.0 if threads == 1 else 10.0  # a core becomes busy
    steps(model, 30)
    assert model.encode("source") == ("source", 1)


def test_a_model_on_a_gpu_is_left_alone() -> None:
    bench = Bench(lambda rows, threads: 1.0)
    assert paced(bench, torch.device("cuda"), 0) is bench
    assert isinstance(paced(bench, torch.device("cpu"), 0), Paced)


def test_real_threads_are_set(kit: Any) -> None:
    before = torch.get_num_threads()
    try:
        model = paced(kit.model(kit.random_rule(1)), torch.device("cpu"), 2)
        model.encode([[5, 6]])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_paced_model_says_what_the_model_says(kit: Any) -> None:
    before = torch.get_num_threads()
    try:
        plain = kit.model(kit.random_rule(7))
        options = DecodeOptions(search="beam", attention=False)
        said = []
        for model in (plain, paced(plain, torch.device("cpu"), 0)):
            events = list(decode(model, model.encode([[5, 6, 7]]), options, special=kit.special))
            said.append([event for event in events if isinstance(event, Step | SegmentDone)])
        assert said[0] == said[1]
    finally:
        torch.set_num_threads(before)


def test_few_numbers_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    assert thread_counts(1) == (1,)
    assert thread_counts(6) == (1, 2, 4, 6)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert most_threads() == 3
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert 1 <= most_threads() <= MOST_THREADS
