"""`compare`: the same text through several bundles, their outputs and figures side by side."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from seq2seq_desktop.cli.model_options import add_device_options, add_search_options, decode_options, table
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import OfBundle
from seq2seq_desktop.io.heatmap import save_heatmap
from seq2seq_desktop.tasks.translate.catalogue import Translator, translator
from seq2seq_desktop.tasks.translate.comparison import Compared, as_json
from seq2seq_desktop.tasks.translate.spec import CompareRequest, TranslateRequest
from seq2seq_desktop.text.language import detect


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "compare", help="one text through several models, side by side", description=__doc__
    )
    parser.add_argument("text", help="what to translate")
    parser.add_argument("--models", required=True, metavar="A,B,...", help="bundle names or folders, two or more")
    parser.add_argument("--from", dest="source", metavar="LANGUAGE", help="language code (default: detected)")
    parser.add_argument("--to", dest="target", metavar="LANGUAGE", help="language code (default: the other one)")
    parser.add_argument("--json", action="store_true", help="print one JSON object with words, maps and figures")
    parser.add_argument("--attention", type=Path, metavar="FOLDER", help="write each model's map there, MODEL.png")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    add_search_options(parser)
    add_device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """The exit code: 0, or 1 where a model failed while others went on."""
    names = tuple(name.strip() for name in args.models.split(",") if name.strip())
    found = [translator(name) for name in names]
    source, target = _direction(args, found)
    options = decode_options(args)
    request = CompareRequest(TranslateRequest(args.text, target, source, options, batch=1, saliency=True), names)
    results = _compared(args, request, found)
    if args.json:
        print(as_json(args.text, results), end="")
    else:
        _print(results)
    if args.attention:
        _save_maps(args, results)
    return 1 if any(one.failure for one in results) else 0


def _direction(args: argparse.Namespace, found: Sequence[Translator]) -> tuple[str, str]:
    """Source and target; what was not named is detected, or is the other one of two."""
    known = [one for one in found[0].languages if all(one in other.languages for other in found)] if found else []
    if len(known) < 2:
        raise OptionError("these models share no two languages", "`seq2seq-desktop models list` shows them")
    source = args.source or detect(args.text, [one for one in known if one != args.target]).language
    others = [one for one in known if one != source]
    if args.target is None and len(others) > 1:
        raise OptionError(f"these models translate into {', '.join(others)}", "choose one with --to")
    return source, args.target or others[0]


def _compared(args: argparse.Namespace, request: CompareRequest, found: Sequence[Translator]) -> list[Compared]:
    """What each model made of it, in the order of the request."""
    from seq2seq_desktop.tasks.translate.compare import load  # torch: not before it is needed

    results = {one.name: Compared(one) for one in found}
    for event in load("", args.device, args.precision, args.threads).run(request):
        if isinstance(event, OfBundle):
            results[event.bundle].feed(event.event)
    return list(results.values())


def _print(results: Sequence[Compared]) -> None:
    rows = [("model", "parameters", "size", "seconds", "tokens/s", "score", "text")]
    for one in results:
        size = (f"{one.translator.parameters / 1e6:.1f} M", f"{one.translator.bytes / 1e6:.1f} MB")
        done, score = one.finished, one.score
        figures = (
            f"{done.seconds:.2f}" if done else "",
            f"{one.tokens_per_second:.0f}" if done else "",
            "" if score is None else f"{score:.3f}",
        )
        text = str(one.failure.problem) if one.failure else one.text
        rows.append((one.translator.name, *size, *figures, text))
    print(table(rows))


def _save_maps(args: argparse.Namespace, results: Sequence[Compared]) -> None:
    args.attention.mkdir(parents=True, exist_ok=True)
    for one in results:
        for sentence in sorted(one.outputs):
            found = one.map(sentence)
            if found is None:
                continue
            weights, kind = found
            stem = Path(one.translator.name).name + (f"-{sentence + 1}" if sentence else "")
            path = args.attention / f"{stem}.png"
            pieces = one.segments[sentence].pieces, one.outputs[sentence].pieces
            save_heatmap(weights, *pieces, path, args.overwrite, f"{Path(one.translator.name).name}: {kind}")
            print(f"seq2seq-desktop: {kind} written to {path}", file=sys.stderr)
