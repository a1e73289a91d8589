"""The one thread boundary of the window: commands go to the worker's thread, its reports come back as signals."""

from collections import deque
from collections.abc import Callable
from itertools import count
from time import monotonic

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from seq2seq_desktop.engine.messages import (
    Cancel,
    Close,
    Command,
    Devices,
    JobEvent,
    Memory,
    ModelState,
    Report,
    Run,
    WarmUp,
)
from seq2seq_desktop.engine.worker import Worker
from seq2seq_desktop.events import Failed, Finished, Progress

FRAME_MS = 33  # views draw 30 times a second, however fast the model is
BUDGET = 0.010  # seconds of a frame that may go into handing out events; what is left waits for the next frame


class _WorkerThread(QThread):
    """Runs the worker's loop until it is closed."""

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("worker")
        self._worker = worker

    def run(self) -> None:
        self._worker.run()


class Bridge(QObject):
    """Starts jobs and tells what happens in them, on the window's thread, at most once a frame.

    Facts keep their order and none is dropped; `Progress` and `Memory` snapshots replace older ones that were not
    handed out yet. A job that is submitted while another runs waits, and a newer one takes its place: to replace the
    running one, cancel it as well.
    """

    event = Signal(int, object)  # type: ignore[assignment]  # job, events.Event; hides QObject.event from Python only
    model_state = Signal(object)  # messages.ModelState
    memory = Signal(object)  # messages.Memory
    devices = Signal(object)  # messages.Devices
    busy_changed = Signal(bool)
    _wake = Signal()

    def __init__(self, parent: QObject | None = None, make_worker: Callable[..., Worker] = Worker) -> None:
        """Start the thread; `make_worker` takes the function that reports are posted to."""
        super().__init__(parent)
        self._reports: deque[Report] = deque()
        self._jobs = count(1)
        self._open_jobs: set[int] = set()
        self._listening = False  # True while the timer will look at the reports without being woken
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_frame)
        self._wake.connect(self._on_frame, Qt.ConnectionType.QueuedConnection)
        self._worker = make_worker(self._post)
        self._thread = _WorkerThread(self._worker, self)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """True while a job runs or waits."""
        return bool(self._open_jobs)

    def submit(self, task: str, request: object, bundle: str = "") -> int:
        """The number of the new job, whose events come by `event`."""
        job = next(self._jobs)
        was_busy = self.busy
        self._open_jobs.add(job)
        self._listen()
        self._worker.submit(Run(job, task, bundle, request))
        if not was_busy:
            self.busy_changed.emit(True)
        return job

    def cancel(self, job: int) -> None:
        """End a job within a step; it still says `Finished`. A job that is over already is left alone."""
        if job in self._open_jobs:
            self._worker.submit(Cancel(job))

    def send(self, command: Command) -> None:
        """Hand the worker anything else: `Load`, `Unload`, `Configure`."""
        self._worker.submit(command)

    def warm_up(self, task: str) -> None:
        """Import the task's libraries in the thread now; the devices are told by `devices`."""
        self.send(WarmUp(task))

    def close(self, timeout_ms: int = 10_000) -> bool:
        """Cancel everything and wait for the thread: True when it has ended. Signals no longer come."""
        self._timer.stop()
        self._listening = True  # nobody needs to be woken any more
        self._worker.submit(Close())
        ended = self._thread.wait(timeout_ms)
        self._reports.clear()
        self._open_jobs.clear()
        return ended

    def _post(self, report: Report) -> None:
        """Called from any thread."""
        self._reports.append(report)
        if not self._listening:
            self._wake.emit()

    def _listen(self) -> None:
        self._listening = True
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_frame(self) -> None:
        self._drop_stale()
        until = monotonic() + BUDGET
        while self._reports and monotonic() < until:
            self._hand_out(self._reports.popleft())
        if self._reports or self._open_jobs:
            self._listen()
        elif self._timer.isActive():
            self._timer.stop()
            self._listening = False
            if self._reports:  # came between the last look and the line above
                self._wake.emit()

    def _drop_stale(self) -> None:
        """Keep only the newest snapshot of each kind; the worker may go on appending meanwhile."""
        taken = [self._reports.popleft() for _ in range(len(self._reports))]
        seen: set[object] = set()
        kept = []
        for report in reversed(taken):
            key = _snapshot_key(report)
            if key is None or key not in seen:
                kept.append(report)
                seen.add(key)
        self._reports.extendleft(kept)

    def _hand_out(self, report: Report) -> None:
        match report:
            case JobEvent(job, event):
                self.event.emit(job, event)
                if isinstance(event, Finished | Failed):
                    self._job_over(job)
            case ModelState():
                self.model_state.emit(report)
            case Memory():
                self.memory.emit(report)
            case Devices():
                self.devices.emit(report)

    def _job_over(self, job: int) -> None:
        self._open_jobs.discard(job)
        if not self._open_jobs:
            self.busy_changed.emit(False)


def _snapshot_key(report: Report) -> object:
    """What a newer report of the same key replaces; None for a fact."""
    match report:
        case JobEvent(job, Progress()):
            return ("progress", job)
        case Memory():
            return "memory"
    return None
