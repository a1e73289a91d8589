"""Attention as a picture, drawn with matplotlib.

The colour map is viridis, from 0 to 1 on every picture, so that two pictures can be compared.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.exports import save_attention
from seq2seq_desktop.io.files import write_bytes

SUFFIXES = (".png", ".svg", ".csv")
_CELL = 0.28  # inches a row or column


def save_heatmap(
    weights: NDArray[np.float32],
    source: Sequence[str],
    target: Sequence[str],
    path: Path,
    overwrite: bool = False,
    title: str = "",
) -> None:
    """Nothing; `path` (.png, .svg or .csv) then holds the map: source across the top, target down the left.

    Args:
        weights: (target, source), each row sums to 1.
        title: what the map is, written below it; in a table in its first cell.

    Raises:
        InputError: the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        save_attention(weights, source, target, path, overwrite, title)
    elif suffix in SUFFIXES:
        write_bytes(path, _drawn(weights, source, target, suffix[1:], title), overwrite)
    else:
        raise InputError(f"{path.name}: attention cannot be saved as {suffix or 'a file without suffix'}",
                         f"choose one of {', '.join(SUFFIXES)}")  # fmt: skip


def _drawn(
    weights: NDArray[np.float32], source: Sequence[str], target: Sequence[str], kind: str, title: str
) -> bytes:
    """The picture as the bytes of a file."""
    import matplotlib  # half a second, and only pictures need it
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    size = (2.2 + _CELL * len(source), 1.6 + _CELL * len(target))
    with matplotlib.rc_context({"svg.fonttype": "none", "text.usetex": False, "text.parse_math": False}):
        figure = Figure(figsize=size, dpi=min(110.0, 20_000 / max(size)), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        image = axes.imshow(weights.reshape(len(target), len(source)), vmin=0, vmax=1, cmap="viridis", aspect="auto")
        axes.set_xticks(range(len(source)), [_label(piece) for piece in source], rotation=45, ha="left", va="bottom")
        axes.set_yticks(range(len(target)), [_label(piece) for piece in target])
        axes.xaxis.tick_top()
        axes.set_xlabel(title)  # below, for the words stand above
        figure.colorbar(image, ax=axes, fraction=0.03)
        stream = BytesIO()
        figure.savefig(stream, format=kind)
    return stream.getvalue()


def _label(piece: str) -> str:
    """A piece without the space it carries; one that is nothing else stays visible."""
    return piece.strip() or "␣"
