"""`translate`: text from arguments, standard input or files; words appear as they are found."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.cli.model_options import add_device_options, add_search_options, decode_options, load_translator
from seq2seq_desktop.cli.stream import Streamer
from seq2seq_desktop.errors import InputError, OptionError
from seq2seq_desktop.events import Event, Finished, Hypothesis, Progress, SegmentDone, Started, Step
from seq2seq_desktop.io.documents import READABLE, Document, read_document, write_document
from seq2seq_desktop.io.heatmap import save_heatmap
from seq2seq_desktop.tasks.translate.comparison import SALIENCY
from seq2seq_desktop.tasks.translate.language import unknown_language
from seq2seq_desktop.tasks.translate.spec import LANGUAGE_NAMES, TranslateRequest
from seq2seq_desktop.text.glossary import read_glossary

if TYPE_CHECKING:
    from seq2seq_desktop.tasks.translate.task import TranslateTask


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "translate",
        help="translate text, standard input or files",
        description="Translate text; an argument that names a file is read, without one standard input is.",
    )
    parser.add_argument("input", nargs="*", help=f"text, or files ({' '.join(READABLE)})")
    parser.add_argument("--to", dest="target", required=True, metavar="LANGUAGE", help="language code: fr, en")
    parser.add_argument("--from", dest="source", metavar="LANGUAGE", help="language code (default: the other one)")
    parser.add_argument("--model", default="translate-en-fr", help="bundle name or folder (default: translate-en-fr)")
    parser.add_argument("--output", type=Path, metavar="PATH", help="file, or folder for several files")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--glossary", type=Path, metavar="FILE", help="TSV: source term, tab, target term")
    parser.add_argument("--verbatim", action="store_true", help="protect no URLs, numbers or placeholders")
    parser.add_argument("--attention", type=Path, metavar="FILE", help="write the attention map (.png, .svg, .csv)")
    parser.add_argument("--layer", type=int, metavar="N", help="of the map, from 1 (default: mean of all)")
    parser.add_argument("--head", type=int, metavar="N", help="of the map, from 1 (default: mean of all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a step and a sentence")
    add_search_options(parser)
    add_device_options(parser)
    parser.set_defaults(run=run)


@dataclass(frozen=True)
class _Item:
    """One thing to translate."""

    text: str
    document: Document | None = None
    path: Path | None = None


def run(args: argparse.Namespace) -> int:
    """Translate everything; 0, or 1 if a file failed while others went on."""
    options = decode_options(args)
    glossary = read_glossary(args.glossary) if args.glossary else None
    failed = 0
    task = None
    for item in _items(args):
        if isinstance(item, InputError):
            print(f"seq2seq-desktop: {item}", file=sys.stderr)
            failed += 1
            continue
        task = task or load_translator(args.model, args)
        texts = [block.text for block in item.document.blocks] if item.document else [item.text]
        _warn("\n".join(texts), task)
        results = []
        for text in texts:
            streamed = not item.document and len(text) < 5_000
            request = TranslateRequest(
                text, args.target, args.source, options, glossary, not args.verbatim, batch=1 if streamed else 16,
                saliency=bool(args.attention),
            )  # fmt: skip
            results.append(_shown(task.run(request), text, args, streamed, quiet=bool(args.output)))
        _saved(args, item, results)
    return 1 if failed else 0


def _items(args: argparse.Namespace) -> Iterator[_Item | InputError]:
    if not args.input:
        data = sys.stdin.buffer.read()
        yield _Item(_standard_input(data))
    paths = [Path(argument) for argument in args.input if _names_file(argument)]
    if len(paths) > 1 and args.output and not args.output.is_dir():
        raise OptionError(f"--output {args.output} is no folder, but there are {len(paths)} files", "name a folder")
    for argument in args.input:
        if not _names_file(argument):
            yield _Item(argument)
            continue
        try:
            document = read_document(Path(argument))
            yield _Item("", document, Path(argument))
        except InputError as error:
            yield error


def _standard_input(data: bytes) -> str:
    from seq2seq_desktop.io.files import decode

    return decode(data, "standard input") if data.strip() else ""


def _warn(text: str, task: "TranslateTask") -> None:
    """Say on standard error if the text is in a language that the model does not know."""
    language = unknown_language(text, task.languages)
    if language:
        known = " or ".join(LANGUAGE_NAMES.get(one, one) for one in task.languages)
        named = LANGUAGE_NAMES.get(language, language)
        print(
            f"seq2seq-desktop: the text seems to be in {named} ({language}), which {task.name} does not know, so the "
            f"output may be invented; give text in {known}",
            file=sys.stderr,
        )


def _names_file(argument: str) -> bool:
    """Whether an argument is a file's name rather than a text: it exists, or ends like one that could be read."""
    if len(argument) > 4_000 or "\0" in argument or "\n" in argument:
        return False
    path = Path(argument)
    return path.exists() or (" " not in argument and path.suffix.lower() in READABLE)


def _shown(events: Iterable[Event], text: str, args: argparse.Namespace, streamed: bool, quiet: bool) -> str:
    """The whole translation; what happens on the way is printed as the options ask."""
    stable = streamed and args.beam == 1 and args.n_best == 1
    streamer = Streamer(text, sys.stdout) if stable and not args.json and not quiet else None
    started: Started | None = None
    result = ""
    for event in events:
        if isinstance(event, Started):
            started = event
        if args.json:
            _print_json(event, args)
        elif streamer:
            streamer.show(event)
        if isinstance(event, SegmentDone) and started:
            _extras(event, started, args, streamer is not None)
        if isinstance(event, Progress) and not streamed and sys.stderr.isatty():
            print(f"\r{event.done:.0f} of {event.total:.0f} {event.unit} ", end="", file=sys.stderr)
        if isinstance(event, Finished):
            result = event.text
            if not streamer and not quiet and not args.json and args.n_best == 1:
                print(result)
            if event.reason not in ("end", "cancelled"):
                print(f"seq2seq-desktop: {_WHY[event.reason]}", file=sys.stderr)
    return result


_WHY = {
    "length": "a sentence reached the length limit and was cut off there",
    "repetition": "a sentence began to repeat itself and was ended there",
    "stalled": "a sentence stopped moving through its source and was ended there",
    "entropy": "the model had no idea how a sentence goes on, so it was ended there",
}


def _extras(event: SegmentDone, started: Started, args: argparse.Namespace, streamed: bool) -> None:
    """The n-best list and the attention map of one sentence."""
    if args.n_best > 1 and not args.json:
        for number, hypothesis in enumerate(event.hypotheses, start=1):
            print(f"{number}  {hypothesis.score:7.3f}  {hypothesis.text}")
    if args.attention:
        _save_map(event.hypotheses[0], started.segments[event.segment].pieces, event.segment, args)
        if streamed:
            print()


def _save_map(best: Hypothesis, source: Sequence[str], sentence: int, args: argparse.Namespace) -> None:
    """Write the map of one sentence; without attention it is the saliency, and says so."""
    path = _numbered(args.attention, sentence)
    if best.attention is not None:
        # The end piece has its step too, but no place in the hypothesis.
        weights, kind, title = _chosen(best.attention, args)[: len(best.pieces)], "attention", ""
    elif best.saliency is not None:
        weights, kind, title = best.saliency, SALIENCY, SALIENCY
    else:
        return
    save_heatmap(weights, source, best.pieces, path, args.overwrite, title)
    print(f"seq2seq-desktop: {kind} written to {path}", file=sys.stderr)


def _chosen(attention: NDArray[np.float32], args: argparse.Namespace) -> NDArray[np.float32]:
    """(steps, source) of attention (steps, layers, heads, source): one layer and head, or their mean."""
    _, layers, heads, _ = attention.shape
    for name, value, most in (("layer", args.layer, layers), ("head", args.head, heads)):
        if value is not None and not 1 <= value <= most:
            raise OptionError(f"--{name} {value} is not there", f"choose 1 to {most}")
    layer = slice(None) if args.layer is None else slice(args.layer - 1, args.layer)
    head = slice(None) if args.head is None else slice(args.head - 1, args.head)
    return np.asarray(attention[:, layer, head].mean(axis=(1, 2)), dtype=np.float32)


def _numbered(path: Path, index: int) -> Path:
    """The path for sentence `index`: map.png, map-2.png, ..."""
    return path if index == 0 else path.with_stem(f"{path.stem}-{index + 1}")


def _print_json(event: Event, args: argparse.Namespace) -> None:
    """One line for a step, a sentence or the end."""
    if isinstance(event, Step):
        print(json.dumps({
            "type": "step", "sentence": event.segment, "index": event.index, "piece": event.piece, "text": event.text,
            "probability": round(event.probability, 5), "entropy": round(event.entropy, 4),
            "alternatives": [[item.piece, round(item.probability, 5)] for item in event.alternatives],
            "attention": None if event.attention is None
            else [round(float(weight), 4) for weight in event.attention.mean(axis=(0, 1))],
        }, ensure_ascii=False), flush=True)  # fmt: skip
    elif isinstance(event, SegmentDone):
        outputs = [_output(item) for item in event.hypotheses]
        line = {"type": "sentence", "sentence": event.segment, "reason": event.reason, "outputs": outputs}
        print(json.dumps(line, ensure_ascii=False), flush=True)
    elif isinstance(event, Started):
        pieces = [list(segment.pieces) for segment in event.segments]
        line = {"type": "started", "source_pieces": pieces, "unknown_language": event.unknown_language or None}
        print(json.dumps(line, ensure_ascii=False), flush=True)
    elif isinstance(event, Finished):
        line = {"type": "finished", "reason": event.reason, "text": event.text, "tokens": event.tokens,
                "seconds": round(event.seconds, 4)}  # fmt: skip
        print(json.dumps(line, ensure_ascii=False), flush=True)


def _output(hypothesis: Hypothesis) -> dict[str, object]:
    output: dict[str, object] = {"text": hypothesis.text, "score": round(hypothesis.score, 4)}
    if hypothesis.saliency is not None:
        rows = [[round(float(weight), 4) for weight in row] for row in hypothesis.saliency]
        output["saliency"] = {"kind": SALIENCY, "rows": rows}
    return output


def _saved(args: argparse.Namespace, item: _Item, results: list[str]) -> None:
    """Write the result where --output says."""
    if not args.output:
        return
    if item.document and item.path:
        path = (
            args.output / f"{item.path.stem}.{args.target}{item.path.suffix}" if args.output.is_dir() else args.output
        )
        write_document(item.document, results, path, args.overwrite)
    else:
        from seq2seq_desktop.io.exports import save_text

        path = args.output
        save_text("\n".join(results) + "\n", path, args.overwrite)
    print(f"seq2seq-desktop: written to {path}", file=sys.stderr)
