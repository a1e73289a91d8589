"""What transcription takes and gives, without torch: for the window, the command line and the engine alike."""

from dataclasses import dataclass
from pathlib import Path

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import OptionError

__all__ = ["BUNDLE", "SEARCH", "TASK", "Branch", "DecodeOptions", "TranscribeRequest"]

TASK = "transcribe"
BUNDLE = "whisper-base"  # unless another is named
SEARCH = DecodeOptions(search="beam", beams=5)  # unless another is chosen: it hears better than greedy search


@dataclass(frozen=True)
class Branch:
    """Decode one stretch of speech again from a step."""

    segment: int  # its number among those that were heard
    start: float  # seconds, as it was heard
    end: float
    prefix: tuple[int, ...]  # tokens that stay, then the token chosen instead, if it was chosen from a list
    typed: str = ""  # what the user typed instead of choosing; it goes on after `prefix`


@dataclass(frozen=True)
class TranscribeRequest:
    """One recording to write down.

    Its events: `Started` without segments; for each stretch of speech `Heard`, its steps and `SegmentDone`;
    `Progress` in seconds; `Finished` with the whole text. In a live job `Heard` comes again for the stretch that is
    still being said, each time with the steps of its tentative text, and `SegmentDone` once it is settled.

    Raises: OptionError for a part that ends before it begins.
    """

    path: Path  # any audio or video; live: the recording that is being written
    language: str | None = None  # ISO 639-1; None: detected
    translate: bool = False  # write it down in English
    live: bool = False  # the file grows until its recorder closes it
    start: float = 0.0  # seconds; only this part ...
    end: float | None = None  # ... is transcribed
    options: DecodeOptions = SEARCH  # attempts at what is still being said are greedy all the same
    branch: Branch | None = None  # decode only this stretch

    def __post_init__(self) -> None:
        """Check the part."""
        if self.end is not None and self.end <= self.start:
            problem = f"the part from {self.start:g} s to {self.end:g} s is empty"
            raise OptionError(problem, "let it end after it begins")
