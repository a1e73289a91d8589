"""Lists of pictures with what people wrote about them."""

from pathlib import Path

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import read_text

References = dict[str, tuple[str, ...]]
"""The captions of each picture, by the name of its file, in the order of the list."""


def read_captions(path: Path, limit: int = 0) -> References:
    """The captions of the first `limit` pictures (0 for all) of a file of lines `file<TAB>caption`.

    Raises: InputError that names a line without a tab, or if the file lists no picture.
    """
    found: dict[str, list[str]] = {}
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        name, tab, caption = line.partition("\t")
        if not (name and tab and caption.strip()):
            problem = f"{path.name}, line {number}: no file with a caption"
            raise InputError(problem, "write the file's name, a tab, the caption")
        if name not in found and len(found) == limit > 0:
            break
        found.setdefault(name, []).append(caption.strip())
    if not found:
        raise InputError(f"{path.name} lists no picture", "choose a file with lines of file name, tab, caption")
    return {name: tuple(captions) for name, captions in found.items()}
