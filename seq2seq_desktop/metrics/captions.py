"""BLEU-1..4, CIDEr-D and ROUGE-L of captions that have several references, each 0..1 (CIDEr-D 0..10).

All three are those of the COCO evaluation: BLEU over the whole set with the nearest reference length and without
smoothing (by sacrebleu), CIDEr-D with document frequencies of the references, ROUGE-L as an F-measure that counts
recall 1.2 times. Captions are compared in small letters and without punctuation.

Source: Papineni et al. 2002, "BLEU"; Vedantam et al. 2015, "CIDEr: Consensus-based Image Description Evaluation",
section 4; Lin 2004, "ROUGE"; Chen et al. 2015, "Microsoft COCO Captions: Data Collection and Evaluation Server".
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU

_WORD = re.compile(r"'\w{1,2}\b|n't\b|\w+?(?=n't\b)|\w+(?:[-.,:&/]\w+)*")
_ORDERS = 4  # n-grams of one to four words
_SPREAD = 6.0  # words of difference in length that CIDEr-D still forgives
_RECALL = 1.2  # how much more recall counts than precision in ROUGE-L

Grams = Counter[tuple[str, ...]]


@dataclass(frozen=True)
class CaptionScores:
    """How near captions come to what people wrote."""

    bleu: tuple[float, ...]  # with n-grams of up to one, two, three and four words, 0..1
    cider: float  # CIDEr-D, 0..10; people reach about 1 on single captions
    rouge_l: float  # 0..1


def words(caption: str) -> tuple[str, ...]:
    """The words of a caption in small letters, clitics apart, punctuation left out."""
    return tuple(_WORD.findall(caption.lower()))


def score_captions(captions: Sequence[str], references: Sequence[Sequence[str]]) -> CaptionScores:
    """The scores of captions, each against its own references; there must be at least one of each."""
    outputs = [words(caption) for caption in captions]
    people = [[words(reference) for reference in own] for own in references]
    consensus = Consensus(people)
    return CaptionScores(
        _bleu(outputs, people),
        _mean(consensus.score(output, own) for output, own in zip(outputs, people, strict=True)),
        _mean(rouge_l(output, own) for output, own in zip(outputs, people, strict=True)),
    )


class Consensus:
    """CIDEr-D with the document frequencies of a set of references."""

    def __init__(self, references: Iterable[Sequence[Sequence[str]]]) -> None:
        """Count in how many pictures' references each n-gram occurs; a reference is a sequence of words."""
        self._frequency: Grams = Counter()
        pictures = 0
        for own in references:
            self._frequency.update({gram for reference in own for gram in _grams(reference)})
            pictures += 1
        self._log_pictures = math.log(max(1, pictures))

    def score(self, caption: Sequence[str], references: Sequence[Sequence[str]]) -> float:
        """CIDEr-D of one caption, 0..10, against one or more references."""
        return self.score_against(caption, [self.vector(reference) for reference in references])

    def vector(self, text: Sequence[str]) -> "Vector":
        """The n-grams of a text, weighted by how seldom they are."""
        parts: list[dict[tuple[str, ...], float]] = [{} for _ in range(_ORDERS)]
        for gram, count in _grams(text).items():
            rarity = self._log_pictures - math.log(max(1.0, self._frequency[gram]))
            parts[len(gram) - 1][gram] = count * rarity
        norms = tuple(math.sqrt(sum(weight * weight for weight in part.values())) for part in parts)
        return Vector(tuple(parts), norms, len(text))

    def score_against(self, caption: Sequence[str], references: Sequence["Vector"]) -> float:
        """CIDEr-D of one caption, 0..10, against references that are vectors already."""
        own = self.vector(caption)
        return 10.0 * _mean(_likeness(own, reference) for reference in references)


@dataclass(frozen=True)
class Vector:
    """A text as CIDEr-D compares it."""

    parts: tuple[dict[tuple[str, ...], float], ...]  # n-grams of one length each, with their weights
    norms: tuple[float, ...]  # of the parts
    length: int  # words


def rouge_l(caption: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """ROUGE-L of one caption, 0..1: best precision and best recall over the references, weighted."""
    common = [_longest_common(caption, reference) for reference in references]
    precision = max(common) / max(1, len(caption))
    recall = max(part / max(1, len(reference)) for part, reference in zip(common, references, strict=True))
    if precision == 0 or recall == 0:
        return 0.0
    return (1 + _RECALL**2) * precision * recall / (recall + _RECALL**2 * precision)


def _grams(text: Sequence[str]) -> Grams:
    return Counter(
        tuple(text[place : place + order])
        for order in range(1, _ORDERS + 1)
        for place in range(len(text) - order + 1)
    )


def _likeness(caption: Vector, reference: Vector) -> float:
    """The mean over the lengths of n-grams of the clipped cosine, less where the texts differ in length."""
    total = 0.0
    for own, its, norm, its_norm in zip(caption.parts, reference.parts, caption.norms, reference.norms, strict=True):
        if norm and its_norm:
            shared = sum(min(weight, its[gram]) * its[gram] for gram, weight in own.items() if gram in its)
            total += shared / (norm * its_norm)
    return total / _ORDERS * math.exp(-((caption.length - reference.length) ** 2) / (2 * _SPREAD**2))


def _bleu(outputs: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]) -> tuple[float, ...]:
    """BLEU with n-grams of up to one, two, three and four words."""
    texts = [" ".join(output) for output in outputs]
    most = max(len(own) for own in references)
    streams = [[" ".join(own[place]) if place < len(own) else None for own in references] for place in range(most)]
    scores = []
    for order in range(1, _ORDERS + 1):
        metric = BLEU(tokenize="none", smooth_method="none", max_ngram_order=order, force=True)
        scores.append(metric.corpus_score(texts, streams).score / 100)  # type: ignore[arg-type]
    return tuple(scores)


def _longest_common(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(second) + 1)
    for word in first:
        before = 0
        for place, other in enumerate(second, start=1):
            before, row[place] = row[place], before + 1 if word == other else max(row[place], row[place - 1])
    return row[-1]


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else 0.0
