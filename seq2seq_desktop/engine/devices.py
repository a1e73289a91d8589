"""Which devices there are, what they hold, and which failures are theirs; torch is only touched if it is there."""

import ctypes
import gc
import logging
import sys
from typing import Any

from seq2seq_desktop.engine.messages import Device, Memory
from seq2seq_desktop.errors import DeviceError

log = logging.getLogger(__name__)

CPU = Device("cpu", "CPU")


def available() -> tuple[Device, ...]:
    """The CPU, then each CUDA GPU that torch can see, by its name; imports torch."""
    import torch

    try:
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        return (CPU, *(Device(f"cuda:{index}", torch.cuda.get_device_name(index)) for index in range(count)))
    except RuntimeError:  # a driver that is there but broken
        log.exception("asking for GPUs failed")
        return (CPU,)


def choose(device: str, devices: tuple[Device, ...]) -> str:
    """The device that `device` means: itself, or for "auto" the first GPU, else the CPU.

    Raises: DeviceError when there is no such device.
    """
    names = [found.name for found in devices]
    if device == "auto":
        return names[1] if len(names) > 1 else CPU.name
    if device not in names:
        raise DeviceError(f"there is no device {device} on this machine", f"choose one of {', '.join(names)}")
    return device


def memory() -> Memory:
    """What the process holds now, in bytes."""
    import psutil

    torch = sys.modules.get("torch")
    on_device = torch.cuda.memory_reserved() if torch and torch.cuda.is_initialized() else 0
    return Memory(psutil.Process().memory_info().rss, on_device)


def release() -> None:
    """Give memory that nothing uses any more back to the system."""
    gc.collect()
    trim = _allocator_trim()
    if trim is not None:
        trim(0)
    torch = sys.modules.get("torch")
    if torch and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def _allocator_trim() -> Any:
    """glibc's `malloc_trim`, without which the freed weights of a model stay with the process; None elsewhere."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


def is_device_failure(error: BaseException) -> bool:
    """True where `error` is the device's (memory full, driver broken), so that the CPU may still do the job."""
    if isinstance(error, DeviceError):
        return True
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(error, (torch.OutOfMemoryError, torch.AcceleratorError))
