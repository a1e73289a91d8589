"""A comparison as it stands after the events so far: one text, several bundles, one step for all. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.events import Event, Failed, Finished, OfBundle, Progress, Started
from seq2seq_desktop.tasks.translate.catalogue import Translator
from seq2seq_desktop.tasks.translate.comparison import Compared
from seq2seq_desktop.tasks.translate.spec import TranslateRequest
from seq2seq_desktop.ui.tabs.translate.translation import Translation
from seq2seq_desktop.ui.views.alignment import sources_of, targets_of
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.words import Word

Span = tuple[int, int]
"""A stretch of the source sentence, in characters."""


@dataclass
class Column:
    """What one bundle makes of the text."""

    compared: Compared
    translation: Translation
    loading: bool = False
    revision: int = 0  # counts the changes
    _words: list[tuple[Word, ...]] = field(default_factory=list)

    def feed(self, event: Event) -> None:
        """Take in one of the bundle's own events."""
        self.revision += 1
        self.compared.feed(event)
        self.loading = isinstance(event, Progress) and not event.total
        if not isinstance(event, Progress) and self.translation.has_job(0):
            self.translation.feed(0, event)
        if not isinstance(event, Finished | Failed | Progress):
            self._words = [sentence.target_words() for sentence in self.sentences]

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences as far as they have come; none before the bundle has begun."""
        return self.translation.versions[0].sentences if self.translation.versions else []

    def words(self, sentence: int) -> tuple[Word, ...]:
        """The words of one sentence so far."""
        return self._words[sentence]

    @property
    def steps(self) -> int:
        """The words of all sentences so far."""
        return sum(map(len, self._words))

    def place(self, step: int) -> tuple[int, int]:
        """The sentence and the word within it that came with `step`, counted from 1; the last one after the end."""
        left = min(step, self.steps) - 1
        for sentence, words in enumerate(self._words):
            if left < len(words):
                return sentence, left
            left -= len(words)
        return 0, -1

    def matrix(self, sentence: int) -> NDArray[np.float32]:
        """(target words, source words) of one sentence."""
        one = self.sentences[sentence]
        return one.matrix(self.words(sentence), one.source_words())

    def spans_of(self, sentence: int, word: int) -> list[Span]:
        """The source words that a target word looked at most."""
        sources = self.sentences[sentence].source_words()
        return [(sources[at].start, sources[at].end) for at in sources_of(self.matrix(sentence), word)]

    def words_at(self, sentence: int, spans: Sequence[Span]) -> list[int]:
        """The target words that looked at one of these stretches most."""
        if sentence >= len(self.sentences):
            return []
        matrix = self.matrix(sentence)
        return sorted({target for at in self.sources_at(sentence, spans) for target in targets_of(matrix, at)})

    def sources_at(self, sentence: int, spans: Sequence[Span]) -> list[int]:
        """The source words that share a character with one of these stretches."""
        words = self.sentences[sentence].source_words() if sentence < len(self.sentences) else ()
        return [
            at for at, word in enumerate(words) if any(word.start < end and start < word.end for start, end in spans)
        ]


class Comparison:
    """One text through several bundles."""

    def __init__(self, request: TranslateRequest, translators: Sequence[Translator]) -> None:
        """Nothing has come yet."""
        self.request = request
        self.columns = {one.name: Column(Compared(one), Translation(request)) for one in translators}
        for column in self.columns.values():
            column.translation.add_job(0)
        self.failure: Failed | None = None
        self.over = False

    def feed(self, event: Event) -> None:
        """Take in one event of the job."""
        match event:
            case OfBundle(bundle, own):
                self._begin_anew(bundle, own)
                self.columns[bundle].feed(own)
            case Finished() | Failed():
                self.over = True
                self.failure = event if isinstance(event, Failed) else None
                for column in self.columns.values():
                    if column.translation.jobs:
                        column.feed(event if isinstance(event, Failed) else Finished("cancelled"))

    @property
    def steps(self) -> int:
        """The words of the longest output so far."""
        return max((column.steps for column in self.columns.values()), default=0)

    @property
    def results(self) -> list[Compared]:
        """What each bundle made of it."""
        return [column.compared for column in self.columns.values()]

    def _begin_anew(self, bundle: str, event: Event) -> None:
        """A bundle that starts a second time, on another device, forgets what it said on the first."""
        column = self.columns[bundle]
        if isinstance(event, Started) and column.translation.versions:
            column.translation = Translation(self.request)
            column.translation.add_job(0)
