"""Options are checked once, and say what to do about it."""

import pytest

from seq2seq_desktop.decoding.options import DecodeOptions, LampLimits, SpecialTokens
from seq2seq_desktop.errors import OptionError


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"search": "magic"}, "search = 'magic'"),
        ({"search": "beam", "beams": 0}, "beams = 0"),
        ({"search": "beam", "beams": 2, "n_best": 3}, "n_best = 3 is more than beams = 2"),
        ({"n_best": 2}, "n_best = 2"),
        ({"beams": 2.5}, "beams = 2.5"),
        ({"temperature": 0.0}, "temperature = 0"),
        ({"temperature": float("nan")}, "temperature = nan"),
        ({"top_p": 0.0}, "top_p = 0"),
        ({"top_p": 1.1}, "top_p = 1.1"),
        ({"top_k": -1}, "top_k = -1"),
        ({"length_penalty": float("inf")}, "length_penalty = inf"),
        ({"length_extra": 0}, "length_extra = 0"),
        ({"length_factor": -1.0}, "length_factor = -1"),
        ({"max_length": 0}, "max_length = 0"),
        ({"no_repeat_ngram": -1}, "no_repeat_ngram = -1"),
        ({"alternatives": -1}, "alternatives = -1"),
        ({"seed": 2**64}, "seed = "),
    ],
)
def test_values_out_of_range_are_named(given, named):
    with pytest.raises(OptionError, match=named) as raised:
        DecodeOptions(**given)
    assert raised.value.remedy


def test_lamp_limits_out_of_range_are_named():
    with pytest.raises(OptionError, match=r"lamp_limits\.repeats = 1"):
        LampLimits(repeats=1)
    with pytest.raises(OptionError, match=r"lamp_limits\.entropy = 2"):
        LampLimits(entropy=2.0)


def test_the_smaller_of_two_length_limits_holds():
    assert DecodeOptions(length_factor=2.0, length_extra=3).limit(10) == 23
    assert DecodeOptions(length_factor=2.0, length_extra=3, max_length=7).limit(10) == 7
    assert DecodeOptions(length_factor=0.0, length_extra=1).limit(0) == 1


def test_a_special_token_that_is_also_the_end_may_be_said():
    assert SpecialTokens(start=2, end=2, pad=1).unspeakable == (1,)
    assert SpecialTokens(start=1, end=2, pad=1).unspeakable == (1,)
