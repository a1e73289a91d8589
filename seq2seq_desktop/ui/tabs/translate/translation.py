"""One text with its translation and all versions of it, as they stand after the events so far. No Qt."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from seq2seq_desktop.events import Event, Failed, Finished, Segment, SegmentDone, Started, Step
from seq2seq_desktop.io.documents import Document
from seq2seq_desktop.tasks.translate.spec import Branch, TranslateRequest
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.versions import Outcome, Work
from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.utf16 import displayable

MAPS_KEPT = 300  # sentences up to which every head's map is kept; of more only the mean: memory
BLOCK_GAP = "\n\n"  # between the blocks of a document in the pane


@dataclass
class Version:
    """The sentences as one choice of words has them; versions share the sentences that do not differ."""

    name: str
    sentences: list[Sentence]
    branched: int | None = None  # the sentence that differs from the parent's
    parent: "Version | None" = None


@dataclass
class Translation(Work[Version]):
    """Everything about one text that views draw and files are written from."""

    request: TranslateRequest
    document: Document | None = None  # where the text came from, if it was not changed since
    steerable: bool = True  # False for a file of a list: it is saved, not steered
    versions: list[Version] = field(default_factory=list)
    undone: list[Version] = field(default_factory=list)
    gaps: list[str] = field(default_factory=lambda: [""])  # what stands before each sentence and after the last
    outcome: Outcome = "running"
    failure: Failed | None = None
    finished: Finished | None = None
    settled: int = 0  # sentences whose translation is there
    changed: set[int] = field(default_factory=set)  # sentences to draw again
    restarted: bool = False  # True until the views have taken the new sentences
    _jobs: dict[int, Version | None] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What is translated."""
        return self.request.text

    @property
    def segments(self) -> list[Segment]:
        """The sentences of the text; none before the job has started."""
        return [sentence.segment for sentence in self.versions[0].sentences] if self.versions else []

    def feed(self, job: int, event: Event) -> None:
        """Take in one event of one of the jobs."""
        version = self._jobs[job] or (self.versions[0] if self.versions else None)
        match event:
            case Started(segments):
                self._start(segments)
            case Step() if version is not None:
                version.sentences[event.segment].step(event)
                self.changed.add(event.segment)
            case SegmentDone() if version is not None:
                version.sentences[event.segment].settle(event)
                self.settled += self._jobs[job] is None
                self.changed.add(event.segment)
            case Finished():
                self._end(job, "cancelled" if event.reason == "cancelled" else "done")
                self.finished = event
            case Failed():
                self._end(job, "failed")
                self.failure = event

    def _start(self, segments: Sequence[Segment]) -> None:
        """Lay out the sentences, once: a branch starts again with the same."""
        if self.versions:
            return
        keep = len(segments) <= MAPS_KEPT
        self.versions = [Version("", [Sentence(segment, keep_heads=keep) for segment in segments])]
        spans = [(segment.start, segment.start + len(segment.text)) for segment in segments]
        starts = [start for start, _ in spans] + [len(self.text)]
        ends = [0] + [end for _, end in spans]
        self.gaps = [displayable(self.text[end:start]) for end, start in zip(ends, starts, strict=True)]
        self.restarted = True

    def _end(self, job: int, outcome: Outcome) -> None:
        version = self._jobs.pop(job)
        self.outcome = outcome
        sentences = (version or self.versions[0]).sentences if self.versions else []
        for index, sentence in enumerate(sentences):
            if sentence.begun and not sentence.done:
                sentence.stop("cancelled")
                self.changed.add(index)

    def branch(self, version: Version, index: int, word: Word, token: int | None, typed: str) -> Version:
        """A new version in which a word of sentence `index` is another; its events are still to come."""
        before = version.sentences[index]
        sentence = before.branched(word.first, token)
        said = typed or (sentence.pieces[-1].strip() if sentence.pieces else "")
        sentences = list(version.sentences)
        sentences[index] = sentence
        return self.add(Version(f"{word.text} → {said}", sentences, index, version))

    def output(self, version: Version | None = None) -> str:
        """The translation, laid out as the text, as far as it has come."""
        if not self.versions:
            return ""
        sentences = (version or self.versions[0]).sentences
        begun = max((index for index, sentence in enumerate(sentences) if sentence.begun), default=-1)
        parts = [self.gaps[index] + sentences[index].text for index in range(begun + 1)]
        return "".join(parts) + (self.gaps[-1] if begun == len(sentences) - 1 else "")

    def starts(self, version: Version) -> list[int]:
        """Where each sentence begins in `output`, in characters."""
        found, place = [], 0
        for gap, sentence in zip(self.gaps, version.sentences, strict=False):
            found.append(place + len(gap))
            place = found[-1] + len(sentence.text)
        return found

    def block_outputs(self, version: Version | None = None) -> list[str]:
        """The translation of each block of the document."""
        if self.document is None or not self.versions:
            return []
        chosen = version or self.versions[0]
        starts = [segment.start for segment in self.segments]
        outputs, start = [], 0
        for block in self.document.blocks:
            end = start + len(displayable(block.text))
            outputs.append(self._between(chosen, starts, start, end))
            start = end + len(BLOCK_GAP)
        return outputs

    def _between(self, version: Version, starts: Sequence[int], start: int, end: int) -> str:
        """The translation of text[start:end]; what was not translated stands as it was."""
        parts, place = [], start
        for index in range(bisect_right(starts, start - 1), bisect_right(starts, end - 1)):
            sentence = version.sentences[index]
            segment = sentence.segment
            parts += [self.text[place : segment.start], sentence.text if sentence.begun else segment.text]
            place = segment.start + len(segment.text)
        return "".join([*parts, self.text[place:end]])

    def branch_request(self, version: Version, index: int, word: Word, token: int | None, typed: str) -> Branch:
        """What to ask of the task for `branch`."""
        return Branch(index, version.sentences[index].branch_prefix(word, token), typed)


def document_text(document: Document) -> str:
    """The blocks of a document as one text for the pane."""
    return BLOCK_GAP.join(displayable(block.text) for block in document.blocks)
