"""A thumbnail a word: the same picture again and again, each time with where that word looked."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from seq2seq_desktop.ui.views.heat import Box, heat, placed

Array = NDArray[np.float32]
_GAP = 8  # px between two thumbnails
_WORD = 24  # px of the line with the words
_RING = 2  # px of the line around a thumbnail that is lit
_ASPECTS = (0.6, 1.8)  # width over height of a thumbnail; what is beyond is cut off


class Filmstrip(QScrollArea):
    """Thumbnails from left to right with their words beneath; Left and Right go from word to word, Enter clicks."""

    word_hovered = Signal(int)  # -1: none
    word_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """No thumbnails."""
        super().__init__(parent)
        self.frames = _Frames(self)
        self._growing = False  # True while more words may come
        self.setWidget(self.frames)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(88)
        self.frames.word_hovered.connect(self.word_hovered)
        self.frames.word_clicked.connect(self.word_clicked)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Where each word looked"))
        self.frames.setToolTip(self.tr("Where each word looked. Click a word to choose another."))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for small thumbnails."""
        return QSize(400, 120)

    def show_image(self, image: QImage | None) -> None:
        """Take the picture of the thumbnails."""
        self.frames.show_image(image)
        self._fit()

    def show_words(
        self, words: Sequence[str], grid: tuple[int, int], box: Box, looks: Array, growing: bool = False
    ) -> None:
        """Take the words and where each looked, (words, cells); the end stays in view while they are `growing`."""
        bar = self.horizontalScrollBar()
        follows, ended = growing and bar.value() >= bar.maximum() - _GAP, self._growing and not growing
        self._growing = growing
        self.frames.show_words(words, grid, box, looks)
        self.setAccessibleDescription(" ".join(words))
        self._fit()
        if follows:
            bar.setValue(bar.maximum())
        elif ended:
            bar.setValue(0)

    def set_opacity(self, opacity: float) -> None:
        """Draw the heat with this opacity where it is highest, 0..1."""
        self.frames.opacity = opacity
        self.frames.forget()

    def clear(self) -> None:
        """Show nothing."""
        self.show_image(None)
        self.show_words((), (0, 0), (0.0, 0.0, 1.0, 1.0), np.zeros((0, 0), np.float32))

    def light(self, words: Collection[int]) -> None:
        """Ring these words; the first of them comes into view."""
        wanted = tuple(sorted(word for word in set(words) if 0 <= word < len(self.frames.words)))
        if wanted != self.frames.lit:
            self.frames.lit = wanted
            self.frames.update()
        if wanted and self.frames.pointed < 0:
            box = self.frames.frame_area(wanted[0])
            self.ensureVisible(box.center().x(), box.center().y(), box.width() // 2 + _GAP, 0)

    @property
    def lit(self) -> tuple[int, ...]:
        """The words that are ringed."""
        return self.frames.lit

    def resizeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Make the thumbnails as high as there is room."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go from word to word, or click one."""
        count, lit = len(self.frames.words), self.frames.lit
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if count and event.key() in steps:
            step = steps[Qt.Key(event.key())]
            here = lit[0] if lit else -1 if step > 0 else count
            self.word_hovered.emit(min(max(here + step, 0), count - 1))
        elif lit and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.word_clicked.emit(lit[0])
        else:
            super().keyPressEvent(event)

    def word_corner(self, word: int) -> QPointF:
        """Where on the screen something about a word may open."""
        return QPointF(self.frames.mapToGlobal(self.frames.frame_area(word).bottomLeft()))

    def _fit(self) -> None:
        """Give the thumbnails the height of the view, less that of the scroll bar when there is one."""
        height = self.height()
        self.frames.set_height(height)
        if self.frames.width() > self.width():
            self.frames.set_height(height - self.horizontalScrollBar().sizeHint().height())


class _Frames(QWidget):
    """The thumbnails; only those that are seen are drawn."""

    word_hovered = Signal(int)
    word_clicked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words: tuple[str, ...] = ()
        self.lit: tuple[int, ...] = ()
        self.opacity = 0.7
        self._looks, self._grid, self._box = np.zeros((0, 0), np.float32), (0, 0), (0.0, 0.0, 1.0, 1.0)
        self._image: QImage | None = None
        self._small: QImage | None = None  # the picture as a thumbnail, made when it is next drawn
        self._heats: dict[int, QImage] = {}
        self.pointed = -1
        self.setMouseTracking(True)

    def show_image(self, image: QImage | None) -> None:
        self._image, self._small = image, None
        self.update()

    def show_words(self, words: Sequence[str], grid: tuple[int, int], box: Box, looks: Array) -> None:
        self.words, self._grid, self._box = tuple(words), grid, box
        self._looks = looks if looks.shape == (len(words), grid[0] * grid[1]) else np.zeros((0, 0), np.float32)
        self.lit = tuple(word for word in self.lit if word < len(self.words))
        self.forget()

    def forget(self) -> None:
        """Draw the heat anew."""
        self._heats.clear()
        self.update()

    def set_height(self, height: int) -> None:
        """Take a height, and the width that the words then need."""
        self.resize(self.width(), max(height, _WORD + 24))
        self.resize(_GAP + sum(width + _GAP for width in self._widths()), self.height())
        self._small = None

    @property
    def _thumb(self) -> QSize:
        """Width and height of a thumbnail."""
        height = max(8, self.height() - _WORD - 2 * _RING)
        shape = self._image.width() / max(1, self._image.height()) if self._image is not None else 1.0
        return QSize(round(height * min(max(shape, _ASPECTS[0]), _ASPECTS[1])), height)

    def _widths(self) -> list[int]:
        """Of each frame: its thumbnail's, or more for a long word."""
        metrics, least = QFontMetrics(self._bold()), self._thumb.width() + 2 * _RING
        return [max(least, metrics.horizontalAdvance(word) + 4) for word in self.words]

    def frame_area(self, word: int) -> QRect:
        """Where a thumbnail with its word is."""
        widths = self._widths()
        return QRect(_GAP + sum(widths[:word]) + word * _GAP, 0, widths[word], self.height())

    def word_at(self, point: QPointF) -> int:
        """The word at a point; -1 for none."""
        left = float(_GAP)
        for word, width in enumerate(self._widths()):
            if left <= point.x() < left + width:
                return word
            left += width + _GAP
        return -1

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the frames that are to be seen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left = _GAP
        for word, width in enumerate(self._widths()):
            area = QRect(left, 0, width, self.height())
            if area.intersects(event.rect()):
                self._paint_frame(painter, word, area)
            left += width + _GAP
        painter.end()

    def _paint_frame(self, painter: QPainter, word: int, area: QRect) -> None:
        palette, lit = self.palette(), word in self.lit
        thumb = QRect(area.left() + (area.width() - self._thumb.width()) // 2, _RING,
                      self._thumb.width(), self._thumb.height())  # fmt: skip
        self._paint_thumb(painter, word, QRectF(thumb))
        if lit:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), _RING))
            painter.drawRect(thumb)
        painter.setFont(self._bold() if lit else self.font())
        painter.setPen(palette.color(QPalette.ColorRole.Highlight if lit else QPalette.ColorRole.WindowText))
        beneath = QRect(area.left(), area.bottom() - _WORD + 1, area.width(), _WORD)
        painter.drawText(beneath, Qt.AlignmentFlag.AlignCenter, self.words[word])

    def _paint_thumb(self, painter: QPainter, word: int, thumb: QRectF) -> None:
        if self._image is None:
            painter.fillRect(thumb, self.palette().color(QPalette.ColorRole.Light))
            return
        whole = self._whole(self._image, thumb)
        painter.save()
        painter.setClipRect(thumb)
        painter.drawImage(whole, self._small or self._image)
        if word < len(self._looks):
            if word not in self._heats:
                self._heats[word] = heat(self._looks[word].reshape(self._grid), self.opacity)
            painter.drawImage(placed(self._box, whole), self._heats[word])
        painter.restore()

    def _whole(self, image: QImage, thumb: QRectF) -> QRectF:
        """Where the whole picture goes so that it fills a thumbnail; of a very long one the ends are cut off."""
        size = image.size().scaled(thumb.size().toSize(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        if self._small is None:
            sharp = size * self.devicePixelRatioF()
            self._small = image.scaled(sharp, Qt.AspectRatioMode.IgnoreAspectRatio,
                                       Qt.TransformationMode.SmoothTransformation)  # fmt: skip
        area = QRectF(0, 0, size.width(), size.height())
        area.moveCenter(thumb.center())
        return area

    def _bold(self):
        font = self.font()
        font.setBold(True)
        return font

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell the word under the pointer."""
        self._point_at(self.word_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the press, so that the release comes here as well."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell a click."""
        word = self.word_at(event.position())
        if word >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.word_clicked.emit(word)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Let go."""
        self._point_at(-1)
        super().leaveEvent(event)

    def _point_at(self, word: int) -> None:
        if word != self.pointed:
            self.pointed = word
            self.word_hovered.emit(word)
