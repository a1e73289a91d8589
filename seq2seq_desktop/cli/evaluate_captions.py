"""What `evaluate` does with a captioner: BLEU-1..4, CIDEr-D and ROUGE-L, beside captions that need no captioner."""

import argparse
import json
from collections.abc import Callable

from seq2seq_desktop.cli.model_options import decode_options, table
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Progress
from seq2seq_desktop.io.exports import save_text
from seq2seq_desktop.metrics.captions import CaptionScores, score_captions
from seq2seq_desktop.tasks.caption.reading import read_captions
from seq2seq_desktop.tasks.caption.spec import LONGEST


def run_captioner(args: argparse.Namespace, progress: Callable[[Progress], None]) -> int:
    """Print how near its captions come to people's; 0. Raises: OptionError without --images."""
    if not args.images:
        problem = "a captioner is measured on pictures"
        raise OptionError(problem, "add --images with the folder or .tar that holds them")
    if args.baselines is not None and not args.baselines.name:
        raise OptionError("--baselines names no file", "give the captions that were learned from")
    from seq2seq_desktop.tasks.caption.evaluate import evaluate
    from seq2seq_desktop.tasks.caption.task import load

    references = read_captions(args.file, args.limit)
    task = load(args.bundle, args.device, args.precision, args.threads)
    task.eye.uniform = args.uniform_attention
    options = decode_options(args, max_length=LONGEST, alternatives=0, entropy=False)
    result = evaluate(task, references, args.images, options, progress)
    if args.output:
        save_text("\n".join(result.captions) + "\n", args.output, overwrite=True)
    figures = {
        "bundle": task.name,
        "file": args.file.name,
        "beam": args.beam,
        "precision": task.precision,
        **({"attention": "uniform"} if args.uniform_attention else {}),
        **_scores(result.scores),
        "images": len(references),
        "seconds": round(result.seconds, 2),
        "images_per_second": round(result.images_per_second, 2),
    }
    without = {}
    if args.baselines is not None:
        from seq2seq_desktop.tasks.caption.evaluate import nearest_captions, usual_caption

        training = read_captions(args.baselines)
        captions = {
            "usual caption": (usual_caption(training),) * len(references),
            "nearest picture": nearest_captions(task, references, training, args.images, progress),
        }
        without = {name: _scores(score_captions(own, list(references.values()))) for name, own in captions.items()}
    _print(figures, without, args.json)
    return 0


def _scores(scores: CaptionScores) -> dict[str, float]:
    bleu = {f"bleu{order}": round(value, 4) for order, value in enumerate(scores.bleu, start=1)}
    return {**bleu, "cider": round(scores.cider, 4), "rouge_l": round(scores.rouge_l, 4)}


def _print(figures: dict[str, object], without: dict[str, dict[str, float]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures | ({"baselines": without} if without else {})))
        return
    print("\n".join(f"{name:22}{value}" for name, value in figures.items()))
    if without:
        names = next(iter(without.values()))
        rows = [(name, *(str(value) for value in values.values())) for name, values in without.items()]
        print("\n" + table([("without the model", *names), *rows]))
