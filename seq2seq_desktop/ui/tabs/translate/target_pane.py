"""The right pane: the translation with its versions side by side, other wordings, copy and save."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.tabs.translate.translation import Translation, Version
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.source_text import FOOT
from seq2seq_desktop.ui.widgets.version_tabs import VersionTabs
from seq2seq_desktop.ui.widgets.word_text import Handle, ShownSentence, ShownWord, WordText

NOW, BEFORE = 0, 1  # the version in work, and the one it branched from, to the left of it


class TargetPane(QWidget):
    """Draws a `Translation`; `side` in the signals is NOW or BEFORE."""

    hovered = Signal(int, int, int)  # side, sentence, word
    clicked = Signal(int, int, int)
    version_chosen = Signal(int)
    wording_chosen = Signal(int)
    copy_asked = Signal()
    save_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.banner = Banner(self)
        self.texts = (WordText(self), WordText(self))
        self.versions = VersionTabs(self)
        self.wordings = QComboBox(self)
        self.state, self.legend = QLabel(self), QLabel(self, wordWrap=True)
        self.legend_button, self.copy_button, self.save_button = (QToolButton(self) for _ in range(3))
        self._shown: list[Version | None] = [None, None]
        self._words: list[dict[int, tuple[Word, ...]]] = [{}, {}]
        self._lay_out()
        self._connect()
        self.retranslate()
        self.dress()

    def _lay_out(self) -> None:
        self._split = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        self._split.addWidget(self.texts[BEFORE])
        self._split.addWidget(self.texts[NOW])
        self.texts[BEFORE].hide()
        self.wordings.hide()
        self.wordings.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.legend.hide()
        for label in (self.state, self.legend):
            label.setProperty("muted", True)
        self.legend_button.setCheckable(True)
        foot = QWidget(self)
        foot.setFixedHeight(FOOT)
        row = QHBoxLayout(foot)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.state)
        row.addWidget(self.wordings, 1)
        row.addStretch(1)
        for button in (self.legend_button, self.copy_button, self.save_button):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.banner)
        column.addWidget(self.versions)
        column.addWidget(self._split, 1)
        column.addWidget(self.legend)
        column.addWidget(foot)

    def _connect(self) -> None:
        for side, text in enumerate(self.texts):
            text.word_hovered.connect(lambda sentence, word, side=side: self.hovered.emit(side, sentence, word))
            text.word_clicked.connect(lambda sentence, word, side=side: self.clicked.emit(side, sentence, word))
        self.versions.currentChanged.connect(self.version_chosen)
        self.wordings.activated.connect(self.wording_chosen)
        self.legend_button.toggled.connect(self.legend.setVisible)
        self.copy_button.clicked.connect(self.copy_asked)
        self.save_button.clicked.connect(self.save_asked)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.texts[NOW].setAccessibleName(self.tr("Translation"))
        self.texts[NOW].setPlaceholderText(self.tr("The translation appears here. Click a word to choose another."))
        self.texts[BEFORE].setAccessibleName(self.tr("Translation before the choice"))
        self.versions.setAccessibleName(self.tr("Versions of the translation"))
        self.wordings.setAccessibleName(self.tr("Other wordings of this sentence"))
        self.wordings.setToolTip(self.tr("Other wordings of this sentence, the best first, with their scores"))
        self.legend.setText(
            self.tr(
                "Light letters: may still change. Shaded: the model was not sure; the darker, the less sure, with a "
                "dashed line below 30 %. Underlined: chosen by you. Grey: shared with the version before."
            )
        )
        named = (
            (self.legend_button, self.tr("What the colours mean")),
            (self.copy_button, self.tr("Copy the translation")),
            (self.save_button, self.tr("Save the translation…")),
        )
        for button, name in named:
            button.setAccessibleName(name)
            button.setToolTip(name)

    def dress(self) -> None:
        """Take the colours of the theme."""
        for button, name in (
            (self.legend_button, "info"),
            (self.copy_button, "copy"),
            (self.save_button, "export"),
        ):
            button.setIcon(icon(name))

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

    def clear(self) -> None:
        """Show nothing."""
        self._shown, self._words = [None, None], [{}, {}]
        for text in self.texts:
            text.set_layout([""])
        self.texts[BEFORE].hide()
        self.versions.show_versions([], -1)
        self.show_wordings(None)

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

    def light(self, side: int, handles: Sequence[Handle]) -> None:
        """Light these words on one side, none on the other."""
        self.texts[side].light(handles)
        self.texts[1 - side].light(())

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
