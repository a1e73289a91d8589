"""Whether what a model wrote down can have been said: it must not fill silence with words, nor run in circles.

Source: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision", section 4.5.
"""

import math
import zlib
from dataclasses import dataclass
from typing import Literal

from seq2seq_desktop.events import Hypothesis, Reason

Verdict = Literal["good", "silence", "loop"]
"""It can stay; nobody spoke; it runs in circles."""

_LOOPS: tuple[Reason, ...] = ("repetition", "stalled", "entropy")  # what the loop lamp ends


@dataclass(frozen=True)
class GuardLimits:
    """From where on a text is doubted."""

    no_speech: float = 0.6  # probability that nobody speaks, 0..1 ...
    silent_log_prob: float = -1.0  # ... and mean log-probability of a token below which that is believed
    compression: float = 2.4  # times that a text gets smaller when it is compressed: above, it repeats itself
    temperatures: tuple[float, ...] = (0.2, 0.4, 0.6)  # tried one after another where a text runs in circles


def verdict(hypothesis: Hypothesis, reason: Reason, no_speech: float, limits: GuardLimits) -> Verdict:
    """What to think of a hypothesis that ended for `reason`, where nobody speaks with probability `no_speech`."""
    if no_speech > limits.no_speech and mean_log_prob(hypothesis) < limits.silent_log_prob:
        return "silence"
    if reason in _LOOPS or compression(hypothesis.text) > limits.compression:
        return "loop"
    return "good"


def mean_log_prob(hypothesis: Hypothesis) -> float:
    """The mean log-probability of a token of the text; 0 without any."""
    logs = [math.log(max(probability, 1e-10)) for probability in hypothesis.probabilities]
    return sum(logs) / len(logs) if logs else 0.0


def compression(text: str) -> float:
    """How many times smaller the text gets when it is compressed; about 1 to 2 for speech."""
    data = text.encode("utf-8", "replace")
    return len(data) / len(zlib.compress(data)) if data else 0.0
