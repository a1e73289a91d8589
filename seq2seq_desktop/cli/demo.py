"""`demo`: the shipped models on sample inputs, with pictures; what `make run` does without a display."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seq2seq_desktop.bundles.card import Card
from seq2seq_desktop.bundles.sources import list_bundles
from seq2seq_desktop.cli.generate import save_plot, show_text
from seq2seq_desktop.cli.model_options import add_device_options, load_translator
from seq2seq_desktop.cli.stream import Streamer
from seq2seq_desktop.cli.transcribe import Talk
from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import BundleError
from seq2seq_desktop.events import Hypothesis, SegmentDone, Started, Step
from seq2seq_desktop.io.heatmap import save_heatmap
from seq2seq_desktop.paths import resources
from seq2seq_desktop.tasks.generate import spec as generate
from seq2seq_desktop.tasks.transcribe import spec as transcribe
from seq2seq_desktop.tasks.translate import spec as translate
from seq2seq_desktop.tasks.translate.comparison import SALIENCY

if TYPE_CHECKING:
    from seq2seq_desktop.tasks.translate.task import TranslateTask

_WRITTEN = 160  # characters after each prompt
_SEED = 1  # the same text each time
_TENTH = 5  # positions of the attention in a tenth of a second


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="show what the shipped models do, on sample inputs")
    parser.add_argument("--output", type=Path, default=Path("demo-output"), metavar="FOLDER", help="for pictures")
    add_device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Give each model the samples of its task; 0."""
    shows = {translate.TASK: _translate_samples, generate.TASK: _write_on, transcribe.TASK: _write_down}
    cards = [entry.card for entry in list_bundles() if entry.card and entry.card.task in shows]
    if not cards:
        raise BundleError("no model is installed", "train one with `seq2seq-desktop train`")
    args.output.mkdir(parents=True, exist_ok=True)
    for task, show in shows.items():
        for card in (card for card in cards if card.task == task):
            print(f"{card.name}: {card.description}\n")
            show(card, args)
    print(f"pictures are in {args.output}/")
    return 0


def _samples(task: str, kind: str = "*.txt") -> list[Path]:
    return sorted((resources() / "samples" / task).glob(kind))


def _translate_samples(card: Card, args: argparse.Namespace) -> None:
    """Every sample into every other language."""
    task = load_translator(card.name, args)
    for sample in _samples(translate.TASK):
        source = sample.stem.rpartition(".")[2]
        for target in card.languages:
            if source in card.languages and target != source:
                _translate(task, sample.read_text(encoding="utf-8").rstrip(), source, target, args.output)


def _translate(task: "TranslateTask", text: str, source: str, target: str, folder: Path) -> None:
    """Show one sample; a picture of the map of its first sentence, which without attention is the saliency."""
    print(f"[{source}] {text}\n[{target}] ", end="")
    streamer = Streamer(text, sys.stdout)
    started = None
    request = translate.TranslateRequest(text, target, source, DecodeOptions(), batch=1, saliency=True)
    for event in task.run(request):
        streamer.show(event)
        started = event if isinstance(event, Started) else started
        if isinstance(event, SegmentDone) and event.segment == 0 and started:
            best = event.hypotheses[0]
            path, columns = folder / f"{task.name}.{source}-{target}.png", started.segments[0].pieces
            if best.attention is not None:
                weights = best.attention.mean(axis=(1, 2))[: len(best.pieces)]
                save_heatmap(weights, columns, best.pieces, path, overwrite=True)
            elif best.saliency is not None:
                save_heatmap(best.saliency, columns, best.pieces, path, overwrite=True, title=SALIENCY)
    print()


def _write_on(card: Card, args: argparse.Namespace) -> None:
    """Go on from every prompt; a picture of what might have come each."""
    from seq2seq_desktop.tasks.generate.task import load

    task = load(card.name, args.device, args.precision, args.threads)
    for sample in _samples(generate.TASK):
        prompt = sample.read_text(encoding="utf-8").rstrip("\n")
        steps = []
        for event in task.run(generate.GenerateRequest(prompt, _WRITTEN, generate.writing(seed=_SEED))):
            show_text(event)
            if isinstance(event, Step):
                steps.append(event)
        if steps:
            save_plot(steps, args.output / f"{card.name}.{sample.stem}.png", overwrite=True)
        print()


def _write_down(card: Card, args: argparse.Namespace) -> None:
    """Every spoken sample whose language the model knows; a picture each of where in the sound words were heard."""
    from seq2seq_desktop.tasks.transcribe.task import load

    task = load(card.name, args.device, args.precision, args.threads)
    for sample in _samples(transcribe.TASK, "*.opus"):
        language = sample.stem.rpartition(".")[2]
        if language not in card.languages:
            continue
        print(f"[{sample.name}] ", end="")
        talk = Talk(sys.stdout, sys.stdout.isatty())
        greedy = transcribe.DecodeOptions()  # so that words can be printed as they come
        for event in task.run(transcribe.TranscribeRequest(sample, language, options=greedy)):
            talk.show(event)
            if isinstance(event, SegmentDone) and event.segment == 0:
                _save_alignment(event.hypotheses[0], args.output / f"{card.name}.{sample.stem}.png")
        print()


def _save_alignment(best: Hypothesis, path: Path) -> None:
    """Where in the sound the model looked for each token: rows are tokens, columns tenths of a second."""
    if best.attention is None or not best.pieces:
        return
    weights = best.attention.mean(axis=(1, 2))
    edges = range(0, weights.shape[1], _TENTH)
    tenths = np.add.reduceat(weights, list(edges), axis=1)
    save_heatmap(tenths, [f"{edge / 50:.1f} s" for edge in edges], best.pieces, path, overwrite=True)
