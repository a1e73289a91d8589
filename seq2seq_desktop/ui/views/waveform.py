"""A whole recording in one strip: how loud it was when, where speech was found, and what is heard now."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from seq2seq_desktop.ui.wording import clock

HEIGHT = 56  # px
VALUE = 0.05  # seconds that one value stands for
_LEAST = 10.0  # seconds that the strip of a beginning recording is long, so that it does not rush about


class Waveform(QWidget):
    """Values come by time, in any order; the strip is as long as the recording is known to be."""

    time_clicked = Signal(float)  # seconds

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing heard yet."""
        super().__init__(parent)
        self._values = np.zeros(1024, np.float32)
        self._count = 0
        self.total = 0.0  # seconds of the recording; 0: as much as was heard
        self.stretches: tuple[tuple[float, float], ...] = ()  # seconds from, to
        self.current: tuple[float, float] | None = None
        self.play_head: float | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("The whole recording"))
        self._describe()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A strip."""
        return QSize(300, HEIGHT)

    @property
    def values(self) -> NDArray[np.float32]:
        """How loud it was in each twentieth of a second, 0..1."""
        return self._values[: self._count]

    @property
    def seconds(self) -> float:
        """What the strip is long."""
        return max(self.total or _LEAST, self._count * VALUE)

    def clear(self) -> None:
        """Forget the recording."""
        self._count, self.total = 0, 0.0
        self.play_head = None
        self.show_stretches((), None)

    def put(self, start: float, values: NDArray[np.float32]) -> None:
        """Take values (0..1) from the second `start` on."""
        first = max(0, round(start / VALUE))
        last = first + len(values)
        if last > len(self._values):
            room = np.zeros(max(last, 2 * len(self._values)), np.float32)
            room[: self._count] = self.values
            self._values = room
        self._values[self._count : max(self._count, first)] = 0.0
        self._values[first:last] = values
        self._count = max(self._count, last)
        self.update()

    def show_total(self, seconds: float) -> None:
        """The recording is this long."""
        if seconds != self.total:
            self.total = seconds
            self.update()

    def show_stretches(self, stretches: Sequence[tuple[float, float]], current: tuple[float, float] | None) -> None:
        """Mark where speech was found; `current` is what the picture below shows."""
        if (tuple(stretches), current) != (self.stretches, self.current):
            self.stretches, self.current = tuple(stretches), current
            self._describe()
            self.update()

    def show_play_head(self, seconds: float | None) -> None:
        """Draw a line at the time that is heard now; None: nothing is."""
        if seconds != self.play_head:
            self.play_head = seconds
            self.update()

    def x_of(self, seconds: float) -> float:
        """Where a time lies on the widget."""
        return seconds / self.seconds * self.width()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the strip."""
        painter, palette = QPainter(self), self.palette()
        accent = palette.color(QPalette.ColorRole.Highlight)
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        for stretch in self.stretches:
            self._paint_stretch(painter, stretch, accent)
        self._paint_values(painter, palette.color(QPalette.ColorRole.WindowText))
        if self.play_head is not None:
            painter.setPen(QPen(accent, 2))
            x = round(self.x_of(self.play_head))
            painter.drawLine(x, 0, x, self.height())
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_stretch(self, painter: QPainter, stretch: tuple[float, float], accent: QColor) -> None:
        colour = QColor(accent)
        colour.setAlpha(72 if stretch == self.current else 28)
        left, right = self.x_of(stretch[0]), self.x_of(stretch[1])
        box = QRectF(left, 0, max(1.0, right - left), self.height())
        painter.fillRect(box, colour)
        if stretch == self.current:
            painter.fillRect(QRectF(left, self.height() - 3, max(1.0, right - left), 3), accent)

    def _paint_values(self, painter: QPainter, ink: QColor) -> None:
        """In each column of pixels as high as the loudest value in it."""
        width, height = self.width(), self.height()
        edges = (np.arange(width + 1) * (self.seconds / VALUE / width)).astype(int)
        known = int(np.searchsorted(edges[:-1], self._count))  # columns in which there is a value
        if not known:
            return
        peaks = np.maximum.reduceat(self._values[: self._count], edges[:known])
        half = np.maximum(0.5, peaks * (height / 2 - 3))
        away = np.abs(np.arange(height) + 0.5 - height / 2)
        pixels = np.zeros((height, -(-width // 4) * 4), np.uint8)  # lines of an image begin at whole words
        pixels[:, :known] = away[:, None] <= half
        image = QImage(pixels.tobytes(), width, height, pixels.shape[1], QImage.Format.Format_Indexed8)
        image.setColorTable([0, ink.rgba()])
        painter.drawImage(0, 0, image)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell the time that was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self._count:
            self.time_clicked.emit(min(max(event.position().x(), 0), self.width()) / self.width() * self.seconds)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def _describe(self) -> None:
        said = self.tr("{length}, speech in {count} stretches")
        text = said.format(length=clock(self.seconds if self._count else 0.0), count=len(self.stretches))
        self.setAccessibleDescription(text)


def loudness_of_picture(sound: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How loud each twentieth of a second is in a spectrogram (mels, frames of 10 ms) of 256 steps, 0..1."""
    frames = np.minimum(1.0, sound.mean(axis=0, dtype=np.float32) * (2 / 255))
    per_value = round(VALUE / 0.01)
    whole = np.pad(frames, (0, -len(frames) % per_value))
    values: NDArray[np.float32] = whole.reshape(-1, per_value).max(axis=1) ** 2
    return values


def loudness(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """The highest sample of each twentieth of a second, 0..1; what is over at the end is left out."""
    per_value = round(VALUE * sample_rate)
    whole = np.abs(samples[: len(samples) // per_value * per_value]).reshape(-1, per_value)
    return whole.max(axis=1).astype(np.float32) if len(whole) else np.zeros(0, np.float32)
