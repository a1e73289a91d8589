"""`summarize`: documents from files or standard input; sentences or words appear as they are chosen."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from seq2seq_desktop.cli.model_options import add_device_options, add_search_options, decode_options
from seq2seq_desktop.cli.stopping import stopping
from seq2seq_desktop.errors import InputError, OptionError
from seq2seq_desktop.events import Condensed, Event, Finished, Hypothesis, Progress, SegmentDone, Started, Step
from seq2seq_desktop.io.documents import READABLE, read_document
from seq2seq_desktop.io.exports import save_text
from seq2seq_desktop.io.files import decode
from seq2seq_desktop.tasks.summarize.reading import text_of
from seq2seq_desktop.tasks.summarize.spec import BUNDLES, SEARCH, Length, Style, SummarizeRequest, usual_beams

_INTERRUPTED = 130  # exit code


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "summarize",
        help="condense documents to a headline or some sentences",
        description="Summarize files; without one standard input is read. Long documents are read in parts.",
    )
    parser.add_argument("file", nargs="*", type=Path, help=f"documents ({' '.join(READABLE)})")
    parser.add_argument(
        "--style", choices=get_args(Style), default="extract", help="whole sentences, or rewritten (default: extract)"
    )
    parser.add_argument("--length", choices=get_args(Length), default="short", help="of the summary (default: short)")
    parser.add_argument("--language", metavar="CODE", help="of the documents: en, fr (default: detected)")
    parser.add_argument("--model", metavar="BUNDLE", help="name or folder (default: the style's own)")
    parser.add_argument("--free", action="store_true", help="rewrite: names and numbers need not stand in the text")
    parser.add_argument("--output", type=Path, metavar="PATH", help="file, or folder for several files")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--json", action="store_true", help="print one JSON object a document")
    add_search_options(parser, beam=None)
    add_device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Summarize everything; 0, 1 if a file failed while others went on, 130 if it was stopped."""
    args.usual_beam = usual_beams(args.style)
    args.beam = args.usual_beam if args.beam is None else args.beam
    options = decode_options(args, no_repeat_ngram=args.no_repeat_ngram or SEARCH.no_repeat_ngram)
    if len(args.file) > 1 and args.output and not args.output.is_dir():
        raise OptionError(
            f"--output {args.output} is no folder, but there are {len(args.file)} files", "name a folder"
        )
    failed = 0
    task = None
    with stopping() as stopped:
        for path, text in _texts(args.file):
            if isinstance(text, InputError):
                print(f"seq2seq-desktop: {text}", file=sys.stderr)
                failed += 1
                continue
            if task is None:
                from seq2seq_desktop.tasks.summarize.task import load

                task = load(args.model or BUNDLES[args.style], args.device, args.precision, args.threads)
            request = SummarizeRequest(text, args.style, args.length, args.language, options, faithful=not args.free)
            try:
                summary = _shown(task.run(request, stopped), path, text, args)
            except InputError as error:
                print(f"seq2seq-desktop: {path or 'standard input'}: {error}", file=sys.stderr)
                failed += 1
                continue
            if stopped():
                return _INTERRUPTED
            _save(summary, path, args)
    return 1 if failed else 0


def _texts(paths: Iterable[Path]) -> Iterator[tuple[Path | None, str | InputError]]:
    """The text of each file, or why there is none."""
    paths = list(paths)
    if not paths:
        data = sys.stdin.buffer.read()
        yield None, decode(data, "standard input") if data.strip() else ""
    for path in paths:
        try:
            yield path, text_of(read_document(path))
        except InputError as error:
            yield path, error


def _shown(events: Iterable[Event], path: Path | None, text: str, args: argparse.Namespace) -> str:
    """The whole summary; it is printed as it grows, or as JSON when it is there."""
    shown = _Shown(path, text, args)
    for event in events:
        shown.take(event)
    return shown.text


class _Shown:
    """One document's summary on the terminal."""

    def __init__(self, path: Path | None, text: str, args: argparse.Namespace) -> None:
        self.text = ""
        self._path, self._source, self._args = path, text, args
        self._streams = args.style == "rewrite" and args.beam == 1 and args.n_best == 1 and not args.json
        self._started: Started | None = None
        self._done: list[SegmentDone] = []
        self._printed = ""

    def take(self, event: Event) -> None:
        """Print what an event adds."""
        if isinstance(event, Started):
            self._started = event
            self._announce(event.condensed)
        elif isinstance(event, Progress) and sys.stderr.isatty():
            print(f"\r{event.done / max(event.total, 1):.0%} read ", end="", file=sys.stderr)
        elif isinstance(event, Step) and self._streams:
            self._stream(event.text.removesuffix("\ufffd"))
        elif isinstance(event, SegmentDone):
            self._done.append(event)
            self._end_segment(event)
        elif isinstance(event, Finished):
            self.text = event.text
            self._finish(event)

    def _announce(self, condensed: Condensed | None) -> None:
        """What file this is, and what of it was read."""
        if len(self._args.file) > 1 and not self._args.json:
            print(f"# {self._path}")
        if condensed is not None:
            print(
                f"seq2seq-desktop: {self._path or 'the text'} was read in {condensed.parts} "
                f"{'part' if condensed.parts == 1 else 'parts'}; the summary is made of {condensed.kept} of its "
                f"{condensed.sentences} sentences",
                file=sys.stderr,
            )

    def _stream(self, text: str) -> None:
        if text.startswith(self._printed):
            print(text[len(self._printed) :], end="", flush=True)
            self._printed = text

    def _end_segment(self, event: SegmentDone) -> None:
        if self._streams:
            self._stream(event.hypotheses[0].text)
            print(" ", end="")
            self._printed = ""
        elif self._args.n_best > 1 and not self._args.json:
            for number, one in enumerate(event.hypotheses, start=1):
                print(f"{number}  {one.score:7.3f}  {one.text}")

    def _finish(self, event: Finished) -> None:
        if self._args.json:
            print(json.dumps(self._record(event), ensure_ascii=False), flush=True)
        elif self._streams:
            print()
        elif self._args.n_best == 1:
            print(event.text)

    def _record(self, event: Finished) -> dict[str, object]:
        """Everything about one document."""
        condensed = self._started.condensed if self._started else None
        return {
            "file": str(self._path) if self._path else None,
            "style": self._args.style,
            "length": self._args.length,
            "summary": event.text,
            "reason": event.reason,
            "seconds": round(event.seconds, 3),
            "characters": len(self._source),
            "ratio": round(len(event.text) / max(1, len(self._source)), 4),
            "read": None
            if condensed is None
            else {"parts": condensed.parts, "sentences": condensed.sentences, "kept": condensed.kept},
            "parts": [self._output(one.hypotheses[0]) for one in self._done],
        }

    def _output(self, best: Hypothesis) -> dict[str, object]:
        """The pieces of an output, with where each was taken from in the document's text."""
        rows = zip(best.pieces, best.copied or (0.0,) * len(best.pieces), best.origins, strict=False)
        pieces = [
            {"text": piece, "copied": round(share, 3), "from": list(origin) if origin != (0, 0) else None}
            for piece, share, origin in rows
        ]
        return {"text": best.text, "score": round(best.score, 4), "pieces": pieces}


def _save(summary: str, path: Path | None, args: argparse.Namespace) -> None:
    """Write a summary where --output says."""
    if not args.output:
        return
    target = args.output
    if path and target.is_dir():
        target = target / f"{path.stem}.summary.txt"
    save_text(summary + "\n", target, args.overwrite)
    print(f"seq2seq-desktop: written to {target}", file=sys.stderr)
