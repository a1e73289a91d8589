"""Where a captioner looked, as one picture: a thumbnail a word, what was looked at in colour over it."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import write_bytes
from seq2seq_desktop.io.images import Pixels

SUFFIXES = (".png", ".svg")
_HUE = (255, 96, 32)  # of the heat: seldom in photographs, seen by nearly all
_STRONGEST = 0.85  # opacity of the cell that holds most
_ROW = 5  # thumbnails side by side
_WIDE = 240  # pixels of a thumbnail


def save_filmstrip(
    pixels: Pixels, words: Sequence[str], maps: NDArray[np.float32], path: Path, overwrite: bool = False
) -> None:
    """Nothing; `path` (.png or .svg) then holds a thumbnail a word, its cells the more coloured the more they hold.

    Args:
        pixels: the picture, (height, width, 3).
        maps: (words, rows, columns) over the whole picture, each sums to 1; opacity is relative to the largest cell.

    Raises:
        InputError: the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        given = suffix or "a file without suffix"
        raise InputError(f"{path.name}: a filmstrip cannot be saved as {given}", f"choose {' or '.join(SUFFIXES)}")
    strongest = float(maps.max()) if maps.size else 1.0
    frames = [heated(pixels, one / strongest) for one in maps]
    write_bytes(path, _drawn(frames, words, suffix[1:]), overwrite)


def heated(pixels: Pixels, heat: NDArray[np.float32], width: int = _WIDE) -> Pixels:
    """The picture `width` wide under its heat (rows, columns), 0..1, spread smoothly from cell to cell."""
    height = max(1, round(width * pixels.shape[0] / pixels.shape[1]))
    small = Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)
    cells = Image.fromarray((heat.clip(0, 1) * _STRONGEST * 255).astype(np.uint8))
    mask = cells.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(Image.composite(Image.new("RGB", small.size, _HUE), small, mask))


def _drawn(frames: Sequence[Pixels], words: Sequence[str], kind: str) -> bytes:
    """The thumbnails with their words above, as the bytes of a file."""
    import matplotlib  # half a second, and only pictures need it
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = max(1, -(-len(frames) // _ROW))
    share = frames[0].shape[0] / frames[0].shape[1] if frames else 1.0
    with matplotlib.rc_context({"svg.fonttype": "none", "text.usetex": False, "text.parse_math": False}):
        figure = Figure(figsize=(2.2 * _ROW, (2.2 * share + 0.35) * rows), dpi=110, layout="constrained")
        FigureCanvasAgg(figure)
        for number, axes in enumerate(figure.subplots(rows, _ROW, squeeze=False).flat):
            axes.axis("off")
            if number < len(frames):
                axes.imshow(frames[number])
                axes.set_title(words[number].strip() or "␣", fontsize=11)
        stream = BytesIO()
        figure.savefig(stream, format=kind)
    return stream.getvalue()
