"""The bundles at hand without a network: those the user added and those that came with the program."""

import difflib
import os
from pathlib import Path

from seq2seq_desktop.bundles.sources.folder import BundleEntry, bundles_in, is_bundle
from seq2seq_desktop.errors import BundleError
from seq2seq_desktop.paths import shipped_models, user_models


def list_bundles() -> list[BundleEntry]:
    """All bundles by name, broken ones with their error; one the user added hides a shipped one of the same name."""
    entries = {entry.name: entry for entry in bundles_in(shipped_models(), "shipped")}
    entries |= {entry.name: entry for entry in bundles_in(user_models(), "added")}
    return [entries[name] for name in sorted(entries)]


def find_bundle(name_or_path: str | Path) -> Path:
    """The folder of a bundle, given its path or its name among the user's and the shipped ones.

    Raises: BundleError that lists what there is, with the nearest name.
    """
    text = str(name_or_path)
    path = Path(text)
    if text and is_bundle(path):
        return path.resolve()
    names = {entry.name: entry.folder for entry in list_bundles()}
    if text in names:
        return names[text]
    if path.is_absolute() or os.sep in text or "/" in text:
        raise BundleError(f"{text} is no bundle: no card.toml there", f"give a bundle's folder; {_known(names)}")
    near = difflib.get_close_matches(text, names, n=1)
    remedy = f"did you mean {near[0]}? " if near else ""
    raise BundleError(f"there is no bundle {text!r}", remedy + _known(names))


def _known(names: dict[str, Path]) -> str:
    known = f"the bundles here are {', '.join(names)}"
    return known if names else "there are none here yet: train one with `seq2seq-desktop train`"
