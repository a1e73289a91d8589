"""The events of decoding, which knows only tokens, in sentences or words, with where each was taken from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.events import Hypothesis, Segment, SegmentDone, Step
from seq2seq_desktop.nn.pointer import FIRST
from seq2seq_desktop.text.normalise import typeset
from seq2seq_desktop.text.tokenizer import Tokenizer

_COPIED = 0.5  # share from which on a word counts as copied and has an origin
_NOWHERE = (0, 0)
_LEAST = 1e-30  # probability, so that it can be divided by


@dataclass(frozen=True)
class Sentences:
    """Tells an extract: a token is a sentence."""

    segment: Segment

    def step(self, event: Step) -> Step:
        """The step in sentences."""
        chosen = event.token >= FIRST
        return replace(
            event,
            piece=self._piece(event.token),
            text=self._text(event.tokens),
            alternatives=self._named(event.alternatives),
            beam=self._named(event.beam),
            copied=float(chosen),
            origin=self._place(event.token) if chosen else _NOWHERE,
        )

    def done(self, event: SegmentDone) -> SegmentDone:
        """The outputs in sentences."""
        return replace(event, hypotheses=tuple(self._hypothesis(item) for item in event.hypotheses))

    def _hypothesis(self, hypothesis: Hypothesis) -> Hypothesis:
        return replace(
            hypothesis,
            pieces=tuple(self._piece(token) for token in hypothesis.tokens),
            text=self._text(hypothesis.tokens),
            alternatives=tuple(self._named(step) for step in hypothesis.alternatives),
            copied=(1.0,) * len(hypothesis.tokens),
            origins=tuple(self._place(token) for token in hypothesis.tokens),
        )

    def _named(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(item, piece=self._piece(item.token)) for item in items)

    def _piece(self, token: int) -> str:
        return self.segment.pieces[token - FIRST] if FIRST <= token < FIRST + len(self.segment.pieces) else ""

    def _text(self, tokens: Sequence[int]) -> str:
        """The sentences in the order of the document."""
        return " ".join(self._piece(token) for token in sorted(tokens))

    def _place(self, token: int) -> tuple[int, int]:
        start, end = self.segment.spans[token - FIRST]
        return self.segment.start + start, self.segment.start + end


@dataclass(frozen=True)
class Words:
    """Tells a rewritten passage: a token is a piece of a word, written or copied."""

    tokenizer: Tokenizer
    language: str
    index: int  # of the segment
    segment: Segment
    source: tuple[int, ...]  # the ids that were read

    def step(self, event: Step) -> Step:
        """The step in words."""
        copied, origin = self._taken(event.token, event.probability, event.attention, event.gate)
        return replace(
            event,
            segment=self.index,
            piece=self.tokenizer.piece(event.token),
            text=self._text(event.tokens),
            alternatives=self._named(event.alternatives),
            beam=self._named(event.beam),
            copied=copied,
            origin=origin,
        )

    def done(self, event: SegmentDone) -> SegmentDone:
        """The outputs in words."""
        return SegmentDone(self.index, tuple(self._hypothesis(item) for item in event.hypotheses), event.reason)

    def _hypothesis(self, hypothesis: Hypothesis) -> Hypothesis:
        maps = hypothesis.attention
        taken = [
            self._taken(token, hypothesis.probabilities[step], None if maps is None else maps[step], gate)
            for step, (token, gate) in enumerate(zip(hypothesis.tokens, hypothesis.gates, strict=False))
        ]
        return replace(
            hypothesis,
            pieces=tuple(self.tokenizer.piece(token) for token in hypothesis.tokens),
            text=self._text(hypothesis.tokens),
            alternatives=tuple(self._named(step) for step in hypothesis.alternatives),
            copied=tuple(share for share, _ in taken),
            origins=tuple(origin for _, origin in taken),
        )

    def _taken(
        self, token: int, chance: float, attention: NDArray[np.float32] | None, gate: float | None
    ) -> tuple[float, tuple[int, int]]:
        """How much of a token's probability is copied, and where from in the whole text if most of it is."""
        if attention is None or gate is None or token == self.tokenizer.end:
            return 0.0, _NOWHERE
        places = [place for place, held in enumerate(self.source) if held == token]
        looked = attention.mean(axis=(0, 1))
        share = gate * sum(float(looked[place]) for place in places) / max(chance, _LEAST)
        share = min(1.0, share)
        if share < _COPIED:
            return share, _NOWHERE
        start, end = self.segment.spans[max(places, key=lambda place: looked[place])]
        return share, (self.segment.start + start, self.segment.start + end)

    def _named(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(item, piece=self.tokenizer.piece(item.token)) for item in items)

    def _text(self, tokens: Sequence[int]) -> str:
        return typeset(self.tokenizer.decode(tokens).strip(), self.language)


def as_it_stands(words: Words, text: str) -> SegmentDone:
    """A text too short to be summarized: every word of it is copied."""
    tokens = words.source[2:-1]  # without the tags and the end
    spans = tuple(
        (words.segment.start + start, words.segment.start + end) for start, end in words.segment.spans[2:-1]
    )
    pieces = tuple(words.tokenizer.piece(token) for token in tokens)
    sure = (1.0,) * len(tokens)
    hypothesis = Hypothesis(tokens, sure, 0.0, pieces=pieces, text=text, copied=sure, origins=spans)
    return SegmentDone(words.index, (hypothesis,), "end")
