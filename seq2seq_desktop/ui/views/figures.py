"""What is drawn in a scene as a picture file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsScene

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import write_bytes

FIGURES = (".png", ".svg")
_TITLE, _GAP = 28, 16  # px: height of a title, room between pictures
_SCALE = 2  # pixels of a PNG for each on the screen, so that print stays sharp


@dataclass(frozen=True)
class Picture:
    """A part of a scene."""

    scene: QGraphicsScene
    area: QRectF  # of the scene, in its own units
    title: str = ""  # stands above it


def save_scene(scene: QGraphicsScene, path: Path, background: QColor, overwrite: bool = False) -> None:
    """Nothing; `path` (.png or .svg) then holds the scene on `background`.

    Raises: InputError if the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    save_pictures([Picture(scene, scene.sceneRect())], path, background, overwrite)


def save_pictures(pictures: Sequence[Picture], path: Path, background: QColor, overwrite: bool = False) -> None:
    """Nothing; `path` (.png or .svg) then holds the pictures side by side.

    Raises: as `save_scene`.
    """
    suffix = path.suffix.lower()
    if suffix not in FIGURES:
        raise InputError(f"{path.name} cannot be a picture", f"choose one of {', '.join(FIGURES)}")
    draw = _png if suffix == ".png" else _svg
    write_bytes(path, draw(_placed(pictures), background), overwrite)


@dataclass(frozen=True)
class _Placed:
    """A picture and where it goes in the file, below its title."""

    picture: Picture
    area: QRectF  # of the scene, in whole pixels
    place: QRectF


def _placed(pictures: Sequence[Picture]) -> list[_Placed]:
    """The pictures from left to right."""
    top = _TITLE if any(picture.title for picture in pictures) else 0
    placed, left = [], 0.0
    for picture in pictures:
        area = QRectF(picture.area.toAlignedRect())
        placed.append(_Placed(picture, area, QRectF(QPointF(left, top), area.size())))
        left += area.width() + _GAP
    return placed


def _size(placed: Sequence[_Placed]) -> QSize:
    """The size of the whole picture."""
    return QSize(int(max(one.place.right() for one in placed)), int(max(one.place.bottom() for one in placed)))


def _png(placed: Sequence[_Placed], background: QColor) -> bytes:
    image = QImage(_size(placed) * _SCALE, QImage.Format.Format_ARGB32)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    _render(placed, image, background, _SCALE)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide takes a device, its stubs do not
    return bytes(buffer.data().data())


def _svg(placed: Sequence[_Placed], background: QColor) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(_size(placed))
    drawing.setViewBox(QRectF(QPointF(0, 0), QSizeF(_size(placed))))
    _render(placed, drawing, background, 1)
    return bytes(buffer.data().data())


def _render(placed: Sequence[_Placed], device, background: QColor, scale: int) -> None:
    """Paint the pictures on a device whose pixels are `scale` times as fine as theirs."""
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.fillRect(QRectF(QPointF(0, 0), QSizeF(_size(placed))), background)
    painter.setPen(QColor("black") if background.lightnessF() > 0.5 else QColor("white"))
    for one in placed:
        title = QRectF(one.place.left() + _GAP / 2, 0, one.place.width() - _GAP, one.place.top())
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, one.picture.title)
        one.picture.scene.render(painter, one.place, one.area, Qt.AspectRatioMode.KeepAspectRatio)
    painter.end()
