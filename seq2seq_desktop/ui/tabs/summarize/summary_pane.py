"""The right pane: the summary with its versions side by side; what was copied is marked."""

from collections.abc import Iterable

from PySide6.QtWidgets import QLabel, QWidget

from seq2seq_desktop.ui.tabs.summarize.summary import GAP, Summary, Version
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW, OutputPane
from seq2seq_desktop.ui.widgets.word_text import ShownSentence, ShownWord


class SummaryPane(OutputPane):
    """Draws a `Summary`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.facts = QLabel(self, wordWrap=True)
        self.facts.setProperty("muted", True)
        self.facts.hide()
        self.column.insertWidget(self.column.count() - 2, self.facts)  # above the legend
        self.row.addStretch(1)
        self._summary: Summary | None = None
        self._shown: list[Version | None] = [None, None]
        self._words: list[dict[int, tuple[Word, ...]]] = [{}, {}]
        self.retranslate()
        self.dress()

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        copied = self.tr("Dotted line: copied from the text; the other words are the model's own.")
        self.legend.setText(f"{self.legend.text()} {copied}")
        self.texts[NOW].setAccessibleName(self.tr("Summary"))
        self.texts[NOW].setPlaceholderText(
            self.tr("The summary appears here. Click a word or a sentence to see where it comes from.")
        )
        self.texts[BEFORE].setAccessibleName(self.tr("Summary before the choice"))

    def begin(self, summary: Summary, now: Version) -> None:
        """Show this version from its beginning, beside the one it branched from."""
        self._summary, self._shown, self._words = summary, [now, now.parent], [{}, {}]
        self.texts[BEFORE].setVisible(now.parent is not None)
        for text in self.texts:
            text.set_layout(["", *[GAP] * (len(now.sentences) - 1), ""])
        self.draw(range(len(now.sentences)))
        names = [one.name for one in summary.versions]
        current = next((place for place, one in enumerate(summary.versions) if one is now), -1)
        self.versions.show_versions(names, current)

    def clear(self) -> None:
        """Show nothing."""
        super().clear()
        self._summary, self._shown, self._words = None, [None, None], [{}, {}]
        self.show_facts("")

    def draw(self, sections: Iterable[int]) -> None:
        """Draw these sections again; those not begun stay away."""
        for index in sorted(sections):
            for side, version in enumerate(self._shown):
                if version is not None and version.sentences[index].begun:
                    self._draw(side, version, index)

    def words(self, side: int, section: int) -> tuple[Word, ...]:
        """The words of a section as they stand in the pane, or its sentences."""
        return self._words[side].get(section, ())

    def version(self, side: int) -> Version | None:
        """What stands on a side."""
        return self._shown[side]

    def show_facts(self, text: str) -> None:
        """Say something about the summary as a whole under it; "" for nothing."""
        self.facts.setText(text)
        self.facts.setVisible(bool(text))

    def _draw(self, side: int, version: Version, index: int) -> None:
        if self._summary is None:
            return
        section = version.sentences[index]
        words = self._summary.words(version, index)
        self._words[side][index] = words
        shown = tuple(self._shown_word(self._summary, version, index, section, word) for word in words)
        self.texts[side].set_sentence(index, ShownSentence(section.text, shown, not section.done))

    def _shown_word(self, summary: Summary, version: Version, index: int, section: Sentence, word: Word) -> ShownWord:
        branched = version.branched == index
        copied = summary.is_copied(section, word)
        return ShownWord(
            word.start,
            word.end,
            1.0 if summary.extracts else section.probability(word),
            dimmed=branched and word.last <= section.shared,
            picked=branched and section.picked is not None and word.first <= section.picked < word.last,
            copied=copied,
            note=self._note(summary, section, word, copied),
        )

    def _note(self, summary: Summary, section: Sentence, word: Word, copied: bool) -> str:
        percent = round(100 * section.probability(word))
        if summary.extracts:
            said = self.tr(
                "Sentence of the text, chosen with {percent} %. Click to go there and for other sentences."
            )
        elif copied:
            said = self.tr("{word}: copied from the text, {percent} %. Click to go there and for other words.")
        else:
            said = self.tr("{word}: the model's own, {percent} %. Click for where it looked and for other words.")
        return said.format(word=word.text, percent=percent)
