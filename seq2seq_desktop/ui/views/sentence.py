"""One sentence and its translation as they stand after the events so far: what the views draw. No Qt."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.events import Alternative, BeamEntry, Hypothesis, Reason, Segment, SegmentDone, Step
from seq2seq_desktop.ui.views.words import Word, merged, of_heads, source_words, target_words

Array = NDArray[np.float32]
_ROOM = 32  # attention rows that are there from the start


class Sentence:
    """Grows with each `Step`; a `SegmentDone` settles it. `revision` counts the changes."""

    def __init__(self, segment: Segment, *, keep_heads: bool = True) -> None:
        """Nothing said yet; without `keep_heads` only the mean attention is kept, for long documents."""
        self.segment = segment
        self.keep_heads = keep_heads
        self.tokens: tuple[int, ...] = ()
        self.text = ""
        self.probabilities: list[float] = []  # one a token
        self.alternatives: list[tuple[Alternative, ...]] = []  # one a token
        self.copied: list[float] = []  # one a token: the share that was copied from the source, 0..1
        self.origins: list[tuple[int, int]] = []  # one a token: where it was copied from, in the whole input
        self.beams: list[tuple[BeamEntry, ...]] = []  # one a step
        self.hypotheses: tuple[Hypothesis, ...] = ()
        self.chosen = 0  # of the hypotheses
        self.reason: Reason | None = None  # None while words may still come
        self.shared = 0  # tokens that a branch took over from the version before
        self.picked: int | None = None  # index of the token that the user chose instead
        self.is_saliency = False  # True where the map is no attention: the model has none
        self.end_piece: str | None = None  # set when the end token has its attention row
        self.revision = 0
        self._pieces: dict[int, str] = {}
        self._said: tuple[str, ...] = ()  # pieces of the tokens
        self._attention: Array | None = None  # (room, layers, heads, source)
        self._rows = 0

    @property
    def done(self) -> bool:
        """True when no more words will come."""
        return self.reason is not None

    @property
    def begun(self) -> bool:
        """True when there is something to draw."""
        return bool(self.tokens or self.text or self.done)

    @property
    def pieces(self) -> tuple[str, ...]:
        """One piece a token, then the end token's if it has been seen."""
        return self._said if self.end_piece is None else (*self._said, self.end_piece)

    @property
    def attention(self) -> Array | None:
        """(pieces, layers, heads, source), or None where the model gave none; the saliency where that is all."""
        return None if self._attention is None else self._attention[: min(self._rows, len(self.pieces))]

    def step(self, step: Step) -> None:
        """Take in the leading hypothesis after one step; with a beam its past may be another than before."""
        self._learn([(step.token, step.piece), *((entry.token, entry.piece) for entry in step.beam)])
        self._learn((other.token, other.piece) for other in step.alternatives)
        if step.attention is not None:
            self._put_row(step.index, step.attention)
        if step.index < self.shared:  # a branch goes once more through what stands there already
            return
        self.tokens, self.text = step.tokens, step.text
        self._said = tuple(self._pieces.get(token, "") for token in step.tokens)
        ended = step.index >= len(step.tokens)
        self.end_piece = step.piece if ended else None
        if not ended:
            _put(self.probabilities, step.index, step.probability, 0.0)
            _put(self.alternatives, step.index, step.alternatives, ())
            _put(self.copied, step.index, step.copied, 0.0)
            _put(self.origins, step.index, step.origin, (0, 0))
        _put(self.beams, step.index, step.beam, ())
        self.revision += 1

    def settle(self, done: SegmentDone) -> None:
        """Take in the finished outputs; the best one is shown."""
        self.hypotheses, self.reason = done.hypotheses, done.reason
        self.choose(0)

    def stop(self, reason: Reason) -> None:
        """Say that no more words come, though no output was settled."""
        if self.reason is None:
            self.reason = reason
            self.revision += 1

    def choose(self, index: int) -> None:
        """Show one of the finished outputs."""
        output = self.hypotheses[index]
        end_row = self._end_row() if output.tokens == self.tokens else None
        self.chosen, self.tokens, self.text = index, output.tokens, output.text
        self._said = output.pieces or tuple(self._pieces.get(token, "") for token in output.tokens)
        self.probabilities = list(output.probabilities)
        self.copied, self.origins = list(output.copied), list(output.origins)
        if output.alternatives:
            self.alternatives = list(output.alternatives)
        if output.attention is not None:
            self._attention, self._rows = self._kept(output.attention), len(output.attention)
            self.is_saliency = False
        elif output.saliency is not None:
            self._attention, self._rows = output.saliency[:, None, None], len(output.saliency)
            self.is_saliency = True
        if end_row is None:
            self.end_piece = None
        elif self._attention is not None:
            self._put_row(len(output.tokens), end_row)
        self.revision += 1

    def source_words(self, *, pieces: bool = False, specials: bool = False) -> tuple[Word, ...]:
        """The words of the source, or its pieces."""
        return source_words(self.segment, pieces=pieces, specials=specials)

    def target_words(self, *, pieces: bool = False, specials: bool = False) -> tuple[Word, ...]:
        """The words of the output so far, or its pieces."""
        special = [False] * len(self._said) + [True]
        return target_words(self.pieces, self.text, special=special, separate=pieces, specials=specials)

    def matrix(
        self, target: Sequence[Word], source: Sequence[Word], layer: int | None = None, head: int | None = None
    ) -> Array:
        """Attention between words, (target words, source words); zeros where the model gave none."""
        attention = self.attention
        if attention is None:
            return np.zeros((len(target), len(source)), np.float32)
        return merged(of_heads(attention, layer, head), target, source)

    def probability(self, word: Word) -> float:
        """The probability of a target word: the product of its pieces'; 1 where it is not known."""
        known = self.probabilities[word.first : word.last]
        return float(np.prod(known)) if known else 1.0

    def branch_prefix(self, word: Word, token: int | None = None) -> tuple[int, ...]:
        """The tokens before a word, then `token` if one is given."""
        return (*self.tokens[: word.first], *(() if token is None else (token,)))

    def branched(self, shared: int, token: int | None) -> "Sentence":
        """A new version of this sentence that begins with the same `shared` tokens."""
        version = Sentence(self.segment, keep_heads=self.keep_heads)
        version._pieces = self._pieces | dict(zip(self.tokens, self._said, strict=False))
        version._learn((other.token, other.piece) for step in self.alternatives for other in step)
        version.shared, version.picked = shared, shared
        version.tokens = self.branch_prefix(Word("", shared, shared), token)
        version._said = tuple(version._pieces.get(number, "") for number in version.tokens)
        version.text = "".join(version._said).strip()
        version.probabilities = [*self.probabilities[:shared]]
        version.alternatives = [*self.alternatives[:shared]]
        version.copied, version.origins = self.copied[:shared], self.origins[:shared]
        if self._attention is not None:
            version._attention, version._rows = self._attention[:shared].copy(), min(shared, self._rows)
        return version

    def forget_heads(self, everything: bool = False) -> None:
        """Keep only the mean attention from now on, or with `everything` none: of long recordings, for memory."""
        self.keep_heads = False
        if everything:
            self._attention, self._rows = None, 0
        elif self._attention is not None:
            self._attention = self._kept(self._attention[: self._rows])

    def _learn(self, pairs: Iterable[tuple[int, str]]) -> None:
        self._pieces.update(pair for pair in pairs if pair[1])

    def _end_row(self) -> Array | None:
        if self.end_piece is None or self._attention is None or self._rows <= len(self.tokens):
            return None
        return self._attention[len(self.tokens)].copy()

    def _kept(self, attention: Array) -> Array:
        """(steps, layers, heads, source), or (steps, 1, 1, source) where only the mean is kept."""
        return attention if self.keep_heads else attention.mean(axis=(1, 2), keepdims=True)

    def _put_row(self, index: int, row: Array) -> None:
        """Write one row; room is made by doubling, so that a step costs one copy of its own row."""
        row = self._kept(row[None] if row.ndim == 3 else row)[0]
        if self._attention is None or self._attention.shape[1:] != row.shape:
            self._attention, self._rows = np.zeros((_ROOM, *row.shape), np.float32), 0
        while index >= len(self._attention):
            room = np.zeros((max(_ROOM, len(self._attention)), *row.shape), np.float32)
            self._attention = np.concatenate([self._attention, room])
        self._attention[index] = row
        self._rows = max(self._rows, index + 1)


def _put(items: list, index: int, value: object, blank: object) -> None:
    """Set items[index], filling up what is missing before it; a shorter past drops what came after."""
    del items[index + 1 :]
    items.extend([blank] * (index + 1 - len(items)))
    items[index] = value
