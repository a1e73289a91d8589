"""Captions as the model writes them and as people read them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from seq2seq_desktop.events import Hypothesis, SegmentDone, Step
from seq2seq_desktop.text.normalise import normalise
from seq2seq_desktop.text.tokenizer import Tokenizer

_SPLIT = re.compile(r"\s+('(?:s|re|ve|ll|d|m)\b|n't\b)")
_BEFORE_MARK = re.compile(r"\s+([,;:!?.)])")
_AROUND = " .\"'`;,:-"


def plain(caption: str) -> str:
    """A caption in small letters without final mark, its words joined as they are usually written."""
    text = normalise(caption).lower().replace("``", '"').replace("''", '"')
    text = _BEFORE_MARK.sub(r"\1", _SPLIT.sub(r"\1", text)).replace("( ", "(").replace('"', "")
    return " ".join(text.strip(_AROUND).split())


class Wording:
    """Puts pieces and text into the events of decoding, which knows only tokens."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def step(self, event: Step) -> Step:
        """The step in words."""
        return replace(
            event,
            piece=self._piece(event.token, event.index),
            text=self._text(event.tokens),
            alternatives=self._named(event.alternatives, event.index),
            beam=self._named(event.beam, event.index),
        )

    def done(self, event: SegmentDone) -> SegmentDone:
        """The outputs in words."""
        return replace(event, hypotheses=tuple(self._hypothesis(item) for item in event.hypotheses))

    def _hypothesis(self, hypothesis: Hypothesis) -> Hypothesis:
        return replace(
            hypothesis,
            pieces=tuple(self._piece(token, index) for index, token in enumerate(hypothesis.tokens)),
            text=self._text(hypothesis.tokens),
            alternatives=tuple(self._named(step, index) for index, step in enumerate(hypothesis.alternatives)),
        )

    def _named(self, items: tuple[Any, ...], index: int) -> tuple[Any, ...]:
        return tuple(replace(item, piece=self._piece(item.token, index)) for item in items)

    def _piece(self, token: int, index: int) -> str:
        """A piece as it stands in the caption, which begins with a capital."""
        piece = self._tokenizer.piece(token)
        return _begun(piece) if index == 0 and token not in self._tokenizer.specials else piece

    def _text(self, tokens: Sequence[int]) -> str:
        return _begun(self._tokenizer.decode(tokens))


def _begun(text: str) -> str:
    """The text with its first letter as a capital."""
    for place, letter in enumerate(text):
        if letter.isalpha():
            return text[:place] + letter.upper() + text[place + 1 :] if len(letter.upper()) == 1 else text
    return text
