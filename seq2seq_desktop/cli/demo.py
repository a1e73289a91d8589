"""`demo`: the shipped models on sample inputs, with attention pictures; what `make run` does without a display."""

import argparse
import sys
from pathlib import Path

from seq2seq_desktop.bundles.sources import list_bundles
from seq2seq_desktop.cli.model_options import add_device_options, load_translator
from seq2seq_desktop.cli.stream import Streamer
from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import BundleError
from seq2seq_desktop.events import SegmentDone, Started
from seq2seq_desktop.io.heatmap import save_heatmap
from seq2seq_desktop.paths import resources
from seq2seq_desktop.tasks.translate.spec import TASK, TranslateRequest


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="show what the shipped models do, on sample inputs")
    parser.add_argument(
        "--output", type=Path, default=Path("demo-output"), metavar="FOLDER", help="for attention pictures"
    )
    add_device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Translate each sample with each translator; 0."""
    translators = [entry.card for entry in list_bundles() if entry.card and entry.card.task == TASK]
    if not translators:
        raise BundleError("no translation model is installed", "train one with `seq2seq-desktop train`")
    args.output.mkdir(parents=True, exist_ok=True)
    for card in translators:
        print(f"{card.name}: {card.description}\n")
        task = load_translator(card.name, args)
        for sample in sorted((resources() / "samples" / "translate").glob("*.txt")):
            source = sample.stem.rpartition(".")[2]
            for target in card.languages:
                if source in card.languages and target != source:
                    _translate(task, sample.read_text(encoding="utf-8"), source, target, args.output)
    print(f"attention pictures are in {args.output}/")
    return 0


def _translate(task, text: str, source: str, target: str, folder: Path) -> None:  # type: ignore[no-untyped-def]
    """Show one sample; an attention picture for its first sentence."""
    print(f"[{source}] {text.rstrip()}\n[{target}] ", end="")
    streamer = Streamer(text.rstrip(), sys.stdout)
    started = None
    for event in task.run(TranslateRequest(text.rstrip(), target, source, DecodeOptions(), batch=1)):
        streamer.show(event)
        started = event if isinstance(event, Started) else started
        if isinstance(event, SegmentDone) and event.segment == 0 and started:
            best = event.hypotheses[0]
            if best.attention is not None:
                weights = best.attention.mean(axis=(1, 2))[: len(best.pieces)]
                path = folder / f"{task.name}.{source}-{target}.png"
                save_heatmap(weights, started.segments[0].pieces, best.pieces, path, overwrite=True)
    print()
