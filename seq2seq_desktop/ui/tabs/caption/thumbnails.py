"""Pictures off the disk, beside the window: small ones for a list as it is looked at, a large one for the view."""

from collections import OrderedDict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.io.images import read_picture
from seq2seq_desktop.ui.views.picture import PictureView, as_image
from seq2seq_desktop.ui.widgets.errand import Errands

SIDE = 192  # px of the longer side of a small picture
KEPT = 600  # small pictures in memory, some 80 KB each
_AT_ONCE = 2  # that are read; more would take the processor from the model
_WAITING = 120  # that may wait: what was scrolled past is not read any more
_STEP = 256  # px by which a large picture is read larger than the view, so that not every resizing reads again
_MOST = 6144  # px of the longer side of a picture that is zoomed: some 75 MB
_PAUSE_MS = 150  # after the last resizing


class Thumbnails(QObject):
    """Reads small pictures; what was asked for last comes first."""

    arrived = Signal(object)  # Path

    def __init__(self, errands: Errands, parent: QObject) -> None:
        """Nothing read yet."""
        super().__init__(parent)
        self._errands = errands
        self._known: OrderedDict[Path, QImage | None] = OrderedDict()  # None: it cannot be read
        self._wanted: list[Path] = []
        self._reading: set[Path] = set()

    def get(self, path: Path) -> QImage | None:
        """The small picture if it is there; else it will `arrive`, unless it cannot be read."""
        if path in self._known:
            self._known.move_to_end(path)
            return self._known[path]
        if path not in self._reading:
            if path in self._wanted:
                self._wanted.remove(path)
            self._wanted.append(path)
            del self._wanted[:-_WAITING]
            self._read()
        return None

    def forget(self) -> None:
        """What waits is not wanted any more."""
        self._wanted.clear()

    def _read(self) -> None:
        while self._wanted and len(self._reading) < _AT_ONCE:
            path = self._wanted.pop()
            self._reading.add(path)
            self._errands.run(partial(_small, path), partial(self._on_read, path))

    def _on_read(self, path: Path, image: QImage | None) -> None:
        self._reading.discard(path)
        self._known[path] = image
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        self.arrived.emit(path)
        self._read()


class LargePicture(QObject):
    """Reads the picture that a view shows, no larger than the view needs, and again when the view has grown."""

    arrived = Signal(object, object)  # Path, QImage
    failed = Signal(object, str, str)  # Path, problem, remedy

    def __init__(self, view: PictureView, errands: Errands, parent: QObject) -> None:
        """Nothing read yet."""
        super().__init__(parent)
        self._view, self._errands = view, errands
        self._path: Path | None = None
        self._side = 0  # px up to which it was read
        self._whole = False  # True when there is no more of it on the disk
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._grow)
        view.installEventFilter(self)
        view.zoomed.connect(self._pause.start)

    def read(self, path: Path | None) -> None:
        """Read this picture in place of the one before; None: none."""
        self._path, self._side, self._whole = path, 0, False
        self._errands.forget("picture")
        if path is not None:
            self._grow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """False; the view has another size, and may want more of the picture."""
        if event.type() == QEvent.Type.Resize and self._path is not None:
            self._pause.start()
        return False

    def _grow(self) -> None:
        shown = max(self._view.width(), self._view.height()) * self._view.scale * self._view.devicePixelRatioF()
        side = min(-(-int(shown) // _STEP) * _STEP, _MOST)
        if self._path is None or side <= self._side or self._whole:
            return
        self._side = side
        done, failed = partial(self._on_read, self._path), partial(self._on_failure, self._path)
        self._errands.run(partial(_image, self._path, side), done, failed, "picture")

    def _on_read(self, path: Path, image: QImage) -> None:
        self._whole = max(image.width(), image.height()) < self._side
        self.arrived.emit(path, image)

    def _on_failure(self, path: Path, error: Seq2SeqError) -> None:
        self.failed.emit(path, error.problem, error.remedy)


def _small(path: Path) -> QImage | None:
    """The small picture, or None if it cannot be read: the model says why."""
    try:
        return _image(path, SIDE)
    except Seq2SeqError:
        return None


def _image(path: Path, longest: int) -> QImage:
    """The picture, made smaller if need be. Raises: InputError."""
    return as_image(read_picture(path, longest).pixels)
