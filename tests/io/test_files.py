import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import decode, read_bytes, read_text, write_bytes

FRENCH = "Le café est fermé à midi.\r\nÇa va ? « Oui », dit-elle.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("text", [FRENCH, "naïve", "Größe und Maß", "Hello"])
def test_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    assert read_text(path) == text


def test_other_alphabets_are_found() -> None:
    russian = "Привет, как дела? Сегодня хорошая погода, и мы идём гулять в парк. " * 3
    assert decode(russian.encode("cp1251"), "a.txt") == russian


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_utf8_round_trip(text: str) -> None:
    assert decode(f"Words\t{text}\r\n".encode(), "a.txt") == f"Words\t{text}\r\n"


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01", bytes(range(256)) * 20, b"\x7fELF" + b"\x00\x01\x02" * 99],
)
def test_binary_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"a\.bin is not text"):
        decode(data, "a.bin")


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data, "a.txt")
    except InputError:
        return
    assert text.encode("utf-8")


def test_a_stray_nul_is_no_binary() -> None:
    assert decode(b"Some words and a \x00 in them.", "a.txt") == "Some words and a \x00 in them."


def test_truncated_utf16_is_damaged() -> None:
    with pytest.raises(InputError, match="damaged"):
        decode("Hello".encode("utf-16")[:-1], "a.txt")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    large = tmp_path / "large.txt"
    large.write_bytes(b"x" * 2048)
    for path, message in ((empty, "is empty"), (tmp_path, "is a folder"), (tmp_path / "gone.txt", "does not exist")):
        with pytest.raises(InputError, match=message):
            read_bytes(path)
    with pytest.raises(InputError, match="larger than"):
        read_bytes(large, limit=2047)
    with pytest.raises(InputError, match="not a file name"):
        read_bytes(Path("a\0b"))


def test_no_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read anything, so the mode alone would not do
    with pytest.raises(InputError, match="may not be read"):
        read_bytes(path)


def test_written_whole_and_only_when_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_bytes(path, b"one")
    with pytest.raises(InputError, match="exists already"):
        write_bytes(path, b"two")
    assert path.read_bytes() == b"one"
    write_bytes(path, b"two", overwrite=True)
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    ("code", "message"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "may not be written"), (errno.EACCES, "may not be written")],
)
def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, message: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(InputError, match=message):
        write_bytes(path, b"new", overwrite=True)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_unwritable_places_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        write_bytes(tmp_path / "no" / "a.txt", b"x")
    with pytest.raises(InputError, match="is a folder"):
        write_bytes(tmp_path, b"x", overwrite=True)
