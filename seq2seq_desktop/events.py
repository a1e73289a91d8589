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
class Started:
    """The input has been read and cut; decoding begins."""

    segments: tuple[Segment, ...]
    unknown_language: str = ""  # the text's own, ISO 639-1, if the model does not know it


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


Event = Started | Heard | Step | SegmentDone | Progress | Finished | Failed | TrainStep | OfBundle
