"""What crosses between the window and the worker: frozen values of builtins and numpy arrays, without torch or Qt.

Commands go to the worker, reports come from it, so a child process could take the thread's place.
"""

from dataclasses import dataclass
from typing import Literal

from seq2seq_desktop.events import Event

LoadState = Literal["loading", "ready", "unloaded", "failed"]
Precision = Literal["auto", "float32", "bfloat16", "float16", "int8"]


@dataclass(frozen=True)
class WarmUp:
    """Import the heavy libraries now and report the `Devices` there are."""

    task: str  # whose libraries


@dataclass(frozen=True)
class Load:
    """Have a model ready before it is needed."""

    task: str
    bundle: str = ""  # a bundle's name or folder; "" for the task's own


@dataclass(frozen=True)
class Run:
    """Do one job; its events come as `JobEvent`s with the same number."""

    job: int  # chosen by the sender, never used twice
    task: str
    bundle: str
    request: object  # the task's own request, a frozen dataclass


@dataclass(frozen=True)
class Cancel:
    """End this job, running or waiting; what it produced so far stays."""

    job: int


@dataclass(frozen=True)
class Unload:
    """Free the model of a task, or all of them."""

    task: str | None = None


@dataclass(frozen=True)
class Configure:
    """How models are loaded from now on; those in memory are loaded again if it concerns them."""

    device: str = "auto"  # "auto", "cpu", "cuda:0"
    precision: Precision = "auto"
    threads: int = 0  # 0: as many as help
    unload_minutes: float = 10.0  # idle models are freed after this; 0: never


@dataclass(frozen=True)
class Close:
    """Cancel everything and leave the loop."""


Command = WarmUp | Load | Run | Cancel | Unload | Configure | Close


@dataclass(frozen=True)
class JobEvent:
    """One event of one job; each job ends with exactly one `Finished` or `Failed`."""

    job: int
    event: Event


@dataclass(frozen=True)
class ModelState:
    """Where the model of a task stands."""

    task: str
    bundle: str
    state: LoadState
    device: str = ""  # "cpu", "cuda:0": where it really is, after any fall-back
    precision: str = ""
    threads: int = 0
    parameters: int = 0
    seconds: float = 0.0  # loading took
    memory_bytes: int = 0  # of the whole process, after this change
    message: str = ""  # a sentence for the user: why it failed, or why it is not where it was asked to be
    remedy: str = ""


@dataclass(frozen=True)
class Memory:
    """What the process holds; a newer one replaces an older one."""

    process_bytes: int
    device_bytes: int = 0  # on the GPU


@dataclass(frozen=True)
class Device:
    """A place where models can run."""

    name: str  # "cpu", "cuda:0"
    title: str  # "CPU", or the GPU's own name


@dataclass(frozen=True)
class Devices:
    """The devices of this machine, the CPU first."""

    devices: tuple[Device, ...]


Report = JobEvent | ModelState | Memory | Devices
