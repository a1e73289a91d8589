"""`train`: a model from a recipe, or further training of one."""

import argparse
import logging
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq_desktop.cli.stopping import stopping
from seq2seq_desktop.events import Progress, TrainStep
from seq2seq_desktop.training.memory import keep_freed_memory
from seq2seq_desktop.training.recipe import Recipe, find_recipe, read_recipe, shipped_recipes

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from seq2seq_desktop.training.session import Session

INTERRUPTED = 130  # exit code
_LINE_SECONDS = 30.0  # between two lines where the terminal cannot rewrite one
_SMOOTHING = 0.98  # share of the old loss in the one shown


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "train",
        help="train a model from a recipe",
        description="Train a model, and write a bundle at the end. Ctrl+C stops; --resume goes on.",
        epilog=f"Shipped recipes: {', '.join(shipped_recipes())}.",
    )
    parser.add_argument("recipe", metavar="RECIPE", help="a TOML file, or the name of a shipped recipe")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the recipe's corpora")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder of the run (default: runs/NAME)")
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--init", metavar="BUNDLE", help="start from this bundle's weights, sizes and tokenizer")
    begin.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--hours", type=_above_zero(float), metavar="H", help="train so long instead")
    budget.add_argument("--steps", type=_above_zero(int), metavar="N", help="train so many steps instead")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="(default: auto)")
    parser.add_argument("--threads", type=_above_zero(int), metavar="N", help="processor threads (default: torch's)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train, and write the bundle; 0, or 130 if the user stopped it."""
    keep_freed_memory()
    import torch

    from seq2seq_desktop.training.device import fabric_on

    # Fabric reports at INFO, a level it sets when imported, which precision it uses; the recipe says that already.
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    if args.threads:
        torch.set_num_threads(args.threads)
    recipe_file = find_recipe(args.recipe)
    recipe = _with_budget(read_recipe(recipe_file), args)
    fabric = fabric_on(args.device, recipe.training.precision)
    folder = args.output or Path("runs") / recipe.name
    session = _session(args, recipe, recipe_file, folder, fabric)
    with stopping() as stopped:
        complete = _train(session, args, fabric, stopped)
    if complete:
        _say(f"the bundle lies in {folder / 'bundle'}", fabric)
        return 0
    _say(f"stopped at the last checkpoint in {folder}; to go on: {_resume_command(args)}", fabric)
    return INTERRUPTED


def _train(session: "Session", args: argparse.Namespace, fabric: "Fabric", stopped: Callable[[], bool]) -> bool:
    """True if the budget is used and the bundle is written, False if the user stopped."""
    from seq2seq_desktop.training.checkpoint import load_state
    from seq2seq_desktop.training.device import peak_rate
    from seq2seq_desktop.training.log import RunLog
    from seq2seq_desktop.training.loop import Run, train
    from seq2seq_desktop.training.session import finish
    from seq2seq_desktop.training.tasks import trained_task
    from seq2seq_desktop.training.workshop import Workshop

    recipe, folder = session.recipe, session.folder
    task = trained_task(recipe)
    setting = Run(folder, recipe.training, recipe.seed, peak_rate(fabric))
    step = load_state(setting.checkpoint).step
    model = session.model()
    shop = Workshop(recipe, args.data, folder, session.tokenizer, model, fabric.device)
    line = _ProgressLine(recipe)
    if fabric.is_global_zero and not _prepared(task.prepare(shop), line, stopped):
        return False
    fabric.barrier()
    data, objective = task.batches(shop), task.objective(shop)
    if not fabric.is_global_zero:
        for _ in train(setting, model, data, fabric, lambda *_: {}, stopped, objective):
            pass
        return not stopped()
    evaluation = task.evaluation(shop, step)
    with RunLog(folder / "log.csv", evaluation.names, step) as log:
        for made in train(setting, model, data, fabric, evaluation, stopped, objective):
            log.write(made)
            line.show(made)
    line.end()
    state = load_state(setting.checkpoint)
    complete = state.step >= recipe.training.steps > 0 or 0 < recipe.training.hours * 3600 <= state.seconds
    if complete:
        finish(session, setting, model, state, evaluation.scores)
    return complete


def _prepared(work: Iterator[Progress], line: "_ProgressLine", stopped: Callable[[], bool]) -> bool:
    """True once what comes before the first step is done, False if the user stopped it."""
    for progress in work:
        line.show_progress(progress)
        if stopped():
            line.end()
            return False
    return True


def _session(
    args: argparse.Namespace, recipe: Recipe, recipe_file: Path, folder: Path, fabric: "Fabric"
) -> "Session":
    """The run's folder, made by the first process and opened by all."""
    from seq2seq_desktop.bundles.sources import find_bundle
    from seq2seq_desktop.training.session import resume, start
    from seq2seq_desktop.training.tasks import trained_task

    if fabric.is_global_zero and not args.resume:
        if not args.init and not recipe.tokenizer.bundle:
            pieces = f"{recipe.tokenizer.vocabulary} pieces" if recipe.tokenizer.vocabulary else "single characters"
            line = _ProgressLine(recipe)
            for progress in trained_task(recipe).fetch(recipe):
                line.show_progress(progress)
            _say(f"learning the tokenizer ({pieces})", fabric)
        start(recipe, recipe_file, args.data, folder, find_bundle(args.init) if args.init else None)
    fabric.barrier()
    return resume(recipe, folder)


def _with_budget(recipe: Recipe, args: argparse.Namespace) -> Recipe:
    if not (args.hours or args.steps):
        return recipe
    return replace(recipe, training=replace(recipe.training, hours=args.hours or 0.0, steps=args.steps or 0))


def _resume_command(args: argparse.Namespace) -> str:
    """What the user types to go on."""
    parts = ["seq2seq-desktop", "train", args.recipe, "--data", str(args.data), "--resume"]
    for name in ("output", "hours", "steps", "threads"):
        if (value := getattr(args, name)) is not None:
            parts += [f"--{name}", str(value)]
    if args.device != "auto":
        parts += ["--device", args.device]
    return shlex.join(parts)


def _say(text: str, fabric: "Fabric") -> None:
    if fabric.is_global_zero:
        print(text, file=sys.stderr)


def _above_zero(kind: type[int] | type[float]) -> Callable[[str], float]:
    """A converter for argparse."""

    def convert(text: str) -> float:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    convert.__name__ = "number"  # argparse's message names it
    return convert


class _ProgressLine:
    """How training goes, on one line of standard error that is rewritten, or a line now and then."""

    def __init__(self, recipe: Recipe) -> None:
        """Nothing is shown before the first step."""
        self._steps = recipe.training.steps
        self._loss: float | None = None
        self._shown = 0.0
        self._live = sys.stderr.isatty()

    def show(self, step: TrainStep) -> None:
        """Show a step, if it is time; scores always get a line that stays."""
        old = step.loss if self._loss is None else self._loss
        self._loss = _SMOOTHING * old + (1 - _SMOOTHING) * step.loss
        now = time.monotonic()
        if step.scores:
            scores = ", ".join(f"{name} {value:.3g}" for name, value in step.scores.items())
            self._print(f"step {step.step}: {scores}", stays=True)
        elif now - self._shown >= (0.2 if self._live else _LINE_SECONDS):
            self._shown = now
            self._print(self._text(step), stays=not self._live)

    def show_progress(self, progress: Progress) -> None:
        """Show how far something is that comes before the first step, if it is time."""
        now = time.monotonic()
        if progress.done >= progress.total or now - self._shown >= (0.2 if self._live else _LINE_SECONDS):
            self._shown = now
            left = "" if progress.seconds_left is None else f", {_duration(progress.seconds_left)} left"
            counted = f"{progress.done:,.0f} of {progress.total:,.0f} {progress.unit}{left}"
            self._print(f"{progress.message}: {counted}", stays=not self._live)

    def end(self) -> None:
        """Leave the line."""
        if self._live:
            print(file=sys.stderr)

    def _text(self, step: TrainStep) -> str:
        total = f"/{self._steps}" if self._steps else ""
        peak = "" if step.peak_share is None else f" ({step.peak_share:.0%} of peak)"
        return (
            f"step {step.step}{total}  loss {self._loss:.3f}  {step.tokens_per_second:,.0f} tokens/s{peak}  "
            f"rate {step.learning_rate:.1e}  {_duration(step.seconds_left or 0)} left"
        )

    def _print(self, text: str, stays: bool) -> None:
        start = "\r\x1b[K" if self._live else ""
        print(start + text, end="\n" if stays else "", file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
