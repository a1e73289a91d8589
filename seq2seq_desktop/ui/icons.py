"""Icons: one family of strokes, drawn in the palette's colour."""

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from seq2seq_desktop import paths
from seq2seq_desktop.ui import theme

SIZES = (16, 32)  # pixels: of the controls, and of the same at 200 %; each size costs a millisecond at start


def icon(name: str, color: str = "") -> QIcon:
    """The icon of that name in `color` (#RRGGBB), or in the ink of the current theme with muted when disabled.

    Ask again when the theme changes.
    """
    tokens = theme.current()
    result = QIcon()
    for size in SIZES:
        result.addPixmap(_drawn(name, color or tokens.ink, size))
        result.addPixmap(_drawn(name, tokens.muted, size), QIcon.Mode.Disabled)
    return result


def program_icon() -> QIcon:
    """The program's own sign, in its own colours."""
    return QIcon(str(path("seq2seq-desktop")))


def path(name: str) -> Path:
    """The file of an icon."""
    return paths.resources() / "icons" / f"{name}.svg"


@cache
def _source(name: str) -> str:
    return path(name).read_text(encoding="utf-8")


def _drawn(name: str, color: str, size: int) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # here, so that the first paint does not wait for it

    text = _source(name).replace("currentColor", color)
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
