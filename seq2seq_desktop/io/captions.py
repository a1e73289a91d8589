"""Captions as files: a text file beside each picture, a table, JSON lines, or inside the pictures themselves."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.descriptions import describe
from seq2seq_desktop.io.files import write_bytes

SUFFIXES = (".csv", ".jsonl", ".txt")
"""What the captions of several pictures can be saved as in one file."""


@dataclass(frozen=True)
class Caption:
    """What is said of one picture."""

    path: Path
    text: str
    others: tuple[str, ...] = ()  # other wordings, the best first
    edited: bool = False  # True where the user wrote it or a part of it
    score: float | None = None  # length-normalised log-probability; None where it is not the model's


@dataclass(frozen=True)
class Described:
    """What became of captions that were to be written into their pictures."""

    done: tuple[Path, ...]
    refused: tuple[InputError, ...]  # one a picture that is as it was


def save_captions(captions: Sequence[Caption], path: Path, overwrite: bool = False) -> None:
    """Nothing; `path` (.csv, .jsonl or .txt) then holds a line a picture, named as seen from that file's folder.

    A .txt of one caption holds the caption alone.

    Raises:
        InputError: the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    write = {".csv": _table, ".jsonl": _lines, ".txt": _plain}.get(path.suffix.lower())
    if write is None:
        problem = f"{path.name}: captions cannot be saved as {path.suffix or 'a file without suffix'}"
        raise InputError(problem, f"choose one of {', '.join(SUFFIXES)}")
    write_bytes(path, write(captions, path.parent).encode("utf-8", "replace"), overwrite)


def sidecars(captions: Iterable[Caption], folder: Path | None = None) -> dict[Path, Caption]:
    """The text file of each picture: its name with .txt, beside it or in `folder`.

    Pictures that differ only in their suffix keep it: dog.jpg.txt and dog.png.txt.
    """
    wanted = list(captions)
    places = [(folder or one.path.parent) / f"{one.path.stem}.txt" for one in wanted]
    often = Counter(str(place).lower() for place in places)
    found: dict[Path, Caption] = {}
    taken: set[str] = set()  # small letters: some systems do not tell A from a
    for one, place in zip(wanted, places, strict=True):
        name = place if often[str(place).lower()] == 1 else place.with_name(f"{one.path.name}.txt")
        number = 1
        while str(name).lower() in taken:  # pictures of the same name from several folders
            number += 1
            name = place.with_name(f"{one.path.name}-{number}.txt")
        taken.add(str(name).lower())
        found[name] = one
    return found


def save_beside(captions: Iterable[Caption], folder: Path | None = None, overwrite: bool = False) -> tuple[Path, ...]:
    """The text files that were written, as `sidecars` names them.

    Raises:
        InputError: one of them exists and `overwrite` is False (then none is written), or the disk refuses.
    """
    files = sidecars(captions, folder)
    there = [place for place in files if place.exists()]
    if there and not overwrite:
        problem = f"{there[0]} exists already" if len(there) == 1 else f"{len(there)} of the text files exist already"
        raise InputError(problem, "choose another folder or allow overwriting")
    for place, caption in files.items():
        write_bytes(place, f"{caption.text}\n".encode("utf-8", "replace"), overwrite)
    return tuple(files)


def save_inside(captions: Iterable[Caption]) -> Described:
    """Which pictures now carry their caption as their description, and why the others do not."""
    done, refused = [], []
    for caption in captions:
        try:
            describe(caption.path, caption.text)
            done.append(caption.path)
        except InputError as error:
            refused.append(error)
    return Described(tuple(done), tuple(refused))


def _table(captions: Sequence[Caption], folder: Path) -> str:
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file", "caption"])
    writer.writerows([_name(one, folder), one.text] for one in captions)
    return table.getvalue()


def _lines(captions: Sequence[Caption], folder: Path) -> str:
    return "".join(json.dumps(_tree(one, folder), ensure_ascii=False) + "\n" for one in captions)


def _tree(caption: Caption, folder: Path) -> dict[str, object]:
    tree: dict[str, object] = {"file": _name(caption, folder), "caption": caption.text}
    if caption.others:
        tree["others"] = list(caption.others)
    if caption.edited:
        tree["edited"] = True
    if caption.score is not None:
        tree["score"] = round(caption.score, 4)
    return tree


def _plain(captions: Sequence[Caption], folder: Path) -> str:
    if len(captions) == 1:
        return f"{captions[0].text}\n"
    return "".join(f"{_name(one, folder)}\t{one.text}\n" for one in captions)


def _name(caption: Caption, folder: Path) -> str:
    """Where the picture lies as seen from `folder`, if it lies in it."""
    path = caption.path
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
