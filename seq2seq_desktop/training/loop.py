"""The training loop: ours, on any device that Lightning Fabric carries.

`train` yields a `TrainStep` after each optimiser step; whoever asks for the next one keeps it going, so a window or a
command can stop at any step. All that a run needs to go on lies in its folder.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from seq2seq_desktop.errors import TrainingError
from seq2seq_desktop.events import TrainStep
from seq2seq_desktop.training.checkpoint import (
    RunState,
    clear_unfinished,
    load_checkpoint,
    replace_file,
    save_checkpoint,
)
from seq2seq_desktop.training.data import Batches
from seq2seq_desktop.training.objective import Likelihood
from seq2seq_desktop.training.optimise import optimisers, rate_share, set_rate
from seq2seq_desktop.training.recipe import Training

Evaluate = Callable[[nn.Module, RunState], dict[str, float]]
"""Scores of a model in evaluation mode, by name; it may write files but must not change the weights."""

Answer = TypeVar("Answer")

_SEEDS_A_RUN = 1_000_003  # more than a run has steps, so that two seeds never share a step's draws


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


def train(
    run: Run,
    model: nn.Module,
    data: Batches,
    fabric: Fabric,
    evaluate: Evaluate | None = None,
    stopped: Callable[[], bool] = lambda: False,
    objective: nn.Module | None = None,
) -> Iterator[TrainStep]:
    """Train until the budget is used; a checkpoint in the run's folder is gone on from.

    `stopped` is asked after each step; when it says True, the checkpoint of that step is written and training ends.
    A checkpoint is only written after its step was taken by the caller, so that a log never lacks a step. `objective`
    holds `model` and gives the loss of a batch; without one it is the likelihood of the target.

    Raises: TrainingError if the checkpoint does not fit or the loss is lost.
    """
    run.folder.mkdir(parents=True, exist_ok=True)
    trainer = _Trainer(run, model, data, fabric, objective or Likelihood(model, run.training))
    while not trainer.finished():
        loss, rate = trainer.update()
        scores: dict[str, float] = {}
        if evaluate and trainer.due("evaluate", run.training.evaluate_minutes):
            scores = trainer.scored(evaluate)
        yield trainer.report(loss, rate, scores)
        ending = trainer.finished() or trainer.agreed(stopped())
        if trainer.due("checkpoint", run.training.checkpoint_minutes) or ending:
            trainer.keep()
        if ending:
            return


class _Trainer:
    """A run while it runs: its objective, optimisers, place and clock."""

    def __init__(self, run: Run, model: nn.Module, data: Batches, fabric: Fabric, objective: nn.Module) -> None:
        """Set up on Fabric's device and go on from the run's checkpoint if there is one."""
        self.run, self.model, self.data, self.fabric = run, model, data, fabric
        self.objective, *self.steppers = fabric.setup(objective, *optimisers(model, run.training))
        self.state = RunState(position=data.position)
        if run.checkpoint.exists():
            clear_unfinished(run.folder)
            self.state = load_checkpoint(run.checkpoint, model, self.steppers)
            data.position = self.state.position
        self.clock = _Clock(self.state.seconds)
        self.batches = data.batches(lambda: self.progress, fabric.global_rank, fabric.world_size)
        self.parameters = sum(parameter.numel() for parameter in model.parameters())
        self.objective.train()

    @property
    def progress(self) -> float:
        """The share of the budget that is used, 0..1 and a little over at the end."""
        training = self.run.training
        if training.steps:
            return self.state.step / training.steps
        return self.state.seconds / (training.hours * 3600)

    def finished(self) -> bool:
        """True when the budget is used."""
        return self.progress >= 1

    def update(self) -> tuple[float, float]:
        """One optimiser step: the loss in nats a target piece, and the target pieces a second."""
        began = time.perf_counter()
        set_rate(self.steppers, rate_share(self.run.training, self.state.step, self.progress))
        # Seeding each step instead of saving the generator's state makes a resumed run draw the same dropout.
        seed = self.run.seed * _SEEDS_A_RUN + self.state.step
        torch.manual_seed(seed * self.fabric.world_size + self.fabric.global_rank)
        batch = next(self.batches)
        loss = self._descend(batch.to(self.fabric.device).tensors())
        tokens = self._summed(batch.targets)
        self.state.step += 1
        self.state.tokens += tokens
        self.state.seconds = self.agreed(self.clock.seconds)
        self.state.position = self.data.position
        return loss, tokens / (time.perf_counter() - began)

    def agreed(self, answer: Answer) -> Answer:
        """The first process's answer: all must end, evaluate and write at the same step."""
        return answer if self.fabric.world_size == 1 else self.fabric.broadcast(answer)

    def due(self, what: str, minutes: float) -> bool:
        """True when `minutes` of training have gone by since the last True, and at the end."""
        return self.clock.every(what, minutes * 60, self.state.seconds) or self.finished()

    def scored(self, evaluate: Evaluate) -> dict[str, float]:
        """The scores of the weights as they are; the clock stands still meanwhile."""
        scores: dict[str, float] = {}
        with self.clock.paused():
            if self.fabric.is_global_zero:
                self.model.eval()
                scores = evaluate(self.model, self.state)
                self.objective.train()
            self.fabric.barrier()
        self.state.evaluations += 1
        return scores

    def report(self, loss: float, rate: float, scores: dict[str, float]) -> TrainStep:
        """The step that was just made."""
        state, share = self.state, None
        if self.run.peak_rate:
            # 6 operations a parameter and piece, as is usual (Kaplan et al. 2020).
            share = 6 * self.parameters * rate / self.run.peak_rate
        learning_rate = self.steppers[0].param_groups[0]["lr"]
        return TrainStep(
            state.step, loss, learning_rate, state.tokens, rate, state.seconds, self._left(), share, scores
        )

    def keep(self) -> None:
        """Write the checkpoint and the weights for the average; the oldest weights go."""
        run, state = self.run, self.state
        if self.fabric.is_global_zero:
            save_checkpoint(run.checkpoint, state, self.model, self.steppers)
            if run.training.average > 1:
                weights = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
                replace_file(run.folder / f"weights-{state.step:08d}.safetensors", weights, {})
                for old in run.snapshots()[: -run.training.average]:
                    old.unlink()
        self.fabric.barrier()

    def _descend(self, tensors: tuple[Tensor, ...]) -> float:
        """The loss before the step."""
        loss = self.objective(*tensors, self.progress)
        self.fabric.backward(loss)
        clip = self.run.training.clip
        self.fabric.clip_gradients(self.objective, self.steppers[0], max_norm=clip, error_if_nonfinite=False)
        for stepper in self.steppers:
            stepper.step()
            stepper.zero_grad()
        value = float(loss.detach())
        if value != value:
            raise TrainingError(
                f"the loss is not a number at step {self.state.step + 1}",
                "go on from the last checkpoint with --resume and a smaller learning_rate or clip",
            )
        return value

    def _left(self) -> float:
        """Seconds until the budget is used."""
        training, state = self.run.training, self.state
        if training.steps:
            return state.seconds / max(1, state.step) * (training.steps - state.step)
        return max(0.0, training.hours * 3600 - state.seconds)

    def _summed(self, tokens: int) -> int:
        if self.fabric.world_size == 1:
            return tokens
        total = self.fabric.all_reduce(torch.tensor(tokens, device=self.fabric.device), reduce_op="sum")
        return int(cast(Tensor, total))


class _Clock:
    """Seconds of training, without the pauses for evaluation."""

    def __init__(self, before: float) -> None:
        """A clock that has already counted `before` seconds."""
        self._start = time.monotonic() - before
        self._last: dict[str, float] = {}
        self._before = before

    @property
    def seconds(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self._start

    def every(self, what: str, seconds: float, now: float) -> bool:
        """True when at `now` as many seconds have gone by since the last True, or since the start."""
        if now - self._last.get(what, self._before) < seconds:
            return False
        self._last[what] = now
        return True

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A block of code whose time does not count."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._start += time.monotonic() - began
