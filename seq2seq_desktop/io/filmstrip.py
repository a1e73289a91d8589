"""Where a captioner looked, as one picture: a thumbnail a word, what was looked at in colour over it."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import write_bytes
from seq2seq_desktop.io.images import Pixels

SUFFIX = ".png"
_HUE = (255, 96, 32)  # of the heat: seldom in photographs, seen by nearly all
_STRONGEST = 0.85  # opacity of the cell that holds most
_ROW = 5  # thumbnails side by side
_WIDE, _GAP, _TITLE = 240, 12, 30  # pixels of a thumbnail, between two, and of the word above
_INK, _PAPER = (28, 29, 33), (255, 255, 255)


def save_filmstrip(
    pixels: Pixels, words: Sequence[str], maps: NDArray[np.float32], path: Path, overwrite: bool = False
) -> None:
    """Nothing; `path` (.png) then holds a thumbnail a word, its cells the more coloured the more they hold.

    Args:
        pixels: the picture, (height, width, 3).
        maps: (words, rows, columns) over the whole picture, each sums to 1; opacity is relative to the largest cell.

    Raises:
        InputError: the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    if path.suffix.lower() != SUFFIX:
        given = path.suffix or "a file without suffix"
        raise InputError(f"{path.name}: a filmstrip cannot be saved as {given}", f"choose {SUFFIX}")
    strongest = float(maps.max()) if maps.size else 1.0
    strip = _strip([heated(pixels, one / strongest) for one in maps], words)
    stream = BytesIO()
    strip.save(stream, "PNG")
    write_bytes(path, stream.getvalue(), overwrite)


def heated(pixels: Pixels, heat: NDArray[np.float32], width: int = _WIDE) -> Pixels:
    """The picture `width` wide under its heat (rows, columns), 0..1, spread smoothly from cell to cell."""
    height = max(1, round(width * pixels.shape[0] / pixels.shape[1]))
    small = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)
    cells = Image.fromarray((heat.clip(0, 1) * _STRONGEST * 255).astype(np.uint8))
    mask = cells.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(Image.composite(Image.new("RGB", small.size, _HUE), small, mask))


def _strip(frames: Sequence[Pixels], words: Sequence[str]) -> Image.Image:
    """The thumbnails in rows, each with its word above."""
    columns, rows = min(len(frames), _ROW) or 1, -(-len(frames) // _ROW) or 1
    high = frames[0].shape[0] + _TITLE if frames else _TITLE
    strip = Image.new("RGB", (_GAP + columns * (_WIDE + _GAP), _GAP + rows * (high + _GAP)), _PAPER)
    draw, font = ImageDraw.Draw(strip), ImageFont.load_default(18)
    for number, (frame, word) in enumerate(zip(frames, words, strict=True)):
        left = _GAP + number % _ROW * (_WIDE + _GAP)
        top = _GAP + number // _ROW * (high + _GAP)
        draw.text((left + _WIDE / 2, top + _TITLE / 2), word.strip(), _INK, font, anchor="mm")
        strip.paste(Image.fromarray(frame), (left, top + _TITLE))
    return strip
