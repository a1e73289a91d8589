import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from seq2seq_desktop.engine.messages import Close, Command, Device, JobEvent, ModelState, Report, Run
from seq2seq_desktop.engine.worker import Worker
from seq2seq_desktop.events import Event, Failed, Finished

PATIENCE = 5  # seconds


@dataclass
class Model:
    """A task whose requests are their own scripts: `request(model, cancelled)` yields the events."""

    name: str
    device: str
    precision: str
    threads: int
    parameters: int = 10

    def run(self, request: Any, cancelled: Callable[[], bool]) -> Iterator[Event]:
        return request(self, cancelled)


class Engine:
    """A worker in a thread, with what it was asked to load and what it reported."""

    def __init__(self) -> None:
        self.reports: queue.Queue[Report] = queue.Queue()
        self.seen: list[Report] = []
        self.loads: list[tuple[str, str, str, str, int]] = []
        self.refuse: dict[str, Exception] = {}  # by device
        self.devices = (Device("cpu", "CPU"), Device("cuda:0", "Scripted GPU"))
        self.worker = Worker(self.reports.put, self._load, lambda task: None, lambda: self.devices)
        self.thread = threading.Thread(target=self.worker.run, name="engine under test")
        self.thread.start()

    def _load(self, *wanted: Any) -> Model:
        self.loads.append(wanted)
        _, bundle, device, precision, threads = wanted
        if device in self.refuse:
            raise self.refuse[device]
        return Model(bundle or "toy", device, precision, threads)

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.worker.submit(command)

    def run(self, job: int, script: Callable[..., Iterator[Event]]) -> None:
        self.send(Run(job, "toy", "", script))

    def wait_for(self, wanted: Callable[[Report], bool]) -> Any:
        while True:
            report = self.reports.get(timeout=PATIENCE)
            self.seen.append(report)
            if wanted(report):
                return report

    def ending(self, job: int) -> Event:
        return self.wait_for(
            lambda r: isinstance(r, JobEvent) and r.job == job and isinstance(r.event, Finished | Failed)
        ).event

    def state(self, state: str) -> ModelState:
        return self.wait_for(lambda report: isinstance(report, ModelState) and report.state == state)

    def events(self, job: int) -> list[Event]:
        return [report.event for report in self.seen if isinstance(report, JobEvent) and report.job == job]


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.send(Close())
    engine.thread.join(PATIENCE)
    assert not engine.thread.is_alive(), "the worker did not leave its loop"
