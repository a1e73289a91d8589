"""The right pane: what was written after the prompt, with its versions side by side; each character is a handle."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from seq2seq_desktop.tasks.generate.distribution import shown
from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.tabs.generate.draft import Draft, Version
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.source_text import FOOT
from seq2seq_desktop.ui.widgets.version_tabs import VersionTabs
from seq2seq_desktop.ui.widgets.word_text import ShownSentence, ShownWord, WordText

NOW, BEFORE = 0, 1  # the version in work, and the one it branched from, to the left of it


class OutputPane(QWidget):
    """Draws versions of a `Draft`; `side` in the signals is NOW or BEFORE."""

    hovered = Signal(int, int)  # side, place; -1: none
    clicked = Signal(int, int)
    version_chosen = Signal(int)
    copy_asked = Signal()
    save_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.banner = Banner(self)
        self.texts = (WordText(self), WordText(self))
        self.versions = VersionTabs(self)
        self.state = QLabel(self)
        self.state.setProperty("muted", True)
        self.copy_button, self.save_button = QToolButton(self), QToolButton(self)
        self._shown: list[Version | None] = [None, None]
        self._places: list[list[int]] = [[], []]  # of each drawn character among the pieces
        self._lay_out()
        self._connect()
        self.retranslate()
        self.dress()

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        split.addWidget(self.texts[BEFORE])
        split.addWidget(self.texts[NOW])
        self.texts[BEFORE].hide()
        foot = QWidget(self)
        foot.setFixedHeight(FOOT)
        row = QHBoxLayout(foot)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.state)
        row.addStretch(1)
        for button in (self.copy_button, self.save_button):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.banner)
        column.addWidget(self.versions)
        column.addWidget(split, 1)
        column.addWidget(foot)

    def _connect(self) -> None:
        for side, text in enumerate(self.texts):
            text.word_hovered.connect(lambda _, word, side=side: self.hovered.emit(side, self._place(side, word)))
            text.word_clicked.connect(lambda _, word, side=side: self.clicked.emit(side, self._place(side, word)))
        self.versions.currentChanged.connect(self.version_chosen)
        self.copy_button.clicked.connect(self.copy_asked)
        self.save_button.clicked.connect(self.save_asked)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.texts[NOW].setAccessibleName(self.tr("Written text"))
        self.texts[NOW].setPlaceholderText(self.tr("The text appears here. Click a character to choose another."))
        self.texts[BEFORE].setAccessibleName(self.tr("Text before the choice"))
        self.versions.setAccessibleName(self.tr("Versions of the text"))
        for button, name in (
            (self.copy_button, self.tr("Copy the text")),
            (self.save_button, self.tr("Save the text…")),
        ):
            button.setAccessibleName(name)
            button.setToolTip(name)

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.copy_button.setIcon(icon("copy"))
        self.save_button.setIcon(icon("export"))

    def begin(self, draft: Draft, version: Version) -> None:
        """Show this version from its beginning, beside the one it branched from."""
        self._shown = [version, version.parent]
        self.texts[BEFORE].setVisible(version.parent is not None)
        for text in self.texts:
            text.set_layout([draft.prompt, ""])
        self.draw()

    def clear(self) -> None:
        """Show nothing."""
        self._shown = [None, None]
        for text in self.texts:
            text.set_layout([""])
        self.texts[BEFORE].hide()
        self.versions.show_versions([], -1)

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

    def light(self, side: int, place: int) -> None:
        """Light the character of a piece, -1 for none."""
        places = self._places[side]
        self.texts[side].light([(0, places.index(place))] if place in places else ())
        self.texts[1 - side].light(())

    def corner(self, side: int, place: int) -> QPoint:
        """Where on the screen something about the character of a piece may open."""
        text = self.texts[side]
        box = text.word_box(0, self._places[side].index(place))
        return text.viewport().mapToGlobal(box.bottomLeft())

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
