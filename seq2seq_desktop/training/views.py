"""What the unchanging part of an encoder makes of pictures, computed once and kept in the run's folder.

A picture is shown in several views: the first as it is, the others cropped, tinted and compressed at random, never
mirrored, for captions tell left from right. What a view becomes depends on the seed, the picture and the view alone.
"""

import copy
import io
import json
import math
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from torch import Tensor

from seq2seq_desktop.events import Progress
from seq2seq_desktop.io.images import Picture, Pixels
from seq2seq_desktop.nn.vision import EfficientNetLite
from seq2seq_desktop.tasks.caption.pictures import MOST_CELLS, laid
from seq2seq_desktop.tasks.caption.shelf import Shelf

_SMALLEST = 0.75  # of a side that a crop keeps
_TINT = 0.25  # by how much brightness, contrast and colour change at most
_QUALITY = (35, 90)  # of JPEG
_COMPRESSED = 0.5  # share of the views that are compressed once more
_TOGETHER = 16  # views that go through the encoder side by side
_WINDOW = 512  # views that are read before they are sorted by their grids


@dataclass(frozen=True)
class Views:
    """The states of all views: that of picture i and view v is item v * pictures + i."""

    states: NDArray[np.float16]  # (items, positions, channels); positions past a view's own are 0
    grids: NDArray[np.int64]  # (items, 2): rows and columns of cells
    names: tuple[str, ...]  # of the pictures

    @classmethod
    def open(cls, folder: Path) -> "Views":
        """Those that `compute` kept in `folder`, read as they are needed."""
        states = np.load(folder / "states.npy", mmap_mode="r")
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        return cls(states, np.load(folder / "grids.npy"), tuple(names))

    def of_one_grid(self, items: Sequence[int]) -> Tensor:
        """The states (items, channels, height, width) float16 of views that share their grid."""
        rows, columns = self.grids[items[0]].tolist()
        finer = _finer(self.states.shape[1])
        height, width = rows * finer, columns * finer
        taken = torch.from_numpy(self.states[np.asarray(items)][:, : height * width])
        return torch.unflatten(taken, 1, (height, width)).permute(0, 3, 1, 2)


def compute(
    folder: Path, names: Sequence[str], shelf: Shelf, encoder: EfficientNetLite, cut: int, views: int, seed: int
) -> Iterator[Progress]:
    """How far it has come, in views; after the last event all lies in `folder`. Nothing to do if it did before.

    `encoder` is asked for its first `cut` blocks, in the precision and on the device of its weights.

    Raises: InputError for a picture that is not there or cannot be read.
    """
    if (folder / "names.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    items = len(names) * views
    states: Any = None
    grids = np.zeros((items, 2), dtype=np.int64)
    began, done = time.monotonic(), 0
    with ThreadPoolExecutor(2) as pool:
        for first in range(0, items, _WINDOW):
            window = range(first, min(first + _WINDOW, items))
            pixels = dict(zip(window, pool.map(lambda item: _view(item, names, shelf, seed), window), strict=True))
            for together in _grouped(pixels):
                made = _states(encoder, np.stack([pixels[item] for item in together]), cut)
                if states is None:
                    states = _array(folder, items, made, pixels[together[0]].shape)
                states[together, : made.shape[1]] = made
                grids[together] = [side // 32 for side in pixels[together[0]].shape[:2]]
                done += len(together)
                left = (time.monotonic() - began) / done * (items - done)
                yield Progress(done, items, "views", left, "looking at the pictures")
    states.flush()
    np.save(folder / "grids.npy", grids)
    (folder / "names.part").write_text(json.dumps(list(names)), encoding="utf-8")
    os.replace(folder / "names.part", folder / "names.json")


def fast_copy(encoder: EfficientNetLite, precision: str, device: torch.device) -> EfficientNetLite:
    """The encoder in the precision of a training, for looking only."""
    dtype = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}.get(precision, torch.float32)
    dtype = torch.float32 if device.type == "cpu" and dtype is torch.float16 else dtype
    copied = copy.deepcopy(encoder).eval().requires_grad_(False)
    return copied.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def augmented(picture: Picture, rng: np.random.Generator) -> Picture:
    """A part of the picture, in somewhat other light and colour, perhaps compressed once more."""
    height, width = picture.pixels.shape[:2]
    part_width, part_height = (max(1, round(side * rng.uniform(_SMALLEST, 1.0))) for side in (width, height))
    left, top = int(rng.integers(width - part_width + 1)), int(rng.integers(height - part_height + 1))
    image = Image.fromarray(picture.pixels[top : top + part_height, left : left + part_width])
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = change(image).enhance(rng.uniform(1 - _TINT, 1 + _TINT))
    if rng.random() < _COMPRESSED:
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=int(rng.integers(*_QUALITY)))
        image = Image.open(packed).convert("RGB")
    return Picture(np.asarray(image), image.size)


def _view(item: int, names: Sequence[str], shelf: Shelf, seed: int) -> Pixels:
    """The pixels of a view as the encoder reads them."""
    view, number = divmod(item, len(names))
    picture = shelf.read(names[number])
    return laid(augmented(picture, np.random.default_rng([seed, view, number])) if view else picture)


def _grouped(pixels: dict[int, Pixels]) -> Iterator[list[int]]:
    """The items in groups of one shape."""
    shapes: dict[tuple[int, ...], list[int]] = {}
    for item, one in pixels.items():
        shapes.setdefault(one.shape, []).append(item)
    for items in shapes.values():
        yield from (items[first : first + _TOGETHER] for first in range(0, len(items), _TOGETHER))


@torch.inference_mode()
def _states(encoder: EfficientNetLite, pixels: Pixels, cut: int) -> NDArray[np.float16]:
    """The states (views, positions, channels) of pixels (views, height, width, 3)."""
    device = next(encoder.parameters()).device
    states = encoder.before(torch.from_numpy(pixels).permute(0, 3, 1, 2).to(device), cut)
    made: NDArray[np.float16] = states.flatten(2).transpose(1, 2).half().cpu().numpy()
    return made


def _array(folder: Path, items: int, like: NDArray[np.float16], shape: tuple[int, ...]) -> Any:
    """The file that will hold all states, as an array."""
    cells = shape[0] // 32 * (shape[1] // 32)
    positions = MOST_CELLS * (like.shape[1] // cells)
    size = (items, positions, like.shape[2])
    return np.lib.format.open_memmap(folder / "states.npy", mode="w+", dtype=np.float16, shape=size)


def _finer(positions: int) -> int:
    """How many positions a cell's side has where an item has so many."""
    return math.isqrt(positions // MOST_CELLS)
