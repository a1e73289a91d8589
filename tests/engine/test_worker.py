import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest

from seq2seq_desktop import paths
from seq2seq_desktop.engine.messages import (
    Cancel,
    Close,
    Configure,
    Devices,
    JobEvent,
    Load,
    Memory,
    ModelState,
    Unload,
    WarmUp,
)
from seq2seq_desktop.errors import BundleError, DeviceError, InputError
from seq2seq_desktop.events import Event, Failed, Finished, Progress, Step


def steps(count: int) -> Callable[..., Iterator[Event]]:
    def script(model: Any, cancelled: Callable[[], bool]) -> Iterator[Event]:
        yield from (Step(0, index, index, 0.5, tuple(range(index + 1))) for index in range(count))
        yield Finished("end", text=model.device)

    return script


class Endless:
    """A script that goes on until it is cancelled, and says when it has begun."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def __call__(self, model: Any, cancelled: Callable[[], bool]) -> Iterator[Event]:
        self.begun.set()
        index = 0
        while not cancelled():
            yield Progress(index, 0)
            index += 1
        yield Finished("cancelled", tokens=index)


def failing(error: BaseException) -> Callable[..., Iterator[Event]]:
    def script(model: Any, cancelled: Callable[[], bool]) -> Iterator[Event]:
        yield Progress(0, 1)
        raise error

    return script


def test_facts_come_in_order_and_the_end_comes_last(engine: Any) -> None:
    engine.run(1, steps(200))
    assert engine.ending(1) == Finished("end", text="cuda:0")
    assert [event.index for event in engine.events(1)[:-1]] == list(range(200))


def test_the_newest_of_the_waiting_jobs_wins(engine: Any) -> None:
    running = Endless()
    engine.run(1, running)
    assert running.begun.wait(5)
    for job in (2, 3, 4):
        engine.run(job, steps(1))
    engine.send(Cancel(1))
    assert isinstance(engine.ending(4), Finished)
    endings = {report.job: report.event.reason for report in engine.seen if _ended(report)}
    assert endings == {1: "cancelled", 2: "cancelled", 3: "cancelled", 4: "end"}


def test_a_waiting_job_can_be_cancelled(engine: Any) -> None:
    running = Endless()
    engine.run(1, running)
    assert running.begun.wait(5)
    engine.run(2, steps(1))
    engine.send(Cancel(2))
    assert engine.ending(2) == Finished("cancelled")
    engine.send(Cancel(1))
    assert engine.ending(1).reason == "cancelled"


def test_cancelling_a_job_that_is_over_does_not_touch_the_next(engine: Any) -> None:
    engine.run(1, steps(1))
    engine.ending(1)
    engine.send(Cancel(1))
    engine.run(2, steps(3))
    assert engine.ending(2).reason == "end"


def test_closing_ends_a_running_job_within_a_second(engine: Any) -> None:
    running = Endless()
    engine.run(1, running)
    assert running.begun.wait(5)
    start = monotonic()
    engine.send(Close())
    engine.thread.join(5)
    assert monotonic() - start < 1
    assert engine.ending(1).reason == "cancelled"


def test_a_job_that_never_asks_is_left_when_the_worker_closes(engine: Any) -> None:
    begun = threading.Event()

    def deaf(model: Any, cancelled: Callable[[], bool]) -> Iterator[Event]:
        while True:
            begun.set()
            yield Progress(0, 0)

    engine.run(1, deaf)
    assert begun.wait(5)
    engine.send(Close())
    engine.thread.join(1)
    assert not engine.thread.is_alive()


def test_a_job_without_an_end_gets_one(engine: Any) -> None:
    engine.run(1, lambda model, cancelled: iter([Progress(1, 1)]))
    assert engine.ending(1) == Finished("end")


def test_an_expected_error_keeps_problem_and_remedy(engine: Any) -> None:
    engine.run(1, failing(InputError("a.txt: is empty", "give a text")))
    assert engine.ending(1) == Failed("a.txt: is empty", "give a text")


def test_running_out_of_memory_is_said_plainly(engine: Any) -> None:
    engine.run(1, failing(MemoryError()))
    assert "memory" in engine.ending(1).problem


def test_after_an_unexpected_error_the_worker_lives_on(engine: Any, caplog: pytest.LogCaptureFixture) -> None:
    engine.run(1, failing(ZeroDivisionError("by zero")))
    failed = engine.ending(1)
    assert str(paths.user_log()) in failed.remedy
    assert "by zero" in caplog.text
    engine.run(2, steps(1))
    assert engine.ending(2).reason == "end"


def test_a_model_is_loaded_once_and_stays(engine: Any) -> None:
    for job in (1, 2):
        engine.run(job, steps(1))
        engine.ending(job)
    assert len(engine.loads) == 1
    ready = next(report for report in engine.seen if isinstance(report, ModelState) and report.state == "ready")
    assert (ready.device, ready.parameters) == ("cuda:0", 10)
    assert ready.memory_bytes > 0


def test_a_bundle_that_cannot_be_loaded_fails_the_job_and_says_so(engine: Any) -> None:
    engine.devices = engine.devices[:1]
    engine.refuse["cpu"] = BundleError("toy: config.json is missing", "add the bundle again")
    engine.run(1, steps(1))
    assert engine.state("failed").message == "toy: config.json is missing"
    assert engine.ending(1) == Failed("toy: config.json is missing", "add the bundle again")


@pytest.mark.parametrize("broken", [DeviceError("the driver is too old"), DeviceError("out of memory")])
def test_loading_falls_back_to_the_cpu_with_a_sentence(engine: Any, broken: DeviceError) -> None:
    engine.refuse["cuda:0"] = broken
    engine.run(1, steps(1))
    assert engine.ending(1).text == "cpu"
    ready = next(report for report in engine.seen if isinstance(report, ModelState) and report.state == "ready")
    assert ready.device == "cpu"
    assert broken.problem in ready.message


def test_a_device_that_fails_in_the_middle_of_a_job_hands_it_to_the_cpu(engine: Any) -> None:
    def full_on_the_gpu(model: Any, cancelled: Callable[[], bool]) -> Iterator[Event]:
        yield Progress(0, 1)
        if model.device != "cpu":
            raise DeviceError("the GPU's memory is full")
        yield Finished("end", text=model.device)

    engine.run(1, full_on_the_gpu)
    assert engine.ending(1).text == "cpu"
    assert [load[2] for load in engine.loads] == ["cuda:0", "cpu"]
    engine.run(2, steps(1))
    assert engine.ending(2).text == "cpu", "the next job stays where it works"


def test_a_device_that_is_not_there_means_the_cpu(engine: Any) -> None:
    engine.send(Configure(device="cuda:7"), Load("toy"))
    ready = engine.state("ready")
    assert ready.device == "cpu"
    assert "cuda:7" in ready.message


def test_a_failure_on_the_cpu_is_not_tried_again(engine: Any) -> None:
    engine.send(Configure(device="cpu"))
    engine.run(1, failing(DeviceError("broken")))
    assert engine.ending(1) == Failed("broken")
    assert len(engine.loads) == 1


def test_new_settings_load_the_model_again(engine: Any) -> None:
    engine.send(Configure(device="cpu", threads=1), Load("toy"))
    engine.state("ready")
    engine.send(Configure(device="cpu", threads=3))
    assert engine.state("ready").threads == 3
    engine.send(Configure(device="cpu", threads=3, unload_minutes=99))
    engine.run(1, steps(1))
    engine.ending(1)
    assert len(engine.loads) == 2, "how long models stay is no reason to load them again"


def test_an_idle_model_is_freed_and_comes_back(engine: Any) -> None:
    engine.send(Configure(unload_minutes=0.0005))
    engine.run(1, steps(1))
    engine.ending(1)
    engine.state("unloaded")
    engine.run(2, steps(1))
    assert engine.ending(2).reason == "end"
    assert len(engine.loads) == 2


def test_a_model_can_be_freed_by_hand(engine: Any) -> None:
    engine.send(Load("toy"), Unload())
    assert engine.state("unloaded").bundle == "toy"


def test_warming_up_tells_the_devices_and_the_memory(engine: Any) -> None:
    engine.send(WarmUp("toy"))
    found = engine.wait_for(lambda report: isinstance(report, Devices))
    assert found.devices == engine.devices
    assert engine.wait_for(lambda report: isinstance(report, Memory)).process_bytes > 1_000_000


def _ended(report: Any) -> bool:
    return isinstance(report, JobEvent) and isinstance(report.event, Finished | Failed)
