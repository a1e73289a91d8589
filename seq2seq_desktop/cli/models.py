"""`seq2seq-desktop models`: which bundles are there, what they are, whether they are whole; and more of them."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from seq2seq_desktop.bundles.card import Card, Score, read_card
from seq2seq_desktop.bundles.sources import find_bundle, list_bundles
from seq2seq_desktop.bundles.sources.add import add_bundle, is_added
from seq2seq_desktop.bundles.sources.catalogue import CATALOGUE, CatalogueEntry, catalogued
from seq2seq_desktop.bundles.sources.folder import BundleEntry
from seq2seq_desktop.bundles.verify import damages
from seq2seq_desktop.cli.model_options import table
from seq2seq_desktop.errors import BundleError

_COLUMNS = ("name", "task", "languages", "architecture", "parameters", "size", "use")
_FEW_LANGUAGES = 8  # up to which a line of the list names them


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its actions."""
    parser = subparsers.add_parser("models", help="list, show, verify and add model bundles", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="all bundles, one a line")
    show = actions.add_parser("show", help="the card of one bundle")
    show.add_argument("name", metavar="NAME", help="name or folder of a bundle")
    check = actions.add_parser("verify", help="check every byte of one bundle or of all")
    check.add_argument("name", metavar="NAME", nargs="?", help="name or folder of a bundle; all without it")
    add = actions.add_parser("add", help="fetch a bundle of the catalogue; without a name, list the catalogue")
    add.add_argument("name", metavar="NAME", nargs="?", help=f"one of {', '.join(CATALOGUE)}")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """The exit code: 0, or 1 where `verify` found damage. Raises: BundleError for a name that is no bundle.

    DownloadError where `add` cannot fetch what it was asked for.
    """
    if args.action == "list":
        return _list()
    if args.action == "add":
        return _add(catalogued(args.name)) if args.name else _catalogue()
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
    many = len(card.languages) > _FEW_LANGUAGES
    languages = f"{len(card.languages)} languages" if many else " ".join(card.languages)
    return (entry.name, card.task, languages, card.architecture, *sizes, use)


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


def _catalogue() -> int:
    rows = [
        (name, entry.card.task, _megabytes(entry.bytes), "here" if is_added(entry) else "", entry.card.description)
        for name, entry in CATALOGUE.items()
    ]
    print(table([("name", "task", "download", "", "what it is"), *rows]))
    return 0


def _add(entry: CatalogueEntry) -> int:
    """Fetch a bundle and say how far it has come. Raises: DownloadError."""
    name = entry.card.name
    if is_added(entry):
        print(f"{name} is here already, and whole.")
        return 0
    place = ""
    with closing(add_bundle(entry)) as events:  # Ctrl+C closes it, and that removes what was fetched
        for event in events:
            if event.done and event.message != place:  # a place that cannot be reached is not worth a line
                place = event.message
                print(f"Fetching {name} from {place} ({_megabytes(int(event.total))})", file=sys.stderr)
            if event.done and sys.stderr.isatty():
                left = f", {event.seconds_left:.0f} s left" if event.seconds_left is not None else ""
                print(f"\r  {_megabytes(int(event.done))}{left}\033[K", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(f"{name} is ready.")
    return 0


def _count(number: int) -> str:
    return f"{number / 1e6:.1f} M" if number >= 100_000 else f"{number:,}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
