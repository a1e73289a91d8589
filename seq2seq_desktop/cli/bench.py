"""`bench`: how fast a bundle loads and translates on this machine."""

import argparse
import json
import time
from statistics import median

from seq2seq_desktop.cli.model_options import add_device_options, load_translator, table
from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.events import Finished, Step
from seq2seq_desktop.tasks.translate.spec import TranslateRequest

# Fifteen words, as a user would type them; one more sentence a line makes the batch.
_SENTENCE = "I would like to know whether the last train to the coast leaves before ten."
_REPEATS = 7


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("bench", help="measure loading and decoding on this machine")
    parser.add_argument("bundle", nargs="?", default="translate-en-fr", help="name or folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the figures, medians of several runs; 0."""
    import torch  # so that its import does not count as loading

    began = time.perf_counter()
    task = load_translator(args.bundle, args)
    loading = time.perf_counter() - began
    source, target = task.languages[:2]
    single = TranslateRequest(_SENTENCE, target, source)
    many = TranslateRequest("\n".join([_SENTENCE] * 32), target, source, batch=32)
    beam = TranslateRequest(_SENTENCE, target, source, DecodeOptions(search="beam", beams=4))
    _timed(task, single)  # the first run also sets buffers up
    figures: dict[str, object] = {
        "bundle": task.name,
        "precision": task.precision,
        "threads": torch.get_num_threads(),
        "load_seconds": round(loading, 3),
        "first_word_ms": round(1000 * median(_timed(task, single)[0] for _ in range(_REPEATS)), 1),
        "tokens_per_second": round(median(_timed(task, single)[1] for _ in range(_REPEATS)), 1),
        "beam4_tokens_per_second": round(median(_timed(task, beam)[1] for _ in range(_REPEATS)), 1),
        "batch32_tokens_per_second": round(median(_timed(task, many)[1] for _ in range(3)), 1),
    }
    if args.json:
        print(json.dumps(figures))
    else:
        print(table([(name, str(value)) for name, value in figures.items()]))
    return 0


def _timed(task, request: TranslateRequest) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """Seconds to the first word on the screen, and output tokens a second over the whole request."""
    began = time.perf_counter()
    first = 0.0
    tokens = 0
    for event in task.run(request):
        if isinstance(event, Step) and not first:
            first = time.perf_counter() - began
        if isinstance(event, Finished):
            tokens = event.tokens
    return first, tokens / (time.perf_counter() - began)
