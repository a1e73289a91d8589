"""`evaluate`: scores of a bundle on a test file; what is measured depends on what the bundle does."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from seq2seq_desktop.bundles.card import read_card
from seq2seq_desktop.bundles.sources import find_bundle
from seq2seq_desktop.cli.evaluate_captions import run_captioner
from seq2seq_desktop.cli.evaluate_summaries import run_summarizer
from seq2seq_desktop.cli.model_options import (
    add_device_options,
    add_search_options,
    decode_options,
    load_translator,
    table,
)
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Progress
from seq2seq_desktop.io.exports import save_text
from seq2seq_desktop.tasks.caption.spec import BEAMS
from seq2seq_desktop.tasks.caption.spec import TASK as SEEING
from seq2seq_desktop.tasks.generate.spec import TASK as WRITING
from seq2seq_desktop.tasks.summarize.catalogue import STYLES
from seq2seq_desktop.tasks.summarize.spec import TASK as CONDENSING
from seq2seq_desktop.tasks.summarize.spec import Length, usual_beams
from seq2seq_desktop.tasks.transcribe.spec import SEARCH
from seq2seq_desktop.tasks.transcribe.spec import TASK as LISTENING

if TYPE_CHECKING:
    from seq2seq_desktop.tasks.transcribe.evaluate import Group
    from seq2seq_desktop.tasks.translate.evaluate import LengthScores


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "evaluate", help="measure a bundle on a test file (BLEU, chrF; WER, CER; bits per character; CIDEr; ROUGE)"
    )
    parser.add_argument("bundle", help="name or folder of a bundle")
    parser.add_argument(
        "file",
        type=Path,
        help="TSV: source, then one or more references; for a writer text, of a TSV the sources; for a listener a "
        "manifest with the columns file and transcript, if need be also seconds, corpus and shard; for a captioner "
        "lines of a picture's file, a tab, a caption; for a summarizer JSON Lines with the fields text, lang and "
        "summary or references",
    )
    parser.add_argument("--images", type=Path, metavar="PATH", help="folder or .tar with the pictures of captions")
    parser.add_argument(
        "--baselines", type=Path, nargs="?", const=Path(), metavar="FILE",
        help="also what needs no model: of summaries the first sentences, TextRank and LexRank; of captions the "
        "usual one and those of the nearest picture, FILE: captions learned from",
    )  # fmt: skip
    parser.add_argument(
        "--uniform-attention", action="store_true", help="let a captioner look everywhere alike: what attention gives"
    )
    parser.add_argument("--title", action="store_true", help="hold summaries to the documents' titles")
    parser.add_argument(
        "--length",
        choices=get_args(Length),
        help="of rewritten summaries (default: headline or short, as the references)",
    )
    parser.add_argument("--free", action="store_true", help="let rewritten summaries name what is not in the text")
    parser.add_argument("--audio", type=Path, metavar="PATH", help="folder or .tar with the clips of a manifest")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="LANGUAGE",
        help="of the first column; of the clips (default: as the manifest's name ends, .fr.tsv, else detected)",
    )
    parser.add_argument("--to", dest="target", metavar="LANGUAGE", help="of the references")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="only the first N lines")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the translations, one a line (.txt)")
    parser.add_argument("--by-length", action="store_true", help="also the scores by the words of the source")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_search_options(parser, beam=None)
    add_device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the scores; 0. Raises: OptionError where --from and --to, --audio or --images are missing."""
    card = read_card(find_bundle(args.bundle))
    kind = card.task
    args.usual_beam = {LISTENING: SEARCH.beams, SEEING: BEAMS}.get(kind, 1)
    if kind == CONDENSING:
        args.usual_beam = usual_beams(STYLES[card.architecture])
    args.beam = args.usual_beam if args.beam is None else args.beam
    if kind == WRITING:
        return _run_writer(args)
    if kind == LISTENING:
        return _run_listener(args)
    if kind == SEEING:
        return run_captioner(args, _show_progress)
    if kind == CONDENSING:
        return run_summarizer(args, _show_progress)
    if not (args.source and args.target):
        raise OptionError("a translator is measured in one direction", "add --from and --to, as in --from en --to fr")
    from seq2seq_desktop.tasks.translate.evaluate import by_length, evaluate, read_test_pairs

    pairs = read_test_pairs(args.file, args.limit)
    options = decode_options(args, alternatives=0, attention=True, entropy=False)
    task = load_translator(args.bundle, args)
    result = evaluate(task, pairs, args.source, args.target, options, _show_progress)
    if args.output:
        save_text("\n".join(result.outputs) + "\n", args.output, overwrite=True)
    figures: dict[str, object] = {
        "bundle": task.name,
        "file": args.file.name,
        "direction": f"{args.source}-{args.target}",
        "beam": args.beam,
        "precision": task.precision,
        "bleu": round(result.scores.bleu, 2),
        "chrf": round(result.scores.chrf, 2),
        "sentences": len(pairs),
        "seconds": round(result.seconds, 2),
        "sentences_per_second": round(len(pairs) / result.seconds, 2),
    }
    lengths = by_length(pairs, result.outputs) if args.by_length else ()
    if args.json:
        print(json.dumps(figures | ({"by_length": [_row(one) for one in lengths]} if lengths else {})))
        return 0
    print("\n".join(f"{name:22}{value}" for name, value in figures.items()))
    if lengths:
        print("\n" + table([("words", "sentences", "BLEU", "chrF"), *(_cells(one) for one in lengths)]))
    return 0


def _run_writer(args: argparse.Namespace) -> int:
    """Print how well a writer foresees a text; 0."""
    from seq2seq_desktop.tasks.generate.evaluate import bits_per_character, read_test_text
    from seq2seq_desktop.tasks.generate.task import load

    text = read_test_text(args.file, args.limit)
    task = load(args.bundle, args.device, args.precision, args.threads)
    began = time.perf_counter()
    figures = {
        "bundle": task.name,
        "file": args.file.name,
        "precision": task.precision,
        "bits_per_character": round(bits_per_character(task.bundle.model, task.tokenizer, text), 4),
        "characters": len(text),
        "seconds": round(time.perf_counter() - began, 2),
    }
    print(json.dumps(figures) if args.json else "\n".join(f"{name:22}{value}" for name, value in figures.items()))
    return 0


def _run_listener(args: argparse.Namespace) -> int:
    """Print how well a listener writes clips down, of all and of each corpus; 0."""
    if not args.audio:
        raise OptionError(
            "a listener is measured on sound", "add --audio with the folder or .tar that holds the clips"
        )
    from seq2seq_desktop.tasks.transcribe.evaluate import evaluate, language_of, read_manifest
    from seq2seq_desktop.tasks.transcribe.task import load

    clips = read_manifest(args.file, args.limit)
    task = load(args.bundle, args.device, args.precision, args.threads)
    language = args.source or language_of(args.file, task.languages)
    options = decode_options(args, alternatives=0, attention=False)
    result = evaluate(task, clips, args.audio, options, language, _show_progress)
    if args.output:
        save_text("\n".join(result.outputs) + "\n", args.output, overwrite=True)
    figures = {
        "bundle": task.name,
        "file": args.file.name,
        "language": result.language,
        "beam": args.beam,
        "precision": task.precision,
        **_listened(result.whole),
    }
    corpora = {name: _listened(group) for name, group in result.by_corpus.items() if name}
    if args.json:
        print(json.dumps(figures | ({"by_corpus": corpora} if corpora else {})))
        return 0
    print("\n".join(f"{name:22}{value}" for name, value in figures.items()))
    if corpora:
        names = next(iter(corpora.values()))
        rows = [(name, *(str(value) for value in row.values())) for name, row in corpora.items()]
        print("\n" + table([("corpus", *names), *rows]))
    return 0


def _listened(group: "Group") -> dict[str, float]:
    return {
        "wer": round(group.scores.wer, 2),
        "cer": round(group.scores.cer, 2),
        "clips": group.clips,
        "audio_seconds": round(group.audio_seconds, 1),
        "seconds": round(group.seconds, 2),
        "real_time_factor": round(group.real_time_factor, 4),
    }


def _row(one: "LengthScores") -> dict[str, object]:
    scores = {"bleu": round(one.scores.bleu, 2), "chrf": round(one.scores.chrf, 2)}
    return {"words": one.name, "sentences": one.sentences, **scores}


def _cells(one: "LengthScores") -> tuple[str, ...]:
    return (one.name, str(one.sentences), f"{one.scores.bleu:.1f}", f"{one.scores.chrf:.1f}")


def _show_progress(progress: Progress) -> None:
    if sys.stderr.isatty():
        left = "" if progress.seconds_left is None else f", {progress.seconds_left:.0f} s left"
        end = "\n" if progress.done >= progress.total else ""
        print(f"\r{progress.done:.0f} of {progress.total:.0f} {progress.unit}{left}   ", end=end, file=sys.stderr)
