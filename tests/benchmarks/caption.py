"""How long a photograph waits for its caption, and how near two hundred of them come to the model's own rate.

    python tests/benchmarks/caption.py [--bundle caption-en] [--images 200] [--turns 5]

Pictures are made here: scenes of random shapes with noise, as JPEG of quality 90. Every part runs on two threads
unless OMP_NUM_THREADS says otherwise. The last line is one JSON object:

- photograph_seconds: a file of 12 megapixels to its caption, beam 5, median of the turns after one that warms up
- of_it: reading the file, the encoder, and the words
- images_per_second: the whole way of pictures of 1600 x 1200, in batches, with attention kept as the window keeps it
- model_images_per_second: the same with the pictures already read
- files_per_second: reading and laying them alone, on one thread
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image, ImageDraw

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import SpecialTokens
from seq2seq_desktop.events import SegmentDone
from seq2seq_desktop.io.images import Pixels, read_picture
from seq2seq_desktop.tasks.caption.pictures import LONGEST, laid
from seq2seq_desktop.tasks.caption.spec import BUNDLE, CaptionRequest, captioning
from seq2seq_desktop.tasks.caption.task import CaptionTask, load

PHOTOGRAPH = (4000, 3000)
PICTURE = (1600, 1200)
BATCH = 16


def made(path: Path, size: tuple[int, int], seed: int) -> Path:
    """A picture with as much detail as a photograph, so that its file is as large."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 216, (size[1] // 3, size[0] // 3, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize(size, Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(image)
    for _ in range(20):
        left, top, width, height = rng.integers(0, size[0] // 2, 4).tolist()
        draw.ellipse((left, top, left + width, top + height), fill=tuple(rng.integers(0, 255, 3).tolist()))
    image.save(path, quality=90)
    return path


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def captioned(task: CaptionTask, paths: Sequence[Path], batch: int = BATCH) -> int:
    """How many captions the whole way gives."""
    events = task.run(CaptionRequest(tuple(paths), captioning(), batch=batch))
    return sum(isinstance(event, SegmentDone) for event in events)


def looked(task: CaptionTask, pictures: Sequence[Pixels]) -> int:
    """How many captions the model gives of pictures that are read already."""
    special = SpecialTokens(task.tokenizer.start, task.tokenizer.end, task.tokenizer.pad)
    done = 0
    for first in range(0, len(pictures), BATCH):
        memory = task.eye.encode(pictures[first : first + BATCH])
        events = decode(task.eye, memory, captioning(), special=special)
        done += sum(isinstance(event, SegmentDone) for event in events)
    return done


def photograph(task: CaptionTask, folder: Path, turns: int) -> dict[str, object]:
    """One photograph from its file to its caption, and what takes how long of it."""
    path = made(folder / "photograph.jpg", PHOTOGRAPH, 1)
    pixels = laid(read_picture(path, LONGEST))
    captioned(task, [path])
    parts = {
        "reading": lambda: laid(read_picture(path, LONGEST)),
        "encoder": lambda: task.eye.encode([pixels]),
        "encoder and words": lambda: looked(task, [pixels]),
    }
    return {
        "file_megabytes": round(path.stat().st_size / 1e6, 1),
        "photograph_seconds": round(median(timed(lambda: captioned(task, [path])) for _ in range(turns)), 3),
        "of_it": {name: round(median(timed(part) for _ in range(turns)), 3) for name, part in parts.items()},
    }


def many(task: CaptionTask, folder: Path, images: int) -> dict[str, object]:
    """Many pictures: the whole way, the model alone, the files alone."""
    paths = [made(folder / f"{number:04}.jpg", PICTURE, number) for number in range(images)]
    captioned(task, paths[:BATCH])
    whole = timed(lambda: captioned(task, paths))
    began = time.perf_counter()
    pictures = [laid(read_picture(path, LONGEST)) for path in paths]
    reading = time.perf_counter() - began
    alone = timed(lambda: looked(task, pictures))
    return {
        "images_per_second": round(images / whole, 1),
        "model_images_per_second": round(images / alone, 1),
        "files_per_second": round(images / reading, 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", default=BUNDLE)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--turns", type=int, default=5)
    args = parser.parse_args()
    task = load(args.bundle)
    with tempfile.TemporaryDirectory() as folder:
        figures = photograph(task, Path(folder), args.turns) | many(task, Path(folder), args.images)
    print(json.dumps({"bundle": task.name, "precision": task.precision, "threads": task.threads, **figures}))


if __name__ == "__main__":
    main()
