"""`seq2seq-desktop models`: which bundles are there, what they are, whether they are whole."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from seq2seq_desktop.bundles.card import Card, Score, read_card
from seq2seq_desktop.bundles.sources import find_bundle, list_bundles
from seq2seq_desktop.bundles.sources.folder import BundleEntry
from seq2seq_desktop.bundles.verify import damages
from seq2seq_desktop.cli.model_options import table
from seq2seq_desktop.errors import BundleError

_COLUMNS = ("name", "task", "languages", "architecture", "parameters", "size", "use")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its three actions."""
    parser = subparsers.add_parser("models", help="list, show and verify model bundles", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="all bundles, one a line")
    show = actions.add_parser("show", help="the card of one bundle")
    show.add_argument("name", metavar="NAME", help="name or folder of a bundle")
    check = actions.add_parser("verify", help="check every byte of one bundle or of all")
    check.add_argument("name", metavar="NAME", nargs="?", help="name or folder of a bundle; all without it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """The exit code: 0, or 1 where `verify` found damage. Raises: BundleError for a name that is no bundle."""
    if args.action == "list":
        return _list()
    if args.action == "show":
        return _show(find_bundle(args.name))
    return _verify([find_bundle(args.name)] if args.name else [entry.folder for entry in list_bundles()])


def _list() -> int:
    entries = list_bundles()
    if not entries:
        print("No bundles yet; train one with `seq2seq-desktop train`.")
        return 0
    print(table([_COLUMNS, *(_row(entry) for entry in entries)]))
    for entry in entries:
        if entry.error:
            print(f"{entry.name} is broken: {entry.error}")
    return 0


def _row(entry: BundleEntry) -> tuple[str, ...]:
    card = entry.card
    if card is None:
        return (entry.name, "broken", *[""] * (len(_COLUMNS) - 2))
    sizes = (_count(card.parameters), _megabytes(card.bytes))
    use = (card.use or card.licence).partition(":")[0]  # why so: `models show`
    return (entry.name, card.task, " ".join(card.languages), card.architecture, *sizes, use)


def _show(folder: Path) -> int:
    card = read_card(folder)
    for name, value in _facts(card, folder):
        if value:
            print(f"{name:<13} {value}")
    for title, lines in _lists(card):
        if lines:
            print(f"\n{title}")
            print(*(f"  {line}" for line in lines), sep="\n")
    return 0


def _facts(card: Card, folder: Path) -> Iterable[tuple[str, str]]:
    training = card.training
    yield from (("name", card.name), ("description", card.description), ("task", card.task))
    yield from (("languages", " ".join(card.languages)), ("architecture", card.architecture))
    yield "parameters", f"{card.parameters:,}"
    yield "size", f"{_megabytes(card.bytes)} in {card.precision}"
    yield from (("licence", card.licence), ("use", card.use), ("limits", card.limits), ("training", training.text))
    yield "", f"{training.seconds / 3600:.1f} hours, {training.tokens:,} target tokens" if training.seconds else ""
    yield from (("recipe", training.recipe), ("folder", str(folder)))


def _lists(card: Card) -> Iterable[tuple[str, list[str]]]:
    yield "data", [f"{source.name}: {source.licence}" for source in card.data]
    yield "scores", [f"{score.file}: {_values(score)}  ({score.command})" for score in card.scores]
    yield "files", [f"{file.name}  {file.bytes:,} bytes  {file.sha256}" for file in card.files]


def _values(score: Score) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in score.values.items())


def _verify(folders: Sequence[Path]) -> int:
    broken = False
    for folder in folders:
        problems = [str(problem) for problem in _problems(folder)]
        broken = broken or bool(problems)
        print(*(f"{folder.name}: {text}" for text in problems or ["whole"]), sep="\n")
    return 1 if broken else 0


def _problems(folder: Path) -> list[BundleError]:
    try:
        return list(damages(folder, read_card(folder)))
    except BundleError as error:
        return [error]


def _count(number: int) -> str:
    return f"{number / 1e6:.1f} M" if number >= 100_000 else f"{number:,}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
