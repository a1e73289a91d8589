"""Pictures of every kind, upright, in RGB, on white; and what is no picture, or too much of one."""

import base64
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.images import SUFFIXES, fitted, is_picture, picture_from, read_picture

RED, BLUE = (220, 30, 20), (20, 40, 210)


def two_halves(width: int = 40, height: int = 24) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def near(pixel: np.ndarray, colour: tuple[int, int, int], far: int = 30) -> bool:
    return bool(np.abs(pixel.astype(int) - np.array(colour)).max() <= far)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF"])
def test_every_format_is_read_by_its_content(kind: str) -> None:
    picture = picture_from(saved(two_halves(), kind), "wrong.txt")
    assert (picture.size, picture.pixels.shape, picture.pixels.dtype) == ((40, 24), (24, 40, 3), np.uint8)
    assert near(picture.pixels[12, 5], RED)
    assert near(picture.pixels[12, 35], BLUE)


# The two halves, written once by libheif: what reads HEIC here cannot write it.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAACQAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5j"
    "bHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBp"
    "eGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAACxtZGF0AAAAICgBrxmA70mlv//dUt/5FC/5Qshf/7bkd9ZOn/IB"
    "I21v"
)


def test_heic_is_read() -> None:
    picture = picture_from(HEIC, "telephone.heic")
    assert picture.size == (64, 48)
    assert near(picture.pixels[24, 10], RED, 60)
    assert near(picture.pixels[24, 54], BLUE, 60)


@pytest.mark.parametrize(("turn", "first"), [(1, RED), (3, BLUE), (6, RED), (8, BLUE)])
def test_a_picture_stands_upright(turn: int, first: tuple[int, int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = picture_from(saved(two_halves(), "JPEG", exif=exif.tobytes()), "turned.jpg")
    assert picture.size == ((40, 24) if turn < 5 else (24, 40))
    assert picture.pixels.shape[:2] == picture.size[::-1]
    assert near(picture.pixels[2, 2], first)


def test_a_picture_stands_upright_when_it_is_made_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(two_halves(1600, 800), "JPEG", exif=exif.tobytes())
    picture = picture_from(data, "large.jpg", longest=100)
    assert (picture.size, picture.pixels.shape) == ((800, 1600), (100, 50, 3))
    assert near(picture.pixels[10, 25], RED)
    assert near(picture.pixels[90, 25], BLUE)


def test_what_shines_through_is_white() -> None:
    image = two_halves().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size).point(lambda value: 0 if value < 128 else 255))
    for kind in ("PNG", "WEBP"):
        picture = picture_from(saved(image, kind, **({"lossless": True} if kind == "WEBP" else {})), "glass")
        assert near(picture.pixels[2, 5], (255, 255, 255))
        assert near(picture.pixels[22, 5], RED)
    palette = two_halves().quantize(4)
    palette.info["transparency"] = palette.getpixel((2, 2))
    assert near(picture_from(saved(palette, "GIF"), "glass.gif").pixels[2, 2], (255, 255, 255))
    grey = Image.new("LA", (8, 8), (0, 0))
    assert near(picture_from(saved(grey, "PNG"), "grey.png").pixels[4, 4], (255, 255, 255))


def test_an_animation_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    assert near(picture_from(data, "moving.gif").pixels[8, 8], RED)


def test_printing_colours_and_deep_greys_turn_into_screen_colours() -> None:
    assert near(picture_from(saved(two_halves().convert("CMYK"), "JPEG"), "print.jpg").pixels[12, 5], RED, 60)
    ramp = np.linspace(0, 65_535, 256, dtype=np.uint16)[None].repeat(4, 0)
    grey = picture_from(saved(Image.fromarray(ramp), "PNG"), "deep.png").pixels
    assert [int(grey[0, place, 1]) for place in (0, 128, 255)] == pytest.approx([0, 128, 255], abs=1)
    real = Image.fromarray(np.linspace(-3, 5, 256, dtype=np.float32)[None].repeat(4, 0))
    assert [int(picture_from(saved(real, "TIFF"), "r.tif").pixels[0, place, 0]) for place in (0, 255)] == [0, 255]
    assert picture_from(saved(Image.new("1", (9, 9), 1), "PNG"), "bits.png").pixels.mean() == 255


def test_a_single_pixel_is_a_picture() -> None:
    assert picture_from(saved(Image.new("RGB", (1, 1), RED), "PNG"), "dot.png").pixels.shape == (1, 1, 3)


def test_a_thin_picture_keeps_a_pixel_when_it_is_made_smaller() -> None:
    assert picture_from(saved(Image.new("RGB", (900, 2)), "PNG"), "thin.png", longest=30).pixels.shape == (1, 30, 3)


def test_a_small_picture_is_not_made_larger() -> None:
    assert picture_from(saved(two_halves(), "PNG"), "small.png", longest=500).pixels.shape == (24, 40, 3)


def test_text_named_as_a_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.jpg"
    path.write_text("Dear Sir or Madam")
    with pytest.raises(InputError, match=r"letter\.jpg is no picture"):
        read_picture(path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF"])
def test_half_a_file_is_refused(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8))
    data = saved(noise, kind)
    with pytest.raises(InputError, match=r"half\.x is (damaged|no picture)"):
        picture_from(data[: len(data) // 2], "half.x")


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large, with hardly any data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + rows + chunk(b"IEND", b"")


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(InputError, match=r"30,000 x 30,000 pixels, 900 million; make a copy of at most 150"):
        picture_from(bomb(30_000, 30_000), "bomb.png", longest=100)


def test_a_missing_file_an_empty_file_and_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.png").write_bytes(b"")
    for name, said in (("none.png", "does not exist"), ("empty.png", "is empty"), (".", "is a folder")):
        with pytest.raises(InputError, match=said):
            read_picture(tmp_path / name)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"II*\0"])
)
def test_any_bytes_give_a_picture_or_a_clear_error(data: bytes, head: bytes) -> None:
    said = ""
    try:
        said = f"some.bin has {picture_from(head + data, 'some.bin', longest=50).pixels.shape[2]} colours"
    except InputError as error:
        said = error.problem
    assert said.startswith("some.bin ")


def test_names_tell_pictures() -> None:
    assert all(is_picture(Path(f"a{suffix.upper()}")) for suffix in SUFFIXES)
    assert not is_picture(Path("a.txt"))


def test_a_picture_is_stretched_to_a_size() -> None:
    stretched = fitted(np.asarray(two_halves()), 64, 96)
    assert stretched.shape == (96, 64, 3)
    assert near(stretched[50, 8], RED)
