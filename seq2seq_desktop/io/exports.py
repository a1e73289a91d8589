"""Results as files of their own: plain text, Markdown, Word, and attention as a table. All are written at once."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.blocks import Block, one_line
from seq2seq_desktop.io.files import write_bytes

SUFFIXES = (".txt", ".md", ".docx")


def save_text(text: str, path: Path, overwrite: bool = False) -> None:
    """Nothing; `path` (.txt, .md or .docx) then holds `text`; in .docx a line is a paragraph.

    Raises:
        InputError: the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    if _suffix(path) == ".docx":
        save_blocks([Block(line) for line in text.splitlines()], path, overwrite)
    else:
        _write(path, text, overwrite)


def save_blocks(blocks: Sequence[Block], path: Path, overwrite: bool = False) -> None:
    """Nothing; `path` (.txt, .md or .docx) then holds the blocks, headings and list items marked where it can.

    Raises:
        InputError: as `save_text`.
    """
    suffix = _suffix(path)
    if suffix == ".docx":
        from seq2seq_desktop.io.word import new_word  # python-docx costs 0.1 s, and few save as .docx

        write_bytes(path, new_word(blocks), overwrite)
    else:
        lines = [_marked(block) if suffix == ".md" else block.text for block in blocks]
        _write(path, "\n\n".join(lines) + "\n", overwrite)


def save_attention(
    weights: NDArray[np.float32],
    source: Sequence[str],
    target: Sequence[str],
    path: Path,
    overwrite: bool = False,
    title: str = "",
) -> None:
    """Nothing; `path` then holds a CSV table: a row of source pieces, then one row for each target piece.

    Args:
        weights: (target, source), each row sums to 1.
        title: what the map is, for the first cell.

    Raises:
        InputError: the file exists and `overwrite` is False, or the disk refuses.
        ValueError: `weights` is of another shape.
    """
    if weights.shape != (len(target), len(source)):
        raise ValueError(f"weights of shape {weights.shape} do not fit {len(target)} x {len(source)} pieces")
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([title, *source])
    for piece, row in zip(target, weights, strict=True):
        writer.writerow([piece, *(f"{weight:.6g}" for weight in row)])
    _write(path, table.getvalue(), overwrite)


def _suffix(path: Path) -> str:
    """The suffix of `path`, if it is one that can be written."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{path.name} cannot be saved as {suffix or 'a file without suffix'}", f"choose {SUFFIXES}")
    return suffix


def _marked(block: Block) -> str:
    """A block as Markdown."""
    text = one_line(block.text)
    if block.kind in ("title", "heading"):
        return f"{'#' * (block.level or 1)} {text}"
    return f"- {text}" if block.kind == "item" else text


def _write(path: Path, text: str, overwrite: bool) -> None:
    """Write `text` as UTF-8; what UTF-8 cannot hold becomes a question mark."""
    write_bytes(path, text.encode("utf-8", "replace"), overwrite)
