"""Options that several commands share: which model, where it runs, how it decodes."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from seq2seq_desktop.decoding.options import DecodeOptions, SearchName

if TYPE_CHECKING:
    from seq2seq_desktop.tasks.translate.task import TranslateTask


def add_device_options(parser: argparse.ArgumentParser) -> None:
    """Add --device, --precision and --threads."""
    group = parser.add_argument_group("where the model runs")
    group.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1 (default: cpu)")
    group.add_argument(
        "--precision",
        default="auto",
        choices=["auto", "int8", "float32", "bfloat16", "float16"],
        help="of the weights; auto is int8 on the CPU and 16 bit on a GPU",
    )
    group.add_argument("--threads", type=int, default=0, help="processor threads, 0 for as many as help (default: 0)")


def add_search_options(parser: argparse.ArgumentParser, beam: int | None = 1) -> None:
    """Add what steers decoding; `beam` is what the task is usually decoded with, None: not known yet."""
    group = parser.add_argument_group("how words are chosen")
    usual = "what the task usually takes" if beam is None else beam
    told = f"keep the K best beginnings, 1 for greedy search (default: {usual})"
    group.add_argument("--beam", type=int, default=beam, metavar="K", help=told)
    parser.set_defaults(usual_beam=beam)
    group.add_argument("--n-best", type=int, default=1, metavar="N", help="give the N best outputs")
    group.add_argument("--length-penalty", type=float, default=1.0, help="score = log-probability / length ** this")
    group.add_argument("--temperature", type=float, metavar="T", help="draw words at random; below 1 cautious")
    group.add_argument("--top-k", type=int, default=0, metavar="K", help="draw among the K likeliest pieces")
    group.add_argument("--top-p", type=float, default=1.0, metavar="P", help="draw among pieces that hold P together")
    group.add_argument("--seed", type=int, help="of the drawing, to get the same again")
    group.add_argument("--no-repeat-ngram", type=int, default=0, metavar="N", help="say no N pieces twice")


def decode_options(args: argparse.Namespace, **fixed: object) -> DecodeOptions:
    """The decoding options that the arguments ask for. Raises: OptionError."""
    drawn = args.temperature is not None or args.top_k or args.top_p < 1
    search: SearchName = "sample" if drawn else "beam" if args.beam > 1 or args.n_best > 1 else "greedy"
    values: dict[str, object] = {
        "search": search,
        "beams": max(args.beam, args.n_best if args.beam == args.usual_beam else 1),
        "n_best": args.n_best,
        "length_penalty": args.length_penalty,
        "temperature": 1.0 if args.temperature is None else args.temperature,
        "top_k": args.top_k,
        "top_p": args.top_p,
        "seed": args.seed,
        "no_repeat_ngram": args.no_repeat_ngram,
    }
    return DecodeOptions(**{**values, **fixed})  # type: ignore[arg-type]


def load_translator(bundle: str, args: argparse.Namespace) -> "TranslateTask":
    """The translator of a bundle; torch is imported here, not before it is needed."""
    from seq2seq_desktop.tasks.translate.task import load

    return load(bundle, args.device, args.precision, args.threads)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as columns of even width."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
