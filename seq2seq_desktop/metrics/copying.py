"""How much of a summary stands in its source, and whether it names anything that does not.

A word is a run of letters and digits, a number with its points, commas and colons ("3.5", "10:30"); case does not
count. A fact is a word with a capital letter or a digit: numbers and names, and the first word of a sentence, too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+(?:(?<=\d)[.,:](?=\d)[^\W_]+)*")


@dataclass(frozen=True)
class Copying:
    """What summaries take from their sources; means over the summaries, 0..1."""

    copy_rate: float  # share of the words that stand in the source
    novel_bigrams: float  # share of the pairs of words that do not stand in the source
    faithfulness: float  # share of all facts, of all summaries together, that stand in the source


def copying(outputs: Sequence[str], sources: Sequence[str]) -> Copying:
    """What `outputs` take from `sources`, one for each; a summary without words or facts has nothing wrong."""
    words = [(words_of(output), words_of(source)) for output, source in zip(outputs, sources, strict=True)]
    kept = [_share(own, set(source)) for own, source in words]
    known = [_share(_pairs(own), set(_pairs(source))) for own, source in words]
    facts = [held for pair in zip(outputs, sources, strict=True) for held in _held(*pair)]
    return Copying(_mean(kept), 1 - _mean(known), _mean([float(held) for held in facts]))


def words_of(text: str) -> list[str]:
    """The words of `text`, in lower case."""
    return [word.casefold() for word in _WORD.findall(text)]


def is_fact(word: str) -> bool:
    """True for a word with a capital or a digit in it."""
    return any(character.isupper() or character.isdigit() for character in word)


def invented(output: str, source: str) -> list[str]:
    """The facts of a summary that its source does not hold."""
    known = set(words_of(source))
    return [word for word in _WORD.findall(output) if is_fact(word) and word.casefold() not in known]


def _held(output: str, source: str) -> list[bool]:
    """For each fact of `output`, whether `source` holds it."""
    known = set(words_of(source))
    return [word.casefold() in known for word in _WORD.findall(output) if is_fact(word)]


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    return list(pairwise(words))


def _share(items: Sequence[object], among: Iterable[object]) -> float:
    """The share of `items` that are `among` others; 1 of none."""
    known = set(among)
    return sum(item in known for item in items) / len(items) if items else 1.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 1.0
