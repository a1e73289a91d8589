"""One picture with its caption and all versions of it, as they stand after the events so far. No Qt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.events import Alternative, Refused, Seen, Segment, SegmentDone, Step
from seq2seq_desktop.io.captions import Caption
from seq2seq_desktop.ui.views.sentence import Sentence
from seq2seq_desktop.ui.views.versions import Versions
from seq2seq_desktop.ui.views.words import Word, of_heads

State = Literal["waiting", "running", "done", "refused", "cancelled"]
Array = NDArray[np.float32]
_TOKEN = re.compile(r"\w+(?:['’\-]\w+)*|[^\w\s]")


@dataclass(eq=False)
class Version:
    """A caption as one choice of words has it, or as the user wrote it."""

    name: str  # "" for the first
    sentence: Sentence
    parent: "Version | None" = None
    edited: tuple[str, tuple[Word, ...]] | None = None  # what the user made of it

    @property
    def text(self) -> str:
        """The words so far."""
        return self.edited[0] if self.edited is not None else self.sentence.text

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of `text`; of those the user typed first == last."""
        if self.edited is not None:
            return self.edited[1]
        return tuple(word for word in self.sentence.target_words() if word.end > word.start)

    @property
    def branched(self) -> bool:
        """True where the user chose another word and the model went on from it."""
        return self.parent is not None and self.edited is None

    def looks(self) -> Array:
        """How much each word looked at each cell, (words, cells); rows of zeros where that is not known."""
        attention, words = self.sentence.attention, self.words
        if attention is None:
            return np.zeros((len(words), 0), np.float32)
        weights = of_heads(attention, None, None)
        rows = np.zeros((len(words), weights.shape[1]), np.float32)
        for row, word in zip(rows, words, strict=True):
            part = weights[word.first : word.last]
            if len(part):
                row[:] = part.mean(axis=0)
        return rows

    def probability(self, word: Word) -> float:
        """How likely the model found a word, 0..1; 1 for one that it did not write."""
        return self.sentence.probability(word) if steerable(word) else 1.0

    def alternatives(self, word: Word) -> Sequence[Alternative]:
        """What else could have stood in place of a word."""
        known = self.sentence.alternatives
        return known[word.first] if steerable(word) and word.first < len(known) else ()


def steerable(word: Word) -> bool:
    """True for a word that the model wrote, and may write otherwise."""
    return word.last > word.first


@dataclass(eq=False)
class Photo(Versions[Version]):
    """Everything about one picture that views draw and files are written from."""

    path: Path
    number: int = 0  # its place among the pictures of the job
    state: State = "waiting"
    seen: Seen | None = None  # once the model has looked at it
    problem: str = ""  # why it was refused
    remedy: str = ""
    versions: list[Version] = field(default_factory=list)
    undone: list[Version] = field(default_factory=list)
    revision: int = 0  # counts the changes
    _shown: Version | None = None

    def __post_init__(self) -> None:
        """Begin with a version that says nothing yet."""
        if not self.versions:
            self.versions.append(Version("", Sentence(Segment(self.path.name))))

    @property
    def shown(self) -> Version:
        """The version that counts: the newest, unless the user went to another."""
        return self._shown if self._shown in self.versions and self._shown is not None else self.versions[-1]

    def show(self, version: Version | None) -> None:
        """Let this version count; None: the newest."""
        self._shown = version
        self.revision += 1

    @property
    def text(self) -> str:
        """The caption so far."""
        return self.shown.text

    @property
    def over(self) -> bool:
        """True when no more words come by themselves."""
        return self.state not in ("waiting", "running")

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of the cells that the model looks at; (0, 0) before it does."""
        return self.seen.grid if self.seen is not None else (0, 0)

    def feed(self, event: Seen | Refused | Step | SegmentDone, version: Version | None = None) -> None:
        """Take in what happened to this picture, in one of its versions (None: the first)."""
        self.revision += 1
        sentence = (version or self.versions[0]).sentence
        match event:
            case Seen():
                self.seen = event
                self.state = "running" if version is None else self.state
            case Refused():
                self.problem, self.remedy, self.state = event.problem, event.remedy, "refused"
            case Step():
                sentence.step(event)
            case SegmentDone():
                sentence.settle(event)
                if version is None:
                    self.state = "cancelled" if event.reason == "cancelled" else "done"

    def stop(self, version: Version | None = None) -> None:
        """No more words will come, though nothing was settled."""
        (version or self.versions[0]).sentence.stop("cancelled")
        self.revision += 1
        if not self.over:
            self.state = "cancelled"

    def wait(self) -> None:
        """It will be looked at later, from the beginning."""
        self.versions[0].sentence = Sentence(Segment(self.path.name))
        self.state = "waiting"
        self.revision += 1

    def branch(self, version: Version, word: Word, token: int | None, typed: str) -> Version:
        """A new version in which a word is another; its events are still to come."""
        sentence = version.sentence.branched(word.first, token)
        said = typed or (sentence.pieces[-1].strip() if sentence.pieces else "")
        self.show(None)
        return self.add(Version(f"{word.text} → {said}", sentence, version))

    def edit(self, text: str, name: str) -> Version | None:
        """A new version with what the user wrote; None if nothing is different."""
        before = self.shown
        written = " ".join(text.split())
        if written == before.text:
            return None
        self.show(None)
        return self.add(Version(name, before.sentence, before, (written, kept_words(before.words, written))))

    def undo(self) -> Version | None:
        """The version that is left, which counts from now on."""
        left = super().undo()
        self.show(left)
        return left

    def redo(self) -> Version | None:
        """The version that came back."""
        self.show(None)
        return super().redo()

    def caption(self) -> Caption:
        """What a file says of this picture."""
        shown, outputs = self.shown, self.shown.sentence.hypotheses
        others = tuple(one.text for one in outputs if one.text != shown.text)
        edited = shown.edited is not None
        score = outputs[shown.sentence.chosen].score if outputs and not edited else None
        return Caption(self.path, shown.text, others, edited, score)


def kept_words(before: Sequence[Word], text: str) -> tuple[Word, ...]:
    """The words of a text; those that stayed keep what the model looked at, whatever their case."""
    found = [Word(match.group(), 0, 0, match.start(), match.end()) for match in _TOKEN.finditer(text)]
    old = [word.text.lower() for word in before]
    same = SequenceMatcher(None, old, [word.text.lower() for word in found], autojunk=False)
    for first, begin, length in same.get_matching_blocks():
        for step in range(length):
            word, mine = before[first + step], found[begin + step]
            found[begin + step] = Word(mine.text, word.first, word.last, mine.start, mine.end)
    return tuple(found)
