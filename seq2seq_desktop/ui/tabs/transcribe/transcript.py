"""One recording with what was written down of it and all versions of that, after the events so far. No Qt."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from seq2seq_desktop.events import Event, Failed, Finished, Heard, Progress, SegmentDone, Step
from seq2seq_desktop.events import Word as TimedWord
from seq2seq_desktop.io.transcripts import Passage, gap_before, plain_text
from seq2seq_desktop.tasks.transcribe.spec import Branch, TranscribeRequest
from seq2seq_desktop.ui.tabs.transcribe.editing import rewritten
from seq2seq_desktop.ui.tabs.transcribe.stretch import SaidWord, Stretch
from seq2seq_desktop.ui.views.versions import Versions

HEADS_KEPT = 256_000_000  # bytes of attention of every head, that of the newest stretches; 30 s take some 30 MB
SOUND_KEPT = 240  # newest stretches of which spectrogram and mean attention are kept, some 1 MB each

Outcome = Literal["running", "done", "paused", "cancelled", "failed"]


@dataclass(eq=False)
class Version:
    """The recording as one choice of words has it; what it does not change is as in the first version."""

    name: str = ""  # "" for the first
    changes: dict[int, Stretch] = field(default_factory=dict)
    branched: int | None = None  # the stretch in which the user chose another word
    parent: "Version | None" = None


@dataclass
class _Job:
    """What the events of a job belong to."""

    version: Version | None = None  # None: the first
    offset: int = 0  # stretches that were heard before it began, when it goes on after a pause
    start: float = 0.0  # seconds of the recording where it begins


@dataclass(eq=False)
class Transcript(Versions[Version]):
    """Everything about one recording that views draw and files are written from."""

    request: TranscribeRequest
    steerable: bool = True  # False for a file of a list: it is saved, not steered
    stretches: list[Stretch] = field(default_factory=list)  # of the first version
    versions: list[Version] = field(default_factory=lambda: [Version()])
    undone: list[Version] = field(default_factory=list)
    outcome: Outcome = "running"
    failure: Failed | None = None
    finished: Finished | None = None
    seconds: float = 0.0  # of the recording that were heard
    total: float = 0.0  # of the whole recording; 0: not known
    changed: set[int] = field(default_factory=set)  # stretches to draw again
    _jobs: dict[int, _Job] = field(default_factory=dict)
    _heads: list[tuple[int, int]] = field(default_factory=list)  # stretches with every head, and their bytes

    @property
    def path(self) -> Path:
        """The recording."""
        return self.request.path

    @property
    def jobs(self) -> list[int]:
        """The jobs that are not over yet."""
        return list(self._jobs)

    @property
    def language(self) -> str:
        """What is spoken, as far as it is known."""
        heard = next((stretch.language for stretch in self.stretches if stretch.language), "")
        return self.request.language or heard

    def moved(self, path: Path) -> None:
        """The recording lies elsewhere now."""
        self.request = replace(self.request, path=path)

    def add_job(self, job: int, version: Version | None = None, start: float = 0.0) -> None:
        """Expect the events of a job, which belong to a version; None: to the first, after what it has.

        `start`: the second of the recording where the job begins.
        """
        self._jobs[job] = _Job(version, 0 if version is not None else len(self.stretches), start)
        if version is None or self.outcome != "paused":
            self.outcome = "running"

    def has_job(self, job: int) -> bool:
        """True if the job is one of this recording's and not over yet."""
        return job in self._jobs

    def stretch(self, version: Version, index: int) -> Stretch:
        """One stretch as a version has it."""
        return version.changes.get(index) or self.stretches[index]

    def all_stretches(self, version: Version | None = None) -> list[Stretch]:
        """The stretches as a version has them; None: the first one."""
        return [self.stretch(version or self.versions[0], index) for index in range(len(self.stretches))]

    def gap(self, version: Version, index: int) -> str:
        """What stands in the text before a stretch."""
        stretch = self.stretch(version, index)
        if stretch.gap is not None:
            return stretch.gap
        before = (self.stretch(version, one) for one in range(index - 1, -1, -1))
        spoken = next((one for one in before if one.text), None)
        return gap_before(stretch.start, spoken.end if spoken is not None else None)

    def whole(self, version: Version) -> str:
        """The text as the user edits it."""
        stretches = self.all_stretches(version)
        return "".join(self.gap(version, one.number) + one.text for one in stretches if one.text)

    def feed(self, job: int, event: Event) -> None:
        """Take in one event of one of the jobs."""
        known = self._jobs[job]
        match event:
            case Heard():
                self._hear(event, known)
            case Step() | SegmentDone() if (stretch := self._of(event.segment, known)) is not None:
                self.changed.add(stretch.number)
                if isinstance(event, Step):
                    stretch.step(event)
                else:
                    stretch.settle(event)
                    self._tidy(stretch.number)
            case Progress() if known.version is None:
                self.seconds = max(self.seconds, known.start + event.done)
                self.total = known.start + event.total if event.total else 0.0
            case Finished():
                self._end(job, "cancelled" if event.reason == "cancelled" else "done")
                self.finished = event
            case Failed():
                self._end(job, "failed")
                self.failure = event

    def _hear(self, heard: Heard, job: _Job) -> None:
        """Begin a stretch, or hear more of it; a branch is heard again as it was."""
        if job.version is not None:
            return
        index = heard.segment + job.offset
        self.seconds = max(self.seconds, heard.end)
        if index < len(self.stretches):
            self.stretches[index].hear(heard)
        else:
            index = len(self.stretches)
            self.stretches.append(Stretch(heard, index))
        self.changed.add(index)

    def _of(self, segment: int, job: _Job) -> Stretch | None:
        index = segment + job.offset
        if not 0 <= index < len(self.stretches):
            return None
        return self.stretch(job.version or self.versions[0], index)

    def _tidy(self, newest: int) -> None:
        """Let go of what takes most memory in stretches that were heard long ago."""
        attention = self.stretches[newest].attention
        self._heads.append((newest, attention.nbytes if attention is not None else 0))
        while len(self._heads) > 1 and sum(size for _, size in self._heads) > HEADS_KEPT:
            oldest, _ = self._heads.pop(0)
            if oldest < len(self.stretches):
                self.stretches[oldest].forget(sound=True)
        if newest >= SOUND_KEPT:
            self.stretches[newest - SOUND_KEPT].forget(sound=False)

    def _end(self, job: int, outcome: Outcome) -> None:
        ended = self._jobs.pop(job)
        if ended.version is None:
            self.outcome = "paused" if self.outcome == "paused" else outcome
        elif self.outcome == "running" and not self._jobs:
            self.outcome = outcome
        concerned = self.stretches if ended.version is None else ended.version.changes.values()
        for stretch in concerned:
            if not stretch.done:
                stretch.stop(keep=outcome != "done")
                self.changed.add(stretch.number)

    def pause(self) -> list[int]:
        """The jobs to cancel; what is settled stays, and `resumed` says how to go on."""
        if any(job.version is None for job in self._jobs.values()):
            self.outcome = "paused"
        return self.jobs

    def resumed(self, live: bool = False) -> TranscribeRequest:
        """What to ask for so that the rest is written down as well; what was not settled is heard again.

        `live`: the recording still goes on.
        """
        while self.stretches and self.stretches[-1].hypothesis is None:
            self.changed.discard(self.stretches.pop().number)
        self.seconds = begin = self.stretches[-1].end if self.stretches else self.request.start
        return replace(self.request, start=begin, live=live, branch=None)

    # Versions

    def branch(self, version: Version, index: int, word: SaidWord, token: int | None, typed: str) -> Version:
        """A new version in which a word of stretch `index` is another; its events are still to come."""
        made = self.stretch(version, index).branched(word, token)
        pieces = made.sentence.pieces
        said = typed or (pieces[-1].strip() if pieces else "")
        return self.add(Version(f"{word.text} → {said}", {**version.changes, index: made}, index, version))

    def branch_request(
        self, version: Version, index: int, word: SaidWord, token: int | None, typed: str
    ) -> TranscribeRequest:
        """What to ask of the task for `branch`."""
        stretch = self.stretch(version, index)
        prefix = (*stretch.sentence.tokens[: word.first], *(() if token is None else (token,)))
        branch = Branch(index, stretch.start, stretch.end, prefix, typed)
        language = self.request.language or stretch.language or None
        return replace(self.request, language=language, live=False, branch=branch)

    def places(self, version: Version) -> list[tuple[int, int, int, int]]:
        """Each word of `whole`: its first character and the one after its last, its stretch, its number there."""
        found, at = [], 0
        for stretch in self.all_stretches(version):
            if stretch.text:
                at += len(self.gap(version, stretch.number))
                words = enumerate(stretch.words)
                found += [(at + word.at, at + word.to, stretch.number, number) for number, word in words]
                at += len(stretch.text)
        return found

    def edit(self, version: Version, text: str, name: str) -> Version | None:
        """A new version with what the user made of the text; None if nothing is different."""
        changes, gaps = rewritten(self.all_stretches(version), text)
        made = Version(name, {**version.changes, **changes}, None, version)
        for number, gap in gaps.items():
            if self.gap(made, number) != gap:
                made.changes[number] = self.stretch(made, number).spaced(gap)
        return self.add(made) if made.changes != version.changes else None

    # What comes out

    def passages(self, version: Version | None = None) -> list[Passage]:
        """The stretches with words in them, for a file."""
        chosen = version or self.versions[0]
        return [_passage(stretch) for stretch in self.all_stretches(chosen) if stretch.text.strip()]

    def output(self, version: Version | None = None) -> str:
        """The whole text as far as it has come."""
        return plain_text(self.passages(version))

    def facts(self) -> dict[str, object]:
        """What else a file may tell."""
        return {
            "recording": self.path.name,
            "language": self.language,
            "translated_to": "en" if self.request.translate else None,
        }


def _passage(stretch: Stretch) -> Passage:
    return Passage(stretch.start, stretch.end, stretch.text, tuple(_timed(stretch.words)), stretch.gap)


def _timed(words: Iterable[SaidWord]) -> Iterable[TimedWord]:
    return (
        TimedWord(word.text, word.start, word.end, word.probability, (word.first, word.last))
        for word in words
        if word.timed
    )
