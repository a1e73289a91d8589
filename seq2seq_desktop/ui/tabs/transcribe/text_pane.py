"""The right pane: what was said, as it comes, each word a handle; versions side by side; it can be edited."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from seq2seq_desktop.ui.tabs.transcribe.stretch import SaidWord, Stretch
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript, Version
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW, OutputPane
from seq2seq_desktop.ui.widgets.send_button import SendButton
from seq2seq_desktop.ui.widgets.word_text import ShownSentence, ShownWord
from seq2seq_desktop.ui.wording import clock


class TextPane(OutputPane):
    """Draws a `Transcript`."""

    edited = Signal(str)
    edit_asked = Signal()
    send_asked = Signal(str)  # the task of the tab that is to have the text

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.editor = QPlainTextEdit(self)
        self.editor.setTabChangesFocus(True)
        self.editor.document().setDefaultFont(self.texts[NOW].document().defaultFont())
        self.editor.hide()
        self.split.addWidget(self.editor)
        self.edit = QPushButton(self)
        self.sends = (SendButton("translate", self), SendButton("summarize", self))
        self.edit.setCheckable(True)
        self.edit.setProperty("link", True)
        self.edit.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.edit.toggled.connect(self._on_edit)
        self.row.addStretch(1)
        self.row.addWidget(self.edit)
        for button in self.sends:
            self.row.addWidget(button)
            button.clicked.connect(lambda _=False, task=button.task: self.send_asked.emit(task))
        self._transcript: Transcript | None = None
        self._shown: list[Version | None] = [None, None]
        self._words: list[dict[int, tuple[SaidWord, ...]]] = [{}, {}]
        self._laid_out = [0, 0]  # stretches that each text has a place for
        self.retranslate()
        self.dress()

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.texts[NOW].setAccessibleName(self.tr("What was said"))
        self.texts[NOW].setPlaceholderText(
            self.tr("What is said appears here. Click a word to hear it and to choose another.")
        )
        self.texts[BEFORE].setAccessibleName(self.tr("What was said, before the choice"))
        self.editor.setAccessibleName(self.tr("Edit what was said"))
        self.edit.setText(self.tr("&Done") if self.editing else self.tr("E&dit"))
        self.edit.setToolTip(self.tr("Correct the text; words that you leave keep their times"))
        self.edit.setAccessibleName(self.edit.text().replace("&", ""))
        translate, summarize = self.sends
        translate.show_text(self.tr("&Translate"), self.tr("Send the text to the Translate tab"))
        summarize.show_text(self.tr("S&ummarize"), self.tr("Send the text to the Summarize tab"))

    # Drawing

    def begin(self, transcript: Transcript, now: Version) -> None:
        """Show this version from its beginning, beside the one it branched from."""
        before = now.parent if now.branched is not None else None
        self._transcript, self._shown = transcript, [now, before]
        self._words, self._laid_out = [{}, {}], [0, 0]
        self.texts[BEFORE].setVisible(before is not None)
        for text in self.texts:
            text.set_layout([""])
        self.draw(range(len(transcript.stretches)))
        names = [one.name for one in transcript.versions]
        self.versions.show_versions(names, transcript.versions.index(now))
        if now.branched is not None:  # once the panes have their width
            QTimer.singleShot(0, self, partial(self.reveal, now.branched))

    def clear(self) -> None:
        """Show nothing."""
        super().clear()
        self._transcript, self._shown = None, [None, None]
        self._words, self._laid_out = [{}, {}], [0, 0]

    def draw(self, stretches: Iterable[int]) -> None:
        """Draw these stretches again."""
        transcript = self._transcript
        if transcript is None:
            return
        for index in sorted(stretches):
            for side, version in enumerate(self._shown):
                if version is not None and index < len(transcript.stretches):
                    self._draw(transcript, side, version, index)

    def _draw(self, transcript: Transcript, side: int, version: Version, index: int) -> None:
        text, stretch = self.texts[side], transcript.stretch(version, index)
        while self._laid_out[side] <= index:
            text.add_sentence(transcript.gap(version, self._laid_out[side]))
            self._laid_out[side] += 1
        words = stretch.words
        self._words[side][index] = words
        shown = tuple(self._shown_word(version, stretch, word) for word in words)
        text.set_sentence(index, ShownSentence(stretch.text, shown, not stretch.done, stretch.firm))

    def _shown_word(self, version: Version, stretch: Stretch, word: SaidWord) -> ShownWord:
        sentence = stretch.sentence
        branched = version.branched == stretch.number and stretch.edited is None
        note = self.tr("{word}: probability {percent} %. Click to hear it and for other words.")
        if word.timed:
            note = self.tr("{word}, {time}: probability {percent} %. Click to hear it and for other words.")
        if not word.steerable:
            note = self.tr("{word}: written by you")
        return ShownWord(
            word.at,
            word.to,
            word.probability,
            dimmed=branched and word.steerable and word.last <= sentence.shared,
            picked=branched and sentence.picked is not None and word.first <= sentence.picked < word.last,
            note=note.format(word=word.text, time=clock(word.start, True), percent=round(100 * word.probability)),
        )

    # What is asked

    def words(self, side: int, stretch: int) -> tuple[SaidWord, ...]:
        """The words of a stretch as they stand in the pane."""
        return self._words[side].get(stretch, ())

    def version(self, side: int) -> Version | None:
        """What stands on a side."""
        return self._shown[side]

    def reveal(self, stretch: int) -> None:
        """Bring a stretch into view."""
        for text, laid_out in zip(self.texts, self._laid_out, strict=True):
            if stretch < laid_out and text.isVisible():
                cursor = text.textCursor()
                cursor.setPosition(text.sentence_start(stretch))
                text.setTextCursor(cursor)

    # Editing

    @property
    def editing(self) -> bool:
        """True while the text is edited."""
        return self.edit.isChecked()

    def stop_editing(self) -> None:
        """Show the words again; what was edited is told by `edited`."""
        self.edit.setChecked(False)

    def _on_edit(self, editing: bool) -> None:
        transcript, version = self._transcript, self._shown[NOW]
        if editing and transcript is not None and version is not None:
            self.editor.setPlainText(transcript.whole(version))
        self.editor.setVisible(editing)
        for side, text in enumerate(self.texts):
            before = version is not None and version.branched is not None
            text.setVisible(not editing and (side == NOW or before))
        self.edit.setText(self.tr("&Done") if editing else self.tr("E&dit"))
        self.edit.setAccessibleName(self.edit.text().replace("&", ""))
        if editing:
            self.editor.setFocus()
        else:
            self.edited.emit(self.editor.toPlainText())
