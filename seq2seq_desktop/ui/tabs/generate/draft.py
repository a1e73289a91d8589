"""One prompt with all versions of what was written after it, as they stand after the events so far. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from seq2seq_desktop.events import Alternative, Event, Failed, Finished, Started, Step
from seq2seq_desktop.tasks.generate.distribution import shown
from seq2seq_desktop.tasks.generate.spec import GenerateRequest
from seq2seq_desktop.ui.views.versions import Versions

Outcome = Literal["running", "done", "cancelled", "failed"]


@dataclass
class Version:
    """What was written, character by character."""

    name: str = ""  # "" for the first
    tokens: list[int] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    probabilities: list[float] = field(default_factory=list)
    alternatives: list[tuple[Alternative, ...]] = field(default_factory=list)
    shared: int = 0  # characters that are the parent's
    parent: "Version | None" = None

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self.characters)

    @property
    def characters(self) -> list[str]:
        """What each piece adds to the text: bytes add nothing until a character is whole."""
        return spelt(self.pieces)

    def step(self, event: Step) -> None:
        """Take in one piece; of a branch the first ones come again."""
        for column in (self.tokens, self.pieces, self.probabilities, self.alternatives):
            del column[event.index :]
        self.tokens.append(event.token)
        self.pieces.append(event.piece)
        self.probabilities.append(event.probability)
        self.alternatives.append(event.alternatives)


@dataclass
class Draft(Versions[Version]):
    """Everything about one prompt that views draw."""

    request: GenerateRequest
    prompt: str = ""  # as the model reads it
    versions: list[Version] = field(default_factory=lambda: [Version()])
    undone: list[Version] = field(default_factory=list)
    outcome: Outcome = "running"
    failure: Failed | None = None
    finished: Finished | None = None
    changed: bool = True  # until the views have drawn it
    _job: int | None = None
    _writing: Version | None = None  # what the job writes

    def expect(self, job: int, version: Version | None = None) -> None:
        """From now on the events of this job count, and write this version (None: the newest)."""
        self._job, self._writing, self.outcome = job, version or self.versions[-1], "running"
        self.changed = True

    @property
    def job(self) -> int | None:
        """The job that writes; None when none does."""
        return self._job

    def feed(self, event: Event) -> None:
        """Take in one event of the job."""
        self.changed = True
        match event:
            case Started(segments):
                self.prompt = segments[0].text
            case Step() if self._writing is not None:
                self._writing.step(event)
            case Finished():
                self._job, self.finished = None, event
                self.outcome = "cancelled" if event.reason == "cancelled" else "done"
            case Failed():
                self._job, self.failure, self.outcome = None, event, "failed"

    def branch(self, version: Version, place: int, token: int | None, typed: str = "") -> GenerateRequest:
        """What to ask for so that another character stands at `place`, in a version that is now the newest.

        The character is a token among those that could have stood there, or what the user typed.
        """
        chosen = next((other.piece for other in version.alternatives[place] if other.token == token), "")
        made = Version(
            f"{shown(version.characters[place])} → {shown(chosen) or typed}",
            version.tokens[:place],
            version.pieces[:place],
            version.probabilities[:place],
            version.alternatives[:place],
            place,
            version,
        )
        self.add(made)
        prefix = (*made.tokens, *(() if token is None else (token,)))
        return replace(self.request, prefix=prefix, typed=typed)


def spelt(pieces: Sequence[str]) -> list[str]:
    """What each piece adds to a text; the bytes `<0x..>` of one character add it where the last of them stands."""
    characters: list[str] = []
    pending = b""
    for piece in pieces:
        if len(piece) == 1:
            pending = b""
            characters.append(piece)
            continue
        pending += bytes.fromhex(piece[3:5]) if piece.startswith("<0x") else b""
        whole = pending.decode("utf-8", "ignore")
        characters.append(whole)
        pending = b"" if whole else pending
    return characters
