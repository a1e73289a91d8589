"""One translation on the panes: what is drawn each frame, and which words light up together."""

from bisect import bisect_right
from time import monotonic

from PySide6.QtCore import QObject, Signal

from seq2seq_desktop.ui.tabs.translate.map_pane import MapPane
from seq2seq_desktop.ui.tabs.translate.options_panel import OptionsPanel
from seq2seq_desktop.ui.tabs.translate.target_pane import TargetPane
from seq2seq_desktop.ui.tabs.translate.translation import Translation, Version
from seq2seq_desktop.ui.views.alignment import overlapping, sources_of, targets_of
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW
from seq2seq_desktop.ui.widgets.source_text import SourceText
from seq2seq_desktop.ui.widgets.word_text import Handle

BUDGET = 0.008  # seconds of a frame that may go into writing sentences; what is left waits for the next frame
LAST = 0.5  # seconds for the last frame of a short text, which is to stand at once
AT_ONCE = 64  # sentences up to which a text is short


class Stage(QObject):
    """Shows a `Translation` on source, target and map; `frame` draws what changed since the last one."""

    pointed = Signal(int, int)  # the stretch of the source from the first word that is lit to the last; -1, -1: none

    def __init__(
        self, source: SourceText, target: TargetPane, map_pane: MapPane, options: OptionsPanel, parent: QObject
    ) -> None:
        """Nothing is shown yet."""
        super().__init__(parent)
        self._source, self._target, self._map, self._options = source, target, map_pane, options
        self.translation: Translation | None = None
        self.version: Version | None = None
        self.index = 0  # of the sentence on the map
        self._follows = True  # True until the user chooses a sentence: the map goes where words come
        target.hovered.connect(self._on_target)
        target.version_chosen.connect(self._on_version)
        target.wording_chosen.connect(self._on_wording)
        source.pointed.connect(self._on_source)
        source.cursorPositionChanged.connect(self._on_caret)
        map_pane.cell_hovered.connect(self._on_cell)
        map_pane.sentence_asked.connect(lambda step: self.choose_sentence(self.index + step))
        map_pane.choice_changed.connect(self.unlight)
        options.map_changed.connect(self._on_head)

    # What is shown

    def show(self, translation: Translation, version: Version | None = None) -> None:
        """Put a translation on the panes, at this version or its newest."""
        if translation is not self.translation:
            self.index, self._follows = 0, True
        self.translation = translation
        translation.restarted = False
        self.version = version or (translation.versions[-1] if translation.versions else None)
        self.unlight()
        if self.version is None:
            self.clear_views()
            return
        if self.version.branched is not None:
            self.index = self.version.branched
        self._target.begin(translation, self.version, self.version.parent)
        names = [one.name for one in translation.versions]
        self._target.versions.show_versions(names, translation.versions.index(self.version))
        self._show_sentence()

    def clear(self) -> None:
        """Show nothing."""
        self.translation = self.version = None
        self.unlight()
        self.clear_views()

    def clear_views(self) -> None:
        """Empty the panes."""
        self._target.clear()
        self._map.clear()

    def frame(self) -> None:
        """Draw what has changed."""
        shown = self.translation
        if shown is None:
            return
        if shown.restarted:
            self.show(shown)
        if not shown.changed or self.version is None:
            return
        changed = set(shown.changed)
        until = monotonic() + (BUDGET if shown.jobs or len(changed) > AT_ONCE else LAST)
        for index in sorted(changed, key=lambda index: (index != self.index, index)):
            self._target.draw([index])
            shown.changed.discard(index)
            if monotonic() > until:
                break
        changed -= shown.changed
        self._follow(changed)
        if self.index in changed:
            self._offer_heads()
            self._target.show_wordings(self._sentence())
        self._map.draw()

    @property
    def waiting(self) -> bool:
        """True while something is known that is not drawn yet."""
        return self.translation is not None and bool(self.translation.changed)

    def choose_sentence(self, index: int) -> None:
        """Show the map of this sentence from now on."""
        if self.version is not None and 0 <= index < len(self.version.sentences):
            self._follows = False
            self.index = index
            self._target.reveal(index)
            self._show_sentence()

    def _follow(self, changed: set[int]) -> None:
        """Go to a sentence that is being written once the one on the map is done."""
        sentence = self._sentence()
        if not self._follows or self.version is None or (sentence is not None and not sentence.done):
            return
        coming = [index for index in sorted(changed) if not self.version.sentences[index].done]
        if coming and coming[0] != self.index:
            self.index = coming[0]
            self._show_sentence()

    def _sentence(self) -> Sentence | None:
        return self._sentence_of(NOW, self.index)

    def _sentence_of(self, side: int, index: int) -> Sentence | None:
        """The sentence as the version on this side has it."""
        version = self._target.version(side)
        return version.sentences[index] if version is not None and 0 <= index < len(version.sentences) else None

    def _show_sentence(self) -> None:
        if self.version is None:
            return
        self._map.show_place(self.index, len(self.version.sentences))
        self._offer_heads()
        before = self._sentence_of(BEFORE, self.index)
        self._map.show_sentences(self._sentence(), before if before is not self._sentence() else None)
        self._target.show_wordings(self._sentence())

    def _offer_heads(self) -> None:
        sentence = self._sentence()
        if sentence is not None and sentence.attention is not None:
            self._options.show_heads(sentence.attention.shape[1], sentence.attention.shape[2])
        self._map.layer, self._map.head = self._options.chosen_head

    def _on_head(self) -> None:
        self._map.layer, self._map.head = self._options.chosen_head
        self._map.draw()

    def _on_version(self, index: int) -> None:
        if self.translation is not None and 0 <= index < len(self.translation.versions):
            self.show(self.translation, self.translation.versions[index])

    def _on_wording(self, index: int) -> None:
        sentence = self._sentence()
        if sentence is not None and sentence.done and 0 <= index < len(sentence.hypotheses):
            sentence.choose(index)
            self._target.draw([self.index])
            self._map.draw()

    # Words that belong together

    def unlight(self) -> None:
        """No word is pointed at."""
        self._source.light(())
        self.pointed.emit(-1, -1)
        self._target.light(NOW, ())
        self._map.light(NOW, None, None)

    def point_at(self, place: int, end: int = -1) -> None:
        """Behave as if the pointer stood on the words of a stretch of the translation; -1: on none."""
        found = self._words_between(place, max(end, place + 1)) if place >= 0 else []
        if len(found) < 2:
            self._on_target(NOW, *(found[0] if found else (-1, -1)))
            return
        self._target.light(NOW, found)
        spans = sorted({span for handle in found for span in self._source_spans(*handle)})
        if self._text_stands():
            self._source.light(spans)
            self.pointed.emit(*((spans[0][0], spans[-1][1]) if spans else (-1, -1)))
        self._map.light(NOW, None, None)

    def _words_between(self, place: int, end: int) -> list[Handle]:
        """The words of the translation that touch a stretch of it."""
        found: list[Handle] = []
        if self.translation is None or self.version is None:
            return []
        for index, start in enumerate(self.translation.starts(self.version)):
            words = self._target.words(NOW, index)
            inside = (number for number, word in enumerate(words) if start + word.start < end)
            found += [(index, number) for number in inside if place < start + words[number].end]
        return found

    def _source_spans(self, index: int, number: int) -> list[tuple[int, int]]:
        """Where in the text the source words of a word of the translation stand."""
        sentence, words = self._sentence_of(NOW, index), self._target.words(NOW, index)
        if sentence is None:
            return []
        sources, start = sentence.source_words(), sentence.segment.start
        aligned = sources_of(sentence.matrix(words, sources, *self._options.chosen_head), number)
        return [(start + sources[one].start, start + sources[one].end) for one in aligned]

    def _on_target(self, side: int, index: int, number: int) -> None:
        words = self._target.words(side, index)
        sentence = self._sentence_of(side, index)
        if sentence is None or not 0 <= number < len(words):
            self.unlight()
            return
        sources = sentence.source_words()
        aligned = sources_of(sentence.matrix(words, sources, *self._options.chosen_head), number)
        lit = [sources[place] for place in aligned]
        self._light(side, index, [number], lit, words[number], lit[0] if lit else None)

    def _on_source(self, place: int) -> None:
        index = self._sentence_at(place)
        sentence = self._sentence_of(NOW, index)
        if sentence is None:
            self.unlight()
            return
        sources, inside = sentence.source_words(), place - sentence.segment.start
        number = next((i for i, word in enumerate(sources) if word.start <= inside < word.end), None)
        if number is None:
            self.unlight()
            return
        words = self._target.words(NOW, index)
        aligned = targets_of(sentence.matrix(words, sources, *self._options.chosen_head), number)
        first = words[aligned[0]] if aligned else None
        self._light(NOW, index, aligned, [sources[number]], first, sources[number])

    def _on_cell(self, side: int, target: Word | None, source: Word | None) -> None:
        sentence = self._sentence_of(side, self.index)
        if sentence is None or target is None or source is None:
            self.unlight()
            return
        sources, words = sentence.source_words(), self._target.words(side, self.index)
        lit = [sources[place] for place in overlapping(source, sources)]
        self._light(side, self.index, overlapping(target, words), lit, target, source)

    def _light(
        self, side: int, index: int, targets: list[int], sources: list[Word], row: Word | None, column: Word | None
    ) -> None:
        """Light words in both panes, and a row and a column of the map if it shows their sentence."""
        self._target.light(side, [(index, number) for number in targets])
        sentence = self._sentence_of(side, index)
        if sentence is not None and self._text_stands():
            start = sentence.segment.start
            self._source.light([(start + word.start, start + word.end) for word in sources])
            ends = (start + sources[0].start, start + sources[-1].end) if sources else (-1, -1)
            self.pointed.emit(*ends)
        self._map.light(side, *((row, column) if index == self.index else (None, None)))

    def _text_stands(self) -> bool:
        """True while the source pane shows the very text that was translated, by its length."""
        if self.translation is None or self._source.isHidden():
            return False
        return len(self._source.whole()) == len(self.translation.text)

    def _sentence_at(self, place: int) -> int:
        """The sentence of a character of the source; -1 where there is none."""
        if place < 0 or self.translation is None or not self._text_stands():
            return -1
        return bisect_right([segment.start for segment in self.translation.segments], place) - 1

    def _on_caret(self) -> None:
        """The map goes to the sentence in which the caret stands."""
        if self.translation is None or self.translation.outcome == "running" or not self._source.hasFocus():
            return
        index = self._sentence_at(self._source.textCursor().position())
        if self.version is not None and 0 <= index < len(self.version.sentences) and index != self.index:
            self._follows = False
            self.index = index
            self._show_sentence()
