"""Measure a translation bundle on every test file and write the scores on its card.

    python scripts/score_bundle.py BUNDLE --data FOLDER [--jobs 2] [--only tatoeba multi30k]

Each measurement is one `seq2seq-desktop evaluate` command, which the card names, so that anyone can repeat it.
"""

import argparse
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from seq2seq_desktop.bundles.card import Score, read_card, write_card

# File below the data folder, direction, beams. Test files only: what is tuned is tuned on the dev files.
MEASUREMENTS = (
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


def measure(bundle: Path, data: Path, file: str, direction: str, beams: int) -> Score:
    """The scores of one test file."""
    source, target = direction.split("-")
    options = ["--from", source, "--to", target, *(["--beam", str(beams)] if beams > 1 else [])]
    command = ["seq2seq-desktop", "evaluate", bundle.name, file, *options]
    program = Path(sys.executable).parent / command[0]
    arguments = [str(program), "evaluate", str(bundle), str(data / file), *options, "--threads", "1", "--json"]
    figures = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    print(json.dumps(figures), flush=True)
    return Score(file, " ".join(command), {"bleu": figures["bleu"], "chrf": figures["chrf"]})


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2, help="measurements side by side, one thread each")
    parser.add_argument("--only", nargs="+", default=[""], metavar="NAME", help="files whose names begin so")
    args = parser.parse_args()
    chosen = [one for one in MEASUREMENTS if Path(one[0]).name.startswith(tuple(args.only))]
    with ThreadPoolExecutor(args.jobs) as pool:
        scores = list(pool.map(lambda item: measure(args.bundle, args.data, *item), chosen))
    write_card(args.bundle, replace(read_card(args.bundle), scores=tuple(scores)))


if __name__ == "__main__":
    main()
