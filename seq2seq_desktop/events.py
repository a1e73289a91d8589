"""What happens while a model works, as facts that can cross a thread: builtins and numpy arrays only.

A job yields, in order: `Started`, then for each segment any number of `Step`s and one `SegmentDone`, then one
`Finished` or `Failed`. `Progress` may come at any time and replaces the one before; the others are never dropped.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Reason = Literal["end", "length", "cancelled", "repetition", "stalled", "entropy"]
"""Why decoding ended: the end token, the length limit, the user, or one of the three conditions of the loop lamp."""


@dataclass(frozen=True)
class Segment:
    """One piece of the input that is decoded by itself: a sentence of a text."""

    text: str
    pieces: tuple[str, ...] = ()  # what the model reads, special tokens included
    spans: tuple[tuple[int, int], ...] = ()  # of each piece in `text`, in characters; (0, 0) for a special token
    special: tuple[bool, ...] = ()  # True where the piece is a special token
    start: int = 0  # of the segment in the whole input, in characters


@dataclass(frozen=True)
class Condensed:
    """A text too long for the model was read in pieces, and of each the weightiest sentences were kept."""

    parts: int  # pieces that were read, in all rounds
    rounds: int  # 2 or more where what was kept of the pieces was too long again
    sentences: int  # of the whole text
    kept: int  # that the segments hold


@dataclass(frozen=True)
class Started:
    """The input has been read and cut; decoding begins."""

    segments: tuple[Segment, ...]
    unknown_language: str = ""  # the text's own, ISO 639-1, if the model does not know it
    condensed: Condensed | None = None  # None where the segments hold the whole input


@dataclass(frozen=True)
class Alternative:
    """A token that could have stood at this step."""

    token: int
    probability: float  # 0..1
    piece: str = ""  # filled in by the task, which knows the vocabulary


@dataclass(frozen=True)
class BeamEntry:
    """One live hypothesis of a beam after a step; the entries of a step are sorted, the best first."""

    parent: int  # index among the entries of the step before
    token: int
    score: float  # length-normalised log-probability
    piece: str = ""


@dataclass(frozen=True)
class Step:
    """One token more for one segment: the leading hypothesis after this step."""

    segment: int
    index: int  # 0 for the first token after the start token
    token: int
    probability: float  # of `token`, by the model, before temperature and filters
    tokens: tuple[int, ...]  # the whole leading hypothesis so far; with a beam its past may change
    alternatives: tuple[Alternative, ...] = ()  # the likeliest tokens at this step, best first
    entropy: float = 0.0  # of the distribution, in nats
    attention: NDArray[np.float32] | None = None  # (layers, heads, source), rows sum to 1
    beam: tuple[BeamEntry, ...] = ()
    piece: str = ""  # filled in by the task
    text: str = ""  # of the whole leading hypothesis so far; filled in by the task
    gate: float | None = None  # a switch that the model sets itself, 0..1; of one that can copy, its chance to
    copied: float = 0.0  # share of `probability` that comes from copying a source piece, 0..1
    origin: tuple[int, int] = (0, 0)  # of the source piece copied, in the whole input; filled in by the task


@dataclass(frozen=True)
class Word:
    """A word of a transcript and when it was said."""

    text: str  # as it stands in the transcript, without the spaces around it
    start: float  # seconds from the beginning of the recording
    end: float
    probability: float  # of its least likely token, 0..1
    tokens: tuple[int, int]  # the first of its tokens in the hypothesis and the one after the last


@dataclass(frozen=True)
class Hypothesis:
    """One finished output of one segment."""

    tokens: tuple[int, ...]  # without start and end tokens
    probabilities: tuple[float, ...]  # one a token
    score: float  # length-normalised log-probability
    attention: NDArray[np.float32] | None = None  # (steps, layers, heads, source)
    alternatives: tuple[tuple[Alternative, ...], ...] = ()  # one tuple a token
    pieces: tuple[str, ...] = ()  # filled in by the task
    text: str = ""  # filled in by the task
    saliency: NDArray[np.float32] | None = None  # (steps, source), rows sum to 1; only where there is no attention
    words: tuple[Word, ...] = ()  # with their times, if the input is sound; filled in by the task
    gates: tuple[float, ...] = ()  # one a token, as `Step.gate`; empty where the model has none
    copied: tuple[float, ...] = ()  # one a token, as `Step.copied`; empty where the model cannot copy
    origins: tuple[tuple[int, int], ...] = ()  # one a token, as `Step.origin`; (0, 0) for one that was not copied


@dataclass(frozen=True)
class Heard:
    """A stretch of speech was found, and its steps follow. While it is still being said, another one replaces it.

    Segments of a recording are not known before it has been heard, so `Started` lists none of them.
    """

    segment: int
    start: float  # seconds from the beginning of the recording
    end: float
    spectrogram: NDArray[np.float32]  # (mels, frames of 10 ms), what the model hears, about -1..1
    settled: bool = True  # False while it may still grow; the steps that follow are tentative then
    language: str = ""  # ISO 639-1, given or detected
    agreed: int = 0  # tokens with which the steps that follow begin, and which stay until the stretch is settled


@dataclass(frozen=True)
class Seen:
    """A picture was read, and its steps follow; their attention is over the cells of `grid`, row by row."""

    segment: int
    size: tuple[int, int]  # width and height in pixels, upright
    grid: tuple[int, int]  # rows and columns
    box: tuple[float, float, float, float] = (
        0.0,
        0.0,
        1.0,
        1.0,
    )  # left, top, right, bottom of the grid in the picture


@dataclass(frozen=True)
class Refused:
    """A file cannot be used; the others of the job go on."""

    segment: int
    problem: str
    remedy: str = ""


@dataclass(frozen=True)
class SegmentDone:
    """A segment's outputs, best first; never empty."""

    segment: int
    hypotheses: tuple[Hypothesis, ...]
    reason: Reason


@dataclass(frozen=True)
class Progress:
    """How far a long job is; a newer one replaces an older one."""

    done: float
    total: float
    unit: str = ""  # "sentences", "steps", "bytes"
    seconds_left: float | None = None
    message: str = ""


@dataclass(frozen=True)
class Finished:
    """The job is over; what was produced stands in the events before."""

    reason: Reason
    tokens: int = 0
    seconds: float = 0.0
    text: str = ""  # the whole output, layout restored; filled in by the task


@dataclass(frozen=True)
class Failed:
    """The job stopped with an expected error; what was produced before it stays valid."""

    problem: str
    remedy: str = ""


@dataclass(frozen=True)
class TrainStep:
    """One optimiser step, as the training view and the log show it."""

    step: int
    loss: float  # nats per target token, label smoothing included
    learning_rate: float
    tokens: int  # target tokens seen so far
    tokens_per_second: float
    seconds: float  # of training so far, over all resumed runs
    seconds_left: float | None = None
    peak_share: float | None = None  # share of the device's measured peak arithmetic rate, 0..1
    scores: dict[str, float] = field(default_factory=dict)  # of an evaluation at this step, e.g. "en-fr bleu"


@dataclass(frozen=True)
class OfBundle:
    """One event of one of several bundles that work on the same input, each with an end of its own."""

    bundle: str  # as it was asked for
    event: "Event"


Event = Started | Heard | Seen | Refused | Step | SegmentDone | Progress | Finished | Failed | TrainStep | OfBundle
