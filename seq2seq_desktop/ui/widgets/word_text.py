"""A text whose words are handles: they can be pointed at, clicked and reached with the keyboard."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QToolTip, QWidget

from seq2seq_desktop.ui.widgets.utf16 import units

OUTPUT_SCALE = 1.15  # of the system's font size
_LINE_HEIGHT = 150.0  # per cent
_SHADES = ((0.3, 72), (0.5, 44), (0.75, 20))  # below this probability: opacity 0..255 of the background
_UNSURE = _SHADES[0][0]  # below it the word has a dashed line as well: never by colour alone


@dataclass(frozen=True)
class ShownWord:
    """One word of a sentence, and how it is drawn."""

    start: int  # in the sentence's text, in characters
    end: int
    probability: float = 1.0  # 0..1
    dimmed: bool = False  # shared with another version
    picked: bool = False  # chosen by the user
    copied: bool = False  # taken over from the source
    note: str = ""  # tool tip


@dataclass(frozen=True)
class ShownSentence:
    """One sentence as it is drawn."""

    text: str
    words: tuple[ShownWord, ...] = ()
    tentative: bool = False  # more words may come, and these may change ...
    firm: int = 0  # ... but for so many characters at its beginning

    def wavers(self, place: int) -> bool:
        """True where what stands at a character may change."""
        return self.tentative and place >= self.firm


Handle = tuple[int, int]
"""A word: sentence, word within it."""
NOTHING: Handle = (-1, -1)


class WordText(QTextEdit):
    """Sentences with the layout of their source between them. Only what changed is written again."""

    word_hovered = Signal(int, int)  # sentence, word; -1, -1: none
    word_clicked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty text."""
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAcceptDrops(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.viewport().setMouseTracking(True)
        self._gaps: list[str] = [""]
        self._sentences: list[ShownSentence] = []
        self._sizes = np.zeros(0, np.int64)  # of each sentence with the gap before it, in UTF-16 units
        self._gap_sizes = np.zeros(0, np.int64)
        self._starts: NDArray[np.int64] | None = None  # of each sentence in the document, in UTF-16 units
        self._visible = 0  # sentences written so far
        self._pointed: Handle = NOTHING
        self._pressed: Handle = NOTHING
        self._lit: tuple[Handle, ...] = ()
        self._enlarge()

    def _enlarge(self) -> None:
        font = self.font()
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * OUTPUT_SCALE)
            self.document().setDefaultFont(font)

    # What is shown

    def set_layout(self, gaps: Sequence[str]) -> None:
        """Begin anew: `gaps` stand before each sentence, and after the last."""
        self._gaps = list(gaps)
        self._sentences = [ShownSentence("")] * (len(gaps) - 1)
        self._gap_sizes = np.array([units(gap) for gap in gaps[:-1]], np.int64)
        self._sizes = self._gap_sizes.copy()
        self._starts, self._visible = None, 0
        self._pointed, self._lit = NOTHING, ()
        self.setExtraSelections([])
        self.clear()
        spacing = QTextBlockFormat()
        spacing.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        self.textCursor().setBlockFormat(spacing)

    def add_sentence(self, gap: str) -> None:
        """Expect one more sentence at the end, with `gap` before it; nothing that is written changes."""
        self._gaps[-1:] = [gap, ""]
        self._sentences.append(ShownSentence(""))
        self._gap_sizes = np.append(self._gap_sizes, units(gap))
        self._sizes = np.append(self._sizes, units(gap))
        self._starts = None

    def set_sentence(self, index: int, sentence: ShownSentence) -> None:
        """Write one sentence; those before it that are not there yet stay empty, their layout is written."""
        before = self._sentences[index]
        if sentence == before and index < self._visible:
            return
        bar = self.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 4
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        self._reach(index, cursor)
        self._rewrite(cursor, self.sentence_start(index), before, sentence)
        cursor.endEditBlock()
        self._sentences[index] = sentence
        size = self._gap_sizes[index] + units(sentence.text)
        if size != self._sizes[index]:
            self._sizes[index] = size
            self._starts = None
        if follows and sentence.tentative:
            bar.setValue(bar.maximum())

    def text(self) -> str:
        """What is written, as Python counts characters."""
        parts = [self._gaps[index] + self._sentences[index].text for index in range(self._visible)]
        return "".join(parts) + (self._gaps[-1] if self._visible == len(self._sentences) else "")

    def sentence(self, index: int) -> ShownSentence:
        """One sentence as it stands."""
        return self._sentences[index]

    def format_of(self, sentence: int, word: int) -> QTextCharFormat:
        """How a word is written."""
        cursor = self._cursor_over((sentence, word))
        cursor.setPosition(cursor.selectionStart() + 1)
        return cursor.charFormat()

    def light(self, handles: Collection[Handle]) -> None:
        """Light these words, and no others; nothing moves."""
        wanted = tuple(sorted(handle for handle in set(handles) if self._there(handle)))
        if wanted == self._lit:
            return
        self._lit = wanted
        self.setExtraSelections([self._selection(handle) for handle in wanted])

    @property
    def lit(self) -> tuple[Handle, ...]:
        """The words that are lit."""
        return self._lit

    def word_box(self, sentence: int, word: int) -> QRect:
        """Where a word stands in the viewport."""
        cursor = self._cursor_over((sentence, word))
        first, last = QTextCursor(cursor), QTextCursor(cursor)
        first.setPosition(cursor.selectionStart())
        last.setPosition(cursor.selectionEnd())
        return self.cursorRect(first).united(self.cursorRect(last))

    def word_at(self, position: int) -> Handle:
        """The word at a place of the document, or `NOTHING`."""
        index = int(np.searchsorted(self._all_starts(), position, "right")) - 1
        if not 0 <= index < self._visible:
            return NOTHING
        sentence, inside = self._sentences[index], position - self.sentence_start(index)
        for number, word in enumerate(sentence.words):
            if units(sentence.text[: word.start]) <= inside < units(sentence.text[: word.end]):
                return index, number
        return NOTHING

    def sentence_at(self, position: int) -> int:
        """The sentence at a place of the document; -1 where there is none."""
        index = int(np.searchsorted(self._all_starts(), position, "right")) - 1
        return index if 0 <= index < self._visible else -1

    def sentence_start(self, index: int) -> int:
        """Where a sentence begins in the document, in UTF-16 units."""
        return int(self._all_starts()[index])

    # Writing

    def _all_starts(self) -> NDArray[np.int64]:
        if self._starts is None:
            self._starts = np.cumsum(self._sizes) - self._sizes + self._gap_sizes
        return self._starts

    def _reach(self, index: int, cursor: QTextCursor) -> None:
        """Write the layout up to sentence `index`."""
        while self._visible <= index:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(self._gaps[self._visible], QTextCharFormat())
            self._visible += 1
            if self._visible == len(self._sentences):
                cursor.insertText(self._gaps[-1], QTextCharFormat())

    def _rewrite(self, cursor: QTextCursor, start: int, old: ShownSentence, new: ShownSentence) -> None:
        """Replace the text from the first stretch that differs."""
        old_runs, new_runs = self._runs(old), self._runs(new)
        same = 0
        while same < min(len(old_runs), len(new_runs)) and old_runs[same] == new_runs[same]:
            same += 1
        kept = units("".join(text for text, _ in new_runs[:same]))
        cursor.setPosition(start + kept)
        cursor.setPosition(start + units(old.text), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        for text, key in new_runs[same:]:
            cursor.insertText(text, self._format(key))

    def _runs(self, sentence: ShownSentence) -> list[tuple[str, tuple]]:
        """The stretches of a sentence with what decides their format."""
        runs, place = [], 0
        for word in sentence.words:
            if word.start < place or word.end <= word.start:
                continue
            if word.start > place:
                runs.append(
                    (sentence.text[place : word.start], (0, sentence.wavers(place), word.dimmed, False, False))
                )
            shade, wavers = _shade(word.probability), sentence.wavers(word.start)
            key = (shade, wavers, word.dimmed, word.picked, word.copied)
            runs.append((sentence.text[word.start : word.end], key))
            place = word.end
        turn = min(max(place, sentence.firm), len(sentence.text))
        for first, last in ((place, turn), (turn, len(sentence.text))):
            if first < last:
                runs.append((sentence.text[first:last], (0, sentence.wavers(first), False, False, False)))
        return runs

    def _format(self, key: tuple) -> QTextCharFormat:
        """The format of a stretch; shade, tentative, dimmed, picked, copied."""
        shade, tentative, dimmed, picked, copied = key
        palette, shape = self.palette(), QTextCharFormat()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        shape.setForeground(quiet if tentative or dimmed else palette.color(QPalette.ColorRole.Text))
        if tentative:
            shape.setFontWeight(QFont.Weight.Light)
        if shade:
            colour = QColor(palette.color(QPalette.ColorRole.Highlight))
            colour.setAlpha(shade)
            shape.setBackground(colour)
        if picked:
            shape.setFontUnderline(True)
            shape.setFontWeight(QFont.Weight.DemiBold)
        elif copied:
            shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            shape.setUnderlineColor(palette.color(QPalette.ColorRole.Highlight))
        elif shade == _shade(0.0):
            shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
            shape.setUnderlineColor(quiet)
        return shape

    def repaint_words(self) -> None:
        """Write everything again, in the colours of the theme."""
        shown, visible, gaps = self._sentences, self._visible, self._gaps
        self.set_layout(gaps)
        for index in range(visible):
            self.set_sentence(index, shown[index])

    # Pointing

    def _there(self, handle: Handle) -> bool:
        sentence, word = handle
        return 0 <= sentence < self._visible and 0 <= word < len(self._sentences[sentence].words)

    def _cursor_over(self, handle: Handle) -> QTextCursor:
        sentence = self._sentences[handle[0]]
        word = sentence.words[handle[1]]
        start = self.sentence_start(handle[0])
        cursor = QTextCursor(self.document())
        cursor.setPosition(start + units(sentence.text[: word.start]))
        cursor.setPosition(start + units(sentence.text[: word.end]), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _selection(self, handle: Handle) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        selection.cursor = self._cursor_over(handle)
        selection.format = lit_format(self.palette())
        return selection

    def _handle_under(self, event: QMouseEvent | QHelpEvent) -> Handle:
        point = event.position().toPoint() if isinstance(event, QMouseEvent) else event.pos()
        cursor = self.cursorForPosition(point)
        for place in (cursor.position(), cursor.position() - 1):
            handle = self.word_at(place)
            if handle != NOTHING and self.word_box(*handle).adjusted(-2, -2, 2, 2).contains(point):
                return handle
        return NOTHING

    def point_at(self, handle: Handle) -> None:
        """Behave as if the pointer stood on this word."""
        if handle != self._pointed:
            self._pointed = handle
            self.word_hovered.emit(*handle)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell which word is under the pointer."""
        handle = self._handle_under(event)
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if handle != NOTHING else Qt.CursorShape.IBeamCursor
        )
        self.point_at(handle)
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Remember the word, for a click is a press and a release on the same one."""
        self._pressed = self._handle_under(event) if event.button() == Qt.MouseButton.LeftButton else NOTHING
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell about a click; selecting text is none."""
        super().mouseReleaseEvent(event)
        handle = self._handle_under(event)
        if handle != NOTHING and handle == self._pressed and not self.textCursor().hasSelection():
            self.word_clicked.emit(*handle)
        self._pressed = NOTHING

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Let go of the word."""
        self.point_at(NOTHING)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Left and Right go from word to word, Enter opens the one pointed at."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in steps:
            self._go(steps[Qt.Key(event.key())])
        elif plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self._there(self._pointed):
                self.word_clicked.emit(*self._pointed)
        else:
            super().keyPressEvent(event)

    def _go(self, step: int) -> None:
        """Point at the next word, or the one before."""
        handles = [
            (index, word) for index in range(self._visible) for word in range(len(self._sentences[index].words))
        ]
        if not handles:
            return
        here = handles.index(self._pointed) + step if self._pointed in handles else 0 if step > 0 else -1
        handle = handles[min(max(here, -1), len(handles) - 1)]
        cursor = self._cursor_over(handle)
        cursor.setPosition(cursor.selectionStart())
        self.setTextCursor(cursor)
        self.point_at(handle)

    def event(self, event: QEvent) -> bool:
        """Show a word's note as its tool tip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            handle = self._handle_under(event)
            note = self._sentences[handle[0]].words[handle[1]].note if handle != NOTHING else ""
            QToolTip.showText(event.globalPos(), note, self) if note else QToolTip.hideText()
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_visible", False):
            self.repaint_words()
        super().changeEvent(event)


def lit_format(palette: QPalette) -> QTextCharFormat:
    """How a word that is pointed at is written: without a change of width, so that nothing moves."""
    shape = QTextCharFormat()
    shape.setBackground(palette.color(QPalette.ColorRole.Highlight))
    shape.setForeground(palette.color(QPalette.ColorRole.HighlightedText))
    return shape


def gaps_between(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """What stands in `text` before each span, and after the last."""
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


def _shade(probability: float) -> int:
    """The opacity, 0..255, of the background of a word of this probability."""
    return next((opacity for limit, opacity in _SHADES if probability < limit), 0)
