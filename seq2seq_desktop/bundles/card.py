"""The card of a bundle, `card.toml`: what the model is, what it was made of, how good it is, what it may be used for.

The card names each other file with its SHA-256, and seals itself with one over its own content, so that no changed
byte of a bundle goes unseen. After changing a card, write it with `write_card`.
"""

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import tomli_w

from seq2seq_desktop.errors import BundleError

FORMAT = 1
FILE = "card.toml"


@dataclass(frozen=True)
class DataSource:
    """A corpus that the model has learned from."""

    name: str
    licence: str


@dataclass(frozen=True)
class TrainingFacts:
    """How the model was made."""

    text: str = ""  # machine, optimiser, what a reader would ask
    seconds: float = 0.0  # of training
    tokens: int = 0  # target tokens seen
    recipe: str = ""  # name of the recipe's file


@dataclass(frozen=True)
class Score:
    """A measurement that anyone can repeat."""

    file: str  # that was scored, below the data folder
    command: str  # that gave the values
    values: dict[str, float] = field(default_factory=dict)  # metric to value, "bleu" to 36.4


@dataclass(frozen=True)
class BundleFile:
    """One file of a bundle as it was saved."""

    name: str
    bytes: int
    sha256: str  # 64 hexadecimal digits


@dataclass(frozen=True)
class Card:
    """Everything that can be known about a bundle without opening its other files."""

    name: str
    task: str  # "translate"
    languages: tuple[str, ...] = ()  # codes, "en"
    description: str = ""
    licence: str = ""  # of the weights
    use: str = ""  # "research and personal use"
    limits: str = ""  # what the model does badly or must not be used for
    architecture: str = ""  # this one and the three below are filled in by `save_bundle`
    parameters: int = 0
    precision: str = ""  # of the weights in the files: "float16" or "int8"
    files: tuple[BundleFile, ...] = ()  # all but the card
    training: TrainingFacts = field(default_factory=TrainingFacts)
    data: tuple[DataSource, ...] = ()
    scores: tuple[Score, ...] = ()

    @property
    def bytes(self) -> int:
        """The size of all files together, without the card."""
        return sum(file.bytes for file in self.files)


def read_card(folder: Path) -> Card:
    """The card of the bundle in `folder`. Raises: BundleError if it is missing, changed or of another format."""
    path = folder / FILE
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError as error:
        raise BundleError(f"{path} is missing", _remedy(folder)) from error
    except OSError as error:
        raise BundleError(f"{path} cannot be read ({error.strerror})", _remedy(folder)) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, or a number beyond all bounds
        raise BundleError(f"{path} is not valid TOML ({error})", _remedy(folder)) from error
    if (number := raw.get("format")) != FORMAT:
        problem = f"{path}: format = {number!r} is not known; this version of the program reads format {FORMAT}"
        raise BundleError(problem, "get a newer version of the program, or the bundle in this format")
    if raw.pop("seal", None) != _seal(raw):
        raise BundleError(f"{path} was changed after it was written", _remedy(folder))
    raw.pop("format")
    return _card(raw, path)


def write_card(folder: Path, card: Card) -> None:
    """Write `card.toml`, sealed, in one move."""
    raw = {"format": FORMAT, **_plain(asdict(card))}
    raw["scores"] = [{"file": score.file, "command": score.command, **score.values} for score in card.scores]
    text = tomli_w.dumps({"seal": _seal(raw), **raw}, multiline_strings=False)
    part = folder / f".{FILE}.part"
    part.write_bytes(text.encode("utf-8"))
    part.replace(folder / FILE)


def _seal(raw: dict[str, Any]) -> str:
    """The SHA-256 of the card's content, whatever its layout and comments."""
    content = json.dumps(raw, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def _card(raw: dict[str, Any], path: Path) -> Card:
    training = _section(TrainingFacts, raw.pop("training", {}), path, "training")
    data = tuple(_section(DataSource, item, path, "data") for item in _tables(raw, "data", path))
    files = tuple(_section(BundleFile, item, path, "files") for item in _tables(raw, "files", path))
    scores = tuple(_score(item, path) for item in _tables(raw, "scores", path))
    for file in files:
        if not file.name or file.name.startswith(".") or set(file.name) & set("/\\:\0"):
            raise BundleError(
                f"{path}: [[files]] name = {file.name!r} is no plain file name", "do not use this bundle"
            )
    rest = asdict(_section(Card, raw, path, "card"))
    return Card(**{**rest, "training": training, "data": data, "files": files, "scores": scores})


def _tables(raw: dict[str, Any], name: str, path: Path) -> list[dict[str, Any]]:
    tables = raw.pop(name, [])
    if not isinstance(tables, list) or not all(isinstance(item, dict) for item in tables):
        raise BundleError(f"{path}: {name} is no list of tables", f"write [[{name}]]")
    return tables


def _score(item: dict[str, Any], path: Path) -> Score:
    texts = {name: item.pop(name) for name in ("file", "command") if name in item}
    return _section(Score, {**texts, "values": item}, path, "scores")


Section = TypeVar("Section")


def _section(kind: type[Section], values: Any, path: Path, place: str) -> Section:
    """The dataclass `kind` made of a TOML table, each field of its declared type."""
    known = {item.name: item.type for item in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(values, dict) or set(values) - set(known):
        extra = next(iter(sorted(set(values) - set(known))), None) if isinstance(values, dict) else None
        problem = f"{path}: [{place}] has no field {extra!r}" if extra else f"{path}: [{place}] is no table"
        raise BundleError(problem, f"fields are {', '.join(known)}")
    for name, value in values.items():
        if not _fits(value, known[name]):
            raise BundleError(f"{path}: [{place}] {name} = {value!r} is of the wrong type", f"give {known[name]}")
    try:
        return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
    except TypeError as error:
        missing = str(error).rpartition(": ")[2]
        raise BundleError(f"{path}: [{place}] lacks {missing}", "add it") from error


def _fits(value: Any, kind: Any) -> bool:
    if get_origin(kind) is tuple:
        return isinstance(value, list) and all(_fits(item, get_args(kind)[0]) for item in value)
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(_fits(item, get_args(kind)[1]) for item in value.values())
    return type(value) in ((int, float) if kind is float else (kind,))


def _plain(value: Any) -> Any:
    """The same with lists in place of tuples, as TOML has them."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _remedy(folder: Path) -> str:
    return (
        f"restore the bundle (`git checkout` in a clone) or add it again; "
        f"`seq2seq-desktop models verify {folder.name}` checks it"
    )
