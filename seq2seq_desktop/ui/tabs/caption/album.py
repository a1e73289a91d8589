"""The pictures of one job with their captions, and what the user did to them. No Qt."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from seq2seq_desktop.events import Event, Failed, Finished, Progress, Refused, Seen, SegmentDone, Step
from seq2seq_desktop.io.captions import Caption
from seq2seq_desktop.tasks.caption.spec import Branch, CaptionRequest
from seq2seq_desktop.ui.tabs.caption.photo import Photo, Version
from seq2seq_desktop.ui.views.words import Word

STEERED = 400  # pictures up to which other words are kept for every place; of more only the captions: memory

Outcome = Literal["running", "done", "paused", "cancelled", "failed"]


@dataclass
class _Job:
    """What the events of a job belong to."""

    photos: Sequence[Photo]  # by the numbers that its events use
    version: Version | None = None  # None: the first of each; else the one that the user asked for


@dataclass(eq=False)
class Album:
    """All pictures that were given at a time, in order."""

    request: CaptionRequest
    photos: list[Photo] = field(default_factory=list)
    outcome: Outcome = "running"
    failure: Failed | None = None
    finished: Finished | None = None
    progress: Progress | None = None
    touched: bool = False  # True while the user chose words or wrote captions that no record holds yet
    changed: set[int] = field(default_factory=set)  # pictures to draw again
    _jobs: dict[int, _Job] = field(default_factory=dict)
    _acts: list[Photo] = field(default_factory=list)  # in which the user made a version, the last at the end
    _taken_back: list[Photo] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with pictures that nobody has looked at yet."""
        if not self.photos:
            self.photos = [Photo(path, number) for number, path in enumerate(self.request.paths)]

    @property
    def single(self) -> bool:
        """True for one picture alone."""
        return len(self.photos) == 1

    @property
    def jobs(self) -> list[int]:
        """The jobs that are not over yet."""
        return list(self._jobs)

    @property
    def writing(self) -> bool:
        """True while captions come that were not asked for by choosing a word."""
        return any(job.version is None for job in self._jobs.values())

    def has_job(self, job: int) -> bool:
        """True if the job is one of these pictures' and not over yet."""
        return job in self._jobs

    def add_job(self, job: int) -> None:
        """Expect the events of a job for all pictures that have no caption yet."""
        self._jobs[job] = _Job(self._open_photos())
        self.outcome = "running"

    def add_branch(self, job: int, photo: Photo) -> None:
        """Expect the events of a job for the newest version of one picture."""
        self._jobs[job] = _Job([photo], photo.versions[-1])

    def feed(self, job: int, event: Event) -> None:
        """Take in one event of one of the jobs."""
        known = self._jobs[job]
        match event:
            case Seen() | Refused() | Step() | SegmentDone():
                self._feed_photo(event, known)
            case Progress() if known.version is None:
                before = len(self.photos) - len(known.photos)  # done by jobs before
                self.progress = replace(event, done=before + event.done, total=before + event.total)
            case Finished():
                self._end(job, "cancelled" if event.reason == "cancelled" else "done")
                self.finished = event
            case Failed():
                self.failure = event
                self._end(job, "failed")

    def _feed_photo(self, event: Seen | Refused | Step | SegmentDone, job: _Job) -> None:
        if event.segment < len(job.photos):
            photo = job.photos[event.segment]
            photo.feed(event, job.version)
            self._touch(photo)

    def _end(self, job: int, outcome: Outcome) -> None:
        ended = self._jobs.pop(job)
        paused = self.outcome == "paused" and outcome == "cancelled"
        if outcome == "failed" or (ended.version is None and not paused):
            self.outcome = outcome
        for photo in ended.photos:
            version = ended.version or photo.versions[0]
            if not version.sentence.done and photo.state != "refused":
                photo.wait() if paused and ended.version is None else photo.stop(ended.version)
                self._touch(photo)

    def _open_photos(self) -> list[Photo]:
        return [photo for photo in self.photos if photo.state not in ("done", "refused")]

    # Pauses

    def pause(self) -> list[int]:
        """The jobs to cancel so that a word that the user chose does not wait; `rest` says how to go on."""
        if not self.writing:
            return []
        self.outcome = "paused"
        return self.jobs

    def rest(self) -> CaptionRequest | None:
        """What to ask of the task for the pictures that have no caption yet; None, and done, if all have."""
        left = self._open_photos()
        if not left:
            self.outcome = "done"
        for photo in left:
            photo.wait()
            self._touch(photo)
        return replace(self.request, paths=tuple(photo.path for photo in left)) if left else None

    def give_up(self) -> None:
        """Do not go on after a pause."""
        if self.outcome == "paused":
            self.outcome = "cancelled"
            for photo in self._open_photos():
                photo.stop()
                self._touch(photo)

    def abandoned(self) -> list[int]:
        """The jobs that write what the user has taken back."""
        return [
            number
            for number, job in self._jobs.items()
            if job.version is not None and job.version not in job.photos[0].versions
        ]

    def _touch(self, photo: Photo) -> None:
        self.changed.add(photo.number)

    # What the user does

    def branch(self, photo: Photo, version: Version, word: Word, token: int | None, typed: str) -> CaptionRequest:
        """What to ask of the task so that a word is another, in a version that is now the newest."""
        prefix = version.sentence.branch_prefix(word, token)
        self._did(photo)
        photo.branch(version, word, token, typed)
        return replace(self.request, paths=(photo.path,), begin="", branch=Branch(0, prefix, typed))

    def edit(self, photo: Photo, text: str, name: str) -> bool:
        """True if the caption is another now."""
        if photo.edit(text, name) is None:
            return False
        self._did(photo)
        return True

    def undo(self) -> Photo | None:
        """The picture in which the last thing the user did was taken back; None if there is none."""
        return self._go(self._acts, self._taken_back, back=True)

    def redo(self) -> Photo | None:
        """The picture in which it was done again; None if there is none."""
        return self._go(self._taken_back, self._acts, back=False)

    def _go(self, source: list[Photo], target: list[Photo], back: bool) -> Photo | None:
        if not source:
            return None
        photo = source.pop()
        target.append(photo)
        photo.undo() if back else photo.redo()
        self.touched = True
        self._touch(photo)
        return photo

    def _did(self, photo: Photo) -> None:
        self._acts.append(photo)
        self._taken_back.clear()
        self.touched = True
        self._touch(photo)

    # What comes out

    def captions(self) -> list[Caption]:
        """What is said of the pictures that have a caption."""
        return [photo.caption() for photo in self.photos if photo.text]

    def output(self) -> str:
        """All captions, a line each, with the names of the files if there are several."""
        if self.single:
            return self.photos[0].text
        return "\n".join(f"{one.path.name}\t{one.text}" for one in self.captions())

    def states(self) -> Counter[str]:
        """How many pictures are in each state."""
        return Counter(photo.state for photo in self.photos)


def frugal(paths: Sequence[Path]) -> bool:
    """True for so many pictures that only their captions are kept."""
    return len(paths) > STEERED
