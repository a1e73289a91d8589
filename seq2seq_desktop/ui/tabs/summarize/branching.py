"""Choosing another word or sentence: a click opens what could have stood there, a choice becomes a new version."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.ui.tabs.summarize.stage import Stage
from seq2seq_desktop.ui.tabs.summarize.summary_pane import SummaryPane
from seq2seq_desktop.ui.widgets.branch_popup import BranchPopup


class Brancher(QObject):
    """Opens the popup on a word of the summary that stands on the stage."""

    branched = Signal(object, object)  # spec.Branch to ask for, the Version its events belong to

    def __init__(self, target: SummaryPane, stage: Stage, parent: QWidget) -> None:
        """Listen to the words of `target`."""
        super().__init__(parent)
        self._target, self._stage = target, stage
        self._at: tuple[int, int, int] | None = None  # side, section, word of the open popup
        self.popup = BranchPopup(parent)
        self.popup.token_chosen.connect(lambda token: self._branch(token=token))
        self.popup.typed.connect(lambda text: self._branch(typed=text))
        target.clicked.connect(self._open)

    def _open(self, side: int, index: int, number: int) -> None:
        summary, version = self._stage.summary, self._target.version(side)
        words = self._target.words(side, index)
        if summary is None or not summary.steerable or version is None or not 0 <= number < len(words):
            return
        section, word = version.sections[index], words[number]
        if word.first >= len(section.tokens):  # a record that kept only its text
            return
        offered = section.alternatives[word.first] if word.first < len(section.alternatives) else ()
        self._at = (side, index, number)
        corner = self._target.corner(side, index, number)
        self.popup.offer(offered, section.tokens[word.first], corner, typing=not summary.extracts)

    def _branch(self, token: int | None = None, typed: str = "") -> None:
        summary, at = self._stage.summary, self._at
        self._at = None
        if summary is None or at is None:
            return
        side, index, number = at
        version, words = self._target.version(side), self._target.words(side, index)
        if version not in summary.versions or number >= len(words):
            return
        word = words[number]
        if version.sections[index].tokens[word.first] == token:
            return
        branch = summary.branch_request(version, index, word, token, typed)
        self.branched.emit(branch, summary.branch(version, index, word, token, typed))
