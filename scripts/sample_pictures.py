"""Draw the sample pictures of the caption tab: scenes of our own, so that anybody may have them.

    python scripts/sample_pictures.py [FOLDER]   default: resources/samples/caption

Shapes are drawn twice too large and shrunk, with light from above and the grain of a camera.
"""

import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 960, 720
FINER = 2  # drawn so much larger
Colour = tuple[int, int, int]


class Scene:
    """A picture that is being drawn, in coordinates of the final one."""

    def __init__(self, sky: tuple[Colour, Colour], horizon: int, seed: int) -> None:
        """A sky that fades from the one colour to the other down to the horizon."""
        self.rng = np.random.default_rng(seed)
        share = np.linspace(0, 1, HEIGHT * FINER)[:, None, None] * HEIGHT / max(1, horizon)
        top, bottom = (np.array(colour, np.float32) for colour in sky)
        pixels = top + (bottom - top) * share.clip(0, 1)
        self.image = Image.fromarray(np.broadcast_to(pixels, (HEIGHT * FINER, WIDTH * FINER, 3)).astype(np.uint8))

    def shape(
        self, points: list[tuple[float, float]], colour: Colour, soft: float = 0.0, shade: float = 0.25
    ) -> None:
        """A polygon, lighter above than below, its edge soft by so many pixels."""
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon([(x * FINER, y * FINER) for x, y in points], fill=255)
        self._lay(mask, colour, soft, shade)

    def oval(self, x: float, y: float, wide: float, high: float, colour: Colour, turn: float = 0.0,
             soft: float = 1.0, shade: float = 0.3) -> None:  # fmt: skip
        """An ellipse around a point, turned by so many degrees."""
        angles = np.linspace(0, 2 * math.pi, 60)
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        points = [(x + wide * math.cos(a) * cos - high * math.sin(a) * sin,
                   y + wide * math.cos(a) * sin + high * math.sin(a) * cos) for a in angles]  # fmt: skip
        self.shape(points, colour, soft, shade)

    def line(self, points: list[tuple[float, float]], wide: float, colour: Colour, soft: float = 1.0) -> None:
        """A thick line with round ends."""
        mask = Image.new("L", self.image.size)
        draw = ImageDraw.Draw(mask)
        scaled = [(x * FINER, y * FINER) for x, y in points]
        draw.line(scaled, fill=255, width=round(wide * FINER), joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            radius = wide * FINER / 2
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        self._lay(mask, colour, soft, 0.2)

    def grain(self, box: tuple[int, int, int, int], strength: float, size: int, stretch: int = 1) -> None:
        """Roughness of grass, snow or water in a box: spots of `size` pixels, `stretch` times as wide."""
        left, top, right, bottom = (round(side * FINER) for side in box)
        shape = ((bottom - top) // (size * FINER) + 1, (right - left) // (size * stretch * FINER) + 1)
        noise = Image.fromarray((self.rng.normal(0, strength, shape) + 128).clip(0, 255).astype(np.uint8))
        noise = noise.resize((right - left, bottom - top), Image.Resampling.BICUBIC)
        part = self.image.crop((left, top, right, bottom))
        change = np.asarray(noise, np.float32)[..., None] - 128
        self.image.paste(
            Image.fromarray((np.asarray(part, np.float32) + change).clip(0, 255).astype(np.uint8)), (left, top)
        )

    def finished(self) -> Image.Image:
        """The picture at its final size, with the blur and the noise of a camera."""
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.7))
        pixels = np.asarray(small, np.float32) + self.rng.normal(0, 3.0, (HEIGHT, WIDTH, 1))
        return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))

    def _lay(self, mask: Image.Image, colour: Colour, soft: float, shade: float) -> None:
        box = mask.getbbox()
        if box is None:
            return
        if soft:
            mask = mask.filter(ImageFilter.GaussianBlur(soft * FINER))
        light = np.ones((self.image.height, 1, 1), np.float32)
        rows = np.linspace(1 + shade, 1 - shade, box[3] - box[1])[:, None, None]
        light[box[1] : box[3]] = rows
        fill = np.broadcast_to(np.array(colour, np.float32) * light, (self.image.height, self.image.width, 3))
        self.image.paste(Image.fromarray(fill.clip(0, 255).astype(np.uint8)), (0, 0), mask)


def dog() -> Image.Image:
    """A brown dog that runs over grass after a red ball."""
    scene = Scene(((120, 170, 225), (205, 225, 240)), 230, 1)
    for x in range(-20, 1000, 70):
        scene.oval(x, 225 - (x * 37) % 40, 70, 60 + (x * 13) % 30, (50, 92 + (x * 7) % 25, 48), soft=6)
    scene.shape([(0, 250), (960, 235), (960, 720), (0, 720)], (86, 142, 58), soft=3, shade=0.18)
    scene.grain((0, 255, 960, 720), 26, 3)
    scene.grain((0, 400, 960, 720), 30, 5)
    scene.oval(455, 610, 210, 22, (50, 88, 38), soft=10)
    fur, dark = (142, 92, 48), (104, 64, 32)
    for start, end in (
        ((340, 500), (270, 590)),
        ((370, 510), (330, 612)),
        ((560, 500), (640, 585)),
        ((585, 490), (690, 560)),
    ):
        middle = ((start[0] + end[0]) / 2 + 12, (start[1] + end[1]) / 2)
        scene.line([start, middle, end], 30, dark, soft=1.5)
    scene.line([(330, 440), (280, 400), (245, 345)], 20, fur, soft=2)
    scene.oval(450, 455, 150, 66, fur, -4, soft=2)
    scene.oval(560, 440, 72, 70, fur, soft=3)
    scene.line([(585, 420), (640, 365)], 66, fur, soft=3)
    scene.oval(672, 345, 62, 46, fur, 8, soft=2)
    scene.oval(728, 360, 42, 25, (160, 112, 66), 8, soft=2)
    scene.oval(762, 354, 12, 10, (25, 20, 18), soft=1)
    scene.oval(688, 332, 7, 8, (20, 16, 14), soft=0.5)
    scene.oval(640, 350, 22, 46, dark, 18, soft=2)
    scene.line([(733, 384), (745, 408)], 14, (205, 90, 95), soft=1.5)
    scene.line([(600, 400), (652, 398)], 12, (190, 40, 40), soft=1)
    scene.oval(860, 560, 34, 34, (205, 40, 36), soft=1)
    scene.oval(850, 546, 10, 8, (240, 130, 120), soft=3)
    return scene.finished()


def skier() -> Image.Image:
    """Somebody in a red jacket who skis down a mountain."""
    scene = Scene(((40, 105, 200), (160, 200, 240)), 380, 2)
    ridge = [(0, 330), (150, 190), (280, 300), (430, 130), (640, 330), (790, 210), (960, 340), (960, 720), (0, 720)]
    scene.shape([(float(x), float(y)) for x, y in ridge], (196, 208, 226), soft=1.5, shade=0.15)
    scene.shape([(430, 130), (500, 200), (450, 230), (470, 300), (380, 330), (400, 220)], (120, 132, 155), soft=4)
    scene.shape([(150, 190), (200, 235), (170, 280), (120, 290)], (130, 142, 165), soft=4)
    scene.shape([(0, 360), (330, 330), (960, 560), (960, 720), (0, 720)], (240, 244, 250), soft=2, shade=0.06)
    scene.grain((0, 340, 960, 720), 9, 6, 3)
    for x in (40, 95, 160, 880, 930):
        scene.shape([(x - 26, 420 + x // 8), (x, 300 + x // 8), (x + 26, 420 + x // 8)], (34, 66, 50), soft=1.5)
    scene.shape([(350, 545), (700, 640), (690, 655), (340, 560)], (176, 190, 214), soft=8)
    for shift in (0, 26):
        scene.line([(380 + shift, 560 - shift // 2), (690 + shift, 640 - shift // 2)], 9, (30, 40, 90), soft=0.7)
    trousers, jacket = (28, 32, 44), (200, 32, 36)
    scene.line([(505, 440), (560, 505), (515, 590)], 40, trousers, soft=1)
    scene.line([(520, 440), (590, 490), (560, 590)], 40, trousers, soft=1)
    scene.line([(500, 430), (545, 330)], 78, jacket, soft=1.5)
    scene.line([(545, 345), (620, 390), (680, 370)], 28, jacket, soft=1.2)
    scene.line([(530, 340), (470, 390), (440, 370)], 28, jacket, soft=1.2)
    scene.oval(572, 278, 34, 38, (222, 178, 150), soft=1)
    scene.oval(568, 262, 38, 30, (24, 26, 32), soft=1)
    scene.oval(592, 280, 20, 12, (240, 170, 40), soft=0.6)
    scene.line([(684, 370), (650, 560)], 6, (60, 60, 66), soft=0.6)
    scene.line([(438, 370), (400, 540)], 6, (60, 60, 66), soft=0.6)
    return scene.finished()


def surfer() -> Image.Image:
    """Somebody who rides a wave on a board."""
    scene = Scene(((130, 180, 220), (215, 230, 238)), 180, 3)
    scene.shape([(0, 170), (960, 170), (960, 720), (0, 720)], (30, 100, 128), soft=2, shade=0.25)
    scene.grain((0, 172, 960, 720), 14, 4, 6)
    scene.shape(
        [(0, 330), (260, 240), (560, 200), (960, 260), (960, 560), (0, 560)], (36, 128, 140), soft=14, shade=0.35
    )
    scene.grain((0, 240, 960, 560), 12, 5, 5)
    for _ in range(260):
        x = float(scene.rng.uniform(520, 960))
        y = 215 + (x - 560) * 0.12 + float(abs(scene.rng.normal(0, 60)))
        scene.oval(x, y, *scene.rng.uniform(10, 34, 2).tolist(), (238, 244, 246), soft=4, shade=0.08)
    for _ in range(200):
        x, y = float(scene.rng.uniform(0, 960)), float(scene.rng.normal(600, 30))
        scene.oval(x, y, *scene.rng.uniform(8, 30, 2).tolist(), (232, 240, 243), soft=4, shade=0.08)
    scene.oval(420, 500, 150, 15, (240, 236, 214), -9, soft=1)
    suit, skin = (24, 26, 34), (206, 152, 118)
    scene.line([(360, 495), (375, 440), (425, 410)], 34, suit, soft=1)
    scene.line([(480, 480), (470, 435), (430, 405)], 34, suit, soft=1)
    scene.line([(428, 410), (448, 330)], 54, suit, soft=1.2)
    scene.line([(450, 335), (520, 350), (575, 330)], 20, suit, soft=1)
    scene.line([(442, 338), (375, 345), (330, 318)], 20, suit, soft=1)
    scene.oval(582, 328, 11, 10, skin, soft=0.8)
    scene.oval(324, 316, 11, 10, skin, soft=0.8)
    scene.oval(462, 290, 25, 30, skin, soft=1)
    scene.oval(458, 276, 27, 20, (70, 48, 30), soft=1)
    return scene.finished()


SCENES: dict[str, Callable[[], Image.Image]] = {"01-dog.jpg": dog, "02-skier.jpg": skier, "03-surfer.jpg": surfer}


def main() -> None:
    """Draw all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "resources" / "samples" / "caption"
    folder.mkdir(parents=True, exist_ok=True)
    for name, scene in SCENES.items():
        scene().save(folder / name, quality=88, optimize=True)


if __name__ == "__main__":
    main()
