"""What is drawn in a scene as a picture file."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsScene

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import write_bytes

FIGURES = (".png", ".svg")
_SCALE = 2  # pixels of a PNG for each on the screen, so that print stays sharp


def save_scene(scene: QGraphicsScene, path: Path, background: QColor, overwrite: bool = False) -> None:
    """Nothing; `path` (.png or .svg) then holds the scene on `background`.

    Raises: InputError if the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    suffix = path.suffix.lower()
    if suffix not in FIGURES:
        raise InputError(f"{path.name} cannot be a picture", f"choose one of {', '.join(FIGURES)}")
    area = scene.sceneRect().toAlignedRect()
    draw = _png if suffix == ".png" else _svg
    write_bytes(path, draw(scene, QRectF(area), background), overwrite)


def _png(scene: QGraphicsScene, area: QRectF, background: QColor) -> bytes:
    image = QImage((area.size() * _SCALE).toSize(), QImage.Format.Format_ARGB32)
    image.fill(background)
    _render(scene, area, image, QRectF(image.rect()))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide takes a device, its stubs do not
    return bytes(buffer.data().data())


def _svg(scene: QGraphicsScene, area: QRectF, background: QColor) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    drawing.setSize(area.size().toSize())
    drawing.setViewBox(QRectF(0, 0, area.width(), area.height()))
    _render(scene, area, drawing, QRectF(0, 0, area.width(), area.height()), background)
    return bytes(buffer.data().data())


def _render(scene: QGraphicsScene, area: QRectF, device, target: QRectF, background: QColor | None = None) -> None:
    """Paint the scene on a device."""
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if background is not None:
        painter.fillRect(target, background)
    scene.render(painter, target, area, Qt.AspectRatioMode.KeepAspectRatio)
    painter.end()
