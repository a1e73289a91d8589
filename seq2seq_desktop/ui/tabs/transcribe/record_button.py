"""The button that begins and ends a recording: 64 pixels, red only while it records."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from seq2seq_desktop.ui import theme

SIZE = 64  # px


class RecordButton(QAbstractButton):
    """Round; a dot that becomes a square while it records."""

    approached = Signal()  # the pointer or the focus is on it: it may be clicked soon

    def __init__(self, parent: QWidget | None = None) -> None:
        """Not recording."""
        super().__init__(parent)
        self.recording = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(SIZE, SIZE)
        self.retranslate()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A square."""
        return QSize(SIZE, SIZE)

    def retranslate(self) -> None:
        """Take the language of the window."""
        name = self.tr("Stop recording") if self.recording else self.tr("Record")
        self.setAccessibleName(name)
        self.setToolTip(self.tr("{what} (space)").format(what=name))

    def show_recording(self, recording: bool) -> None:
        """Look as if it records, or not."""
        self.recording = recording
        self.retranslate()
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Tell that it may be clicked soon."""
        super().enterEvent(event)
        self.approached.emit()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Look as before."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw ring and dot."""
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = palette.color(QPalette.ColorRole.WindowText if self.isEnabled() else QPalette.ColorRole.PlaceholderText)
        colour = QColor(theme.current().danger) if self.recording else ink
        lit = self.hasFocus() or self.underMouse()
        ring = palette.color(QPalette.ColorRole.Highlight) if lit and not self.recording else colour
        painter.setPen(QPen(ring, 3 if self.hasFocus() else 2))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawEllipse(QRectF(3, 3, SIZE - 6, SIZE - 6))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if self.recording:
            painter.drawRoundedRect(QRectF(22, 22, 20, 20), 4, 4)
        else:
            painter.drawEllipse(QRectF(19, 19, 26, 26))
        painter.end()
