"""Choosing another word: a click opens what could have stood there, a choice becomes a new version."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.ui.tabs.translate.stage import Stage
from seq2seq_desktop.ui.tabs.translate.target_pane import TargetPane
from seq2seq_desktop.ui.widgets.branch_popup import BranchPopup


class Brancher(QObject):
    """Opens the popup on a word of the translation that stands on the stage."""

    branched = Signal(object, object)  # spec.Branch to ask for, the Version its events belong to

    def __init__(self, target: TargetPane, stage: Stage, parent: QWidget) -> None:
        """Listen to the words of `target`."""
        super().__init__(parent)
        self._target, self._stage = target, stage
        self._at: tuple[int, int, int] | None = None  # side, sentence, word of the open popup
        self.popup = BranchPopup(parent)
        self.popup.token_chosen.connect(lambda token: self._branch(token=token))
        self.popup.typed.connect(lambda text: self._branch(typed=text))
        target.clicked.connect(self._open)

    def _open(self, side: int, index: int, number: int) -> None:
        version, words = self._target.version(side), self._target.words(side, index)
        translation = self._stage.translation
        if translation is None or not translation.steerable or version is None or not 0 <= number < len(words):
            return
        self._stage.choose_sentence(index)
        sentence, word = version.sentences[index], words[number]
        if word.first >= len(sentence.tokens):  # a record that kept only its text
            return
        offered = sentence.alternatives[word.first] if word.first < len(sentence.alternatives) else ()
        self._at = (side, index, number)
        self.popup.offer(offered, sentence.tokens[word.first], self._target.corner(side, index, number))

    def _branch(self, token: int | None = None, typed: str = "") -> None:
        translation, at = self._stage.translation, self._at
        self._at = None
        if translation is None or at is None:
            return
        side, index, number = at
        version, words = self._target.version(side), self._target.words(side, index)
        if version not in translation.versions or number >= len(words):
            return
        word = words[number]
        if version.sentences[index].tokens[word.first] == token:
            return
        branch = translation.branch_request(version, index, word, token, typed)
        self.branched.emit(branch, translation.branch(version, index, word, token, typed))
