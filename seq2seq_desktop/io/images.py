"""Pictures from files, upright, in RGB, on white: whatever their format, colour model and size.

A file is judged by its content, not by its name. Its size is known before it is decoded, so that a small file cannot
unfold into more memory than there is, and a large JPEG is decoded at the scale at which it is wanted.
"""

import io
import struct
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import MEBIBYTE, read_bytes

SUFFIXES = (
    ".jpg",
    ".jpeg",
    ".jpe",
    ".jfif",
    ".png",
    ".webp",
    ".bmp",
    ".tif",
    ".tiff",
    ".gif",
    ".avif",
    ".heic",
    ".heif",
)
FILE_LIMIT = 512 * MEBIBYTE
MOST_PIXELS = 150_000_000  # of a picture that is decoded whole: the largest cameras', 450 MB in RGB
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF", "HEIF")
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")  # one channel of more than 8 bits
_ADVICE = "open it in a picture viewer and save it again, as JPEG or PNG"

# What decoders raise about damaged files; a warning where warnings are errors.
_DAMAGES = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, OverflowError, LookupError, TypeError, UserWarning
)  # fmt: skip

# What a decoder finds odd about a file that it reads nevertheless is nothing for the terminal.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

Pixels = NDArray[np.uint8]
"""(height, width, 3) RGB."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is meant to be seen."""

    pixels: Pixels
    size: tuple[int, int]  # width and height of the whole picture, upright; `pixels` may be smaller


def is_picture(path: Path) -> bool:
    """True if the name says that the file is a picture."""
    return path.suffix.lower() in SUFFIXES


def read_picture(path: Path, longest: int | None = None) -> Picture:
    """The first picture in a file, made smaller where its longer side has more than `longest` pixels.

    Raises:
        InputError: the file cannot be read, is no picture, is damaged, or is too large to be decoded.
    """
    return picture_from(read_bytes(path, FILE_LIMIT), path.name, longest)


def picture_from(data: bytes, name: str, longest: int | None = None) -> Picture:
    """The picture in a file's content; `name` stands in messages. Raises: InputError as `read_picture`."""
    _know_heif()
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            return _read(image, name, longest)
    except UnidentifiedImageError as error:
        raise InputError(f"{name} is no picture of a kind that can be read", _ADVICE) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(f"{name} has more pixels than can be decoded", "make a smaller copy of it") from error
    except _DAMAGES as error:
        raise InputError(f"{name} is damaged ({error})", _ADVICE) from error


def fitted(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture stretched or shrunk to a size, smoothly."""
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0))


def _read(image: Image.Image, name: str, longest: int | None) -> Picture:
    width, height = image.size
    if longest is not None and max(width, height) > longest:
        image.draft("RGB", _within((width, height), longest))  # of use to JPEG only: a half, a quarter, an eighth
    if image.size[0] * image.size[1] > MOST_PIXELS:
        millions = image.size[0] * image.size[1] / 1e6
        problem = f"{name} has {width:,} x {height:,} pixels, {millions:,.0f} million"
        raise InputError(problem, f"make a copy of at most {MOST_PIXELS // 1_000_000} million pixels")
    turned = image.getexif().get(_ORIENTATION, 1) >= 5  # of a PNG this decodes it
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    image = _plain(image)
    if longest is not None and max(image.size) > longest:
        image = image.resize(_within(image.size, longest), Image.Resampling.BICUBIC, reducing_gap=3.0)
    return Picture(np.asarray(image), (height, width) if turned else (width, height))


_ORIENTATION = 0x0112  # EXIF's tag; from 5 on the picture lies on its side


def _within(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """The size with its longer side `longest`."""
    share = longest / max(size)
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _plain(image: Image.Image) -> Image.Image:
    """The picture in RGB, on white where it is transparent."""
    if image.mode in _DEEP:
        return _shallow(image)
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _shallow(image: Image.Image) -> Image.Image:
    """A grey picture of 16 or 32 bits in 8: by the range of 16 bits, or by its own where it goes beyond."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if image.mode == "F" or low < 0 or high > 65_535:
        values = (values - low) / max(high - low, 1e-12)
    else:
        values = values / 65_535
    return Image.fromarray((values * 255).round().astype(np.uint8)).convert("RGB")


@cache
def _know_heif() -> None:
    """Teach Pillow to read HEIC, once."""
    import pi_heif

    # Pillow warns of large pictures and refuses larger ones before it is asked for their size; here the limit is one.
    Image.MAX_IMAGE_PIXELS = None
    Image.init()
    pi_heif.register_heif_opener(thumbnails=False)
