"""What summarizing takes and gives, without torch: for the window, the command line and the engine alike."""

from dataclasses import dataclass
from typing import Literal, get_args

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import OptionError

__all__ = [
    "BUNDLES",
    "SEARCH",
    "SENTENCES",
    "TASK",
    "Branch",
    "DecodeOptions",
    "Length",
    "Style",
    "SummarizeRequest",
    "usual_beams",
]

Style = Literal["extract", "rewrite"]
"""Whole sentences of the text as they stand, or words of the model's own choice."""

Length = Literal["headline", "short", "medium", "long"]

TASK = "summarize"
BUNDLES: dict[Style, str] = {"extract": "summarize-extract", "rewrite": "summarize-rewrite"}  # unless one is named
SENTENCES: dict[Length, tuple[int, int]] = {"headline": (1, 1), "short": (1, 3), "medium": (4, 7), "long": (8, 15)}
"""How many sentences an extract has: at least, as far as the text has them, and at most; the model decides."""

PARTS: dict[Length, int] = {"headline": 1, "short": 1, "medium": 3, "long": 6}
"""How many abstracts make up a rewritten summary, each of a part of the text of its own, if it is long enough."""


SEARCH = DecodeOptions(search="beam", beams=4, no_repeat_ngram=3)
"""How words are found unless the user wants it otherwise: beside greedy search, four beams copy longer stretches."""


def usual_beams(style: Style) -> int:
    """How many beginnings are kept side by side: of an extract the first choice is as good."""
    return SEARCH.beams if style == "rewrite" else 1


@dataclass(frozen=True)
class Branch:
    """Decode one segment again from a step."""

    segment: int  # its number among those of `Started`
    prefix: tuple[int, ...]  # tokens that stay, then the token chosen instead, if it was chosen from a list
    typed: str = ""  # rewrite: what the user typed instead of choosing; it goes on after `prefix`


@dataclass(frozen=True)
class SummarizeRequest:
    """One text to summarize, of any length.

    Its events: `Progress` in characters while a long text is read in pieces; `Started`, whose segments hold what the
    model reads; each segment's steps and `SegmentDone`; `Finished` with the whole summary.

    - extract: there is one segment, its pieces are the sentences. A token chooses one of them, `Alternative.piece`
      and `Hypothesis.pieces` are their texts. They are chosen in the order of their weight; `text` of a step, a
      hypothesis and the end has them in the order of the document.
    - rewrite: pieces are word pieces; a headline and a short summary have one segment, longer ones a segment for
      each part of the text that gets an abstract of its own.

    `segment.start` plus a span is a place in `text` itself. `Step.attention` is (1, 1, pieces), where the step
    pointed to. `Started.condensed` is there where the text was too long for the model and was read in pieces first.

    Raises: OptionError for a style or length that is not known.
    """

    text: str
    style: Style = "extract"
    length: Length = "short"
    language: str | None = None  # ISO 639-1; None: detected among those of the bundle
    options: DecodeOptions = SEARCH
    branch: Branch | None = None  # decode only this segment
    faithful: bool = True  # rewrite: numbers, names and words of several pieces come only from the text
    sentences: int | None = None  # extract: exactly so many, as far as the text has them; None: as `length` says

    def __post_init__(self) -> None:
        """Check style, length and number."""
        for name, known in (("style", get_args(Style)), ("length", get_args(Length))):
            if getattr(self, name) not in known:
                raise OptionError(f"{name} = {getattr(self, name)!r} is not known", f"choose {' or '.join(known)}")
        if self.sentences is not None and self.sentences < 1:
            raise OptionError(f"sentences = {self.sentences} is below 1", "choose 1 or more")
