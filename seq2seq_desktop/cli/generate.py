"""`generate`: a text that goes on from a prompt, character by character."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from seq2seq_desktop.cli.model_options import add_device_options
from seq2seq_desktop.cli.stopping import stopping
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Alternative, Event, Finished, Started, Step
from seq2seq_desktop.io.heatmap import SUFFIXES, save_heatmap
from seq2seq_desktop.tasks.generate.distribution import bar, candidate_map, shown
from seq2seq_desktop.tasks.generate.spec import BUNDLE, GenerateRequest, writing

INTERRUPTED = 130  # exit code
_BARS = 5  # candidates shown a character
_BAR = 8  # cells of the longest bar


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "generate",
        help="go on from a prompt, character by character",
        description="Write on from a prompt; Ctrl+C ends it and what is there stays.",
    )
    parser.add_argument("prompt", nargs="?", default="-", help="what to go on from; - or nothing: standard input")
    parser.add_argument("--model", default=BUNDLE, help=f"bundle name or folder (default: {BUNDLE})")
    parser.add_argument("--length", type=int, default=400, metavar="N", help="characters to write (default: 400)")
    parser.add_argument("--distribution", action="store_true", help="show the likeliest characters, a line each step")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write what might have come (.png, .svg, .csv)")
    parser.add_argument("--overwrite", action="store_true", help="replace a plot that exists")
    parser.add_argument("--json", action="store_true", help="print one JSON object a character")
    group = parser.add_argument_group("how characters are chosen")
    group.add_argument(
        "--temperature", type=float, default=0.8, metavar="T", help="below 1 cautious, 0 the likeliest (default: 0.8)"
    )
    group.add_argument("--top-k", type=int, default=0, metavar="K", help="draw among the K likeliest")
    group.add_argument("--top-p", type=float, default=1.0, metavar="P", help="draw among those that hold P together")
    group.add_argument("--seed", type=int, help="of the drawing, to get the same again")
    add_device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write; 0, or 130 if it was interrupted."""
    options = writing(args.temperature, args.top_k, args.top_p, args.seed)
    if args.plot and args.plot.suffix.lower() not in SUFFIXES:
        raise OptionError(f"--plot {args.plot} cannot be written", f"choose one of {', '.join(SUFFIXES)}")
    request = GenerateRequest(_prompt(args.prompt), args.length, options)
    from seq2seq_desktop.tasks.generate.task import load

    task = load(args.model, args.device, args.precision, args.threads)
    with stopping() as stopped:
        steps, finished = _followed(task.run(request, stopped), _shower(args))
    if args.plot and steps:
        save_plot(steps, args.plot, args.overwrite)
        print(f"seq2seq-desktop: what might have come is in {args.plot}", file=sys.stderr)
    if finished.reason == "repetition":
        print("seq2seq-desktop: the text began to repeat itself and was ended there", file=sys.stderr)
    return INTERRUPTED if finished.reason == "cancelled" else 0


def _prompt(argument: str) -> str:
    """The argument, or standard input without the line break that ends it."""
    if argument != "-":
        return argument
    from seq2seq_desktop.io.files import decode

    data = sys.stdin.buffer.read()
    return decode(data, "standard input").removesuffix("\n") if data else ""


def _followed(events: Iterable[Event], show: Callable[[Event], None]) -> tuple[list[Step], Finished]:
    """All steps and the end, each shown as it comes."""
    steps, finished = [], Finished("end")
    for event in events:
        show(event)
        if isinstance(event, Step):
            steps.append(event)
        elif isinstance(event, Finished):
            finished = event
    return steps, finished


def _shower(args: argparse.Namespace) -> Callable[[Event], None]:
    return _show_json if args.json else _show_bars if args.distribution else show_text


def show_text(event: Event) -> None:
    """The prompt, each character as it comes, a line break at the end."""
    if isinstance(event, Started):
        print(event.segments[0].text, end="", flush=True)
    elif isinstance(event, Step):
        print(event.piece, end="", flush=True)
    elif isinstance(event, Finished):
        print()


def _show_bars(event: Event) -> None:
    """A line a character: the one that was written, then the likeliest with their bars; at the end the text."""
    if isinstance(event, Step):
        rows = "  ".join(_candidate(other) for other in event.alternatives[:_BARS])
        print(f"{shown(event.piece)}  {100 * event.probability:3.0f} %  │ {rows}", flush=True)
    elif isinstance(event, Finished):
        print(f"\n{event.text}")


def _candidate(other: Alternative) -> str:
    return f"{shown(other.piece)} {bar(other.probability, _BAR)}{100 * other.probability:3.0f}"


def _show_json(event: Event) -> None:
    """One line for the prompt, for each character and for the end."""
    line: dict[str, object] = {}
    if isinstance(event, Started):
        line = {"type": "started", "prompt": event.segments[0].text}
    elif isinstance(event, Step):
        others = [[other.piece, round(other.probability, 5)] for other in event.alternatives]
        line = {"type": "step", "index": event.index, "piece": event.piece, "alternatives": others,
                "probability": round(event.probability, 5), "entropy": round(event.entropy, 4)}  # fmt: skip
    elif isinstance(event, Finished):
        line = {"type": "finished", "reason": event.reason, "text": event.text, "characters": len(event.text),
                "seconds": round(event.seconds, 4)}  # fmt: skip
    if line:
        print(json.dumps(line, ensure_ascii=False), flush=True)


def save_plot(steps: Sequence[Step], path: Path, overwrite: bool) -> None:
    """Nothing; `path` then holds the map of what might have come: the text across, the candidates down."""
    weights, candidates = candidate_map([step.alternatives for step in steps])
    text = [shown(step.piece) for step in steps]
    save_heatmap(weights, text, [shown(piece) for piece in candidates], path, overwrite)
