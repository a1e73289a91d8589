"""What captioning takes and gives, without torch: for the window, the command line and the engine alike."""

from dataclasses import dataclass, field
from pathlib import Path

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import OptionError

__all__ = [
    "BEAMS",
    "BUNDLE",
    "LONGEST",
    "TASK",
    "Branch",
    "CaptionRequest",
    "DecodeOptions",
    "captioning",
]

TASK = "caption"
BUNDLE = "caption-en"  # unless another is named
BEAMS = 5  # live hypotheses, unless others are asked for
LONGEST = 40  # pieces of a caption at most; of 30,000 captions of photographs the longest has some 40 words


@dataclass(frozen=True)
class Branch:
    """Decode the caption of one picture again from a step."""

    segment: int  # the number of the picture among the paths
    prefix: tuple[int, ...]  # tokens that stay, then the token chosen instead, if it was chosen from a list
    typed: str = ""  # what the user typed instead of choosing; it goes on after `prefix`


@dataclass(frozen=True)
class CaptionRequest:
    """Pictures to be captioned.

    Its events: `Started` with a segment for each picture, whose text is the file's name; for each picture `Seen`, its
    steps and `SegmentDone`, or `Refused` for one that cannot be read; `Progress` in pictures; `Finished` with one
    caption a line, empty for a picture that was refused. A step's attention is (1 layer, 1 head, rows * columns of
    the grid), row by row. With several pictures a batch their steps come interleaved; `Seen` always comes first.

    Raises: OptionError for a batch below 1, or a branch in a picture that is not among the paths.
    """

    paths: tuple[Path, ...]
    options: DecodeOptions = field(default_factory=lambda: captioning())
    begin: str = ""  # every caption starts with this
    branch: Branch | None = None  # only this picture, from a step on; `begin` does not count then
    batch: int = 8  # pictures decoded side by side; one picture alone streams at once
    language: str | None = None  # ISO 639-1; None: the bundle's first

    def __post_init__(self) -> None:
        """Check batch and branch."""
        if self.batch < 1:
            raise OptionError(f"batch = {self.batch} is below 1", "set it to 1 or more")
        if self.branch is not None and not 0 <= self.branch.segment < len(self.paths):
            problem = f"there is no picture {self.branch.segment} to branch in"
            raise OptionError(problem, "caption it again")


def captioning(beams: int = BEAMS, n_best: int = 1, alternatives: int = 5) -> DecodeOptions:
    """Options as captions are decoded with, unless the user asks otherwise. Raises: OptionError."""
    return DecodeOptions(
        search="beam" if beams > 1 else "greedy",
        beams=beams,
        n_best=n_best,
        max_length=LONGEST,
        alternatives=alternatives,
    )
