"""Summaries without a model, to measure ours beside: the beginning, TextRank, LexRank. All choose whole sentences.

Source: Mihalcea and Tarau 2004, "TextRank"; Erkan and Radev 2004, "LexRank"; both by sumy (miso-belica/sumy), which
comes with the extra `test` and is imported when it is asked for.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from seq2seq_desktop.errors import OptionError

_WORD = re.compile(r"[^\W_]+")
_STEMMERS = {"en": "english", "fr": "french", "de": "german", "es": "spanish", "it": "italian"}

Baseline = Callable[[Sequence[str], int, str], list[str]]
"""Of these sentences, so many, in a language (ISO 639-1): those chosen, in their order."""


def lead(sentences: Sequence[str], count: int, _language: str) -> list[str]:
    """The first `count` sentences."""
    return list(sentences[:count])


def text_rank(sentences: Sequence[str], count: int, language: str) -> list[str]:
    """The `count` sentences that share most words with the others, by PageRank. Raises: OptionError without sumy."""
    return _by_sumy("TextRankSummarizer", "text_rank", sentences, count, language)


def lex_rank(sentences: Sequence[str], count: int, language: str) -> list[str]:
    """The `count` sentences most alike to the others, by weighted words. Raises: OptionError without sumy."""
    return _by_sumy("LexRankSummarizer", "lex_rank", sentences, count, language)


BASELINES: dict[str, Baseline] = {"lead": lead, "textrank": text_rank, "lexrank": lex_rank}


def _by_sumy(kind: str, module: str, sentences: Sequence[str], count: int, language: str) -> list[str]:
    words, summarizer = _sumy(kind, module, language)
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

    # A sentence that comes twice is one to sumy, which would then give fewer than asked for.
    distinct = list(dict.fromkeys(one for one in sentences if _WORD.search(one)))
    found = [Sentence(one, words) for one in distinct]
    if len(found) <= count:
        return distinct
    with np.errstate(invalid="ignore"):  # LexRank divides by zero where no two sentences are alike
        return [str(one) for one in summarizer(ObjectDocumentModel([Paragraph(found)]), count)]


@cache
def _sumy(kind: str, module: str, language: str) -> tuple[Any, Any]:
    """A splitter of words, and a ranking with a stemmer and stop words for the language."""
    try:
        from importlib import import_module

        from sumy.nlp.stemmers import Stemmer
        from sumy.utils import get_stop_words
    except ImportError as error:
        raise OptionError("TextRank and LexRank need sumy", "pip install 'seq2seq-desktop[test]'") from error
    name = _STEMMERS.get(language, "english")
    summarizer = getattr(import_module(f"sumy.summarizers.{module}"), kind)(Stemmer(name))
    summarizer.stop_words = get_stop_words(name)
    return _Words(), summarizer


class _Words:
    """Words as sumy asks for them; its own splitter needs data from the network."""

    def to_words(self, text: str) -> tuple[str, ...]:
        """The words of `text`."""
        return tuple(_WORD.findall(text))
