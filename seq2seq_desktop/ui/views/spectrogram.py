"""Sound as a picture, with where a model listened drawn over it and the words on a time axis beneath."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.exports import save_attention
from seq2seq_desktop.ui.views.drawings import grey_picture, save_drawing, tinted_rows
from seq2seq_desktop.ui.wording import clock, decimal

PICTURES = (".png", ".svg", ".csv")
_ROWS = 2  # of words beneath, so that neighbours do not run into each other
_ROW = 20  # px
_TICKS = 18  # px of the line with seconds
_ZOOM = 0.8
_LEAST = 0.5  # seconds that are shown at least
_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds between two ticks


@dataclass(frozen=True)
class AxisWord:
    """A word beneath the picture."""

    text: str
    start: float  # seconds; start == end: it has no place (yet)
    end: float


class Spectrogram(QWidget):
    """One stretch of sound. Wheel, + and - zoom, dragging pans; arrows go from word to word, Home shows all."""

    word_hovered = Signal(int)  # -1: none
    word_clicked = Signal(int)
    time_clicked = Signal(float)  # seconds
    value_hovered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """No sound yet."""
        super().__init__(parent)
        self.start, self.end = 0.0, 0.0  # seconds of the recording that the picture shows
        self.words: tuple[AxisWord, ...] = ()
        self.alignment = np.zeros((0, 0), np.float32)  # (words, columns), a row's sum is at most 1
        self.lit: int | None = None
        self.play_head: float | None = None  # seconds
        self._sound: NDArray[np.uint8] | None = None
        self._picture: QImage | None = None
        self._overlay: QImage | None = None  # made when it is next painted
        self._view = (0.0, 0.0)  # seconds that are on the screen
        self._pressed: QPointF | None = None
        self._dragged = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(40 + self._below)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Spectrogram with the words beneath"))
        self.setToolTip(self.tr("Where the model listened for each word. Click a word to hear it. Wheel: zoom."))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for the picture and the words."""
        return QSize(400, 160 + self._below)

    # What is shown

    def show_sound(self, start: float, end: float, sound: NDArray[np.uint8] | None) -> None:
        """Show the sound from `start` to `end` (seconds), (mels, frames), low tones first; None: it is not kept."""
        if (start, end) != (self.start, self.end):
            self.start, self.end = start, end
            self._view = (start, max(end, start + _LEAST))
        self._sound = sound
        self._picture = None
        self.update()

    def show_words(self, words: Sequence[AxisWord], alignment: NDArray[np.float32]) -> None:
        """Write words beneath, and draw where the model listened for each: (words, columns) over the whole sound."""
        self.words, self.alignment = tuple(words), alignment
        self._overlay = None
        if self.lit is not None and self.lit >= len(words):
            self.lit = None
        self.setAccessibleDescription(
            ", ".join(f"{word.text} {decimal(word.start)} s" for word in self.words if word.end > word.start)
        )
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.start = self.end = 0.0
        self._view = (0.0, 0.0)
        self.play_head = None
        self._sound = self._picture = None
        self.show_words((), np.zeros((0, 0), np.float32))

    def light(self, word: int | None) -> None:
        """Draw only where the model listened for this word, and frame its time; None: all words."""
        if word is not None and not 0 <= word < len(self.words):
            word = None
        if word != self.lit:
            self.lit, self._overlay = word, None
            self.update()

    def show_play_head(self, seconds: float | None) -> None:
        """Draw a line at the time that is heard now; None: nothing is."""
        if seconds != self.play_head:
            self.play_head = seconds
            self.update()

    def reset_view(self) -> None:
        """Show the whole stretch."""
        self._view = (self.start, max(self.end, self.start + _LEAST))
        self.update()

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Show `factor` times as many seconds, and keep the second `around` where it is."""
        first, last = self._view
        middle = (first + last) / 2 if around is None else around
        length = min(max((last - first) * factor, _LEAST), max(self.end - self.start, _LEAST))
        begin = middle - (middle - first) / max(last - first, 1e-9) * length
        self._show_from(begin, length)

    @property
    def view(self) -> tuple[float, float]:
        """The seconds that are on the screen."""
        return self._view

    def _show_from(self, begin: float, length: float) -> None:
        begin = min(max(begin, self.start), max(self.start, max(self.end, self.start + _LEAST) - length))
        self._view = (begin, begin + length)
        self.update()

    def export(self, path: Path, overwrite: bool = True) -> None:
        """Nothing; `path` (.png, .svg or .csv) then holds the picture, or the alignment as a table.

        Raises: InputError if the disk refuses or the suffix is another.
        """
        suffix = path.suffix.lower()
        if suffix == ".csv":
            seconds = np.linspace(self.start, self.end, self.alignment.shape[1], endpoint=False)
            columns = [f"{second:.2f}" for second in seconds]
            save_attention(self.alignment, columns, [word.text for word in self.words], path, overwrite)
        elif suffix in PICTURES:
            save_drawing(self._paint, self.size(), path, self.palette().color(QPalette.ColorRole.Base), overwrite)
        else:
            raise InputError(f"{path.name} cannot be a picture", f"choose one of {', '.join(PICTURES)}")

    # Where things are

    @property
    def _below(self) -> int:
        return _TICKS + _ROWS * _ROW

    @property
    def _box(self) -> QRectF:
        """Where the picture is."""
        return QRectF(0, 0, max(1, self.width()), max(1, self.height() - self._below))

    def _x(self, seconds: float) -> float:
        first, last = self._view
        return self._box.left() + (seconds - first) / max(last - first, 1e-9) * self._box.width()

    def second_at(self, x: float) -> float:
        """The time at a place of the widget."""
        first, last = self._view
        return first + (x - self._box.left()) / self._box.width() * (last - first)

    def word_at(self, point: QPointF) -> int:
        """The word at a point: beneath the picture the one written there, in it the one said then; -1 for none."""
        boxes = self._word_boxes()
        found = next((index for index, box in boxes.items() if box.contains(point)), -1)
        if found >= 0 or not self._box.contains(point):
            return found
        second = self.second_at(point.x())
        return next((i for i, word in enumerate(self.words) if word.start <= second < word.end), -1)

    def word_point(self, index: int) -> QPointF:
        """The middle of a word beneath the picture."""
        return self._word_boxes()[index].center()

    def _word_boxes(self) -> dict[int, QRectF]:
        """Where each word is written that has a place on the screen and room there."""
        metrics = QFontMetricsF(self.font())
        ends = [-1e9] * _ROWS
        boxes: dict[int, QRectF] = {}
        for index, word in enumerate(self.words):
            if word.end <= word.start or not self._view[0] <= (word.start + word.end) / 2 <= self._view[1]:
                continue
            width = metrics.horizontalAdvance(word.text)
            left = self._x((word.start + word.end) / 2) - width / 2
            left = min(max(left, 0.0), max(0.0, self.width() - width))
            row = next((row for row in range(_ROWS) if left > ends[row] + 4), None)
            if row is None:
                continue
            ends[row] = left + width
            boxes[index] = QRectF(left, self._box.bottom() + row * _ROW, width, _ROW)
        return boxes

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw all."""
        painter = QPainter(self)
        self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        box, palette = self._box, self.palette()
        painter.fillRect(box, palette.color(QPalette.ColorRole.Base))
        if self.end <= self.start:
            return
        painter.save()
        painter.setClipRect(box)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = QRectF(self._x(self.start), box.top(), self._x(self.end) - self._x(self.start), box.height())
        if self._sound is not None:
            self._picture = self._picture or grey_picture(self._sound, palette)
            painter.drawImage(place, self._picture)
        if self.alignment.size:
            self._overlay = self._overlay or self._made_overlay()
            painter.drawImage(place, self._overlay)
        self._paint_lit(painter, box)
        painter.restore()
        self._paint_words(painter)
        self._paint_ticks(painter)
        self._paint_play_head(painter, box)

    def _made_overlay(self) -> QImage:
        """Where every word looked, or over the whole height where the one that is lit did."""
        rows = self.alignment if self.lit is None else self.alignment[self.lit : self.lit + 1]
        return tinted_rows(rows, self.palette().color(QPalette.ColorRole.Highlight))

    def _paint_lit(self, painter: QPainter, box: QRectF) -> None:
        """Frame the time of the word that is lit."""
        word = self.words[self.lit] if self.lit is not None else None
        if word is None or word.end <= word.start:
            return
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.5))
        left, right = self._x(word.start), self._x(word.end)
        painter.drawRect(QRectF(left, box.top() + 1, max(2.0, right - left), box.height() - 2))

    def _paint_words(self, painter: QPainter) -> None:
        palette = self.palette()
        for index, box in self._word_boxes().items():
            font = self.font()
            font.setBold(index == self.lit)
            painter.setFont(font)
            role = QPalette.ColorRole.Highlight if index == self.lit else QPalette.ColorRole.WindowText
            painter.setPen(palette.color(role))
            painter.drawText(box.adjusted(-6, 0, 6, 0), Qt.AlignmentFlag.AlignCenter, self.words[index].text)

    def _paint_ticks(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        first, last = self._view
        step = next((step for step in _STEPS if (last - first) / step * 56 <= self._box.width()), _STEPS[-1])
        top = self._box.bottom() + _ROWS * _ROW
        seconds = np.ceil(first / step) * step
        while seconds <= last:
            x = self._x(float(seconds))
            painter.drawLine(QPointF(x, top), QPointF(x, top + 3))
            if 20 < x < self.width() - 20:  # else its text would be cut
                text = clock(float(seconds), tenths=step < 1)
                painter.drawText(QRectF(x - 40, top + 2, 80, _TICKS - 2), Qt.AlignmentFlag.AlignCenter, text)
            seconds += step

    def _paint_play_head(self, painter: QPainter, box: QRectF) -> None:
        if self.play_head is not None and self._view[0] <= self.play_head <= self._view[1]:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 2))
            x = self._x(self.play_head)
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))

    # The pointer and the keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag, or tell the word and the value under the pointer."""
        point = event.position()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = self.second_at(self._pressed.x()) - self.second_at(point.x())
            if self._dragged or abs(point.x() - self._pressed.x()) > 4:
                self._dragged, self._pressed = True, point
                self._show_from(self._view[0] + moved, self._view[1] - self._view[0])
            return
        self.point_at(self.word_at(point))
        self.value_hovered.emit(self._value(point))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Remember where, for a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell the word or the time that was clicked, if nothing was dragged."""
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._dragged:
            return
        word = self.word_at(event.position())
        if word >= 0:
            self.word_clicked.emit(word)
        elif self._box.contains(event.position()) and self.end > self.start:
            self.time_clicked.emit(min(max(self.second_at(event.position().x()), self.start), self.end))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom around the pointer."""
        if self.end > self.start and event.angleDelta().y():
            factor = _ZOOM if event.angleDelta().y() > 0 else 1 / _ZOOM
            self.zoom(factor, self.second_at(event.position().x()))
            event.accept()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Let go."""
        self.point_at(-1)
        self.value_hovered.emit("")
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Zoom, go from word to word, click, show all."""
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM)
        elif key == Qt.Key.Key_Home:
            self.reset_view()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.words:
            step = 1 if key == Qt.Key.Key_Right else -1
            here = -1 if self.lit is None and step > 0 else len(self.words) if self.lit is None else self.lit
            self.point_at(min(max(here + step, 0), len(self.words) - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.lit is not None:
            self.word_clicked.emit(self.lit)
        else:
            super().keyPressEvent(event)

    def point_at(self, word: int) -> None:
        """Behave as if the pointer stood on this word; -1: on none."""
        if word != (-1 if self.lit is None else self.lit):
            self.word_hovered.emit(word)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_overlay"):
            self._picture = self._overlay = None
        super().changeEvent(event)

    def _value(self, point: QPointF) -> str:
        """The time under the pointer, and how much of the lit word's attention lies there."""
        if not self._box.contains(point) or self.end <= self.start:
            return ""
        second = self.second_at(point.x())
        time = clock(second, tenths=True)
        if self.lit is None or not self.alignment.size:
            return time
        columns = self.alignment.shape[1]
        column = int((second - self.start) / (self.end - self.start) * columns)
        if not 0 <= column < columns:
            return time
        share = 100 * float(self.alignment[self.lit, column])
        return self.tr("{time}: {percent} % of the attention of “{word}”").format(
            time=time, percent=decimal(share), word=self.words[self.lit].text
        )
