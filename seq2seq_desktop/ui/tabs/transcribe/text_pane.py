"""The right pane: what was said, as it comes, each word a handle; versions side by side; it can be edited."""

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.tabs.transcribe.stretch import SaidWord, Stretch
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript, Version
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.source_text import FOOT
from seq2seq_desktop.ui.widgets.version_tabs import VersionTabs
from seq2seq_desktop.ui.widgets.word_text import Handle, ShownSentence, ShownWord, WordText
from seq2seq_desktop.ui.wording import clock

NOW, BEFORE = 0, 1  # the version in work, and the one it branched from, to the left of it


class TextPane(QWidget):
    """Draws a `Transcript`; `side` in the signals is NOW or BEFORE."""

    hovered = Signal(int, int, int)  # side, stretch, word
    clicked = Signal(int, int, int)
    version_chosen = Signal(int)
    edited = Signal(str)
    edit_asked = Signal()
    copy_asked = Signal()
    save_asked = Signal()
    send_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.banner = Banner(self)
        self.texts = (WordText(self), WordText(self))
        self.editor = QPlainTextEdit(self)
        self.versions = VersionTabs(self)
        self.state, self.legend = QLabel(self), QLabel(self, wordWrap=True)
        self.send, self.edit = QPushButton(self), QPushButton(self)
        self.legend_button, self.copy_button, self.save_button = (QToolButton(self) for _ in range(3))
        self._transcript: Transcript | None = None
        self._shown: list[Version | None] = [None, None]
        self._words: list[dict[int, tuple[SaidWord, ...]]] = [{}, {}]
        self._laid_out = [0, 0]  # stretches that each text has a place for
        self._lay_out()
        self._connect()
        self.retranslate()
        self.dress()

    def _lay_out(self) -> None:
        self._split = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        for side in (BEFORE, NOW):
            self._split.addWidget(self.texts[side])
        self._split.addWidget(self.editor)
        for hidden in (self.texts[BEFORE], self.editor, self.legend):
            hidden.hide()
        self.editor.setTabChangesFocus(True)
        self.editor.document().setDefaultFont(self.texts[NOW].document().defaultFont())
        for label in (self.state, self.legend):
            label.setProperty("muted", True)
        self.legend_button.setCheckable(True)
        self.edit.setCheckable(True)
        for button in (self.edit, self.send):
            button.setProperty("link", True)
        foot = QWidget(self)
        foot.setFixedHeight(FOOT)
        row = QHBoxLayout(foot)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.state)
        row.addStretch(1)
        buttons: tuple[QAbstractButton, ...] = (
            self.edit,
            self.send,
            self.legend_button,
            self.copy_button,
            self.save_button,
        )
        for each in buttons:
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.banner, self.versions):
            column.addWidget(widget)
        column.addWidget(self._split, 1)
        column.addWidget(self.legend)
        column.addWidget(foot)

    def _connect(self) -> None:
        for side, text in enumerate(self.texts):
            text.word_hovered.connect(lambda stretch, word, side=side: self.hovered.emit(side, stretch, word))
            text.word_clicked.connect(lambda stretch, word, side=side: self.clicked.emit(side, stretch, word))
        self.versions.currentChanged.connect(self.version_chosen)
        self.legend_button.toggled.connect(self.legend.setVisible)
        self.edit.toggled.connect(self._on_edit)
        self.send.clicked.connect(self.send_asked)
        self.copy_button.clicked.connect(self.copy_asked)
        self.save_button.clicked.connect(self.save_asked)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.texts[NOW].setAccessibleName(self.tr("What was said"))
        self.texts[NOW].setPlaceholderText(
            self.tr("What is said appears here. Click a word to hear it and to choose another.")
        )
        self.texts[BEFORE].setAccessibleName(self.tr("What was said, before the choice"))
        self.editor.setAccessibleName(self.tr("Edit what was said"))
        self.versions.setAccessibleName(self.tr("Versions of the text"))
        self.legend.setText(
            self.tr(
                "Light letters: may still change. Shaded: the model was not sure; the darker, the less sure, with a "
                "dashed line below 30 %. Underlined: chosen by you. Grey: shared with the version before."
            )
        )
        self.edit.setText(self.tr("E&dit"))
        self.edit.setToolTip(self.tr("Correct the text; words that you leave keep their times"))
        self.send.setText(self.tr("&Translate"))
        self.send.setToolTip(self.tr("Send the text to the Translate tab"))
        for button in (self.edit, self.send):
            button.setAccessibleName(button.text().replace("&", ""))
        named = (
            (self.legend_button, self.tr("What the colours mean")),
            (self.copy_button, self.tr("Copy the text")),
            (self.save_button, self.tr("Save the text…")),
        )
        for tool, name in named:
            tool.setAccessibleName(name)
            tool.setToolTip(name)

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.legend_button.setIcon(icon("info"))
        self.copy_button.setIcon(icon("copy"))
        self.save_button.setIcon(icon("export"))

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
        self._transcript, self._shown = None, [None, None]
        self._words, self._laid_out = [{}, {}], [0, 0]
        for text in self.texts:
            text.set_layout([""])
        self.texts[BEFORE].hide()
        self.versions.show_versions([], -1)

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
        text.set_sentence(index, ShownSentence(stretch.text, shown, not stretch.done))

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

    def light(self, side: int, handles: Sequence[Handle]) -> None:
        """Light these words on one side, none on the other."""
        self.texts[side].light(handles)
        self.texts[1 - side].light(())

    def reveal(self, stretch: int) -> None:
        """Bring a stretch into view."""
        for text, laid_out in zip(self.texts, self._laid_out, strict=True):
            if stretch < laid_out and text.isVisible():
                cursor = text.textCursor()
                cursor.setPosition(text.sentence_start(stretch))
                text.setTextCursor(cursor)

    def corner(self, side: int, stretch: int, word: int) -> QPoint:
        """Where on the screen something about a word may open."""
        text = self.texts[side]
        return text.viewport().mapToGlobal(text.word_box(stretch, word).bottomLeft())

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
