"""The loop lamp: loops end, ordinary repetitions do not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.decoding.lamp import length_without_repeats, repeated_unit
from seq2seq_desktop.decoding.options import LampLimits

LONG = tuple(range(5, 25))
SEARCHES = [{"search": "greedy"}, {"search": "beam", "beams": 3}, {"search": "sample", "top_k": 1}]
searches = pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["search"])


@searches
@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_a_repeating_model_is_stopped_and_its_surplus_cut(kit, search, size):
    unit = list(range(10, 10 + size))
    result = kit.run(kit.script_rule([4, 5, *unit * 60]), [LONG], lamp=True, **search)
    assert (result.done().reason, result.finished.reason) == ("repetition", "repetition")
    assert result.best().tokens == (4, 5, *unit)
    assert len(result.best().probabilities) == len(result.best().attention) == 2 + size
    assert len(result.steps()) == 2 + max(12, 4 * size)


def test_the_score_of_a_cut_hypothesis_is_that_of_what_is_left(kit):
    result = kit.run(kit.script_rule([10] * 99, sure=0.5), [LONG], lamp=True)
    assert result.best().score == pytest.approx(np.log(0.5), rel=1e-5)


@pytest.mark.parametrize(
    "script",
    [
        [4, 10, 10, 10, 10, 11],  # very very very very good
        [number for digit in range(10, 29) for number in (digit, 4)],  # 1, 2, 3, 4, ...
        [10, 11, 12] * 3 + [13],
        list(range(5, 29)) * 2,
        [10] * 11,
    ],
)
@searches
def test_ordinary_repetitions_are_left_alone(kit, search, script):
    result = kit.run(kit.script_rule(script), [LONG], lamp=True, **search)
    assert (result.best().tokens, result.done().reason) == (tuple(script), "end")


def test_a_dark_lamp_lets_loops_run_to_the_limit(kit):
    result = kit.run(kit.script_rule([10] * 99), [LONG], lamp=False, max_length=40)
    assert (len(result.best().tokens), result.done().reason) == (40, "length")


def test_what_the_user_forced_is_no_loop(kit):
    forced = (10,) * 30
    script = [*forced, 10, 10, 11, 12]
    result = kit.run(kit.script_rule(script), [LONG], lamp=True, prefixes=[forced])
    assert (result.best().tokens, result.done().reason) == (tuple(script), "end")


def test_one_looping_sample_leaves_the_others_alone(kit):
    def rule(said, source):
        probabilities = np.full(30, 1e-9)
        if not said:
            probabilities[[10, 11]] = 0.5
        else:
            probabilities[10 if said[0] == 10 else 11 + len(said) if len(said) < 15 else kit.special.end] = 1
        return np.log(probabilities), None

    done = kit.run(rule, search="sample", n_best=12, seed=0, lamp=True).done()
    assert {one.tokens for one in done.hypotheses} == {(10,), tuple(range(11, 26))}
    assert done.hypotheses[0].tokens == tuple(range(11, 26))
    assert done.reason == "end"


@pytest.fixture(scope="session")
def wandering(kit):
    """A rule that says ever new words while attention does what `look` says: (steps said, source) -> weights."""
    words = [*range(5, 29)] * 3

    def make(look):
        spoken = kit.script_rule(words)
        return lambda said, source: (spoken(said, source)[0], look(len(said), len(source))[None, None])

    return make


def peak(place, length, height=0.8):
    weights = np.full(length, (1 - height) / (length - 1))
    weights[place] = height
    return weights


@searches
def test_attention_that_stands_still_is_a_stall(kit, wandering, search):
    rule = wandering(lambda step, length: peak(min(step, 6), length))
    result = kit.run(rule, [LONG], lamp=True, **search)
    assert result.done().reason == "stalled"
    assert len(result.best().tokens) == 6 + LampLimits().still_steps
    assert len(set(result.best().tokens)) > 20, "a stall cuts nothing"


def drifting_sink(step, length):
    """One position holds more than half at every step, the rest follows the words: how many models attend."""
    weights = np.full(length, 0.0)
    weights[-1] = 0.6
    weights[step % (length - 1)] += 0.4
    return weights


@pytest.mark.parametrize(
    ("look", "source"),
    [
        (lambda step, length: peak(step % length, length), LONG),
        (drifting_sink, LONG),
        (lambda step, length: np.full(length, 1 / length), LONG),
        (lambda step, length: peak(0, length, 0.4), LONG),
        (lambda step, length: peak(0, length), LONG[:7]),
    ],
    ids=["moving", "sink", "flat", "low peak", "short source"],
)
def test_other_maps_are_no_stall(kit, wandering, look, source):
    result = kit.run(wandering(look), [source], lamp=True, max_length=40)
    assert result.done().reason == "length"


def test_a_model_that_knows_nothing_is_stopped(kit):
    def rule(said, source):
        logits = 0.1 * np.random.default_rng(len(said)).standard_normal(200)
        return logits - np.log(np.exp(logits).sum()), None

    result = kit.run(rule, [LONG], lamp=True)
    assert result.done().reason == "entropy"
    assert len(result.steps()) == LampLimits().entropy_steps
    assert kit.run(rule, [LONG], lamp=True, entropy=False).done().reason != "entropy"


def test_a_doubtful_but_not_lost_model_goes_on(kit):
    rule = kit.script_rule([*range(5, 29)], vocabulary=200, sure=0.4)
    assert kit.run(rule, [LONG], lamp=True).done().reason == "end"


def test_limits_can_be_set(kit):
    result = kit.run(kit.script_rule([10] * 99), [LONG], lamp=True, lamp_limits=LampLimits(span=4, repeats=2))
    assert len(result.steps()) == 4


@given(
    head=st.lists(st.integers(0, 3), max_size=6),
    unit=st.lists(st.integers(0, 3), min_size=1, max_size=8),
    times=st.integers(2, 8),
)
def test_a_unit_is_found_exactly_where_it_fills_the_end(head, unit, times):
    tokens = (*head, *unit * times)
    limits = LampLimits()
    size = repeated_unit(tokens, limits)
    if len(unit) * times >= max(limits.span, limits.repeats * len(unit)):
        assert 0 < size <= len(unit)
    if size:
        covered = max(limits.span, limits.repeats * size)
        assert all(tokens[-place] == tokens[-place - size] for place in range(1, covered - size + 1))
        kept = tokens[: length_without_repeats(tokens, size)]
        assert tokens[: len(kept)] == kept
        assert repeated_unit(kept, limits) == 0


def test_one_lost_step_is_not_a_lost_model(kit):
    sure, lost = kit.script_rule([*range(5, 29)], vocabulary=200), kit.script_rule([9], vocabulary=200, sure=0.006)
    result = kit.run(
        lambda said, source: lost((), source) if len(said) == 20 else sure(said, source), [LONG], lamp=True
    )
    assert max(step.entropy for step in result.steps()) > 0.99 * np.log(200)
    assert result.done().reason == "end"
