"""Which sentences of a document make the best extract for a reference: what the pointer learns from.

Source: Nallapati et al. 2017, "SummaRuNNer", section 3.4: sentences are added one at a time, each time the one with
which ROUGE against the reference rises most, until it rises no more. What every other sentence would have given is
kept, too: often two are as good.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Gram = TypeVar("Gram", str, tuple[str, str])

MOST = 15  # sentences of an extract
_WORD = re.compile(r"[^\W_]+")
_STEM = 6  # letters that are compared: endings do not count, as with ROUGE's stemmer


@dataclass(frozen=True)
class Oracle:
    """The extract, and how good each choice would have been."""

    chosen: tuple[int, ...]  # numbers of sentences, the best first
    scores: NDArray[np.float16]  # (chosen + 1, sentences): mean F1 of words and pairs, 0..1, with that sentence more


Grams = tuple[Counter[str], Counter[tuple[str, str]], int]
"""The words and pairs of words that the reference has, too, and how many words there are in all."""


class _Overlap:
    """The words and pairs that an extract shares with the reference."""

    def __init__(self, reference: Sequence[str]) -> None:
        self._words, self._pairs = Counter(reference), Counter(pairwise(reference))

    def grams(self, words: Sequence[str]) -> Grams:
        """What of a sentence can count."""
        kept = Counter(word for word in words if word in self._words)
        return kept, Counter(pair for pair in pairwise(words) if pair in self._pairs), len(words)

    def score(self, grams: Grams) -> float:
        """The mean of the F1 of words and that of pairs."""
        words, pairs, length = grams
        return (_f1(words, self._words, length) + _f1(pairs, self._pairs, length - 1)) / 2


def _f1(have: Counter[Gram], wanted: Counter[Gram], total: int) -> float:
    hits = sum(min(count, wanted[gram]) for gram, count in have.items())
    return 2 * hits / (max(total, 0) + wanted.total()) if hits else 0.0


def oracle(sentences: Sequence[str], reference: str, most: int = MOST) -> Oracle:
    """The best extract of at most `most` of the `sentences`; of no sentences none."""
    overlap = _Overlap(_stems(reference))
    own = [overlap.grams(_stems(sentence)) for sentence in sentences]
    chosen: list[int] = []
    rows: list[NDArray[np.float16]] = []
    so_far: Grams = (Counter(), Counter(), 0)
    best = 0.0
    while len(rows) <= len(chosen) and sentences:
        row = np.array([best if n in chosen else overlap.score(_sum(so_far, one)) for n, one in enumerate(own)])
        rows.append(row.astype(np.float16))
        place = int(row.argmax())
        if len(chosen) == min(most, len(sentences)) or row[place] <= best + 1e-6:
            break
        best, so_far = float(row[place]), _sum(so_far, own[place])
        chosen.append(place)
    return Oracle(tuple(chosen), np.array(rows, np.float16).reshape(len(rows), len(sentences)))


def _sum(left: Grams, right: Grams) -> Grams:
    return left[0] + right[0], left[1] + right[1], left[2] + right[2]


def _stems(text: str) -> list[str]:
    return [word[:_STEM] for word in _WORD.findall(text.lower())]
