"""Files of the user: read whole with a limit, decoded whatever their encoding, and written at once or not at all."""

import codecs
import contextlib
import errno
import os
import tempfile
from pathlib import Path

from seq2seq_desktop.errors import InputError

MEBIBYTE = 1024 * 1024
TEXT_LIMIT = 64 * MEBIBYTE  # of a text file; some 10,000,000 words
_SAMPLE = 64 * 1024  # bytes that settle the encoding
_BYTE_ORDER_MARKS = (  # the longer first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_WESTERN = frozenset("ÀÂÄÆÇÈÉÊËÎÏÑÔÖÙÛÜÁÍÓÚŒàâäæçèéêëîïñôöùûüáíóúœßÿŸ«»‹›“”‘’„‚–—…•·°€£§©®™¿¡ªº½¼¾×±µ²³\u00a0\u00ad")


def read_bytes(path: Path, limit: int = TEXT_LIMIT) -> bytes:
    """The content of a file of at most `limit` bytes.

    Raises:
        InputError: the file is missing, a folder, not readable, empty or too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:  # a NUL in the name
        raise InputError(f"{path.name!r} is not a file name", "choose another file") from error
    if not data:
        raise InputError(f"{path.name} is empty", "choose a file with text in it")
    if len(data) > limit:
        raise InputError(
            f"{path.name} is larger than {limit // MEBIBYTE} MiB, the most that is read at once",
            "split it into smaller files",
        )
    return data


def read_text(path: Path, limit: int = TEXT_LIMIT) -> str:
    """The text of a file in whatever encoding, line ends as they are, without byte order mark.

    Raises:
        InputError: as `read_bytes`, or the content is not text.
    """
    return decode(read_bytes(path, limit), path.name)


def decode(data: bytes, name: str) -> str:
    """`data` as text: by its byte order mark, else UTF-8, UTF-16, Western, or what charset-normalizer finds.

    Raises:
        InputError: `data` is not text; `name` stands in the message.
    """
    encoding = _encoding(data)
    if encoding is None:
        raise InputError(f"{name} is not text", "open it in the program it comes from and save it as UTF-8 text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is damaged: byte {error.start:,} is not valid {encoding.upper()}", "save it again as UTF-8 text"
        ) from error


def write_bytes(path: Path, data: bytes, overwrite: bool = False) -> None:
    """Nothing; `path` holds `data` afterwards, or is as it was before if anything goes wrong.

    Raises:
        InputError: the file exists and `overwrite` is False, the folder cannot be written to, or the disk is full.
    """
    try:
        if path.exists() and not overwrite:
            raise InputError(f"{path} exists already", "choose another name or allow overwriting")
        _replace(path, data)
    except OSError as error:
        raise unwritable(path, error) from error
    except ValueError as error:
        raise InputError(f"{path.name!r} is not a file name", "choose another name") from error


def _replace(path: Path, data: bytes) -> None:
    """Write beside `path`, then move there, so that no reader ever sees half a file."""
    descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_mode(path))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _mode(path: Path) -> int:
    """The permissions of the file to be replaced, else those that a new file usually has."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0o644


def _encoding(data: bytes) -> str | None:
    """The encoding of `data`; None if it is not text."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE]
    if 0 in sample:
        wide = _wide(sample)
        if wide:
            return wide
    if _is_binary(sample):
        return None
    with contextlib.suppress(UnicodeDecodeError):
        data.decode("utf-8")
        return "utf-8"
    return _single_byte(data)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: in Western text nearly every other byte is zero, and always the same one."""
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _is_binary(sample: bytes) -> bool:
    """Whether more than one byte in fifty is a control character; a stray NUL does not make a text binary."""
    return len(sample) - len(sample.translate(None, _CONTROLS)) > max(1, len(sample) // 50)


def _single_byte(data: bytes) -> str | None:
    """The encoding of text that is not UTF-8; Western first, which charset-normalizer misses in short French text."""
    foreign = bytes(byte for byte in data[: 16 * _SAMPLE] if byte > 127)[:_SAMPLE]
    with contextlib.suppress(UnicodeDecodeError):
        characters = foreign.decode("cp1252")
        if sum(map(_WESTERN.__contains__, characters)) > 0.9 * len(characters):
            data.decode("cp1252")
            return "cp1252"
    from charset_normalizer import from_bytes  # only for a text in an unknown encoding: not at start

    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else None


def unreadable(path: Path, error: OSError) -> InputError:
    """The error that says why `path` cannot be read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return InputError(f"{path} does not exist (any more)", "check the name, or choose the file again")
    if path.is_dir():  # Windows says "permission denied" of a folder
        return InputError(f"{path} is a folder", "choose a file in it")
    if isinstance(error, PermissionError):
        return InputError(f"{path} may not be read", "change its permissions, or copy it to a folder of yours")
    return InputError(f"{path} cannot be read: {error.strerror}", "check the disk, or copy the file elsewhere")


def unwritable(path: Path, error: OSError) -> InputError:
    """The error that says why `path` cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return InputError(f"{path} was not saved: the disk is full", "free some space, or save to another disk")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return InputError(f"{path} was not saved: the folder {path.parent} does not exist", "choose another folder")
    if isinstance(error, IsADirectoryError) or path.is_dir():
        return InputError(f"{path} was not saved: it is a folder", "choose a file name")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return InputError(f"{path} was not saved: its folder may not be written to", "save to a folder of yours")
    return InputError(f"{path} was not saved: {error.strerror}", "try another name or folder")
