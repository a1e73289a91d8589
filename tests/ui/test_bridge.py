import sys
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QThread

from seq2seq_desktop.engine.messages import Command, JobEvent, Load, Report
from seq2seq_desktop.events import Event, Finished, Progress, Step
from seq2seq_desktop.ui.bridge import Bridge

Script = Callable[[Callable[[], bool]], Iterator[Event]]


def step(index: int) -> Step:
    return Step(0, index, index, 0.5, (index,))


def counting(count: int) -> Script:
    def script(cancelled: Callable[[], bool]) -> Iterator[Event]:
        for index in range(count):
            yield step(index)
            yield Progress(index, count)
        yield Finished("end")

    return script


def endless(begun: threading.Event) -> Script:
    def script(cancelled: Callable[[], bool]) -> Iterator[Event]:
        begun.set()
        while not cancelled():
            yield Progress(0, 0)
        yield Finished("cancelled")

    return script


class Log:
    """What the bridge told, and on which thread."""

    def __init__(self, bridge: Bridge) -> None:
        self.told: list[tuple[int, Event]] = []
        self.threads: set[bool] = set()
        bridge.event.connect(self._on_event)

    def _on_event(self, job: int, event: Event) -> None:
        self.told.append((job, event))
        self.threads.add(QThread.currentThread() is QCoreApplication.instance().thread())  # type: ignore[union-attr]

    def ended(self, job: int) -> bool:
        return any(number == job and isinstance(event, Finished) for number, event in self.told)


def test_facts_keep_their_order_and_come_on_the_windows_thread(bridge: Bridge, qtbot: Any) -> None:
    log = Log(bridge)
    job = bridge.submit("toy", counting(500))
    qtbot.waitUntil(lambda: log.ended(job))
    assert [event.index for _, event in log.told if isinstance(event, Step)] == list(range(500))
    assert log.told[-1] == (job, Finished("end"))
    assert log.threads == {True}


def test_progress_is_told_less_often_than_it_is_made(bridge: Bridge, qtbot: Any) -> None:
    log = Log(bridge)
    job = bridge.submit("toy", counting(500))
    qtbot.waitUntil(lambda: log.ended(job))
    assert sum(isinstance(event, Progress) for _, event in log.told) < 250


def test_signals_do_not_wear_out_the_interpreter(bridge: Bridge) -> None:
    """PySide6 6.12.0 drops a reference to True at each `emit`; Python 3.11 aborts when the last is gone."""
    before = sys.getrefcount(True)
    for _ in range(400):
        bridge.busy_changed.emit(False)
    assert sys.getrefcount(True) > before - 100


def test_the_newest_waiting_job_wins(bridge: Bridge, qtbot: Any) -> None:
    log, begun = Log(bridge), threading.Event()
    first = bridge.submit("toy", endless(begun))
    assert begun.wait(5)
    second, third = bridge.submit("toy", counting(1)), bridge.submit("toy", counting(1))
    bridge.cancel(first)
    qtbot.waitUntil(lambda: log.ended(third))
    reasons = {job: event.reason for job, event in log.told if isinstance(event, Finished)}
    assert reasons == {first: "cancelled", second: "cancelled", third: "end"}


def test_cancel_is_answered_within_a_tenth_of_a_second(bridge: Bridge, qtbot: Any) -> None:
    log, begun = Log(bridge), threading.Event()
    job = bridge.submit("toy", endless(begun))
    assert begun.wait(5)
    start = monotonic()
    bridge.cancel(job)
    qtbot.waitUntil(lambda: log.ended(job))
    assert monotonic() - start < 0.2  # 0.1 on a machine with nothing else to do


def test_closing_while_a_job_runs_takes_less_than_a_second(bridge: Bridge) -> None:
    begun = threading.Event()
    bridge.submit("toy", endless(begun))
    assert begun.wait(5)
    start = monotonic()
    assert bridge.close()
    assert monotonic() - start < 1


def test_nothing_ticks_while_nothing_runs(bridge: Bridge, qtbot: Any) -> None:
    with qtbot.waitSignals([bridge.busy_changed, bridge.busy_changed]):
        bridge.submit("toy", counting(3))
    qtbot.waitUntil(lambda: not bridge._timer.isActive())
    assert not bridge.busy


def test_what_comes_between_jobs_is_told_too(bridge: Bridge, qtbot: Any) -> None:
    with qtbot.waitSignal(bridge.model_state, check_params_cb=lambda state: state.state == "ready") as told:
        bridge.send(Load("toy"))
    assert told.args[0].device == "cuda:0"
    with qtbot.waitSignal(bridge.devices) as told:
        bridge.warm_up("toy")
    assert [device.title for device in told.args[0].devices] == ["CPU", "Scripted GPU"]


@pytest.mark.usefixtures("qapp")
@given(st.lists(st.one_of(st.integers(0, 9), st.none()), max_size=40))
def test_no_fact_is_lost_and_only_the_newest_progress_stays(plan: list[int | None]) -> None:
    told: list[Event] = []
    bridge = Bridge(make_worker=_IdleWorker)
    try:
        bridge.event.connect(lambda job, event: told.append(event))
        for index, progress in enumerate(plan):
            bridge._post(JobEvent(1, step(index) if progress is None else Progress(progress, 9)))
        while bridge._reports:
            bridge._on_frame()
    finally:
        bridge.close()
    assert [event.index for event in told if isinstance(event, Step)] == [i for i, p in enumerate(plan) if p is None]
    made = [Progress(p, 9) for p in plan if p is not None]
    assert [event for event in told if isinstance(event, Progress)] == made[-1:]


class _IdleWorker:
    """A worker that does nothing until it is closed."""

    def __init__(self, post: Callable[[Report], None]) -> None:
        self._closed = threading.Event()

    def submit(self, command: Command) -> None:
        self._closed.set()

    def run(self) -> None:
        self._closed.wait()
