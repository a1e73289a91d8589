"""The same text through several bundles, one after another, which stay in memory until others are asked for."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import torch

from seq2seq_desktop.errors import DeviceError, OptionError, Seq2SeqError
from seq2seq_desktop.events import Event, Failed, Finished, OfBundle, Progress, Reason
from seq2seq_desktop.tasks.translate.spec import COMPARE, CompareRequest, TranslateRequest
from seq2seq_desktop.tasks.translate.task import TranslateTask
from seq2seq_desktop.tasks.translate.task import load as load_translator

_ENOUGH = 80  # characters


def load(bundle: str = "", device: str = "cpu", precision: str = "auto", threads: int = 0) -> "CompareTask":
    """The task, with no translator in memory yet: requests name them, so `bundle` must be empty.

    Raises: OptionError where a bundle is named.
    """
    if bundle:
        raise OptionError(f"a comparison is not made with {bundle} alone", "name the bundles in the request")
    return CompareTask(device, precision, threads)


class CompareTask:
    """Several translators."""

    name = COMPARE

    def __init__(self, device: str, precision: str, threads: int) -> None:
        self.device, self.precision = device, precision
        self._threads = threads
        self._translators: dict[str, TranslateTask] = {}

    @property
    def threads(self) -> int:
        """How many CPU threads one operation uses."""
        return self._threads or torch.get_num_threads()

    @property
    def parameters(self) -> int:
        """How many weights all translators in memory have."""
        return sum(translator.parameters for translator in self._translators.values())

    def run(self, request: CompareRequest, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """For each bundle its own events, from `Started` to `Finished` or `Failed`; then one `Finished` for all.

        A bundle that cannot be loaded or lacks the languages ends in `Failed` and leaves the others alone.

        Raises: DeviceError if the device fails, for then it fails all.
        """
        began = time.perf_counter()
        self._keep(request.bundles)
        tokens, reason = 0, "end"
        for bundle in request.bundles:
            for event in self._events(bundle, request, cancelled):
                if isinstance(event, Finished):
                    tokens += event.tokens
                    reason = event.reason if event.reason == "cancelled" else reason
                yield OfBundle(bundle, event)
        yield Finished(_reason(reason), tokens, time.perf_counter() - began)

    def _events(self, bundle: str, request: CompareRequest, cancelled: Callable[[], bool]) -> Iterator[Event]:
        if cancelled():
            yield Finished("cancelled")
            return
        try:
            if bundle not in self._translators:
                yield Progress(0, 0, message="loading")
                loaded = load_translator(bundle, self.device, self.precision, self._threads)
                _warm_up(loaded, request.request)
                self._translators[bundle] = loaded
            yield from self._translators[bundle].run(request.request, cancelled)
        except DeviceError:
            raise
        except Seq2SeqError as error:
            yield Failed(error.problem, error.remedy)

    def _keep(self, bundles: Sequence[str]) -> None:
        """Free the translators that are not among `bundles`."""
        self._translators = {name: one for name, one in self._translators.items() if name in bundles}


def _warm_up(translator: TranslateTask, request: TranslateRequest) -> None:
    """Take a step: the first one of a model costs more than all others, and would be counted against the first."""
    options = replace(request.options, max_length=1)
    for _ in translator.run(replace(request, text=request.text[:_ENOUGH], options=options, saliency=False)):
        pass


def _reason(reason: str) -> Reason:
    return reason  # type: ignore[return-value]
