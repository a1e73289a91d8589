"""The right pane: the translation with its versions side by side, other wordings, copy and save."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from seq2seq_desktop.ui.tabs.translate.translation import Translation, Version
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW, OutputPane
from seq2seq_desktop.ui.widgets.send_button import SendButton
from seq2seq_desktop.ui.widgets.word_text import ShownSentence, ShownWord


class TargetPane(OutputPane):
    """Draws a `Translation`."""

    wording_chosen = Signal(int)
    send_asked = Signal(str)  # the task of the tab that is to have the translation

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.wordings = QComboBox(self)
        self.wordings.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.wordings.hide()
        self.wordings.activated.connect(self.wording_chosen)
        self.row.addWidget(self.wordings, 1)
        self.row.addStretch(1)
        self.sends = (SendButton("summarize", self),)
        for button in self.sends:
            self.row.addWidget(button)
            button.clicked.connect(lambda _=False, task=button.task: self.send_asked.emit(task))
        self._shown: list[Version | None] = [None, None]
        self._words: list[dict[int, tuple[Word, ...]]] = [{}, {}]
        self.retranslate()
        self.dress()

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.texts[NOW].setAccessibleName(self.tr("Translation"))
        self.texts[NOW].setPlaceholderText(self.tr("The translation appears here. Click a word to choose another."))
        self.texts[BEFORE].setAccessibleName(self.tr("Translation before the choice"))
        (summarize,) = self.sends
        summarize.show_text(self.tr("S&ummarize"), self.tr("Send the translation to the Summarize tab"))
        self.wordings.setAccessibleName(self.tr("Other wordings of this sentence"))
        self.wordings.setToolTip(self.tr("Other wordings of this sentence, the best first, with their scores"))

    # Drawing

    def begin(self, translation: Translation, now: Version, before: Version | None) -> None:
        """Show these versions from their beginning."""
        self._shown = [now, before]
        self._words = [{}, {}]
        self.texts[BEFORE].setVisible(before is not None)
        for text in self.texts:
            text.set_layout(translation.gaps)
        for side, version in enumerate(self._shown):
            if version is not None:
                for index, sentence in enumerate(version.sentences):
                    if sentence.begun:
                        self._draw(side, index)
        if now.branched is not None:
            self.reveal(now.branched)
        self._show_sends()

    def clear(self) -> None:
        """Show nothing."""
        super().clear()
        self._shown, self._words = [None, None], [{}, {}]
        self.show_wordings(None)
        self._show_sends()

    def _show_sends(self) -> None:
        for button in self.sends:
            button.show_for(self._shown[NOW] is not None)

    def draw(self, sentences: Sequence[int]) -> None:
        """Draw these sentences again; those not begun stay away."""
        for index in sorted(sentences):
            for side, version in enumerate(self._shown):
                if version is not None and version.sentences[index].begun:
                    self._draw(side, index)

    def words(self, side: int, sentence: int) -> tuple[Word, ...]:
        """The words of a sentence as they stand in the pane."""
        return self._words[side].get(sentence, ())

    def version(self, side: int) -> Version | None:
        """What stands on a side."""
        return self._shown[side]

    def reveal(self, sentence: int) -> None:
        """Bring a sentence into view."""
        for text, version in zip(self.texts, self._shown, strict=True):
            if version is not None and version.sentences[sentence].begun and text.isVisible():
                cursor = text.textCursor()
                cursor.setPosition(text.sentence_start(sentence))
                text.setTextCursor(cursor)

    def show_wordings(self, sentence: Sentence | None) -> None:
        """List the finished outputs of a sentence, if there is more than one."""
        outputs = sentence.hypotheses if sentence is not None else ()
        items = [f"{number}. {output.text}  ({output.score:.2f})" for number, output in enumerate(outputs, 1)]
        if items != [self.wordings.itemText(index) for index in range(self.wordings.count())]:
            self.wordings.clear()
            self.wordings.addItems(items)
        self.wordings.setVisible(len(items) > 1)
        if sentence is not None and items:
            self.wordings.setCurrentIndex(sentence.chosen)

    def save_name(self, path: Path | None, language: str, suffix: str) -> str:
        """A file name to begin with, in the source's folder."""
        if path is None:
            return f"{self.tr('translation')}.{language}{suffix}"
        return str(path.with_name(f"{path.stem}.{language}{suffix}"))

    def _draw(self, side: int, index: int) -> None:
        version = self._shown[side]
        if version is None:
            return
        sentence = version.sentences[index]
        words = sentence.target_words()
        self._words[side][index] = words
        shown = tuple(self._shown_word(version, index, sentence, word) for word in words)
        self.texts[side].set_sentence(index, ShownSentence(sentence.text, shown, not sentence.done))

    def _shown_word(self, version: Version, index: int, sentence: Sentence, word: Word) -> ShownWord:
        probability = sentence.probability(word)
        branched = version.branched == index
        return ShownWord(
            word.start,
            word.end,
            probability,
            dimmed=branched and word.last <= sentence.shared,
            picked=sentence.picked is not None and word.first <= sentence.picked < word.last,
            note=self.tr("{word}: probability {percent} %. Click for other words.").format(
                word=word.text, percent=round(100 * probability)
            ),
        )
