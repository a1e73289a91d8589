"""CTranslate2's `model.bin`: named arrays one behind the other, numbers little-endian, names with a zero at the end.

Source: the format of CTranslate2's converters, binary version 6, as its ModelSpec writes it.
"""

import math
import struct
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from seq2seq_desktop.errors import BundleError

VERSION = 6
_TYPES = (torch.float32, torch.int8, torch.int16, torch.int32, torch.float16, torch.bfloat16)  # by their numbers
_MOST_DIMENSIONS = 8


def read_model_bin(parts: Sequence[Path], family: str) -> dict[str, Tensor]:
    """The arrays of a `model.bin`, by name, an alias beside the name it stands for; scalars are left out.

    `parts` are the file, or the pieces that it was cut into; `family` is the specification that it must follow.

    Raises: BundleError if it is cut short, of another version or of another family.
    """
    reader = _Reader(b"".join(part.read_bytes() for part in parts), parts[0].name)
    reader.expect("binary version", reader.number("I"), VERSION)
    reader.expect("model family", reader.text(), family)
    reader.number("I")  # revision of the specification: the names say what is there
    arrays = dict(reader.array() for _ in range(reader.number("I")))
    for _ in range(reader.number("I")):
        alias, name = reader.text(), reader.text()
        if name not in arrays:
            raise reader.error(f"{alias} stands for {name}, which is not there")
        arrays[alias] = arrays[name]
    return {name: array for name, array in arrays.items() if array.dim()}


class _Reader:
    """Reads one value after another, and never beyond the end."""

    def __init__(self, content: bytes, place: str) -> None:
        self._content = bytearray(content)  # torch asks for memory that can be written to
        self._at = 0
        self._place = place

    def error(self, problem: str) -> BundleError:
        """The error that names the file."""
        return BundleError(f"{self._place}: {problem}", "fetch the model again")

    def expect(self, what: str, given: object, wanted: object) -> None:
        """Nothing, if a value is the one that is wanted."""
        if given != wanted:
            raise self.error(f"{what} is {given!r}, not {wanted!r}")

    def number(self, kind: str) -> int:
        """The next number, of a `kind` as struct names it."""
        size = struct.calcsize(f"<{kind}")
        return int(struct.unpack_from(f"<{kind}", self._content, self._skip(size))[0])

    def text(self) -> str:
        """The next name."""
        size = self.number("H")
        start = self._skip(size)
        return self._content[start : start + size].rstrip(b"\0").decode("utf-8", "replace")

    def array(self) -> tuple[str, Tensor]:
        """The next array with its name."""
        name, dimensions = self.text(), self.number("B")
        if dimensions > _MOST_DIMENSIONS:
            raise self.error(f"{name} has {dimensions} dimensions")
        shape = [self.number("I") for _ in range(dimensions)]
        kind, size = self.number("B"), self.number("I")
        if kind >= len(_TYPES) or math.prod(shape) * _TYPES[kind].itemsize != size:
            raise self.error(f"{name} has shape {shape}, type {kind} and {size} bytes, which do not go together")
        start = self._skip(size)
        if not size:
            return name, torch.empty(shape, dtype=_TYPES[kind])
        return name, torch.frombuffer(self._content, dtype=_TYPES[kind], count=math.prod(shape), offset=start).view(
            shape
        )

    def _skip(self, size: int) -> int:
        """Where the next `size` bytes begin."""
        start, self._at = self._at, self._at + size
        if self._at > len(self._content):
            raise self.error(f"it is cut short: it ends at {len(self._content):,} bytes")
        return start
