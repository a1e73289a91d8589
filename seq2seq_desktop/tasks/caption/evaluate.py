"""How well a bundle captions pictures of which people wrote captions, and what captions without a model are worth."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor
from torch.nn import functional as F

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.events import Progress, Refused, SegmentDone
from seq2seq_desktop.metrics.captions import CaptionScores, score_captions
from seq2seq_desktop.tasks.caption.pictures import LONGEST, laid
from seq2seq_desktop.tasks.caption.reading import References
from seq2seq_desktop.tasks.caption.shelf import Shelf
from seq2seq_desktop.tasks.caption.spec import CaptionRequest, DecodeOptions
from seq2seq_desktop.tasks.caption.task import CaptionTask
from seq2seq_desktop.tasks.caption.wording import plain

Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Evaluation:
    """What was measured."""

    scores: CaptionScores
    captions: tuple[str, ...]  # in the order of the list
    seconds: float  # from files to captions; loading and scoring are left out

    @property
    def images_per_second(self) -> float:
        """Pictures captioned in a second."""
        return len(self.captions) / self.seconds if self.seconds else 0.0


def evaluate(
    task: CaptionTask,
    references: References,
    images: Path,
    options: DecodeOptions,
    progress: Report = lambda _: None,
    batch: int = 16,
) -> Evaluation:
    """Scores of the whole way from file to caption: reading, looking, decoding.

    `images` is a folder with the pictures, or with .tar files that hold them, or one such .tar.

    Raises: InputError for a picture that is not there or cannot be read.
    """
    captions = [""] * len(references)
    with _files(list(references), Shelf(images)) as paths:
        began = time.perf_counter()
        request = CaptionRequest(paths, replace(options, attention=False), batch=batch)
        for event in task.run(request):
            if isinstance(event, Refused):
                raise InputError(event.problem, event.remedy)
            if isinstance(event, SegmentDone):
                captions[event.segment] = event.hypotheses[0].text
            elif isinstance(event, Progress):
                progress(event)
        seconds = time.perf_counter() - began
    return Evaluation(score_captions(captions, list(references.values())), tuple(captions), seconds)


def usual_caption(training: References) -> str:
    """The caption that people wrote most often; of equally frequent ones the one whose words are the most usual."""
    counts = Counter(plain(caption) for captions in training.values() for caption in captions)
    often = Counter(word for caption, count in counts.items() for word in caption.split() for _ in range(count))

    def usual(caption: str) -> tuple[int, float]:
        own = caption.split()
        return counts[caption], sum(often[word] for word in own) / max(1, len(own))

    return max(counts, key=usual)


def nearest_captions(
    task: CaptionTask, references: References, training: References, images: Path, progress: Report = lambda _: None
) -> tuple[str, ...]:
    """For each picture the first caption of the training picture whose mean features are the most alike.

    Raises: InputError for a picture that is not there or cannot be read.
    """
    shelf = Shelf(images)
    known, asked = (_features(task, names, shelf, progress) for names in (list(training), list(references)))
    mean = known.mean(dim=0)
    known, asked = F.normalize(known - mean), F.normalize(asked - mean)
    captions = list(training.values())
    return tuple(plain(captions[place][0]) for place in (asked @ known.T).argmax(dim=1).tolist())


def _features(task: CaptionTask, names: Sequence[str], shelf: Shelf, progress: Report) -> Tensor:
    """The encoder's mean features of each picture, (pictures, 1280)."""
    features = []
    for number, name in enumerate(names, start=1):
        features.append(task.eye.features([laid(shelf.read(name, LONGEST))]))
        progress(Progress(number, len(names), "pictures seen"))
    return torch.cat(features).cpu()


@contextmanager
def _files(names: Sequence[str], shelf: Shelf) -> Iterator[tuple[Path, ...]]:
    """The pictures as files; those of an archive are laid out in a folder that goes afterwards."""
    with TemporaryDirectory() as folder:
        paths = []
        for number, name in enumerate(names):
            if (path := shelf.place / name).is_file():
                paths.append(path)
                continue
            path = Path(folder) / f"{number:06}-{Path(name).name}"
            path.write_bytes(shelf.content(name))
            paths.append(path)
        yield tuple(paths)
