"""One stretch of speech with its words, as they stand after the events so far: what the views draw. No Qt."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.events import Alternative, Heard, Hypothesis, Segment, SegmentDone, Step, Word
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.words import located, of_heads

Array = NDArray[np.float32]
FRAME = 0.01  # seconds of a column of the spectrogram
COLUMN = 0.02  # seconds of a column of the attention: the encoder halves the frames
_RANGE = 1.6  # of the spectrogram's values that are shown below the loudest; Whisper's span 2


@dataclass(frozen=True)
class SaidWord:
    """A word in the text of its stretch, and when it was said."""

    text: str
    at: int  # characters of the stretch's text: [at, to)
    to: int
    start: float  # seconds of the recording; start == end: not known (yet)
    end: float
    probability: float = 1.0
    first: int = 0  # its tokens are [first, last); first == last: typed by the user, the model never said it
    last: int = 0

    @property
    def steerable(self) -> bool:
        """True where the model has said this word, and may say another."""
        return self.last > self.first

    @property
    def timed(self) -> bool:
        """True where it is known when it was said."""
        return self.end > self.start


class Stretch:
    """Begins with `Heard`, grows with each `Step`, is settled by `SegmentDone`. `revision` counts the changes."""

    def __init__(self, heard: Heard, number: int) -> None:
        """Nothing said yet; `number` is its place among the stretches of the recording."""
        self.number = number
        self.start, self.end = heard.start, heard.end
        self.language, self.settled = heard.language, heard.settled
        self.sound: NDArray[np.uint8] | None = as_picture(heard.spectrogram)  # (mels, frames), low tones first
        self.sentence = Sentence(Segment(""))
        self.edited: tuple[str, tuple[SaidWord, ...]] | None = None  # what the user made of it
        self.gap: str | None = None  # what the user put before it
        self.hypothesis: Hypothesis | None = None  # once it is done
        self.firm = 0  # characters of the text that stay while it goes on
        self._agreed = heard.agreed
        self._before = ""  # tentative text of the last time, shown until the new one is longer
        self._changes = 0

    @property
    def revision(self) -> int:
        """Changes whenever there is something else to draw."""
        return self._changes + self.sentence.revision

    @property
    def done(self) -> bool:
        """True when no more words will come."""
        return self.sentence.done

    @property
    def text(self) -> str:
        """The words so far, or what the user made of them."""
        if self.edited is not None:
            return self.edited[0]
        said = self.sentence.text.strip()
        return self._before if self.hypothesis is None and self._before.startswith(said) else said

    @property
    def words(self) -> tuple[SaidWord, ...]:
        """The words of `text`; with their times once the stretch is done."""
        if self.edited is not None:
            return self.edited[1]
        if self.hypothesis is not None and self.hypothesis.words:
            return tuple(said_words(self.text, self.hypothesis.words))
        if self.text != self.sentence.text.strip():
            return ()
        found = self.sentence.target_words()
        probability = self.sentence.probability
        return tuple(
            SaidWord(word.text, word.start, word.end, 0.0, 0.0, probability(word), word.first, word.last)
            for word in found
            if word.end > word.start
        )

    @property
    def attention(self) -> Array | None:
        """(pieces, layers, heads, columns of 20 ms), or None where the model gave none."""
        return self.sentence.attention

    @property
    def columns(self) -> int:
        """Columns of 20 ms that the stretch is long."""
        return max(1, round((self.end - self.start) / COLUMN))

    def hear(self, heard: Heard) -> None:
        """Take in the same stretch once more, longer: what was said of it was tentative."""
        self._before = self.text
        self.start, self.end, self.settled = heard.start, heard.end, heard.settled
        self.language, self._agreed = heard.language, heard.agreed
        self.firm = self.firm if heard.agreed or heard.settled else 0
        self.sound = as_picture(heard.spectrogram)
        self._changes += 1 + self.sentence.revision
        self.sentence = Sentence(Segment(""))

    def step(self, step: Step) -> None:
        """Take in one step."""
        self.sentence.step(replace(step, attention=self._cropped(step.attention)))
        if step.index + 1 == self._agreed:
            self.firm = len(step.text.strip())

    def settle(self, done: SegmentDone) -> None:
        """Take in what was said in the end; of the attention one copy is enough."""
        best = done.hypotheses[0]
        self.sentence.settle(replace(done, hypotheses=(replace(best, attention=self._cropped(best.attention)),)))
        self.hypothesis = replace(best, attention=None)
        self.sentence.hypotheses = (self.hypothesis,)
        self._before = ""

    def stop(self, keep: bool) -> None:
        """No more words will come, though nothing was settled; without `keep` it was no speech in the end."""
        if not keep:
            self._before = ""
            self._changes += 1 + self.sentence.revision
            self.sentence = Sentence(Segment(""))
        self.sentence.stop("cancelled")

    def forget(self, sound: bool) -> None:
        """Keep of the attention only the mean of all heads; without `sound` neither that nor the picture."""
        self.sentence.forget_heads(everything=not sound)
        if not sound:
            self.sound = None

    def alternatives(self, word: SaidWord) -> Sequence[Alternative]:
        """What else could have stood in place of a word."""
        known = self.sentence.alternatives
        return known[word.first] if word.steerable and word.first < len(known) else ()

    def alignment(self, words: Sequence[SaidWord], layer: int | None, head: int | None) -> Array:
        """Where each word looked, (words, columns), each row at most 1; rows of zeros where that is not known."""
        attention = self.attention
        rows = np.zeros((len(words), self.columns), np.float32)
        if attention is None:
            return rows
        weights = of_heads(attention, layer, head)
        width = min(self.columns, weights.shape[1])
        for row, word in zip(rows, words, strict=True):
            part = weights[word.first : word.last, :width]
            if len(part):
                row[:width] = part.mean(axis=0)
        return rows

    def branched(self, word: SaidWord, token: int | None) -> "Stretch":
        """A new version of this stretch that has the same words before `word`; its steps are still to come."""
        version = self._copy()
        version.sentence = self.sentence.branched(word.first, token)
        return version

    def spaced(self, gap: str) -> "Stretch":
        """This stretch with something else before it."""
        version = copy(self)
        version.gap = gap
        return version

    def rewritten(self, text: str, words: Sequence[SaidWord]) -> "Stretch":
        """A new version of this stretch with what the user made of its text."""
        version = self._copy()
        version.sentence, version.hypothesis = self.sentence, self.hypothesis
        version.edited = (text, tuple(words))
        return version

    def _copy(self) -> "Stretch":
        version = copy(self)
        version.edited, version.hypothesis, version._before, version.firm = None, None, "", 0
        return version

    def _cropped(self, attention: Array | None) -> Array | None:
        """The attention to what was said; models of fixed windows also look at the silence after it."""
        return None if attention is None else np.ascontiguousarray(attention[..., : self.columns])


def said_words(text: str, words: Sequence[Word]) -> list[SaidWord]:
    """The words of a hypothesis where they stand in `text`; those that do not are left out."""
    places = located([word.text for word in words], text)
    return [
        SaidWord(word.text, at, to, word.start, word.end, word.probability, *word.tokens)
        for word, (at, to) in zip(words, places, strict=True)
        if to > at
    ]


def as_picture(spectrogram: Array) -> NDArray[np.uint8]:
    """The spectrogram in 256 steps, a quarter of the memory: (mels, frames), 255 is loud."""
    values = np.nan_to_num(spectrogram)
    scaled = (values - values.max(initial=-1.0) + _RANGE) * (255 / _RANGE)
    return np.clip(scaled, 0, 255).astype(np.uint8)
