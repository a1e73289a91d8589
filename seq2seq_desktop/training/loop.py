"""The training loop: ours, on any device that Lightning Fabric carries.

`train` yields a `TrainStep` after each optimiser step; whoever asks for the next one keeps it going, so a window or a
command can stop at any step. All that a run needs to go on lies in its folder.
"""

import ctypes
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from seq2seq_desktop.events import TrainStep
from seq2seq_desktop.nn.transformer import TokenBatch
from seq2seq_desktop.training.checkpoint import RunState, load_checkpoint, replace_file, save_checkpoint
from seq2seq_desktop.training.data import Pairs
from seq2seq_desktop.training.loss import smoothed_cross_entropy
from seq2seq_desktop.training.optimise import optimisers, rate_share, set_rate
from seq2seq_desktop.training.recipe import Training

Evaluate = Callable[[nn.Module, RunState], dict[str, float]]


@dataclass(frozen=True)
class Run:
    """Where a run keeps its things and how often."""

    folder: Path
    training: Training
    seed: int
    peak_rate: float = 0.0  # the device's measured arithmetic rate in FLOP/s, 0 if unknown

    @property
    def checkpoint(self) -> Path:
        """The file to resume from."""
        return self.folder / "checkpoint.safetensors"

    def snapshots(self) -> list[Path]:
        """The weights of the last checkpoints, oldest first."""
        return sorted(self.folder.glob("weights-*.safetensors"))


def train(run: Run, model: nn.Module, data: Pairs, fabric: Fabric, evaluate: Evaluate | None) -> Iterator[TrainStep]:
    """Train until the budget is used; a checkpoint in the run's folder is gone on from."""
    training = run.training
    run.folder.mkdir(parents=True, exist_ok=True)
    state = RunState(position=data.position)
    objective, *steppers = fabric.setup(_Objective(model, training), *optimisers(model, training))
    if run.checkpoint.exists():
        state = load_checkpoint(run.checkpoint, model, steppers)
        assert_position(state)
        data.position = state.position  # type: ignore[assignment]
    clock = _Clock(state.seconds)
    batches = data.batches(lambda: _progress(training, state.step, clock.seconds))
    model.train()
    while _progress(training, state.step, clock.seconds) < 1:
        progress = _progress(training, state.step, clock.seconds)
        set_rate(steppers, rate_share(training, state.step, progress))
        # Seeding each step instead of saving the generator's state makes a resumed run draw the same dropout.
        torch.manual_seed(run.seed * 1_000_003 + state.step)
        started = time.perf_counter()
        batch = next(batches).to(fabric.device)
        loss = objective(*batch.tensors(), progress)
        fabric.backward(loss)
        fabric.clip_gradients(objective, steppers[0], max_norm=training.clip, error_if_nonfinite=False)
        for stepper in steppers:
            stepper.step()
            stepper.zero_grad()
        tokens = int(batch.target_keep.sum())
        state.step += 1
        state.tokens += tokens
        state.seconds = clock.seconds
        rate = tokens / (time.perf_counter() - started)
        scores: dict[str, float] = {}
        due = _progress(training, state.step, clock.seconds) >= 1
        if clock.every("checkpoint", training.checkpoint_minutes * 60) or due:
            _keep(run, state, model, steppers, fabric)
        if evaluate and fabric.is_global_zero and (clock.every("evaluate", training.evaluate_minutes * 60) or due):
            with clock.paused():
                scores = evaluate(model, state)
            state.evaluations += 1
            model.train()
        yield TrainStep(
            state.step, float(loss.detach()), steppers[0].param_groups[0]["lr"], state.tokens, rate, state.seconds,
            _left(training, state), _share(run, model, rate), scores,
        )  # fmt: skip


def keep_freed_memory() -> None:
    """Let the allocator keep what a step frees: on Linux page faults cost a quarter of a step on the CPU otherwise.

    To be called before torch is used; huge pages need THP_MEM_ALLOC_ENABLE in the environment before it is imported.
    """
    if sys.platform == "linux" and hasattr(library := ctypes.CDLL(None), "mallopt"):
        trim_threshold, mmap_max = -1, -4  # glibc's malloc.h: M_TRIM_THRESHOLD, M_MMAP_MAX
        library.mallopt(trim_threshold, 2**31 - 1)
        library.mallopt(mmap_max, 0)
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")


def assert_position(state: RunState) -> None:
    """Raises: ValueError if a state lacks its place in the data."""
    if state.position is None:
        raise ValueError("the checkpoint holds no place in the data")


class _Objective(nn.Module):
    """A model with its loss: what Fabric wraps, so that logits keep their type and gradients are shared once."""

    def __init__(self, model: nn.Module, training: Training) -> None:
        super().__init__()
        self.model, self.training_options = model, training

    def forward(
        self, source: Tensor, source_keep: Tensor, target_in: Tensor, target_out: Tensor, keep: Tensor, progress: float
    ) -> Tensor:
        """The mean loss in nats a target piece."""
        inputs = TokenBatch(source, source_keep)
        share = self.training_options.scheduled_sampling * progress
        if share > 0:
            target_in = _sampled(self.model, inputs, target_in, keep, share)
        logits = self.model(inputs, target_in, keep)
        return smoothed_cross_entropy(logits, target_out[keep], self.training_options.label_smoothing)


@torch.no_grad()
def _sampled(model: nn.Module, source: TokenBatch, target_in: Tensor, keep: Tensor, share: float) -> Tensor:
    """Inputs in which a share of the pieces is the model's own choice one pass before.

    Source: Mihaylova and Martins 2019, "Scheduled Sampling for Transformers", after Bengio et al. 2015.
    """
    own = model(source, target_in).argmax(dim=-1)
    own = torch.cat((target_in[:, :1], own[:, :-1]), dim=1)
    swap = (torch.rand(own.shape, device=own.device) < share) & keep
    swap[:, 0] = False
    return torch.where(swap, own, target_in)


def _keep(run: Run, state: RunState, model: nn.Module, steppers: list[Any], fabric: Fabric) -> None:
    """Write the checkpoint and the weights for the average; the oldest weights go."""
    if fabric.is_global_zero:
        save_checkpoint(run.checkpoint, state, model, steppers)
        if run.training.average > 1:
            weights = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
            replace_file(run.folder / f"weights-{state.step:08d}.safetensors", weights, {})
            for old in run.snapshots()[: -run.training.average]:
                old.unlink()
    fabric.barrier()


class _Clock:
    """Seconds of training, without the pauses for evaluation."""

    def __init__(self, before: float) -> None:
        self._start = time.monotonic() - before
        self._last: dict[str, float] = {}

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start

    def every(self, what: str, seconds: float) -> bool:
        """True when `seconds` have gone by since the last True."""
        last = self._last.setdefault(what, self.seconds)
        if self.seconds - last < seconds:
            return False
        self._last[what] = self.seconds
        return True

    def paused(self) -> "_Pause":
        return _Pause(self)


class _Pause:
    def __init__(self, clock: _Clock) -> None:
        self._clock = clock

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._clock._start += time.monotonic() - self._began


def _progress(training: Training, step: int, seconds: float) -> float:
    return step / training.steps if training.steps else seconds / (training.hours * 3600)


def _left(training: Training, state: RunState) -> float:
    if training.steps:
        return state.seconds / max(1, state.step) * (training.steps - state.step)
    return max(0.0, training.hours * 3600 - state.seconds)


def _share(run: Run, model: nn.Module, rate: float) -> float | None:
    """The share of the device's peak: 6 operations a parameter and token, as is usual (Kaplan et al. 2020)."""
    if not run.peak_rate:
        return None
    return 6 * sum(p.numel() for p in model.parameters()) * rate / run.peak_rate
