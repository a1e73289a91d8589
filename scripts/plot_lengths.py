"""Plot BLEU by sentence length for several translation bundles, as docs/figures/bleu-by-length.svg.

    python scripts/plot_lengths.py BUNDLE... --data FOLDER [--output docs/figures] [--jobs 2]

All read the same English test sentences of several files together, so that short and long ones are there in hundreds.
Beside the picture lie the numbers (bleu-by-length.csv). Each bundle is one `seq2seq-desktop evaluate --by-length`.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

FILES = (
    "translation/tatoeba-test.en-fr.tsv",
    "translation/chat-test.en-fr.tsv",
    "translation/multi30k-test2016.en-fr.tsv",
    "translation/newsdiscusstest2015.en-fr.tsv",
)
# Colours that colour-blind people can tell apart (Okabe and Ito 2008), each with a mark of its own.
STYLES = (("#0072B2", "o", "-"), ("#E69F00", "s", "--"), ("#009E73", "^", "-."), ("#D55E00", "D", ":"))


def main() -> None:
    """Measure, then draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", nargs="+", help="names or folders")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("docs/figures"))
    parser.add_argument("--jobs", type=int, default=2, help="measurements side by side, one thread each")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(args.jobs) as pool:
        pairs = Path(folder) / "pairs.tsv"
        pairs.write_text("".join((args.data / file).read_text(encoding="utf-8") for file in FILES), encoding="utf-8")
        measured = list(pool.map(lambda bundle: measure(bundle, pairs), args.bundles))
    args.output.mkdir(parents=True, exist_ok=True)
    write_table(measured, args.output / "bleu-by-length.csv")
    draw(measured, args.output / "bleu-by-length.svg")


def measure(bundle: str, pairs: Path) -> dict[str, Any]:
    """The figures that `evaluate` prints."""
    program = Path(sys.executable).parent / "seq2seq-desktop"
    options = ["--from", "en", "--to", "fr", "--by-length", "--threads", "1", "--json"]
    command = [str(program), "evaluate", bundle, str(pairs), *options]
    figures: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(json.dumps(figures), flush=True)
    return figures


def write_table(measured: list[dict[str, Any]], path: Path) -> None:
    """A row a length, a column a bundle."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["words", "sentences", *(figures["bundle"] for figures in measured)])
        for rows in zip(*(figures["by_length"] for figures in measured), strict=True):
            writer.writerow([rows[0]["words"], rows[0]["sentences"], *(row["bleu"] for row in rows)])


def draw(measured: list[dict[str, Any]], path: Path) -> None:
    """The scores, and beside them each bundle's share of the first one's."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "lengths", "font.size": 10}
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    scores, shares = figure.subplots(1, 2)
    first = [row["bleu"] for row in measured[0]["by_length"]]
    for figures, (colour, mark, line) in zip(measured, STYLES, strict=False):
        words = [row["words"] for row in figures["by_length"]]
        bleu = [row["bleu"] for row in figures["by_length"]]
        style = {"color": colour, "marker": mark, "linestyle": line, "label": figures["bundle"]}
        scores.plot(words, bleu, **style)
        shares.plot(words, [100 * own / best for own, best in zip(bleu, first, strict=True)], **style)
    for axes, title in ((scores, "BLEU, greedy"), (shares, f"share of {measured[0]['bundle']}'s BLEU, %")):
        axes.set(title=title, xlabel="words in the English sentence", ylim=(0, None))
        axes.grid(alpha=0.3)
    scores.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
