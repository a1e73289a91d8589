"""What `evaluate` does with a summarizer: ROUGE, copying and faithfulness, beside extracts that need no model."""

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from seq2seq_desktop.bundles.card import read_card
from seq2seq_desktop.bundles.sources import find_bundle
from seq2seq_desktop.cli.model_options import decode_options, table
from seq2seq_desktop.events import Progress
from seq2seq_desktop.io.exports import save_text
from seq2seq_desktop.tasks.summarize.catalogue import STYLES
from seq2seq_desktop.tasks.summarize.corpus import read_summaries
from seq2seq_desktop.tasks.summarize.spec import SEARCH

if TYPE_CHECKING:
    from seq2seq_desktop.tasks.summarize.evaluate import Evaluation


def run_summarizer(args: argparse.Namespace, progress: Callable[[Progress], None]) -> int:
    """Print how near its summaries come to people's, and whether they invent; 0."""
    from seq2seq_desktop.tasks.summarize.evaluate import Asked, evaluate, evaluate_baseline, usual_length
    from seq2seq_desktop.tasks.summarize.task import load

    documents = list(read_summaries(args.file, args.limit, "title" if args.title else "summary"))
    length = args.length or usual_length(documents)
    style = STYLES[read_card(find_bundle(args.bundle)).architecture]
    options = decode_options(
        args, no_repeat_ngram=args.no_repeat_ngram or SEARCH.no_repeat_ngram, alternatives=0, entropy=False
    )
    task = load(args.bundle, args.device, args.precision, args.threads)
    result = evaluate(task, documents, Asked(style, length, options, not args.free), progress)
    if args.output:
        save_text("\n".join(result.outputs) + "\n", args.output, overwrite=True)
    figures: dict[str, object] = {
        "bundle": task.name,
        "file": args.file.name,
        "reference": "title" if args.title else "summary",
        "style": style,
        "length": "that of the reference" if style == "extract" else length,
        "beam": args.beam,
        "precision": task.precision,
        **_scores(result),
        "documents": len(documents),
        "seconds": round(result.seconds, 2),
    }
    wanted = ("lead", "textrank", "lexrank") if args.baselines is not None else ()
    others = {name: _scores(evaluate_baseline(name, documents, progress)) for name in wanted}
    if args.json:
        print(json.dumps(figures | ({"baselines": others} if others else {})))
        return 0
    print("\n".join(f"{name:22}{value}" for name, value in figures.items()))
    if others:
        names = next(iter(others.values()))
        rows = [(name, *(str(value) for value in row.values())) for name, row in others.items()]
        print("\n" + table([("baseline", *names), *rows]))
    return 0


def _scores(result: "Evaluation") -> dict[str, float]:
    rouge, copying = result.rouge, result.copying
    return {
        "rouge1": round(rouge.rouge1, 2),
        "rouge2": round(rouge.rouge2, 2),
        "rougeL": round(rouge.rougeL, 2),
        "copy_rate": round(copying.copy_rate, 4),
        "novel_bigrams": round(copying.novel_bigrams, 4),
        "faithfulness": round(copying.faithfulness, 4),
    }
