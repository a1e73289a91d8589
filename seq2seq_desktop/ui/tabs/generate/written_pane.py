"""The right pane: what was written after the prompt, with its versions side by side; each character is a handle."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.tasks.generate.distribution import shown
from seq2seq_desktop.ui.tabs.generate.draft import Draft, Version
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW, OutputPane
from seq2seq_desktop.ui.widgets.word_text import ShownSentence, ShownWord


class WrittenPane(OutputPane):
    """Draws versions of a `Draft`, each as one sentence whose words are characters."""

    place_hovered = Signal(int, int)  # side, place among the pieces; -1: none
    place_clicked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.row.addStretch(1)
        self._shown: list[Version | None] = [None, None]
        self._places: list[list[int]] = [[], []]  # of each drawn character among the pieces
        self.hovered.connect(lambda side, _, word: self.place_hovered.emit(side, self._place(side, word)))
        self.clicked.connect(lambda side, _, word: self.place_clicked.emit(side, self._place(side, word)))
        self.retranslate()
        self.dress()

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.texts[NOW].setAccessibleName(self.tr("Written text"))
        self.texts[NOW].setPlaceholderText(self.tr("The text appears here. Click a character to choose another."))
        self.texts[BEFORE].setAccessibleName(self.tr("Text before the choice"))

    def begin(self, draft: Draft, version: Version) -> None:
        """Show this version from its beginning, beside the one it branched from."""
        self._shown = [version, version.parent]
        self.texts[BEFORE].setVisible(version.parent is not None)
        for text in self.texts:
            text.set_layout([draft.prompt, ""])
        self.draw()

    def clear(self) -> None:
        """Show nothing."""
        super().clear()
        self._shown = [None, None]

    def draw(self) -> None:
        """Draw what has changed; the end of a text that grows stays in view."""
        for side, version in enumerate(self._shown):
            if version is None:
                continue
            bar = self.texts[side].verticalScrollBar()
            follows = bar.value() >= bar.maximum() - 4
            self._places[side] = [place for place, character in enumerate(version.characters) if character]
            self.texts[side].set_sentence(0, self._sentence(version, self._places[side]))
            if follows:
                bar.setValue(bar.maximum())

    def version(self, side: int) -> Version | None:
        """What stands on a side."""
        return self._shown[side]

    def light_place(self, side: int, place: int) -> None:
        """Light the character of a piece, -1 for none."""
        places = self._places[side]
        self.light(side, [(0, places.index(place))] if place in places else [])

    def corner_of(self, side: int, place: int) -> QPoint:
        """Where on the screen something about the character of a piece may open."""
        return self.corner(side, 0, self._places[side].index(place))

    def _place(self, side: int, word: int) -> int:
        """The piece of a drawn character; -1 for none."""
        return self._places[side][word] if 0 <= word < len(self._places[side]) else -1

    def _sentence(self, version: Version, places: Sequence[int]) -> ShownSentence:
        words, start, characters = [], 0, version.characters
        for place in places:
            end = start + len(characters[place])
            words.append(self._word(version, place, start, end))
            start = end
        return ShownSentence("".join(characters), tuple(words))

    def _word(self, version: Version, place: int, start: int, end: int) -> ShownWord:
        probability, branch = version.probabilities[place], self._shown[NOW]
        shared = branch.shared if branch is not None and branch.parent is not None else -1
        return ShownWord(
            start,
            end,
            probability,
            dimmed=place < shared,
            picked=version is branch and place == shared,
            note=self.tr("{character}: probability {percent} %. Click for other characters.").format(
                character=shown(version.characters[place]), percent=round(100 * probability)
            ),
        )
