"""One bundle of a comparison: its figures, its words up to the step, its map."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from seq2seq_desktop.tasks.translate.catalogue import Translator
from seq2seq_desktop.ui.tabs.translate.compare_state import Column, Span
from seq2seq_desktop.ui.tabs.translate.map_pane import saliency_title
from seq2seq_desktop.ui.views.attention_matrix import AttentionMatrix
from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.word_text import ShownSentence, ShownWord, WordText
from seq2seq_desktop.ui.wording import decimal, megabytes

_FIXED = "\u00a0"  # a figure stays with its unit
WIDTH = 260  # px: least, so that the title of a map can be read


class ColumnView(QWidget):
    """Draws a `Column` up to a step."""

    hovered = Signal(int, int)  # sentence, target word; -1, -1: none
    cell_hovered = Signal(int, int, int)  # sentence, target word, source word; -1: none
    value_hovered = Signal(str)

    def __init__(self, translator: Translator, colour_map: str, parent: QWidget | None = None) -> None:
        """Nothing to draw yet."""
        super().__init__(parent)
        self.translator = translator
        self.column: Column | None = None
        self._sentence = 0  # on the map
        self._step_row: int | None = None
        self._drawn: object = None
        self.name, self.facts = QLabel(translator.name, self), QLabel(self, wordWrap=True)
        self.name.setProperty("heading", True)
        self.facts.setProperty("muted", True)
        self.facts.setMinimumHeight(2 * self.facts.fontMetrics().lineSpacing())  # as high in every column
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.banner, self.text = Banner(self), WordText(self)
        self.map = AttentionMatrix(self, colour_map)
        split = QSplitter(Qt.Orientation.Vertical, self, childrenCollapsible=False)
        split.addWidget(self.text)
        split.addWidget(self.map)
        split.setSizes([120, 320])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.name, self.facts, self.banner):
            column.addWidget(widget)
        column.addWidget(split, 1)
        self.setMinimumWidth(WIDTH)
        self.text.word_hovered.connect(self.hovered)
        self.map.cell_hovered.connect(lambda row, place: self.cell_hovered.emit(self._sentence, row, place))
        self.map.value_hovered.connect(self.value_hovered)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.text.setAccessibleName(self.tr("Translation by {name}").format(name=self.translator.name))
        self.map.retranslate()
        self.map.setAccessibleName(self.tr("Map of {name}").format(name=self.translator.name))
        self.banner.retranslate()
        self._drawn = None
        self._show_facts()

    def show_column(self, column: Column) -> None:
        """Show another comparison from now on."""
        self.column, self._drawn = column, None
        self.banner.hide()
        self.text.set_layout([""])
        self.map.clear()

    def draw(self, step: int) -> None:
        """Draw everything up to a step; nothing happens if it stands there already."""
        column = self.column
        if column is None or self._drawn == (column.revision, step):
            return
        self._drawn = (column.revision, step)
        self._show_facts()
        if column.translation.restarted:
            column.translation.restarted = False
            self.text.set_layout(column.translation.gaps)
        if column.sentences:
            self._draw_words(column, step)
            self._draw_map(column, step)

    def light(self, sentence: int, targets: list[int], spans: list[Span]) -> None:
        """Light words, and on the map the row of the first of them and the column of the first stretch."""
        if self.column is None:
            return
        self.text.light([(sentence, target) for target in targets])
        sources = self.column.sources_at(sentence, spans)
        here = sentence == self._sentence
        self.map.light(targets[0] if targets and here else None, sources[0] if sources and here else None)

    def unlight(self) -> None:
        """Only the step's row stays framed."""
        self.text.light(())
        self.map.light(self._step_row, None)

    def _draw_words(self, column: Column, step: int) -> None:
        for index, sentence in enumerate(column.sentences):
            words = column.words(index)
            if not sentence.begun and not words:
                break
            seen = words[: max(0, step)]
            step -= len(words)
            text = sentence.text if len(seen) == len(words) else sentence.text[: seen[-1].end if seen else 0]
            shown = tuple(
                ShownWord(word.start, word.end, sentence.probability(word), note=self._note(word, index))
                for word in seen
            )
            self.text.set_sentence(index, ShownSentence(text, shown, not sentence.done))

    def _draw_map(self, column: Column, step: int) -> None:
        self._sentence, last = column.place(step)
        sentence, words = column.sentences[self._sentence], column.words(self._sentence)
        weights = column.matrix(self._sentence).copy()
        weights[last + 1 :] = 0
        named = [word.text if row <= last else "" for row, word in enumerate(words)]
        has_map = sentence.attention is not None
        self.map.show_title(self._title(sentence.is_saliency, has_map, sentence.done))
        sources = [word.text for word in sentence.source_words()] if has_map else []
        self.map.show_map(weights if has_map else weights[:0, :0], named if has_map else [], sources)
        self.map.draw()
        self._step_row = last if has_map and last >= 0 else None
        self.map.light(self._step_row, None)

    def _title(self, is_saliency: bool, has_map: bool, done: bool) -> str:
        if is_saliency:
            return saliency_title()
        if has_map:
            return self.tr("Attention, mean of all layers and heads")
        return self.tr("This model has no attention") if done else ""

    def _note(self, word: Word, sentence: int) -> str:
        if self.column is None:
            return ""
        percent = round(100 * self.column.sentences[sentence].probability(word))
        return self.tr("{word}: probability {percent} %").format(word=word.text, percent=percent)

    def _show_facts(self) -> None:
        one = self.translator
        facts = [
            self.tr("{millions} million parameters").format(millions=decimal(one.parameters / 1e6)),
            megabytes(one.bytes),
        ]
        self.facts.setText(" · ".join(fact.replace(" ", _FIXED) for fact in (*facts, *self._progress())))
        failure = self.column.compared.failure if self.column is not None else None
        if failure is not None:
            self.banner.tell(failure.problem, failure.remedy)

    def _progress(self) -> list[str]:
        """How far it is, or how it went."""
        column = self.column
        if column is None or column.compared.failure is not None:
            return []
        done, score = column.compared.finished, column.compared.score
        if done is None:
            waiting = self.tr("waiting") if not column.sentences else self.tr("translating…")
            return [self.tr("loading…") if column.loading else waiting]
        if done.reason == "cancelled":
            return [self.tr("cancelled")]
        speed = self.tr("{speed} tokens/s").format(speed=round(column.compared.tokens_per_second))
        figures = [self.tr("{seconds} s").format(seconds=f"{done.seconds:.2f}"), speed]
        return figures if score is None else [*figures, self.tr("score {score}").format(score=f"{score:.2f}")]
