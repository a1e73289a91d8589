"""BLEU and chrF of translations, by sacreBLEU.

Source: Papineni et al. 2002 (BLEU); Popović 2015 (chrF); Post 2018 (sacreBLEU, tokenizer 13a).
Output and references are normalised alike before scoring (NFC, plain spaces, straight quotes): typography is put back
after translation, and test files differ in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from seq2seq_desktop.text.normalise import normalise


@dataclass(frozen=True)
class TranslationScores:
    """Scores of a set of sentences, each 0..100."""

    bleu: float
    chrf: float


def score_translations(outputs: Sequence[str], references: Sequence[Sequence[str]]) -> TranslationScores:
    """BLEU and chrF of `outputs` against one or more references each; the number of references may differ."""
    plain = [normalise(output) for output in outputs]
    most = max(len(own) for own in references)
    # sacreBLEU wants a list for each reference place; None where a sentence has no such reference.
    places = [[normalise(own[place]) if place < len(own) else None for own in references] for place in range(most)]
    bleu = BLEU().corpus_score(plain, places)  # type: ignore[arg-type]  # it takes None, its types say otherwise
    chrf = CHRF().corpus_score(plain, places)  # type: ignore[arg-type]
    return TranslationScores(bleu.score, chrf.score)
