"""One summary on the panes: what is drawn each frame, what is shaded in the document, what lights up together."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from seq2seq_desktop.ui.tabs.summarize.map_pane import MapPane
from seq2seq_desktop.ui.tabs.summarize.reading import EMPTY, READ, Layout, Remembered, Span, Weights, read_share
from seq2seq_desktop.ui.tabs.summarize.summary import Summary, Version
from seq2seq_desktop.ui.tabs.summarize.summary_pane import SummaryPane
from seq2seq_desktop.ui.views.document import DocumentText, Heat
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.words import Word, of_heads
from seq2seq_desktop.ui.widgets.output_pane import NOW

Handle = tuple[int, int, int]
"""A word of the summary: side, section, number."""


@dataclass
class _Shown:
    """What is derived from a summary and a layout, once for both."""

    word_spans: np.ndarray
    order: np.ndarray  # puts the words of all sections in the order of the document


class Stage(QObject):
    """Shows a `Summary` on document, summary and map; `frame` draws what changed since the last one."""

    pointed = Signal(int, int)  # the stretch of the document that is lit, in characters; -1, -1: none is

    def __init__(self, source: DocumentText, target: SummaryPane, map_pane: MapPane, parent: QObject) -> None:
        """Nothing is shown yet."""
        super().__init__(parent)
        self._source, self._target, self._map = source, target, map_pane
        self.summary: Summary | None = None
        self.version: Version | None = None
        self._words = _Shown(EMPTY.spans, np.zeros(0, np.int64))
        self._seen = np.zeros(0, np.float32)  # the highest attention that each sentence ever got
        self._looks: Remembered[Weights] = Remembered()  # the rows of each section
        self._peaks: Remembered[Weights] = Remembered()  # and the highest weight of each sentence in them
        target.hovered.connect(self._on_target)
        target.clicked.connect(self._on_click)
        target.version_chosen.connect(self._on_version)
        source.pointed.connect(self._on_source)
        source.textChanged.connect(self._on_text)
        map_pane.cell_hovered.connect(self._on_cell)
        map_pane.coverage.toggled.connect(self._show_coverage)

    # What is shown

    def show(self, summary: Summary, version: Version | None = None) -> None:
        """Put a summary on the panes, at this version or its newest."""
        self.summary = summary
        self._looks.clear()
        self._peaks.clear()
        summary.restarted = False
        self.version = version or (summary.versions[-1] if summary.versions else None)
        if self.version is None:
            self._target.clear()
            self._map.clear()
            self._unshade()
            return
        self._place_words(summary)
        self._target.begin(summary, self.version)
        self._refresh()

    def show_layout(self, summary: Summary, layout: Layout) -> None:
        """Take the sentences of the document of a summary."""
        summary.layout = layout
        if summary is self.summary:
            self._refresh()

    def clear(self) -> None:
        """Show nothing."""
        self.summary = self.version = None
        self._target.clear()
        self._map.clear()
        self._unshade()
        self.pointed.emit(-1, -1)

    def frame(self) -> None:
        """Draw what has changed."""
        summary, version = self.summary, self.version
        if summary is None:
            return
        if summary.restarted:
            self.show(summary)
        if not summary.changed or version is None:
            return
        self._target.draw(summary.changed)
        summary.changed.clear()
        self._refresh()

    @property
    def waiting(self) -> bool:
        """True while something is known that is not drawn yet."""
        return self.summary is not None and bool(self.summary.changed)

    @property
    def _layout(self) -> Layout:
        return self.summary.layout if self.summary is not None else EMPTY

    @property
    def share_read(self) -> float:
        """The share of the document's sentences that were read."""
        return read_share(self._seen)

    def _refresh(self) -> None:
        """Shade the document and the map anew."""
        if self.summary is None or self.version is None:
            return
        self._seen = self._heat_of_all()
        self._shade()
        self._show_coverage()
        self._map.show_summary(self.summary, self.version)
        self._map.show_share(int((self._seen >= READ).sum()), len(self._seen))

    def _place_words(self, summary: Summary) -> None:
        spans = np.concatenate([EMPTY.spans, *(places.words for places in summary.places)])
        order = np.argsort(spans[:, 0], kind="stable")
        self._words = _Shown(spans[order], order)

    def stands(self) -> bool:
        """True while the pane shows the very text that was summarized."""
        shown = not self._source.isHidden()
        return self.summary is not None and shown and self._source.whole() == self.summary.text

    # Shades

    def _shade(self, at: Handle | None = None) -> None:
        """Shade what a word looked at; without one what the newest did while it is written, later all together."""
        summary, version = self.summary, self.version
        if summary is None or version is None or not self.stands():
            self._unshade()
            return
        rows = [self._rows(section) for section in version.sentences]
        if at is not None:
            rows = [self._row(at) if index == at[1] else none[:0] for index, none in enumerate(rows)]
        elif summary.jobs:
            newest = max((i for i, section in enumerate(version.sentences) if section.begun), default=0)
            rows = [one[-1:] if index == newest else one[:0] for index, one in enumerate(rows)]
        sentences = self._sentence_heat(rows)
        words = [
            _highest(places.word_heat(one)) if len(one) else _zeros(len(places.words))
            for one, places in zip(rows, summary.places, strict=True)
        ]
        together = np.concatenate(words)[self._words.order] if words else _zeros(0)
        self._source.show_heat(Heat(self._layout.spans, sentences), Heat(self._words.word_spans, together))

    def _sentence_heat(self, rows: list[Weights]) -> Weights:
        """The highest weight of each sentence over these rows, one array a section."""
        highest = _zeros(len(self._layout.spans))
        for one, places in zip(rows, self.summary.places if self.summary is not None else (), strict=False):
            if len(one):
                highest = np.maximum(highest, self._layout.highest(one, places))
        return highest

    def _heat_of_all(self) -> Weights:
        """The highest weight that each sentence ever got."""
        highest, layout = _zeros(len(self._layout.spans)), self._layout
        if self.summary is None or self.version is None:
            return highest
        for section, places in zip(self.version.sentences, self.summary.places, strict=True):
            work = partial(layout.highest, self._rows(section), places)
            highest = np.maximum(highest, self._peaks.of(section, work, layout))
        return highest

    def _show_coverage(self) -> None:
        dims = self._map.coverage.isChecked() and self.stands() and len(self._seen) == len(self._layout.spans)
        self._source.show_unread(self._layout.spans[self._seen < READ] if dims else EMPTY.spans)

    def _unshade(self) -> None:
        self._source.show_heat(Heat(), Heat())
        self._source.show_unread(EMPTY.spans)
        self._source.light(())

    def _on_text(self) -> None:
        if self.summary is not None and not self.stands():
            self._unshade()

    # What belongs together

    def sources_of(self, side: int, index: int, number: int) -> list[Span]:
        """The stretches of the document that a word of the summary comes from."""
        section, words = self._section(side, index), self._target.words(side, index)
        if section is None or self.summary is None or not 0 <= number < len(words):
            return []
        word, places = words[number], self.summary.places[index]
        if self.summary.extracts:
            piece = self.summary.chosen(section, index).get(word.first, -1)
            return [_span(places.spans[piece])] if piece >= 0 else []
        if self.summary.is_copied(section, word):
            origins = [span for span in section.origins[word.first : word.last] if span[1] > span[0]]
            if origins:
                return sorted({places.source_of(span) for span in origins})
        return places.partners(_highest(self._row((side, index, number))))

    def targets_of(self, place: int) -> tuple[Span | None, list[tuple[int, int]]]:
        """The word or sentence of the document at a character, and the words of the summary that come from it."""
        at = self._layout.sentence_at(place)
        if at < 0 or self.version is None or self.summary is None:
            return None, []
        sentence = _span(self._layout.spans[at])
        words = [(i, n) for i in range(len(self.version.sentences)) for n in range(len(self._target.words(NOW, i)))]
        sources = {word: self.sources_of(NOW, *word) for word in words}
        word = next((found for one in self.summary.places if (found := one.word_at(place))), None)
        exact = [handle for handle, spans in sources.items() if word is not None and word in spans]
        if exact:
            return word, exact
        return sentence, [
            handle
            for handle, spans in sources.items()
            if any(sentence[0] <= start < sentence[1] for start, _ in spans)
        ]

    def _section(self, side: int, index: int) -> Sentence | None:
        version = self._target.version(side)
        return version.sentences[index] if version is not None and 0 <= index < len(version.sentences) else None

    def _rows(self, section: Sentence) -> Weights:
        """The attention of each token of a section over the pieces, (tokens, pieces)."""
        return self._looks.of(section, lambda: rows_of(section))

    def _row(self, at: Handle) -> Weights:
        """The attention of one word over the pieces, (1, pieces)."""
        side, index, number = at
        section, words = self._section(side, index), self._target.words(side, index)
        if section is None or not 0 <= number < len(words):
            return np.zeros((0, 0), np.float32)
        part = self._rows(section)[words[number].first : words[number].last]
        return part.mean(axis=0, keepdims=True) if len(part) else part

    def _on_target(self, side: int, index: int, number: int) -> None:
        words = self._target.words(side, index)
        if not 0 <= number < len(words):
            self.unlight()
            return
        self._target.light(side, [(index, number)])
        self._light_sources(self.sources_of(side, index, number))
        self._shade((side, index, number))
        self._map.light(self._map.row_of(index, words[number]) if side == NOW else None)

    def _on_source(self, place: int) -> None:
        span, targets = self.targets_of(place) if place >= 0 and self.stands() else (None, [])
        if span is None:
            self.unlight()
            return
        self._target.light(NOW, targets)
        self._light_sources([span])

    def _on_cell(self, index: int, word: Word | None, span: object) -> None:
        """A cell of the map: its word, and its part of the document."""
        if word is None or not isinstance(span, tuple):
            self.unlight()
            return
        words = self._target.words(NOW, index)
        self._target.light(NOW, [(index, words.index(word))] if word in words else [])
        self._light_sources([span])

    def _light_sources(self, spans: list[Span]) -> None:
        if self.stands():
            self._source.light(spans)
            self.pointed.emit(*(spans[0] if spans else (-1, -1)))

    def unlight(self) -> None:
        """Nothing is pointed at."""
        self._source.light(())
        self._target.light(NOW, ())
        self._map.light(None)
        self.pointed.emit(-1, -1)
        self._shade()

    def _on_click(self, side: int, index: int, number: int) -> None:
        """Bring the place that a word or sentence came from into view."""
        sources = self.sources_of(side, index, number)
        if sources and self.stands():
            self._source.reveal(sources[0][0])

    def _on_version(self, index: int) -> None:
        if self.summary is not None and 0 <= index < len(self.summary.versions):
            self.show(self.summary, self.summary.versions[index])


def rows_of(section: Sentence) -> Weights:
    """The attention of each token of a section over the pieces, (tokens, pieces)."""
    attention = section.attention
    if attention is None:
        return np.zeros((0, len(section.segment.pieces)), np.float32)
    return of_heads(attention[: len(section.tokens)], None, None)


def _highest(rows: Weights) -> Weights:
    return np.asarray(rows.max(axis=0), np.float32) if len(rows) else _zeros(rows.shape[-1])


def _zeros(count: int) -> Weights:
    return np.zeros(count, np.float32)


def _span(pair: np.ndarray) -> Span:
    return int(pair[0]), int(pair[1])
