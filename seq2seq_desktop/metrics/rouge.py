"""ROUGE of summaries, by rouge-score.

Source: Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries"; rouge-score (google-research).
English words are stemmed (Porter); in other languages words are runs of letters and digits in lower case, accents
kept, not stemmed: rouge-score's own tokenizer would cut French words at each accent. Of several references the best
counts, for each measure by itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

_MEASURES = ("rouge1", "rouge2", "rougeL")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Rouge:
    """F1 of single words, of pairs, and of the longest common subsequence, each 0..100."""

    rouge1: float
    rouge2: float
    rougeL: float  # noqa: N815 (the measure's own name)

    @property
    def mean(self) -> float:
        """The mean of the three."""
        return (self.rouge1 + self.rouge2 + self.rougeL) / 3


def rouge(output: str, references: Sequence[str], language: str = "en") -> Rouge:
    """The scores of one summary against one or more references in `language` (ISO 639-1)."""
    scores = _scorer(language).score_multi(list(references), output)
    return Rouge(*(100 * float(scores[name].fmeasure) for name in _MEASURES))


def score_summaries(outputs: Sequence[str], references: Sequence[Sequence[str]], language: str = "en") -> Rouge:
    """The mean scores of some summaries, each against its own references; zeros where there is none."""
    found = [rouge(output, own, language) for output, own in zip(outputs, references, strict=True)]
    return Rouge(*(sum(getattr(one, name) for one in found) / max(1, len(found)) for name in _MEASURES))


@cache
def _scorer(language: str) -> Any:
    from rouge_score.rouge_scorer import RougeScorer  # brings nltk along, a second: not at start

    return RougeScorer(list(_MEASURES), use_stemmer=True, tokenizer=None if language == "en" else _Words())


class _Words:
    """Words of any language, as rouge-score asks for them."""

    def tokenize(self, text: str) -> list[str]:
        """The words of `text` in lower case."""
        return _WORD.findall(text.lower())
