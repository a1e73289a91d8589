"""Measure a bundle on every test file of its task and write the scores on its card.

    python scripts/score_bundle.py BUNDLE --data FOLDER [--jobs 2] [--only tatoeba multi30k]

Each measurement is one `seq2seq-desktop evaluate` command, which the card names, so that anyone can repeat it.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from seq2seq_desktop.bundles.card import Card, Score, read_card, write_card

# File below the data folder, direction, beams. Test files only: what is tuned is tuned on the dev files.
TRANSLATIONS = (
    ("translation/tatoeba-test.en-fr.tsv", "en-fr", 1),
    ("translation/tatoeba-test.fr-en.tsv", "fr-en", 1),
    ("translation/tatoeba-test.en-fr.tsv", "en-fr", 4),
    ("translation/tatoeba-test.fr-en.tsv", "fr-en", 4),
    ("translation/ntrex-test.en-fr.tsv", "en-fr", 4),
    ("translation/multi30k-test2016.en-fr.tsv", "en-fr", 4),
    ("translation/chat-test.en-fr.tsv", "en-fr", 4),
    ("translation/flores-devtest.en-fr.tsv", "en-fr", 4),
    ("translation/newsdiscusstest2015.en-fr.tsv", "en-fr", 4),
    ("translation/newstest2014.en-fr.tsv", "en-fr", 4),
    ("translation/tico19-test.en-fr.tsv", "en-fr", 4),
)
SUMMARIES = (
    "bbc.en", "orangesum.fr", "reuters.en", "cnndm.en", "xsum.en", "scitldr.en", "dialog.en", "agnews.en", "aeslc.en",
    "long.en",
)  # fmt: skip
TITLED = ("orangesum.fr",)
CAPTIONS, TRAINING, PICTURES = "captions/captions.test.tsv", "captions/captions.train.tsv", "captions/flickr8k/images"
CAPTION_SCORES = ("bleu1", "bleu2", "bleu3", "bleu4", "cider", "rouge_l")

Measurement = tuple[str, list[str]]
"""A file below the data folder, and the options of `evaluate`."""


def measurements(card: Card) -> Iterator[Measurement]:
    """What a bundle of this task is measured on."""
    if card.task == "summarize":
        for name in SUMMARIES:
            yield f"summaries/test.{name}.jsonl.xz", ["--baselines"]
        if card.architecture == "pointer-generator":
            for name in TITLED:
                yield f"summaries/test.{name}.jsonl.xz", ["--title", "--baselines"]
        return
    if card.task == "caption":
        yield CAPTIONS, ["--images", PICTURES, "--beam", "1"]
        yield CAPTIONS, ["--images", PICTURES, "--baselines", TRAINING]
        yield CAPTIONS, ["--images", PICTURES, "--uniform-attention"]
        return
    for file, direction, beams in TRANSLATIONS:
        source, target = direction.split("-")
        yield file, ["--from", source, "--to", target, *(["--beam", str(beams)] if beams > 1 else [])]


def measure(bundle: Path, data: Path, file: str, options: list[str]) -> Score:
    """The scores of one test file."""
    command = ["seq2seq-desktop", "evaluate", bundle.name, file, *options]
    program = Path(sys.executable).parent / command[0]
    placed = [str(data / option) if "/" in option else option for option in options]
    arguments = [str(program), "evaluate", str(bundle), str(data / file), *placed, "--threads", "1", "--json"]
    figures = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    print(json.dumps(figures), flush=True)
    return Score(file, " ".join(command), values(figures))


def values(figures: dict[str, Any]) -> dict[str, float]:
    """What of `evaluate`'s figures goes onto the card."""
    kept = {name: figures[name] for name in ("bleu", "chrf", "faithfulness", *CAPTION_SCORES) if name in figures}
    ours = {name: figures[name] for name in ("rouge1", "rouge2", "rougeL") if name in figures}
    others = {
        f"{baseline}_{name}".replace(" ", "_"): scores[name]
        for baseline, scores in figures.get("baselines", {}).items()
        for name in (*ours, "bleu4", "cider")
        if name in scores
    }
    return ours | kept | others


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2, help="measurements side by side, one thread each")
    parser.add_argument("--only", nargs="+", default=[""], metavar="NAME", help="files whose names begin so")
    args = parser.parse_args()
    chosen = [one for one in measurements(read_card(args.bundle)) if Path(one[0]).name.startswith(tuple(args.only))]
    with ThreadPoolExecutor(args.jobs) as pool:
        scores = list(pool.map(lambda item: measure(args.bundle, args.data, *item), chosen))
    write_card(args.bundle, replace(read_card(args.bundle), scores=tuple(scores)))


if __name__ == "__main__":
    main()
