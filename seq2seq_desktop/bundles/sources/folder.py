"""Bundles that lie in a folder, one folder each."""

from dataclasses import dataclass
from pathlib import Path

from seq2seq_desktop.bundles.card import FILE, Card, read_card
from seq2seq_desktop.errors import BundleError


@dataclass(frozen=True)
class BundleEntry:
    """A bundle as a list shows it: with its card, or with what is wrong."""

    name: str  # of its folder, by which it is found
    folder: Path
    source: str  # "added" by the user or "shipped" with the program
    card: Card | None
    error: BundleError | None = None


def bundles_in(parent: Path, source: str) -> list[BundleEntry]:
    """The bundles in `parent`, by name; a folder without a card is none, and hidden folders are half-written ones."""
    if not parent.is_dir():
        return []
    folders = [folder for folder in sorted(parent.iterdir()) if not folder.name.startswith(".")]
    return [_entry(folder, source) for folder in folders if is_bundle(folder)]


def is_bundle(folder: Path) -> bool:
    """True if the folder holds a bundle, or what is left of one."""
    return folder.is_dir() and any((folder / name).exists() for name in (FILE, "config.json", "tokenizer.json"))


def _entry(folder: Path, source: str) -> BundleEntry:
    try:
        card = read_card(folder)
        for file in card.files:
            _look(folder, file.name, file.bytes)
    except BundleError as error:
        return BundleEntry(folder.name, folder, source, None, error)
    return BundleEntry(folder.name, folder, source, card)


def _look(folder: Path, name: str, size: int) -> None:
    """Nothing, if the file is there in its size: the quick check for a list; `verify` is the thorough one."""
    path = folder / name
    if not path.is_file() or path.stat().st_size != size:
        problem = f"{name} of bundle {folder.name} is {'not in its full size' if path.is_file() else 'missing'}"
        raise BundleError(problem, f"`seq2seq-desktop models verify {folder.name}` says more")
