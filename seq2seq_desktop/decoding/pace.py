"""How many threads a step runs on: as many as make it fastest, found out by the steps themselves.

More threads read more memory at once, but each operation then waits for the slowest of them. What wins depends on the
model, on the rows, on the machine and on what else it does: beside a process that keeps a core busy, two threads can
take ten times as long as one. So nothing is assumed: steps of a decode are timed with each count in turn, and the
best goes on until steps become slower than they were, or many have passed; then all are tried again. No step is lost.
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Any

import psutil
import torch
from torch import Tensor

from seq2seq_desktop.nn.state import Seq2SeqModel, StepResult

MOST_THREADS = 8  # a step of one sentence reads its weights from memory, which few threads can do at full speed
_TIMED = 3  # steps timed for each count, after one that warms up
_LOOK_AGAIN = 256  # steps after which all counts are tried again
_HOPELESS = 2.5  # times as slow as the best so far: this count is not tried any further
_SLOWER = 2.0  # times as slow as it was when it was chosen ...
_PATIENCE = 4  # ... for so many steps in a row: something has changed


class Paced:
    """A model whose steps choose their threads; it follows the protocol of `nn.state` as the model itself does."""

    def __init__(
        self,
        model: Seq2SeqModel,
        counts: Sequence[int],
        use: Callable[[int], None] | None = None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        """`model` on one of `counts` threads, in rising order; `use` sets how many, `clock` tells seconds."""
        self._model = model
        self._counts = counts
        self._use = use or use_threads
        self._clock = clock
        self._choices: dict[int, Choice] = {}  # by the size of the batch, in powers of two
        self._latest: Choice | None = None

    def encode(self, inputs: Any) -> Any:
        """The model's memory of `inputs`, on as many threads as were best for the latest steps, at first on one.

        One encoding is too long to be tried out: a recurrent one on two threads takes seconds beside a busy process.
        """
        self._use(self._latest.best if self._latest else self._counts[0])
        return self._model.encode(inputs)

    def start(self, memory: Any) -> Any:
        """The model's state before the first step."""
        return self._model.start(memory)

    def step(self, tokens: Tensor, state: Any, need_weights: bool) -> StepResult:
        """The model's step."""
        choice = self._latest = self._choices.setdefault(len(tokens).bit_length(), Choice(self._counts))
        self._use(choice.threads)
        began = self._clock()
        result = self._model.step(tokens, state, need_weights)
        choice.took(self._clock() - began)
        return result


def paced(model: Any, device: torch.device, threads: int) -> Any:
    """The model on `threads` threads, or with 0 on as many as make its steps fastest; on a GPU the model itself."""
    if device.type != "cpu":
        return model
    return Paced(model, (threads,) if threads else thread_counts(most_threads()))


def most_threads() -> int:
    """How many threads are ever used unless the user asks for more; OMP_NUM_THREADS sets it as for torch."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    cores = int(asked) if asked.isdecimal() else psutil.cpu_count(logical=False) or os.cpu_count() or 1
    return max(1, min(MOST_THREADS, cores))


def use_threads(count: int) -> None:
    """Let torch use `count` threads; setting them anew throws caches away, so only a change is set."""
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)


class Choice:
    """The best of several numbers of threads for steps of one kind."""

    def __init__(self, counts: Sequence[int]) -> None:
        """A choice among `counts`, none of them timed yet."""
        self._counts = counts
        self._trials: deque[int] = deque()
        self.best = counts[0]  # as far as is known
        self._look()

    @property
    def threads(self) -> int:
        """How many the next step should use."""
        return self._trials[0] if self._trials else self.best

    def took(self, seconds: float) -> None:
        """Learn how long the step with `threads` took."""
        if self._trials:
            self._try(seconds)
        elif len(self._counts) > 1:
            self._watch(seconds)

    def _look(self) -> None:
        """Plan to try all counts, the best so far first."""
        others = [count for count in self._counts if count != self.best]
        self._trials = deque(count for count in (self.best, *others) for _ in range(1 + _TIMED))
        self._seconds: dict[int, list[float]] = {}
        self._slow = self._since = 0

    def _try(self, seconds: float) -> None:
        count = self._trials.popleft()
        self._seconds.setdefault(count, []).append(seconds)
        if seconds > _HOPELESS * min(map(_typical, self._seconds.values())):
            while self._trials and self._trials[0] == count:
                self._trials.popleft()
        if not self._trials:
            self.best = min(self._seconds, key=lambda tried: _typical(self._seconds[tried]))

    def _watch(self, seconds: float) -> None:
        self._since += 1
        self._slow = self._slow + 1 if seconds > _SLOWER * _typical(self._seconds[self.best]) else 0
        if self._slow == _PATIENCE or self._since == _LOOK_AGAIN:
            self._look()


def thread_counts(most: int) -> tuple[int, ...]:
    """The numbers of threads worth trying: powers of two up to `most`, and `most` itself."""
    powers = {1 << power for power in range(most.bit_length()) if 1 << power <= most}
    return tuple(sorted(powers | {most}))


def _typical(seconds: list[float]) -> float:
    """The median without the first, which warmed up; the first where it is alone."""
    return median(seconds[1:] or seconds)
