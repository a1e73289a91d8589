"""Training recipes: what a TOML file must say, checked once, with errors that name the place."""

import difflib
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from seq2seq_desktop.errors import RecipeError
from seq2seq_desktop.paths import PACKAGE

PAIRED = ("translate",)  # tasks that learn from pairs of texts
Precision = Literal["bf16-mixed", "16-mixed", "32-true"]


@dataclass(frozen=True)
class Corpus:
    """One file of text, plain or xz: for translation pairs `source<TAB>target` a line."""

    name: str
    file: str  # below the data folder
    languages: tuple[str, ...]  # of the columns: two of pairs, one or more of running text
    licence: str = ""  # for the bundle's card
    limit: int = 0  # use only the first so many lines; 0 for all
    kind: str = ""  # of summaries: "headline", "abstract", "copy" for the sentence nearest to the reference; or ""
    target: str = "summary"  # of summaries: the field that holds the reference, or "title"
    together: int = 1  # lines of running text in a row that belong together, >= 1; 1 for a list of sentences

    def __post_init__(self) -> None:
        """Check the lines that belong together."""
        if self.together < 1:
            raise RecipeError(f"data.corpora: together = {self.together} is below 1", "give 1 or more")


@dataclass(frozen=True)
class Shares:
    """How many of the sentences come from each corpus at a point of the training; between points, interpolated."""

    at: float  # share of the budget that is used, 0..1
    of: dict[str, float]  # corpus name to relative weight; a corpus not named has 0


@dataclass(frozen=True)
class Augmentation:
    """How often a pair is changed, each a probability 0..1."""

    lower_case: float = 0.0  # the source in small letters
    upper_case: float = 0.0  # both sides in capitals
    no_final_mark: float = 0.0  # both sides without their last punctuation mark
    new_number: float = 0.0  # a number that stands on both sides becomes another
    new_name: float = 0.0  # a name that stands on both sides becomes an invented one
    placeholder: float = 0.0  # a number or name that stands on both sides becomes a placeholder

    def __post_init__(self) -> None:
        """Check that each is a probability."""
        for item in fields(self):
            if not 0 <= getattr(self, item.name) <= 1:
                value = getattr(self, item.name)
                raise RecipeError(f"data.augmentation.{item.name} = {value} is no probability", "give 0 to 1")


@dataclass(frozen=True)
class Data:
    """What is read, and how it is put into batches."""

    corpora: tuple[Corpus, ...]
    curriculum: tuple[Shares, ...]
    dev: dict[str, str]  # "en-fr", of running text "en", to a file below the data folder
    dev_limit: int = 300  # lines of each dev file at an evaluation
    longest: int = 128  # pieces; longer sides of a pair are left out, running text is cut into windows so long
    tokens_per_batch: int = 2048  # padded positions of the longer side
    pool: int = 16384  # pairs that are drawn and sorted by length at a time, or windows that are drawn and mixed
    augmentation: Augmentation = field(default_factory=Augmentation)


@dataclass(frozen=True)
class TokenizerRecipe:
    """How the tokenizer is learned; without effect when training starts from a bundle."""

    vocabulary: int = 8000  # pieces; 0 for single characters alone
    lines: int = 80_000  # of each corpus, at most
    bundle: str = ""  # take the tokenizer of this bundle instead: models to be compared then read the same pieces


@dataclass(frozen=True)
class Pictures:
    """How a captioner learns to see and to say; without effect for other tasks."""

    folder: str = ""  # below the data folder; holds the pictures, or .tar files with them
    views: int = 1  # of each picture: the first as it is, the others cropped, tinted and compressed at random
    frozen: int = 0  # first blocks of the encoder that stay as they are: what they make of each view is kept
    batch: int = 40  # pictures a step, each with all its captions
    longest: int = 24  # pieces of a caption; longer ones are left out
    evenness: float = 1.0  # weight of the penalty on cells that a caption looks at too little or too much
    goal: Literal["likelihood", "cider"] = "likelihood"
    samples: int = 5  # captions drawn a picture for the goal cider, >= 2

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name, least in (("views", 1), ("frozen", 0), ("batch", 1), ("longest", 2), ("samples", 2)):
            if getattr(self, name) < least:
                problem = f"pictures.{name} = {getattr(self, name)} is below {least}"
                raise RecipeError(problem, f"give {least} or more")


@dataclass(frozen=True)
class Summaries:
    """How a model of summaries learns; without effect for other tasks."""

    batch: int = 32  # documents a step of a pointer over sentences
    most: int = 8  # sentences that it learns to choose from one document
    temperature: float = 0.05  # ROUGE, 0..1, by which a sentence that is worse is chosen e times more seldom
    certain: float = 0.5  # share of the goal that is the best extract itself, 0..1; the rest is what each is worth
    wrong: float = 0.15  # share of choices before a step that are not of the best extract, 0..1
    coverage: float = 1.0  # weight of the loss for reading twice, of a pointer-generator ...
    coverage_from: float = 0.7  # ... from this share of the budget on, 0..1

    def __post_init__(self) -> None:
        """Check the ranges."""
        if min(self.batch, self.most) < 1 or self.temperature <= 0:
            raise RecipeError("[summaries] batch, most or temperature is not above 0", "leave them out")
        for name in ("certain", "wrong", "coverage_from"):
            if not 0 <= getattr(self, name) <= 1:
                raise RecipeError(f"summaries.{name} = {getattr(self, name)} is no share", "give 0 to 1")


@dataclass(frozen=True)
class Training:
    """How long and how fast."""

    hours: float = 0.0  # the budget in time, or
    steps: int = 0  # the budget in optimiser steps; exactly one of the two
    optimiser: Literal["adamw", "muon"] = "adamw"  # muon for the matrices, adamw for the rest
    learning_rate: float = 1e-3  # the peak of adamw
    matrix_rate: float = 0.02  # the peak of muon
    rates: dict[str, float] = field(
        default_factory=dict
    )  # beginnings of weights' names: times the peak; 0 keeps them
    warm_up: int = 500  # steps
    decay: Literal["linear", "cosine", "inverse_sqrt", "none"] = "linear"
    final_share: float = 0.0  # of the peak, where decay ends
    weight_decay: float = 0.01
    label_smoothing: float = 0.1
    clip: float = 1.0  # gradient norm
    scheduled_sampling: float = 0.0  # share of input pieces taken from the model's own output at the end, 0..1
    precision: Precision = "bf16-mixed"
    checkpoint_minutes: float = 3.0
    evaluate_minutes: float = 15.0
    average: int = 1  # the last so many checkpoints are averaged at the end

    def __post_init__(self) -> None:
        """Check what depends on each other."""
        if (self.hours > 0) == (self.steps > 0):
            raise RecipeError("[training] needs either hours or steps, above 0", "give exactly one of the two")
        if self.optimiser == "muon" and self.precision == "16-mixed":
            raise RecipeError("training.optimiser = muon does not go with 16-mixed", "set precision = bf16-mixed")


@dataclass(frozen=True)
class Recipe:
    """One training recipe."""

    name: str  # of the bundle
    task: str
    languages: tuple[str, ...]
    description: str
    model: dict[str, Any]  # `architecture` and its sizes, checked by the architecture's own configuration
    data: Data
    training: Training
    tokenizer: TokenizerRecipe = field(default_factory=TokenizerRecipe)
    pictures: Pictures = field(default_factory=Pictures)
    summaries: Summaries = field(default_factory=Summaries)
    seed: int = 1
    licence: str = ""  # of the weights; this and the two below go onto the bundle's card
    use: str = ""  # what the data's licences allow, "research and personal use"
    limits: str = ""  # what the model does badly or must not be used for


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file. Raises: RecipeError that names file, section and field."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read ({error.strerror})", "check the name of the recipe") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: not valid TOML ({error})", "correct the line it names") from error
    data = dict(raw.pop("data", {}))
    data["corpora"] = tuple(
        _section(Corpus, {**item, "languages": tuple(item.get("languages", ()))}, path, "data.corpora")
        for item in data.get("corpora", ())
    )
    data["curriculum"] = tuple(_section(Shares, item, path, "data.curriculum") for item in data.get("curriculum", ()))
    data["augmentation"] = _section(Augmentation, data.get("augmentation", {}), path, "data.augmentation")
    raw["data"] = _section(Data, data, path, "data")
    raw["training"] = _section(Training, raw.get("training", {}), path, "training")
    raw["tokenizer"] = _section(TokenizerRecipe, raw.get("tokenizer", {}), path, "tokenizer")
    raw["summaries"] = _section(Summaries, raw.get("summaries", {}), path, "summaries")
    raw["pictures"] = _section(Pictures, raw.get("pictures", {}), path, "pictures")
    raw["languages"] = tuple(raw.get("languages", ()))
    recipe = _section(Recipe, raw, path, "")
    _check(recipe, path)
    return recipe


Section = TypeVar("Section")


def _section(kind: type[Section], values: dict[str, Any], path: Path, place: str) -> Section:
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    where = f"{path.name}: [{place}]" if place else f"{path.name}:"
    if unknown:
        raise RecipeError(f"{where} has no field {unknown[0]!r}", f"fields are {', '.join(sorted(known))}")
    for name, kinds in get_type_hints(kind).items():
        if name in values and not _fits(values[name], kinds):
            raise RecipeError(f"{where} {name} = {values[name]!r} does not fit", f"give {_spoken(kinds)}")
    try:
        return kind(**values)
    except TypeError as error:
        missing = str(error).rpartition(": ")[2]
        raise RecipeError(f"{where} lacks {missing}", "add it") from error
    except RecipeError as error:
        raise RecipeError(f"{path.name}: {error.problem}", error.remedy) from error


def _fits(value: Any, kind: Any) -> bool:
    """True if a value read from TOML can stand where `kind` is declared."""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) is tuple:
        own = get_args(kind)
        count = len(own) if own[-1] is not Ellipsis else len(value)
        return len(value) == count and all(_fits(item, own[0]) for item in value)
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(_fits(item, get_args(kind)[1]) for item in value.values())
    if kind is Any:
        return True
    return isinstance(value, (int, float) if kind is float else kind) and (
        kind is bool or not isinstance(value, bool)
    )


def _spoken(kind: Any) -> str:
    """A declared type as the one who writes TOML knows it."""
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    names = {float: "a number", int: "a whole number", str: "a text"}
    return names.get(kind, "a list" if get_origin(kind) is tuple else "a table")


def _check(recipe: Recipe, path: Path) -> None:
    names = {corpus.name for corpus in recipe.data.corpora}
    for shares in recipe.data.curriculum:
        for name in set(shares.of) - names:
            raise RecipeError(
                f"{path.name}: data.curriculum names {name!r}, which is no corpus",
                f"corpora are {', '.join(sorted(names))}",
            )
        if not sum(shares.of.values()) > 0:
            raise RecipeError(f"{path.name}: data.curriculum at = {shares.at} has no share above 0", "give one")
    if not recipe.data.curriculum:
        raise RecipeError(f"{path.name}: [[data.curriculum]] is missing", "give at least one point, at = 0.0")
    places = [shares.at for shares in recipe.data.curriculum]
    if places != sorted(places):
        raise RecipeError(f"{path.name}: data.curriculum has at = {places}", "order the points by `at`")
    for corpus in recipe.data.corpora:
        if recipe.task in PAIRED and len(corpus.languages) != 2:
            problem = f"{path.name}: corpus {corpus.name!r} has languages = {list(corpus.languages)}"
            raise RecipeError(problem, "give two, of the source column and of the target column")
        for language in set(corpus.languages) - set(recipe.languages):
            raise RecipeError(
                f"{path.name}: corpus {corpus.name!r} is in {language!r}, which is not among the languages",
                f"languages are {', '.join(recipe.languages)}",
            )


def shipped_recipes() -> dict[str, Path]:
    """The recipes that come with the program, by name."""
    return {path.stem: path for path in sorted((PACKAGE / "tasks").glob("*/recipes/*.toml"))}


def find_recipe(name_or_path: str) -> Path:
    """The file of a recipe: a path, or the name of a shipped one. Raises: RecipeError if there is none."""
    shipped = shipped_recipes()
    if name_or_path in shipped:
        return shipped[name_or_path]
    if not Path(name_or_path).is_file():
        close = difflib.get_close_matches(name_or_path, shipped, 1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise RecipeError(f"there is no recipe {name_or_path!r}", f"{meant}shipped ones are {', '.join(shipped)}")
    return Path(name_or_path)
