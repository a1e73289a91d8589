"""Translations as files: in the document's own layout where there is one. No Qt."""

from itertools import count
from pathlib import Path

from seq2seq_desktop.io.documents import writable, write_document
from seq2seq_desktop.io.exports import SUFFIXES, save_text
from seq2seq_desktop.ui.tabs.translate.translation import Translation, Version


def suffixes(translation: Translation) -> tuple[str, ...]:
    """What the translation can be saved as, the kind it came as first."""
    return SUFFIXES if translation.document is None else writable(translation.document)


def save(translation: Translation, version: Version | None, path: Path, overwrite: bool) -> Path:
    """`path`, after the translation was written there. Raises: InputError."""
    if translation.document is None:
        save_text(translation.output(version), path, overwrite)
    else:
        write_document(translation.document, translation.block_outputs(version), path, overwrite)
    return path


def free_name(source: Path, folder: Path | None, language: str, translation: Translation) -> Path:
    """Where the translation of a file goes: beside it or into `folder`, under a name that is not taken."""
    suffix = suffixes(translation)[0]
    if source.suffix.lower() in suffixes(translation):
        suffix = source.suffix
    place = folder or source.parent
    names = (f"{source.stem}.{language}{'' if number == 1 else f'-{number}'}{suffix}" for number in count(1))
    return next(place / name for name in names if not (place / name).exists())
