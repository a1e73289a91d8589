"""Captions of pictures: read side by side while the model runs, seen several at once, told as events."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from seq2seq_desktop.bundles.load import LoadedBundle, load_bundle
from seq2seq_desktop.bundles.sources import find_bundle
from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import SpecialTokens
from seq2seq_desktop.decoding.pace import most_threads
from seq2seq_desktop.errors import InputError, OptionError
from seq2seq_desktop.events import (
    Event,
    Finished,
    Hypothesis,
    Progress,
    Reason,
    Refused,
    Seen,
    Segment,
    SegmentDone,
    Started,
    Step,
)
from seq2seq_desktop.io.images import Pixels, read_picture
from seq2seq_desktop.tasks.caption.eye import Eye
from seq2seq_desktop.tasks.caption.pictures import LONGEST, grid_of, laid
from seq2seq_desktop.tasks.caption.spec import BUNDLE, TASK, CaptionRequest
from seq2seq_desktop.tasks.caption.wording import Wording, plain
from seq2seq_desktop.text.tokenizer import Tokenizer

_READERS = 2  # threads that read pictures while the model runs
_AHEAD = 2  # batches that are read ahead


def load(bundle: str = "", device: str = "cpu", precision: str = "auto", threads: int = 0) -> "CaptionTask":
    """The task with a bundle's model, by name or folder; threads = 0: as many as make it fastest.

    Raises: BundleError, DeviceError.
    """
    return CaptionTask(load_bundle(find_bundle(bundle or BUNDLE), device, precision), threads)


@dataclass(frozen=True)
class _Look:
    """A picture that was read."""

    segment: int
    size: tuple[int, int]  # width and height, upright
    pixels: Pixels  # as the model reads them

    @property
    def seen(self) -> Seen:
        """The event that tells of it."""
        return Seen(self.segment, self.size, grid_of(*self.size))


class CaptionTask:
    """A captioner that is loaded and ready."""

    def __init__(self, bundle: LoadedBundle, threads: int = 0) -> None:
        bundle.check_task(TASK, "captions", "caption pictures")
        self.bundle = bundle
        self.eye = Eye(bundle, threads)
        self.tokenizer: Tokenizer = bundle.tokenizer
        self.languages: tuple[str, ...] = bundle.card.languages
        self.name = bundle.card.name
        self.device = str(bundle.device)
        self.precision = bundle.precision
        self.threads = threads or most_threads()
        self.parameters = bundle.card.parameters

    def run(self, request: CaptionRequest, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """The events of all pictures. Raises: OptionError for a language that the bundle lacks."""
        began = time.perf_counter()
        if request.language not in (None, *self.languages):
            known = ", ".join(self.languages)
            raise OptionError(f"{self.name} does not write {request.language!r}", f"it writes {known}")
        yield Started(tuple(Segment(path.name) for path in request.paths))
        report = _Report([""] * len(request.paths))
        numbers = [request.branch.segment] if request.branch else list(range(len(request.paths)))
        with _Reader(request.paths, numbers) as reader:
            for batch in reader.batches(request.batch):
                if cancelled():
                    break
                for event in self._batch(batch, request, cancelled):
                    report.note(event)
                    yield event
                yield report.progress(len(numbers), began)
        reason: Reason = "cancelled" if cancelled() else report.reason
        yield Finished(reason, report.tokens, time.perf_counter() - began, "\n".join(report.captions))

    def _batch(
        self, batch: Sequence["_Look | Refused"], request: CaptionRequest, cancelled: Callable[[], bool]
    ) -> Iterator[Event]:
        """The events of pictures that are seen together."""
        looks = [one for one in batch if isinstance(one, _Look)]
        yield from (one for one in batch if isinstance(one, Refused))
        if not looks:
            return
        memory = self.eye.encode([look.pixels for look in looks])
        yield from (look.seen for look in looks)
        events = decode(
            self.eye,
            memory,
            request.options,
            special=SpecialTokens(self.tokenizer.start, self.tokenizer.end, self.tokenizer.pad),
            prefixes=[self._prefix(request)] * len(looks),
            cancelled=cancelled,
        )
        wording = Wording(self.tokenizer)
        for event in events:
            if isinstance(event, Step):
                yield wording.step(replace(event, segment=looks[event.segment].segment))
            elif isinstance(event, SegmentDone):
                yield wording.done(replace(event, segment=looks[event.segment].segment))

    def _prefix(self, request: CaptionRequest) -> tuple[int, ...]:
        """The tokens that every caption begins with. Raises: OptionError for one outside the vocabulary."""
        if request.branch is None:
            return self._typed(request.begin)
        return (*request.branch.prefix, *self._typed(request.branch.typed))

    def _typed(self, text: str) -> tuple[int, ...]:
        """A text in the pieces of a caption; the mark at its end is left out as in training."""
        return self.tokenizer.encode(plain(text)).ids


class _Reader:
    """Reads pictures in threads, a few batches ahead of the model."""

    def __init__(self, paths: Sequence[Path], numbers: Sequence[int]) -> None:
        self._paths, self._numbers = paths, deque(numbers)
        self._waiting: deque[Future[_Look | Refused]] = deque()
        self._pool = ThreadPoolExecutor(_READERS, thread_name_prefix="read-pictures")

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def batches(self, size: int) -> Iterator[list[_Look | Refused]]:
        """The pictures in their order, `size` at a time, each read or refused; what comes next is read meanwhile."""
        self._read_ahead(size * _AHEAD)
        while self._waiting:
            batch = [self._waiting.popleft().result() for _ in range(min(size, len(self._waiting)))]
            self._read_ahead(size * _AHEAD)
            yield batch

    def _read_ahead(self, most: int) -> None:
        while self._numbers and len(self._waiting) < most:
            self._waiting.append(self._pool.submit(self._read, self._numbers.popleft()))

    def _read(self, number: int) -> _Look | Refused:
        try:
            picture = read_picture(self._paths[number], LONGEST)
        except InputError as error:
            return Refused(number, error.problem, error.remedy)
        return _Look(number, picture.size, laid(picture))


@dataclass
class _Report:
    """What a job comes to."""

    captions: list[str]
    tokens: int = 0
    done: int = 0
    reason: Reason = "end"

    def note(self, event: Event) -> None:
        """Take in an event."""
        if isinstance(event, SegmentDone):
            best: Hypothesis = event.hypotheses[0]
            self.captions[event.segment] = best.text
            self.tokens += len(best.tokens)
            self.reason = event.reason if self.reason == "end" else self.reason
        self.done += isinstance(event, SegmentDone | Refused)

    def progress(self, total: int, began: float) -> Progress:
        """How many pictures are done."""
        spent = time.perf_counter() - began
        return Progress(self.done, total, "pictures", spent / self.done * (total - self.done) if self.done else None)
