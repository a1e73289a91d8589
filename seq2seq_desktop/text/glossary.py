"""The user's own terms: how a word or phrase is to be translated, always."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import read_text
from seq2seq_desktop.text.normalise import normalise

_WORD = re.compile(r"\w+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
_FORM = "write one term a line: the source term, a tab, the target term"


@dataclass(frozen=True)
class Term:
    """One entry of a glossary, normalised."""

    source: str
    target: str


@dataclass(frozen=True)
class Match:
    """A term found in a text."""

    start: int  # in characters
    end: int
    target: str  # with the case of the stretch it replaces


@dataclass(frozen=True)
class Glossary:
    """Terms of one direction of translation, found as whole words, in any case, the longest first."""

    terms: tuple[Term, ...]
    source: str = "en"  # ISO 639-1
    target: str = "fr"
    _by_word: Mapping[str, tuple[Term, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the terms by their first word, the longest first; of equal ones the first in the list counts."""
        by_word: dict[str, list[Term]] = defaultdict(list)
        for term in sorted(self.terms, key=lambda term: -len(term.source)):
            by_word[_first_word(term.source).group().casefold()].append(term)
        object.__setattr__(self, "_by_word", {word: tuple(terms) for word, terms in by_word.items()})

    def directed(self, source: str, target: str) -> "Glossary | None":
        """The glossary for translation from `source` to `target`, reversed if need be; None if it is for others."""
        if (source, target) == (self.source, self.target):
            return self
        if (target, source) != (self.source, self.target):
            return None
        reversed_terms = tuple(Term(term.target, term.source) for term in self.terms)
        return Glossary(reversed_terms, source, target)

    def matches(self, text: str) -> Iterator[Match]:
        """The terms in `text` from left to right, none overlapping another."""
        place = 0
        for word in _WORD.finditer(text):
            found = self._at(text, word, place)
            if found:
                yield found
                place = found.end

    def _at(self, text: str, word: re.Match[str], earliest: int) -> Match | None:
        """The longest term whose first word is `word` and which starts at `earliest` or later."""
        for term in self._by_word.get(word.group().casefold(), ()):
            start = word.start() - _first_word(term.source).start()
            end = start + len(term.source)
            stretch = text[max(start, 0) : end]
            if start >= earliest and stretch.casefold() == term.source.casefold() and _stands_alone(text, start, end):
                return Match(start, end, _cased(term, stretch))
        return None


def read_glossary(path: Path, source: str = "en", target: str = "fr") -> Glossary:
    """The glossary in a TSV or CSV file of two columns; lines that start with # are comments.

    A first line of two language codes says the direction; else it is `source` to `target`.

    Raises:
        InputError: the file cannot be read, or a line is not two terms.
    """
    rows = list(_rows(read_text(path)))
    if rows and all(_LANGUAGE.fullmatch(cell) for cell in rows[0][1]) and len(rows[0][1]) == 2:
        (source, target), rows = rows[0][1], rows[1:]
    terms = tuple(_term(cells, f"{path.name}, line {number}") for number, cells in rows)
    if not terms:
        raise InputError(f"{path.name} holds no terms", _FORM)
    return Glossary(terms, source, target)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of each line that is neither empty nor a comment."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, [normalise(cell) for cell in _cells(line)]


def _cells(line: str) -> list[str]:
    """The cells of one line: parted by tabs if there is one, else by semicolons or commas, quoted or not."""
    if "\t" in line:
        return line.rstrip("\t").split("\t")
    delimiter = ";" if ";" in line else ","
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))


def _term(cells: Iterable[str], place: str) -> Term:
    """The term of one line, checked: two columns, each with a letter or digit."""
    found = tuple(cells)
    if len(found) != 2:
        raise InputError(f"{place} has {len(found)} columns, not 2", _FORM)
    for cell in found:
        if not _WORD.search(cell):
            raise InputError(f"{place}: the term {cell!r} has no letter or digit", _FORM)
    return Term(*found)


def _first_word(term: str) -> re.Match[str]:
    """The first word of a term, which `_term` has seen to be there."""
    found = _WORD.search(term)
    if not found:
        raise InputError(f"the glossary term {term!r} has no letter or digit", _FORM)
    return found


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no word or hyphenated word goes on beyond text[start:end]."""
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    return not re.search(r"\w-?$", before) and not re.match(r"-?\w", after)


def _cased(term: Term, stretch: str) -> str:
    """The target of `term` in capitals, or with a first capital, where `stretch` has them and the term has not."""
    if stretch.isupper() and not term.source.isupper() and sum(map(str.isalpha, stretch)) > 1:
        return term.target.upper()
    if stretch[0].isupper() and not term.source[0].isupper():
        return term.target[0].upper() + term.target[1:]
    return term.target
