"""What the worker asks of a task, and where each task is found."""

import gc
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Protocol

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Event

LOADERS = {
    "translate": "seq2seq_desktop.tasks.translate.task:load",
    "compare": "seq2seq_desktop.tasks.translate.compare:load",
    "generate": "seq2seq_desktop.tasks.generate.task:load",
    "summarize": "seq2seq_desktop.tasks.summarize.task:load",
    "transcribe": "seq2seq_desktop.tasks.transcribe.task:load",
    "caption": "seq2seq_desktop.tasks.caption.task:load",
}
"""Where the loader of each task is, imported on first use: `load(bundle, device, precision, threads) -> Task`.

threads = 0 means as many as make it fastest.
"""


class Task(Protocol):
    """A loaded model that does one kind of job."""

    @property
    def name(self) -> str:
        """The bundle's name, for the user."""

    @property
    def device(self) -> str:
        """Where the weights lie: "cpu" or "cuda:0"."""

    @property
    def precision(self) -> str:
        """How the weights are held: "int8", "float32", ..."""

    @property
    def threads(self) -> int:
        """How many CPU threads one operation uses at most."""

    @property
    def parameters(self) -> int:
        """How many weights the model has."""

    def run(self, request: Any, cancelled: Callable[[], bool]) -> Iterator[Event]:
        """The events of one job; `cancelled` is asked at each step."""


Load = Callable[[str, str, str, str, int], Task]
"""`load(task, bundle, device, precision, threads)`."""


def load(task: str, bundle: str, device: str, precision: str, threads: int) -> Task:
    """The task with its model in memory; the first call for a task imports torch.

    Raises: OptionError for an unknown task; whatever the task's own loader raises (BundleError, DeviceError).
    """
    loader = _loader(task)
    loaded: Task = loader(bundle, device, precision, threads)
    return loaded


def warm_up(task: str) -> None:
    """Import what the task needs, torch above all, so that the first job does not wait for it.

    What is imported stays: without it in the garbage collector's view, a full collection no longer stops the window
    for a tenth of a second in the middle of a text.
    """
    _loader(task)
    gc.freeze()


def _loader(task: str) -> Callable[..., Task]:
    if task not in LOADERS:
        raise OptionError(f"there is no task named {task!r}", f"choose one of {', '.join(LOADERS)}")
    module, _, function = LOADERS[task].partition(":")
    found: Callable[..., Task] = getattr(import_module(module), function)
    return found
