"""`caption`: a sentence for each picture; words appear as they are found, and where the model looked can be kept."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from seq2seq_desktop.cli.model_options import add_device_options, add_search_options, decode_options
from seq2seq_desktop.cli.stopping import stopping
from seq2seq_desktop.errors import InputError, OptionError, Seq2SeqError
from seq2seq_desktop.events import Event, Finished, Hypothesis, Progress, Refused, Seen, SegmentDone, Step
from seq2seq_desktop.io.captions import SUFFIXES as TABLES
from seq2seq_desktop.io.captions import Caption, save_beside, save_captions, save_inside
from seq2seq_desktop.io.filmstrip import SUFFIX, save_filmstrip
from seq2seq_desktop.io.images import is_picture, read_picture
from seq2seq_desktop.tasks.caption.pictures import LONGEST
from seq2seq_desktop.tasks.caption.spec import BEAMS, BUNDLE, CaptionRequest
from seq2seq_desktop.tasks.caption.spec import LONGEST as LONGEST_CAPTION

INTERRUPTED = 130  # exit code


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "caption",
        help="say in a sentence what is on a picture",
        description="Caption pictures; Ctrl+C ends it and what is there stays.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="pictures, or folders of them")
    parser.add_argument("--model", default=BUNDLE, help=f"bundle name or folder (default: {BUNDLE})")
    parser.add_argument("--begin", default="", metavar="TEXT", help="every caption starts with this")
    parser.add_argument(
        "--attention", type=Path, metavar="FILE",
        help=f"write where it looked for each word ({SUFFIX}; of several pictures numbered)",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, metavar="FILE", help=f"write all captions ({', '.join(TABLES)})")
    parser.add_argument("--beside", action="store_true", help="write a text file beside each picture")
    parser.add_argument("--inside", action="store_true", help="write each caption into its picture's metadata")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--batch", type=int, default=8, metavar="N", help="pictures seen together (default: 8)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a picture, a step and a caption")
    add_search_options(parser, BEAMS)
    add_device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Caption everything; 0, 1 if a picture was refused while others went on, or 130 if it was interrupted."""
    options = decode_options(args, max_length=LONGEST_CAPTION, attention=bool(args.attention))
    _check(args)
    paths = tuple(_pictures(args.paths))
    request = CaptionRequest(paths, options, args.begin, batch=args.batch)
    from seq2seq_desktop.tasks.caption.task import load

    task = load(args.model, args.device, args.precision, args.threads)
    log, show = _Log(paths), _shower(args, paths)
    with stopping() as stopped:
        for event in task.run(request, stopped):
            log.note(event)
            show(event)
    refused = _deliver(log, args)
    if log.cancelled:
        return INTERRUPTED
    return 1 if refused else 0


def _check(args: argparse.Namespace) -> None:
    """Nothing, or the error that what is asked for cannot be."""
    for name, path, suffixes in (("--attention", args.attention, (SUFFIX,)), ("--output", args.output, TABLES)):
        if path and path.suffix.lower() not in suffixes:
            raise OptionError(f"{name} {path} cannot be written", f"choose one of {', '.join(suffixes)}")


def _pictures(paths: Iterable[Path]) -> Iterable[Path]:
    """The files named, and the pictures in the folders named. Raises: InputError for a folder without any."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(one for one in path.iterdir() if is_picture(one) and one.is_file())
        if not inside:
            raise InputError(f"there is no picture in {path}", "name pictures, or a folder with some")
        yield from inside


@dataclass
class _Log:
    """What was said so far."""

    paths: tuple[Path, ...]
    seen: dict[int, Seen] = field(default_factory=dict)
    best: dict[int, tuple[Hypothesis, ...]] = field(default_factory=dict)
    refused: int = 0
    cancelled: bool = False

    def note(self, event: Event) -> None:
        """Take in an event."""
        if isinstance(event, Seen):
            self.seen[event.segment] = event
        elif isinstance(event, SegmentDone) and event.reason != "cancelled":
            self.best[event.segment] = event.hypotheses
        elif isinstance(event, Refused):
            self.refused += 1
        elif isinstance(event, Finished):
            self.cancelled = event.reason == "cancelled"

    def captions(self) -> list[Caption]:
        """The captions in the order of the pictures."""
        return [
            Caption(self.paths[number], best.text, tuple(one.text for one in others), score=best.score)
            for number, (best, *others) in sorted(self.best.items())
        ]


def _deliver(log: _Log, args: argparse.Namespace) -> int:
    """How many pictures were refused, by the model or when their caption was written; files are written as asked."""
    captions, refused = log.captions(), log.refused
    if args.output and captions:
        save_captions(captions, args.output, args.overwrite)
        print(f"seq2seq-desktop: written to {args.output}", file=sys.stderr)
    if args.beside and captions:
        print(f"seq2seq-desktop: {len(save_beside(captions, None, args.overwrite))} text files", file=sys.stderr)
    if args.inside:
        described = save_inside(captions)
        refused += len(described.refused)
        for error in described.refused:
            print(f"seq2seq-desktop: {error}", file=sys.stderr)
    if args.attention:
        _save_looks(log, args)
    return refused


def _save_looks(log: _Log, args: argparse.Namespace) -> None:
    """Where the model looked for each word of the best captions, a file a picture."""
    for number, (best, *_) in sorted(log.best.items()):
        if best.attention is None:
            continue
        path: Path = args.attention
        if len(log.paths) > 1:
            path = path.with_stem(f"{path.stem}-{number + 1}")
        picture = read_picture(log.paths[number], LONGEST)
        maps = best.attention[: len(best.pieces), 0, 0].reshape(-1, *log.seen[number].grid)
        save_filmstrip(picture.pixels, best.pieces, maps, path, args.overwrite)
        print(f"seq2seq-desktop: attention written to {path}", file=sys.stderr)


def _shower(args: argparse.Namespace, paths: tuple[Path, ...]) -> Callable[[Event], None]:
    """What prints events as the options ask."""
    if args.json:
        return lambda event: _print_json(event, paths)
    streamed = len(paths) == 1 and args.beam == 1 and args.n_best == 1 and sys.stdout.isatty()
    return _Talk(paths, streamed, args.n_best).show


class _Talk:
    """Prints captions: of one picture word by word where words stay, of several a line each, in their order."""

    def __init__(self, paths: tuple[Path, ...], streamed: bool, n_best: int) -> None:
        self._paths, self._streamed, self._n_best = paths, streamed, n_best
        self._printed = ""
        self._waiting: dict[int, SegmentDone | Refused] = {}  # those whose turn has not come
        self._next = 0

    def show(self, event: Event) -> None:
        """Print what is new."""
        if isinstance(event, Step) and self._streamed and event.text.startswith(self._printed):
            print(event.text.removeprefix(self._printed), end="", flush=True)
            self._printed = event.text
        elif isinstance(event, SegmentDone | Refused):
            self._waiting[event.segment] = event
            while self._next in self._waiting:
                self._end(self._waiting.pop(self._next))
                self._next += 1
        elif isinstance(event, Progress) and len(self._paths) > 1 and sys.stderr.isatty():
            print(f"\r{event.done:.0f} of {event.total:.0f} {event.unit} ", end="", file=sys.stderr)

    def _end(self, event: SegmentDone | Refused) -> None:
        if isinstance(event, Refused):
            print(f"seq2seq-desktop: {Seq2SeqError(event.problem, event.remedy)}", file=sys.stderr)
        else:
            self._done(event)

    def _done(self, event: SegmentDone) -> None:
        name = f"{self._paths[event.segment]}\t" if len(self._paths) > 1 else ""
        if self._n_best > 1:
            for number, one in enumerate(event.hypotheses, start=1):
                print(f"{name}{number}  {one.score:7.3f}  {one.text}", flush=True)
        elif self._streamed:
            print(event.hypotheses[0].text.removeprefix(self._printed))
        else:
            print(f"{name}{event.hypotheses[0].text}", flush=True)


def _print_json(event: Event, paths: tuple[Path, ...]) -> None:
    """One line for a picture when it is seen or refused, for each step, for a caption, and for the end."""
    line: dict[str, object] = {}
    if isinstance(event, Seen):
        line = {"type": "seen", "file": str(paths[event.segment]), "width": event.size[0], "height": event.size[1],
                "grid": list(event.grid)}  # fmt: skip
    elif isinstance(event, Step):
        others = [[item.piece, round(item.probability, 5)] for item in event.alternatives]
        line = {"type": "step", "file": str(paths[event.segment]), "index": event.index, "piece": event.piece,
                "text": event.text, "probability": round(event.probability, 5), "alternatives": others}  # fmt: skip
        if event.attention is not None:
            line["attention"] = [round(float(share), 4) for share in event.attention[0, 0]]
    elif isinstance(event, SegmentDone):
        outputs = [{"text": one.text, "score": round(one.score, 4)} for one in event.hypotheses]
        line = {"type": "caption", "file": str(paths[event.segment]), "caption": event.hypotheses[0].text,
                "reason": event.reason, "outputs": outputs}  # fmt: skip
    elif isinstance(event, Refused):
        line = {"type": "refused", "file": str(paths[event.segment]), "problem": event.problem,
                "remedy": event.remedy}  # fmt: skip
    elif isinstance(event, Finished):
        line = {"type": "finished", "reason": event.reason, "tokens": event.tokens,
                "seconds": round(event.seconds, 4)}  # fmt: skip
    if line:
        print(json.dumps(line, ensure_ascii=False), flush=True)
