"""How to decode, as frozen values that are checked once."""

import math
from dataclasses import dataclass, field
from typing import Literal

from seq2seq_desktop.errors import OptionError

SearchName = Literal["greedy", "beam", "sample"]


@dataclass(frozen=True)
class SpecialTokens:
    """The ids that steer decoding; `start` and `pad` are never chosen unless one of them is also `end`."""

    start: int  # fed first
    end: int  # ends a hypothesis
    pad: int  # fills short rows of a batch

    @property
    def unspeakable(self) -> tuple[int, ...]:
        """The ids that no search may choose."""
        return tuple(sorted({self.start, self.pad} - {self.end}))


@dataclass(frozen=True)
class LampLimits:
    """When the loop lamp goes on; the defaults leave ordinary repetitions and enumerations alone.

    Raises: OptionError for a limit outside its range.
    """

    ngram: int = 8  # tokens of the longest unit whose repetition counts, >= 1
    repeats: int = 4  # times a unit must follow itself, >= 2
    span: int = 12  # tokens that the repetition must cover, >= 2
    still_steps: int = 20  # steps during which attention stays where it is, >= 2
    still_source: int = 8  # source positions below which standing still is normal, >= 1
    still_peak: float = 0.5  # mean attention that one position must hold, 0..1: a flat map is not a stall
    still_change: float = 0.1  # total variation between two maps up to which nothing has moved, 0..1
    entropy: float = 0.8  # mean entropy as a share of log(vocabulary), 0..1; 1 is uniform
    entropy_steps: int = 12  # steps over which that mean is taken, >= 1

    def __post_init__(self) -> None:
        """Check every limit."""
        for name, least in (
            ("ngram", 1),
            ("repeats", 2),
            ("span", 2),
            ("still_steps", 2),
            ("still_source", 1),
            ("entropy_steps", 1),
        ):
            _at_least(f"lamp_limits.{name}", getattr(self, name), least)
        for name in ("still_peak", "still_change", "entropy"):
            _between(f"lamp_limits.{name}", getattr(self, name), 0.0, 1.0)


@dataclass(frozen=True)
class DecodeOptions:
    """How to search, where to stop and what to report.

    Raises: OptionError for a value outside its range, or for values that contradict each other.
    """

    search: SearchName = "greedy"
    beams: int = 4  # live hypotheses a segment, >= 1; "beam" only
    n_best: int = 1  # hypotheses wanted a segment, >= 1; 1 for "greedy", at most `beams` for "beam"
    length_penalty: float = 1.0  # score = sum of log p / length ** penalty; 0 ranks by the sum
    temperature: float = 1.0  # > 0; under 1 sharper, over 1 flatter; "sample" only
    top_k: int = 0  # sample among the k likeliest tokens, 0 for all; "sample" only
    top_p: float = 1.0  # sample among the likeliest tokens that together hold p, 0 < p <= 1; "sample" only
    seed: int | None = None  # of the sampling; None draws anew each time
    no_repeat_ngram: int = 0  # no n-gram of this many tokens comes twice, 0 for no rule
    max_length: int | None = None  # tokens at most, the end token counted, >= 1; None for no absolute cap
    length_factor: float = 3.0  # tokens at most a source position, >= 0 ...
    length_extra: int = 20  # ... plus these, >= 1; the smaller of the two limits holds
    alternatives: int = 5  # likeliest tokens reported a step, 0 for none
    attention: bool = True  # report attention; without it the lamp cannot see a stall
    entropy: bool = True  # report entropy; without it the lamp cannot see a lost model
    lamp: bool = True  # end what repeats itself, stalls or is lost
    lamp_limits: LampLimits = field(default_factory=LampLimits)

    def __post_init__(self) -> None:
        """Check every option."""
        if self.search not in ("greedy", "beam", "sample"):
            raise OptionError(f"search = {self.search!r} is not known", "choose greedy, beam or sample")
        for name, least in (("beams", 1), ("n_best", 1), ("top_k", 0), ("no_repeat_ngram", 0), ("alternatives", 0)):
            _at_least(name, getattr(self, name), least)
        if self.max_length is not None:
            _at_least("max_length", self.max_length, 1)
        _at_least("length_extra", self.length_extra, 1)
        _between("length_factor", self.length_factor, 0.0, 1e6)
        _between("length_penalty", self.length_penalty, -10.0, 10.0)
        _between("temperature", self.temperature, 0.01, 100.0)
        _between("top_p", self.top_p, 1e-6, 1.0)
        if self.seed is not None and not -(2**63) <= self.seed < 2**63:
            raise OptionError(f"seed = {self.seed} does not fit 64 bits", "choose a smaller number")
        self._check_n_best()

    def _check_n_best(self) -> None:
        if self.search == "greedy" and self.n_best > 1:
            problem = f"n_best = {self.n_best}, but greedy search finds one hypothesis"
            raise OptionError(problem, 'set n_best = 1, or search = "beam"')
        if self.search == "beam" and self.n_best > self.beams:
            problem = f"n_best = {self.n_best} is more than beams = {self.beams}"
            raise OptionError(problem, f"set beams = {self.n_best} or more")

    def limit(self, source_length: int) -> int:
        """The number of tokens, the end token counted, after which a segment of this source length is cut off."""
        relative = int(self.length_factor * source_length) + self.length_extra
        return relative if self.max_length is None else min(relative, self.max_length)


def _at_least(name: str, value: int, least: int) -> None:
    if int(value) != value or value < least:
        raise OptionError(
            f"{name} = {value!r} is not a whole number of {least} or more", f"set it to {least} or more"
        )


def _between(name: str, value: float, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise OptionError(f"{name} = {value!r} is not between {least:g} and {most:g}", "choose a value in that range")
