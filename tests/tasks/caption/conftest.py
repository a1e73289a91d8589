"""Pictures drawn here: plain scenes in files of several kinds."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw


def scene(number: int, width: int = 96, height: int = 64) -> Image.Image:
    """A sky, a ground and a ball, each scene in other colours and places."""
    image = Image.new("RGB", (width, height), ((40 * number) % 200 + 40, 160, 220))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height // 2, width, height), fill=(30, (60 * number) % 160 + 60, 40))
    left = 5 + 11 * number % (width - 30)
    draw.ellipse((left, height // 3, left + 24, height // 3 + 24), fill=(220, 60, (80 * number) % 255))
    return image


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of five pictures, of several kinds and shapes."""
    folder = tmp_path_factory.mktemp("album")
    scene(0).save(folder / "a.jpg", quality=92)
    scene(1).save(folder / "b.png")
    scene(2, 64, 96).save(folder / "c.webp", lossless=True)
    scene(3, 120, 48).save(folder / "d.gif")
    scene(4, 70, 70).save(folder / "e.bmp")
    return folder
