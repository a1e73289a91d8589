"""The worker: a queue and the loop of the one thread that owns the models."""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition
from time import monotonic

from seq2seq_desktop import paths
from seq2seq_desktop.engine import devices, task
from seq2seq_desktop.engine.messages import (
    Cancel,
    Close,
    Command,
    Configure,
    Device,
    Devices,
    JobEvent,
    Load,
    Report,
    Run,
    Unload,
    WarmUp,
)
from seq2seq_desktop.engine.models import Models
from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Failed, Finished

log = logging.getLogger(__name__)


class Worker:
    """Runs one job at a time and keeps the newest of those that wait.

    `submit` may be called from any thread and returns at once; `run` is the loop for the one thread that works.
    Reports go to `post`, which is called from both and must return at once.
    """

    def __init__(
        self,
        post: Callable[[Report], None],
        load: task.Load = task.load,
        warm_up: Callable[[str], None] = task.warm_up,
        find_devices: Callable[[], tuple[Device, ...]] = devices.available,
    ) -> None:
        """Start with nothing to do; the functions are the real ones unless a test brings its own."""
        self._post = post
        self._warm_up_task = warm_up
        self._find_devices = find_devices
        self._models = Models(post, load, find_devices)
        self._changed = Condition()  # guards everything below
        self._commands: deque[Command] = deque()
        self._waiting: Run | None = None
        self._running: int | None = None
        self._stop_running = False
        self._closing = False

    def submit(self, command: Command) -> None:
        """Hand over a command; an older waiting job makes room for a newer one and ends as cancelled."""
        with self._changed:
            match command:
                case Run():
                    self._drop_waiting()
                    self._waiting = command
                case Cancel():
                    self._cancel(command.job)
                case Close():
                    self._drop_waiting()
                    self._closing = self._stop_running = True
                case _:
                    self._commands.append(command)
            self._changed.notify()

    def run(self) -> None:
        """Work until `Close` comes; nothing that a task does ends the loop."""
        while (command := self._next()) is not None:
            try:
                self._do(command)
            except Seq2SeqError as error:
                log.warning("%s: %s", type(command).__name__, error)
            except Exception:
                log.exception("%s failed", type(command).__name__)
        self._models.clear()

    def _drop_waiting(self) -> None:
        if self._waiting is not None:
            self._post(JobEvent(self._waiting.job, Finished("cancelled")))
            self._waiting = None

    def _cancel(self, job: int) -> None:
        if self._waiting is not None and self._waiting.job == job:
            self._drop_waiting()
        elif self._running == job:
            self._stop_running = True

    def _next(self) -> Command | None:
        """The next thing to do, settings before jobs; None to leave. Idle models are freed while nothing comes."""
        with self._changed:
            while not (self._closing or self._commands or self._waiting):
                expires = self._models.expires()
                self._changed.wait(None if expires is None else max(0.0, expires - monotonic()))
                if expires is not None and monotonic() >= expires and not self._commands and not self._waiting:
                    return Unload()
            if self._closing:
                return None
            if self._commands:
                return self._commands.popleft()
            run, self._waiting = self._waiting, None
            self._running, self._stop_running = (run.job if run else None), False
            return run

    def _do(self, command: Command) -> None:
        match command:
            case Run():
                self._perform(command)
            case WarmUp():
                self._warm_up_task(command.task)
                self._post(Devices(self._find_devices()))
            case Load():
                self._models.get(command.task, command.bundle)
            case Unload():
                self._models.unload(command.task)
            case Configure():
                self._models.configure(command)
        self._post(devices.memory())

    def _perform(self, run: Run) -> None:
        """Post the job's events; whatever happens, exactly one `Finished` or `Failed` comes last."""
        try:
            ending = self._follow_where_it_fits(run)
        except Seq2SeqError as error:
            ending = Failed(error.problem, error.remedy)
        except MemoryError:
            ending = Failed("there was not enough memory for this", "close other programs or give a shorter input")
        except Exception:
            log.exception("job %d (%s) failed", run.job, run.task)
            ending = Failed("something unexpected went wrong", f"the details are in {paths.user_log()}")
        with self._changed:
            self._running = None
        self._post(JobEvent(run.job, ending))

    def _follow_where_it_fits(self, run: Run) -> Event:
        try:
            return self._follow(run)
        except Exception as error:
            if not (devices.is_device_failure(error) and self._models.fall_back(run.task, run.bundle, error)):
                raise
        return self._follow(run)

    def _follow(self, run: Run) -> Event:
        """Post all events but the last, which comes back."""
        model = self._models.get(run.task, run.bundle)
        if self._cancelled():
            return Finished("cancelled")
        return self._relay(run.job, model.run(run.request, self._cancelled))

    def _relay(self, job: int, events: Iterable[Event]) -> Event:
        for event in events:
            if isinstance(event, Finished | Failed):
                return event
            self._post(JobEvent(job, event))
            if self._closing:
                break
        return Finished("cancelled" if self._cancelled() else "end")

    def _cancelled(self) -> bool:
        return self._stop_running
