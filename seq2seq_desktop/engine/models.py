"""The models in memory: one a task, loaded when first needed, freed when idle, on the CPU when the device fails."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from seq2seq_desktop import paths
from seq2seq_desktop.engine import devices, task
from seq2seq_desktop.engine.messages import Configure, Device, ModelState, Report
from seq2seq_desktop.errors import DeviceError, Seq2SeqError

log = logging.getLogger(__name__)


@dataclass
class Resident:
    """A model in memory."""

    bundle: str  # as it was asked for
    model: task.Task
    used: float  # by the monotonic clock, seconds


class Models:
    """Holds at most one model a task; every change is posted as a `ModelState`. Used by the worker's thread alone."""

    def __init__(
        self,
        post: Callable[[Report], None],
        load: task.Load,
        find_devices: Callable[[], tuple[Device, ...]],
    ) -> None:
        """Start with nothing loaded."""
        self._post = post
        self._load = load
        self._find_devices = find_devices
        self._settings = Configure()
        self._resident: dict[str, Resident] = {}

    def get(self, name: str, bundle: str) -> task.Task:
        """The task's model, loaded if it is not there yet.

        Raises: Seq2SeqError when it cannot be loaded, also on the CPU.
        """
        resident = self._resident.get(name)
        if resident is None or resident.bundle != bundle:
            self._drop(name)
            resident = self._resident[name] = Resident(bundle, self._loaded(name, bundle), 0.0)
        resident.used = monotonic()
        return resident.model

    def configure(self, settings: Configure) -> None:
        """Take new settings; models that they concern are loaded again at once."""
        old, self._settings = self._settings, settings
        if (old.device, old.precision, old.threads) == (settings.device, settings.precision, settings.threads):
            return
        for name, resident in list(self._resident.items()):
            self._drop(name)
            self.get(name, resident.bundle)

    def unload(self, name: str | None = None) -> None:
        """Free one model, or all of them."""
        for found in [name] if name else list(self._resident):
            self._drop(found)

    def clear(self) -> None:
        """Free all without a word: nobody listens any more."""
        self._resident.clear()

    def expires(self) -> float | None:
        """When the models have been idle too long, by the monotonic clock; None if nothing is to be freed."""
        if not self._resident or self._settings.unload_minutes <= 0:
            return None
        return max(resident.used for resident in self._resident.values()) + 60 * self._settings.unload_minutes

    def fall_back(self, name: str, bundle: str, reason: BaseException) -> bool:
        """Move a model from a device that failed to the CPU; False if it is there already."""
        resident = self._resident.get(name)
        if resident is None or resident.model.device == devices.CPU.name:
            return False
        failed = resident.model.device
        self._resident.pop(name)
        del resident  # the device's memory must be free before anything else is tried
        model = self._attempt(name, bundle, devices.CPU.name, _fell_back(failed, reason))
        self._resident[name] = Resident(bundle, model, monotonic())
        return True

    def _loaded(self, name: str, bundle: str) -> task.Task:
        try:
            device = devices.choose(self._settings.device, self._find_devices())
            return self._attempt(name, bundle, device, "")
        except Exception as error:
            if self._settings.device == devices.CPU.name or not devices.is_device_failure(error):
                raise self._told(name, bundle, error) from error
            message = _fell_back(self._settings.device, error)
        try:
            return self._attempt(name, bundle, devices.CPU.name, message)
        except Exception as error:
            raise self._told(name, bundle, error) from error

    def _attempt(self, name: str, bundle: str, device: str, message: str) -> task.Task:
        self._post(ModelState(name, bundle, "loading", device, message=message))
        start = monotonic()
        model = self._load(name, bundle, device, self._settings.precision, self._settings.threads)
        seconds, held = monotonic() - start, devices.memory().process_bytes
        facts = (model.device, model.precision, model.threads, model.parameters)
        self._post(ModelState(name, model.name, "ready", *facts, seconds, held, message))
        return model

    def _told(self, name: str, bundle: str, error: Exception) -> Seq2SeqError:
        """The error as one that a user can read; posted as the model's state too."""
        if not isinstance(error, Seq2SeqError):
            log.error("loading %s failed", bundle or name, exc_info=error)
            error = Seq2SeqError("the model could not be loaded", f"the details are in {paths.user_log()}")
        self._post(ModelState(name, bundle, "failed", message=error.problem, remedy=error.remedy))
        return error

    def _drop(self, name: str) -> None:
        resident = self._resident.pop(name, None)
        if resident is None:
            return
        bundle = resident.model.name
        del resident
        devices.release()
        self._post(ModelState(name, bundle, "unloaded", memory_bytes=devices.memory().process_bytes))


def _fell_back(device: str, reason: BaseException) -> str:
    """The sentence that tells the user why the CPU does the work."""
    why = reason.problem if isinstance(reason, DeviceError) else str(reason).strip().partition("\n")[0]
    named = "the chosen device" if device == "auto" else device
    return f"{named} could not be used ({why}), so the CPU does the work"
