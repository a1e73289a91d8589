"""Choosing another word: a click opens what could have stood there, a choice becomes a new version."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QPoint, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.branch_popup import BranchPopup


class Steerable(Protocol):
    """A text with versions, of which each has its sentences, and that can go on from another word."""

    steerable: bool
    versions: list[Any]

    def branch_request(self, version: Any, index: int, word: Word, token: int | None, typed: str) -> Any:
        """What to ask of the task for `branch`."""

    def branch(self, version: Any, index: int, word: Word, token: int | None, typed: str) -> Any:
        """A new version in which a word of sentence `index` is another; its events are still to come."""


class Target(Protocol):
    """The pane in which the versions stand."""

    clicked: SignalInstance  # side, sentence, word

    def version(self, side: int) -> Any:
        """What stands on a side."""

    def words(self, side: int, index: int, /) -> tuple[Word, ...]:
        """The words of a sentence as they stand there."""

    def corner(self, side: int, sentence: int, word: int) -> QPoint:
        """Where on the screen something about a word may open."""


class Brancher(QObject):
    """Opens the popup on a word of the text that is shown."""

    opened = Signal(int)  # the sentence on whose word the popup opens
    branched = Signal(object, object)  # the task's Branch to ask for, the version its events belong to

    def __init__(
        self,
        target: Target,
        shown: Callable[[], Steerable | None],
        parent: QWidget,
        typing: Callable[[], bool] = lambda: True,
    ) -> None:
        """Listen to the words of `target`; `shown` gives what it shows, `typing` whether words can be typed."""
        super().__init__(parent)
        self._target, self._shown, self._typing = target, shown, typing
        self._at: tuple[int, int, int] | None = None  # side, sentence, word of the open popup
        self.popup = BranchPopup(parent)
        self.popup.token_chosen.connect(lambda token: self._branch(token=token))
        self.popup.typed.connect(lambda text: self._branch(typed=text))
        target.clicked.connect(self._open)

    def _open(self, side: int, index: int, number: int) -> None:
        shown, version, words = self._shown(), self._target.version(side), self._target.words(side, index)
        if shown is None or not shown.steerable or version is None or not 0 <= number < len(words):
            return
        self.opened.emit(index)
        sentence, word = version.sentences[index], words[number]
        if word.first >= len(sentence.tokens):  # a record that kept only its text
            return
        offered = sentence.alternatives[word.first] if word.first < len(sentence.alternatives) else ()
        self._at = (side, index, number)
        corner = self._target.corner(side, index, number)
        self.popup.offer(offered, sentence.tokens[word.first], corner, self._typing())

    def _branch(self, token: int | None = None, typed: str = "") -> None:
        shown, at = self._shown(), self._at
        self._at = None
        if shown is None or at is None:
            return
        side, index, number = at
        version, words = self._target.version(side), self._target.words(side, index)
        if version not in shown.versions or number >= len(words):
            return
        word = words[number]
        if version.sentences[index].tokens[word.first] == token:
            return
        branch = shown.branch_request(version, index, word, token, typed)
        self.branched.emit(branch, shown.branch(version, index, word, token, typed))
