"""The pane under the picture: its caption as it comes, each word a handle; versions side by side, and editing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from seq2seq_desktop.ui.tabs.caption.photo import Photo, Version, steerable
from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW, OutputPane
from seq2seq_desktop.ui.widgets.send_button import SendButton
from seq2seq_desktop.ui.widgets.word_text import ShownSentence, ShownWord

_LINE = 1.5  # times the height of its letters
_EDGES = 32  # px above and below a line


class CaptionPane(OutputPane):
    """Draws a `Photo`."""

    wording_chosen = Signal(int)
    edited = Signal(str)
    beside_asked = Signal()  # save a text file beside each picture
    inside_asked = Signal()  # write the captions into the pictures
    send_asked = Signal(str)  # the task of the tab that is to have the caption

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.wordings, self.editor, self.edit = QComboBox(self), QLineEdit(self), QPushButton(self)
        self.wordings.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.edit.setProperty("link", True)
        self.edit.setCheckable(True)
        self.edit.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.send = SendButton("translate", self)
        self.menu = QMenu(self.save_button)
        self.to_file, self.beside, self.inside = (self.menu.addAction("") for _ in range(3))
        self.save_button.setMenu(self.menu)
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.split.addWidget(self.editor)
        self.row.addWidget(self.wordings, 1)
        self.row.addStretch(1)
        for button in (self.edit, self.send):
            self.row.addWidget(button)
        for text in self.texts:
            text.setMinimumHeight(round(_LINE * QFontMetricsF(text.document().defaultFont()).height()) + _EDGES)
        self.editor.hide()
        self._photo: Photo | None = None
        self._shown: list[Version | None] = [None, None]
        self._words: list[tuple[Word, ...]] = [(), ()]
        self._connect()
        self.retranslate()
        self.dress()
        self.clear()

    def _connect(self) -> None:
        self.wordings.activated.connect(self.wording_chosen)
        self.edit.toggled.connect(self._on_edit)
        self.editor.returnPressed.connect(self.stop_editing)
        self.send.clicked.connect(lambda: self.send_asked.emit(self.send.task))
        self.to_file.triggered.connect(lambda: self.save_asked.emit())
        self.beside.triggered.connect(lambda: self.beside_asked.emit())
        self.inside.triggered.connect(lambda: self.inside_asked.emit())

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.texts[NOW].setAccessibleName(self.tr("Caption"))
        self.texts[NOW].setPlaceholderText(self.tr("The caption appears here. Click a word to choose another."))
        self.texts[BEFORE].setAccessibleName(self.tr("Caption before the choice"))
        self.wordings.setAccessibleName(self.tr("Other captions of this picture"))
        self.wordings.setToolTip(self.tr("Other captions of this picture, the best first, with their scores"))
        self.edit.setToolTip(self.tr("Write the caption yourself; words that you leave keep where they looked"))
        self.editor.setAccessibleName(self.tr("Edit the caption"))
        self.send.show_text(self.tr("&Translate"), self.tr("Send the caption to the Translate tab"))
        self.to_file.setText(self.tr("Save as &one file (CSV, JSON lines, text)…"))
        self.beside.setText(self.tr("Save a text file &beside each picture"))
        self.inside.setText(self.tr("Write &into the pictures themselves…"))
        self._name_edit()

    # Drawing

    def begin(self, photo: Photo) -> None:
        """Show this picture's caption from its beginning, beside the one it branched from."""
        now = photo.shown
        before = now.parent if now.branched else None
        if photo is not self._photo or now is not self._shown[NOW]:
            self.edit.setChecked(False)
        self._photo, self._shown = photo, [now, before]
        self.texts[BEFORE].setVisible(before is not None and not self.editing)
        for text in self.texts:
            text.set_layout(["", ""])
        self.versions.show_versions([one.name for one in photo.versions], photo.versions.index(now))
        self.draw()

    def clear(self) -> None:
        """Show nothing."""
        self._photo, self._shown, self._words = None, [None, None], [(), ()]
        self.edit.setChecked(False)
        super().clear()
        self._show_wordings()

    def draw(self) -> None:
        """Draw what has changed."""
        for side, version in enumerate(self._shown):
            if version is None:
                continue
            words = version.words
            self._words[side] = words
            shown = tuple(self._shown_word(version, word) for word in words)
            tentative = not version.sentence.done
            self.texts[side].set_sentence(0, ShownSentence(version.text, shown, tentative))
        self._show_wordings()

    def _shown_word(self, version: Version, word: Word) -> ShownWord:
        sentence, probability = version.sentence, version.probability(word)
        note = self.tr("{word}: probability {percent} %. Click for other words.")
        if not steerable(word):
            note = self.tr("{word}: written by you")
        return ShownWord(
            word.start,
            word.end,
            probability,
            dimmed=version.branched and word.last <= sentence.shared,
            picked=version.branched and sentence.picked is not None and word.first <= sentence.picked < word.last,
            note=note.format(word=word.text, percent=round(100 * probability)),
        )

    def _show_wordings(self) -> None:
        """List the finished captions, if there is more than one, and the button to edit if there is any."""
        version = self._shown[NOW]
        ready = version is not None and version.sentence.done and bool(version.text)
        outputs = version.sentence.hypotheses if version is not None and version.edited is None else ()
        items = [f"{number}. {output.text}  ({output.score:.2f})" for number, output in enumerate(outputs, 1)]
        if items != [self.wordings.itemText(index) for index in range(self.wordings.count())]:
            self.wordings.clear()
            self.wordings.addItems(items)
        self.wordings.setVisible(len(items) > 1)
        if version is not None and items:
            self.wordings.setCurrentIndex(version.sentence.chosen)
        self.edit.setVisible(ready)
        self.send.show_for(ready)

    # What is asked

    def words(self, side: int) -> tuple[Word, ...]:
        """The words as they stand on a side."""
        return self._words[side]

    def version(self, side: int) -> Version | None:
        """What stands on a side."""
        return self._shown[side]

    def light_words(self, side: int, words: list[int]) -> None:
        """Light these words on one side, none on the other."""
        self.light(side, [(0, word) for word in words])

    # Editing

    @property
    def editing(self) -> bool:
        """True while the caption is edited."""
        return self.edit.isChecked()

    def stop_editing(self) -> None:
        """Show the words again; what was written is told by `edited`."""
        self.edit.setChecked(False)

    def _on_edit(self, editing: bool) -> None:
        version = self._shown[NOW]
        self.editor.setVisible(editing)
        for side, text in enumerate(self.texts):
            text.setVisible(not editing and (side == NOW or self._shown[BEFORE] is not None))
        self._name_edit()
        if editing and version is not None:
            self.editor.setText(version.text)
            self.editor.setFocus()
        elif version is not None:
            self.edited.emit(self.editor.text())

    def _name_edit(self) -> None:
        self.edit.setText(self.tr("&Done") if self.editing else self.tr("E&dit"))
        self.edit.setAccessibleName(self.edit.text().replace("&", ""))
