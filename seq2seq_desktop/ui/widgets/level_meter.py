"""How loud the microphone is: a bar, the highest point of the last second, and a warning when it is too loud."""

from time import monotonic

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from seq2seq_desktop.ui import theme

LOWEST = -60.0  # dBFS at the left end
HOLD = 2.0  # seconds that the warning stays, and the highest point
_HEIGHT = 24  # px
_BAR = 8  # px


class LevelMeter(QWidget):
    """Levels are in dBFS: 0 is as loud as can be, -60 next to nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Silence."""
        super().__init__(parent)
        self.rms = self.peak = LOWEST
        self._held = LOWEST
        self._held_until = self._warned_until = 0.0
        self._fade = QTimer(self, interval=250)
        self._fade.timeout.connect(self._on_fade)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Level of the microphone"))
        self.setToolTip(self.tr("How loud the microphone is; speech is good around the middle"))
        self._describe()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A bar."""
        return QSize(160, _HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A short bar."""
        return QSize(80, _HEIGHT)

    @property
    def too_loud(self) -> bool:
        """True while the warning stands."""
        return monotonic() < self._warned_until

    def show_level(self, rms: float, peak: float, clipped: bool) -> None:
        """Take the level of the last block; `clipped`: some of it was cut off."""
        now = monotonic()
        self.rms, self.peak = max(LOWEST, rms), max(LOWEST, peak)
        if self.peak >= self._held or now > self._held_until:
            self._held, self._held_until = self.peak, now + HOLD
        if clipped:
            self._warned_until = now + HOLD
        self._fade.start()
        self._describe()
        self.update()

    def clear(self) -> None:
        """The microphone is closed."""
        self.rms = self.peak = self._held = LOWEST
        self._warned_until = 0.0
        self._fade.stop()
        self._describe()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw bar, mark and warning."""
        painter, palette, tokens = QPainter(self), self.palette(), theme.current()
        top = (self.height() - _BAR) / 2
        width = float(self.width())
        warning = self.tr("too loud") if self.too_loud else ""
        if warning:
            width -= self.fontMetrics().horizontalAdvance(warning) + 8
        colour = QColor(tokens.danger if warning else tokens.ok)
        painter.fillRect(QRectF(0, top, width, _BAR), palette.color(QPalette.ColorRole.Light))
        painter.fillRect(QRectF(0, top, width * self._share(self.rms), _BAR), colour)
        if self._held > LOWEST:
            painter.fillRect(QRectF(width * self._share(self._held) - 2, top - 2, 2, _BAR + 4), colour)
        if warning:
            painter.setPen(colour)
            box = QRectF(width + 8, 0, self.width() - width - 8, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, warning)
        painter.end()

    def _share(self, level: float) -> float:
        return min(1.0, max(0.0, 1 - level / LOWEST))

    def _on_fade(self) -> None:
        if monotonic() > max(self._held_until, self._warned_until):
            self._fade.stop()
        self._describe()
        self.update()

    def _describe(self) -> None:
        level = self.tr("{level} dB").format(level=round(self.peak))
        warning = self.tr("too loud: speak more softly or turn the microphone down") if self.too_loud else ""
        self.setAccessibleDescription(", ".join(part for part in (level, warning) if part))
