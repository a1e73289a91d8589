"""A picture from the clipboard or another program, kept as a file so that it can be captioned and found again."""

from datetime import datetime
from itertools import count
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from seq2seq_desktop import paths
from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import unwritable, write_bytes


def keep(image: QImage) -> Path:
    """The file in the user's data folder that now holds the picture. Raises: InputError."""
    folder = paths.pictures()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # PySide takes a device, its stubs do not
        raise InputError("what was pasted is no picture that can be kept", "save it as a file and open that")
    now = datetime.now().strftime("%Y-%m-%d %H-%M-%S")
    names = (f"{now}{'' if number == 1 else f' ({number})'}.png" for number in count(1))
    path = next(folder / name for name in names if not (folder / name).exists())
    write_bytes(path, bytes(buffer.data().data()))
    return path
