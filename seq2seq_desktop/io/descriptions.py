"""A description inside a picture file itself, as XMP. Every other byte that makes up the picture stays as it is.

Sources: JPEG: ITU-T T.81, annex B, and XMP part 3 (where packets lie in each kind of file); PNG: W3C, third edition;
WebP: RFC 9649; TIFF: revision 6.0, and BigTIFF.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import MEBIBYTE, read_bytes, write_bytes
from seq2seq_desktop.io.xmp import described, description

KINDS = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")
"""The files that take a description."""

LIMIT = 1024 * MEBIBYTE  # of a picture that is written again
_PACKET_LIMIT = 16 * MEBIBYTE  # of XMP that is packed
_JPEG_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_PNG_NAME = b"XML:com.adobe.xmp"
_TIFF_TAG = 700
_WEBP_FLAG = 0x04


def describe(path: Path, text: str) -> None:
    """Nothing; the picture at `path` then says `text` about itself, or is as it was before if anything goes wrong.

    Raises: InputError if the file is of another kind or damaged, or the disk refuses.
    """
    data = read_bytes(path, LIMIT)
    write_bytes(path, with_description(data, text, path.name), overwrite=True)


def with_description(data: bytes, text: str, name: str) -> bytes:
    """The content of a picture file with `text` as its description; `name` stands in messages.

    Raises: InputError if the file is of another kind or damaged.
    """
    write = next((write for sign, write in _WRITERS if data.startswith(sign)), None)
    if write is None or (write is _in_webp and data[8:12] != b"WEBP"):
        problem = f"{name}: no description can be written into a file of this kind"
        raise InputError(problem, "save the caption as a text file beside it")
    try:
        return write(data, text)
    except InputError as error:
        raise InputError(f"{name}: {error.problem}", error.remedy) from error
    except (struct.error, zlib.error, ValueError, IndexError) as error:
        raise InputError(f"{name} is damaged", "save the caption as a text file beside it") from error


def description_of(data: bytes) -> str:
    """The description in the content of a picture file, "" for none. Raises: InputError if the file is damaged."""
    try:
        if data.startswith(b"\xff\xd8"):
            packet = next((one.body[len(_JPEG_NAME) :] for one in _segments(data) if one.is_packet), None)
        elif data.startswith(_PNG_SIGN):
            packet = next((_png_packet(body) for kind, body in _png_chunks(data) if _is_packet(kind, body)), None)
        elif data.startswith(b"RIFF"):
            packet = dict(_webp_chunks(data)).get(b"XMP ")
        else:
            packet = _Tiff.read(data).packet()
    except (struct.error, zlib.error, ValueError, IndexError) as error:
        raise InputError("the picture is damaged", "choose another one") from error
    return description(packet) if packet else ""


# JPEG: a chain of segments, then the picture


@dataclass(frozen=True)
class _Segment:
    """A part of a JPEG before its picture, or with `marker` = 0 all the rest."""

    marker: int  # second byte
    whole: bytes  # as it stands in the file
    body: bytes = b""

    @property
    def is_packet(self) -> bool:
        return self.marker == 0xE1 and self.body.startswith(_JPEG_NAME)


def _segments(data: bytes) -> Iterator[_Segment]:
    place = 2
    while True:
        while data[place : place + 2] == b"\xff\xff":  # fill bytes
            place += 1
        first, marker, length = struct.unpack_from(">BBH", data, place)
        if first != 0xFF or length < 2 or place + 2 + length > len(data):
            raise ValueError("no segment")
        if marker == 0xDA:
            yield _Segment(0, data[place:])
            return
        end = place + 2 + length
        yield _Segment(marker, data[place:end], data[place + 4 : end])
        place = end


def _in_jpeg(data: bytes, text: str) -> bytes:
    segments = list(_segments(data))
    old = next((one.body[len(_JPEG_NAME) :] for one in segments if one.is_packet), None)
    body = _JPEG_NAME + described(old, text)
    if len(body) > 0xFFFD:
        raise InputError("its XMP data leave no room for a caption", "save the caption as a text file beside it")
    packet = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    kept = [one.whole for one in segments if not one.is_packet]
    heads = 0  # JFIF's and Exif's own segments come first
    while segments[heads].marker in (0xE0, 0xE1) and not segments[heads].is_packet:
        heads += 1
    return b"".join([data[:2], *kept[:heads], packet, *kept[heads:]])


# PNG: chunks with a checksum each

_PNG_SIGN = b"\x89PNG\r\n\x1a\n"


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_PNG_SIGN)
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        if place + 12 + length > len(data):
            raise ValueError("a chunk is cut off")
        yield kind, data[place + 8 : place + 8 + length]
        place += 12 + length
        if kind == b"IEND":
            return


def _is_packet(kind: bytes, body: bytes) -> bool:
    return kind == b"iTXt" and body.startswith(_PNG_NAME + b"\0")


def _png_packet(body: bytes) -> bytes:
    packed = body[len(_PNG_NAME) + 1] == 1
    text = body[len(_PNG_NAME) + 3 :].split(b"\0", 2)[2]
    return zlib.decompressobj().decompress(text, _PACKET_LIMIT) if packed else text


def _in_png(data: bytes, text: str) -> bytes:
    chunks = list(_png_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR":
        raise ValueError("no header")
    old = next((_png_packet(body) for kind, body in chunks if _is_packet(kind, body)), None)
    new = (b"iTXt", _PNG_NAME + b"\0\0\0\0\0" + described(old, text))
    kept = [chunk for chunk in chunks if not _is_packet(*chunk)]
    behind = data[len(_PNG_SIGN) + sum(12 + len(body) for _, body in chunks) :]
    return _PNG_SIGN + b"".join(_png_chunk(*chunk) for chunk in (kept[0], new, *kept[1:])) + behind


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


# WebP: RIFF chunks; one with a description needs a header of its own


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, end = 12, min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    while place < end:
        kind, length = struct.unpack_from("<4sI", data, place)
        if place + 8 + length > len(data):
            raise ValueError("a chunk is cut off")
        yield kind, data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _in_webp(data: bytes, text: str) -> bytes:
    chunks = list(_webp_chunks(data))
    old = dict(chunks).get(b"XMP ")
    kept = [chunk for chunk in chunks if chunk[0] not in (b"XMP ", b"VP8X")]
    header = bytearray(dict(chunks).get(b"VP8X") or _webp_header(*chunks[0]))
    header[0] |= _WEBP_FLAG
    parts = [(b"VP8X", bytes(header)), *kept, (b"XMP ", described(old, text))]
    body = b"WEBP" + b"".join(_webp_chunk(*part) for part in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _webp_header(kind: bytes, body: bytes) -> bytes:
    """The header of a file that had none: flags, and width and height less one in three bytes each."""
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", body, 1)
        sides, alpha = (bits & 0x3FFF, bits >> 14 & 0x3FFF), bits >> 28 & 1
    elif kind == b"VP8 ":
        sides, alpha = tuple((side & 0x3FFF) - 1 for side in struct.unpack_from("<HH", body, 6)), 0
    else:
        raise ValueError("no picture")
    return bytes([0x10 * alpha, 0, 0, 0]) + b"".join(int(side).to_bytes(3, "little") for side in sides)


# TIFF: a directory of entries somewhere in the file; a new one is put at its end


@dataclass(frozen=True)
class _Tiff:
    """Where the first directory is, and what stands in it."""

    data: bytes
    order: str  # "<" or ">"
    big: bool  # BigTIFF: places and counts have eight bytes
    entries: tuple[bytes, ...]
    following: bytes  # where the next directory is

    @classmethod
    def read(cls, data: bytes) -> "_Tiff":
        order = "<" if data.startswith(b"II") else ">"
        big = struct.unpack_from(order + "H", data, 2)[0] == 43
        place = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)[0]
        if place > len(data):
            raise ValueError("the directory lies beyond the end")
        (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, place)
        first, size, word = place + (8 if big else 2), 20 if big else 12, 8 if big else 4
        end = first + count * size
        if end + word > len(data):
            raise ValueError("the directory is cut off")
        entries = tuple(data[at : at + size] for at in range(first, end, size))
        return cls(data, order, big, entries, data[end : end + word])

    def tag(self, entry: bytes) -> int:
        return int(struct.unpack_from(self.order + "H", entry)[0])

    def packet(self) -> bytes | None:
        """The XMP there is."""
        entry = next((one for one in self.entries if self.tag(one) == _TIFF_TAG), None)
        if entry is None:
            return None
        count, place = struct.unpack_from(self.order + ("QQ" if self.big else "II"), entry, 4)
        found: bytes = self.data[place : place + count]
        return found

    def with_packet(self, packet: bytes) -> bytes:
        """The file with another packet and a new directory behind what is there."""
        word, counter = ("Q", "Q") if self.big else ("I", "H")
        body = self.data + b"\0" * (len(self.data) % 2)
        entry = struct.pack(f"{self.order}HH{word}{word}", _TIFF_TAG, 1, len(packet), len(body))
        body += packet + b"\0" * (len(packet) % 2)
        entries = sorted([*(one for one in self.entries if self.tag(one) != _TIFF_TAG), entry], key=self.tag)
        head = struct.pack(self.order + word, len(body))
        body += struct.pack(self.order + counter, len(entries)) + b"".join(entries) + self.following
        at = 8 if self.big else 4
        return body[:at] + head + body[at + len(head) :]


def _in_tiff(data: bytes, text: str) -> bytes:
    tiff = _Tiff.read(data)
    return tiff.with_packet(described(tiff.packet(), text))


_WRITERS = (
    (b"\xff\xd8", _in_jpeg),
    (_PNG_SIGN, _in_png),
    (b"RIFF", _in_webp),
    (b"II\x2a\0", _in_tiff),
    (b"MM\0\x2a", _in_tiff),
    (b"II\x2b\0", _in_tiff),
    (b"MM\0\x2b", _in_tiff),
)
