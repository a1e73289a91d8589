"""What is doubted of what a model writes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.events import Hypothesis, Reason
from seq2seq_desktop.tasks.transcribe.guards import GuardLimits, compression, mean_log_prob, verdict

LIMITS = GuardLimits()
SENTENCE = "The small boat left the harbor before sunrise, and by noon the wind had turned."


def said(text: str, probability: float = 0.9) -> Hypothesis:
    return Hypothesis((5, 6), (probability, probability), 0.0, text=text)


def test_ordinary_speech_is_believed() -> None:
    assert verdict(said(SENTENCE), "end", 0.1, LIMITS) == "good"
    assert verdict(said(""), "end", 0.1, LIMITS) == "good"


def test_silence_needs_both_signs() -> None:
    assert verdict(said("Thank you.", 0.2), "end", 0.9, LIMITS) == "silence"
    assert verdict(said("Thank you.", 0.9), "end", 0.9, LIMITS) == "good"
    assert verdict(said("Thank you.", 0.2), "end", 0.5, LIMITS) == "good"


@pytest.mark.parametrize("reason", ["repetition", "stalled", "entropy"])
def test_what_the_lamp_ended_runs_in_circles(reason: Reason) -> None:
    assert verdict(said(SENTENCE), reason, 0.1, LIMITS) == "loop"


def test_a_text_that_shrinks_too_much_runs_in_circles() -> None:
    assert verdict(said("I am going home. " * 12), "end", 0.1, LIMITS) == "loop"
    assert compression("I am going home. " * 12) > 4
    assert compression(SENTENCE) < 1.5


@given(st.text(), st.lists(st.floats(0, 1), max_size=5))
def test_any_text_gets_a_verdict(text: str, probabilities: list[float]) -> None:
    hypothesis = Hypothesis(tuple(range(len(probabilities))), tuple(probabilities), 0.0, text=text)
    assert verdict(hypothesis, "end", 0.7, LIMITS) in ("good", "silence", "loop")
    assert math.isfinite(mean_log_prob(hypothesis))
