"""The question where to save something."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where(parent: QWidget, title: str, name: str, kinds: Sequence[str]) -> Path | None:
    """The path the user chose, with a suffix of `kinds`; None if the question was closed."""
    filters = ";;".join(f"{kind[1:].upper()} (*{kind})" for kind in kinds)
    chosen, taken = QFileDialog.getSaveFileName(parent, title, name, filters)
    if not chosen:
        return None
    path = Path(chosen)
    suffix = next((kind for kind in kinds if f"(*{kind})" in taken), kinds[0])
    return path if path.suffix.lower() in kinds else path.with_name(path.name + suffix)
