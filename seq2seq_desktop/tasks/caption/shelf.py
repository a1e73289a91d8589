"""Pictures by their names, from a folder, from a .tar, or from a folder of .tar files."""

import tarfile
from dataclasses import dataclass
from pathlib import Path

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import read_bytes
from seq2seq_desktop.io.images import FILE_LIMIT, Picture, picture_from

_REMEDY = "name the folder or the .tar that holds the pictures"


@dataclass(frozen=True)
class _Member:
    """Where a picture's bytes lie in an archive."""

    archive: Path
    start: int  # in bytes
    size: int


class Shelf:
    """Pictures that can be taken by name; several threads may do so at once."""

    def __init__(self, place: Path) -> None:
        """Look what is there. Raises: InputError if `place` is no folder and no .tar."""
        self.place = place
        archives = sorted(place.glob("*.tar")) if place.is_dir() else [place]
        self._members = {name: member for archive in archives for name, member in _members(archive).items()}

    def read(self, name: str, longest: int | None = None) -> Picture:
        """The picture of a name, as `io.images` reads it. Raises: InputError if it is not there or cannot be read."""
        return picture_from(self.content(name), name, longest)

    def content(self, name: str) -> bytes:
        """The bytes of a picture's file. Raises: InputError if it is not there."""
        member = self._members.get(name)
        if member is None:
            if not (self.place / name).is_file():
                raise InputError(f"{name} is not in {self.place}", _REMEDY)
            return read_bytes(self.place / name, FILE_LIMIT)
        with member.archive.open("rb") as file:
            file.seek(member.start)
            return file.read(member.size)


def _members(archive: Path) -> dict[str, _Member]:
    """The files in an archive, by the last part of their names."""
    try:
        with tarfile.open(archive, "r:") as opened:
            return {
                Path(one.name).name: _Member(archive, one.offset_data, one.size) for one in opened if one.isfile()
            }
    except (OSError, tarfile.TarError) as error:
        raise InputError(f"{archive} is no folder and no .tar that can be read ({error})", _REMEDY) from error
