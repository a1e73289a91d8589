"""The moment after start when nobody types, in which heavy imports disturb least."""

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

EARLIEST = 0.4  # seconds after start: the window has been painted
LATEST = 2.0  # seconds after start: it must happen before the first words can come
PAUSE = 0.5  # seconds without a key
LOOK_MS = 100


class QuietMoment(QObject):
    """Says once that now is a good moment, at the latest after two seconds."""

    reached = Signal()

    def __init__(self, app: QApplication, clock: Callable[[], float] = monotonic) -> None:
        """Begin to look for it; keys are watched only until it is found. `clock` counts seconds."""
        super().__init__(app)
        self._app = app
        self._clock = clock
        self._start = clock()
        self._key = self._start - PAUSE
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        app.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Never keeps an event."""
        if event.type() == QEvent.Type.KeyPress:
            self._key = self._clock()
        return False

    def look(self) -> None:
        """Decide whether it is now; asked by a timer until it is."""
        now = self._clock()
        passed = now - self._start
        if passed >= LATEST or (passed >= EARLIEST and now - self._key >= PAUSE):
            self._timer.stop()
            self._app.removeEventFilter(self)
            self.reached.emit()
