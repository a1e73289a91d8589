"""Whether the files of a bundle are those that were saved. Nothing is loaded before it holds."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from seq2seq_desktop.bundles.card import BundleFile, Card, read_card
from seq2seq_desktop.errors import BundleError


def verify(folder: Path) -> Card:
    """The card of a bundle whose files are all whole.

    Raises: BundleError that names the first file that is missing, cut short or changed.
    """
    card = read_card(folder)
    for problem in damages(folder, card):
        raise problem
    return card


def damages(folder: Path, card: Card) -> Iterator[BundleError]:
    """One error for each file that is not as it was saved."""
    for file in card.files:
        try:
            read_whole(folder, file)
        except BundleError as error:
            yield error


def read_whole(folder: Path, file: BundleFile) -> bytes:
    """The content of one file, checked. Raises: BundleError if it is missing, cut short or changed."""
    place = f"{file.name} of bundle {folder.name}"
    try:
        content = (folder / file.name).read_bytes()
    except FileNotFoundError as error:
        raise BundleError(f"{place} is missing", _remedy(folder)) from error
    except OSError as error:
        raise BundleError(f"{place} cannot be read ({error.strerror})", _remedy(folder)) from error
    if len(content) < file.bytes:
        problem = f"{place} is cut short: {len(content):,} of {file.bytes:,} bytes"
        raise BundleError(problem, _remedy(folder))
    if len(content) > file.bytes or hashlib.sha256(content).hexdigest() != file.sha256:
        raise BundleError(f"{place} was changed: its SHA-256 is not the card's", _remedy(folder))
    return content


def _remedy(folder: Path) -> str:
    return (
        f"restore it (`git checkout` in a clone) or add the bundle again; "
        f"`seq2seq-desktop models verify {folder.name}` checks it"
    )
