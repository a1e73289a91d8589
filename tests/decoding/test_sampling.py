"""Sampling."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SHARES = {3: 0.5, 4: 0.25, 5: 0.15, 6: 0.1}


@pytest.fixture(scope="session")
def one_word_rule(kit):
    """One word by its share, then the end."""

    def rule(said, source):
        probabilities = np.full(8, 1e-12)
        for token, share in ({kit.special.end: 1.0} if said else SHARES).items():
            probabilities[token] = share
        return np.log(probabilities), None

    return rule


def drawn(kit, rule, **options):
    """How often each word was drawn in 2,000 samples."""
    result = kit.run(rule, [(5, 6, 7)] * 100, search="sample", n_best=20, seed=1, alternatives=0, **options)
    done = [result.done(segment) for segment in range(100)]
    return Counter(hypothesis.tokens[0] for one in done for hypothesis in one.hypotheses)


@settings(max_examples=20)
@given(seed=st.integers(0, 9999))
def test_the_likeliest_of_one_is_greedy(kit, seed):
    sampled = kit.run(kit.random_rule(seed), search="sample", top_k=1, seed=seed, max_length=10)
    assert sampled.best().tokens == kit.run(kit.random_rule(seed), max_length=10).best().tokens


def test_a_seed_gives_the_same_samples_and_another_gives_others(kit):
    options = {"search": "sample", "n_best": 4, "max_length": 12, "temperature": 1.5}
    runs = [kit.run(kit.random_rule(0), seed=seed, **options).done().hypotheses for seed in (5, 5, 6)]
    texts = [[hypothesis.tokens for hypothesis in run] for run in runs]
    assert texts[0] == texts[1] != texts[2]
    assert len(set(texts[0])) > 1


def test_without_a_seed_each_run_draws_anew(kit):
    runs = [kit.run(kit.random_rule(0), search="sample", n_best=8, max_length=12).done() for _ in range(2)]
    assert [one.tokens for one in runs[0].hypotheses] != [one.tokens for one in runs[1].hypotheses]


def test_words_come_by_their_share(kit, one_word_rule):
    counts = drawn(kit, one_word_rule)
    for token, share in SHARES.items():
        assert counts[token] / 2000 == pytest.approx(share, abs=0.04)


def test_top_k_keeps_the_likeliest_and_their_proportions(kit, one_word_rule):
    counts = drawn(kit, one_word_rule, top_k=2)
    assert set(counts) == {3, 4}
    assert counts[3] / 2000 == pytest.approx(2 / 3, abs=0.04)


@pytest.mark.parametrize(("top_p", "kept"), [(0.4, {3}), (0.51, {3, 4}), (0.76, {3, 4, 5}), (0.95, {3, 4, 5, 6})])
def test_top_p_keeps_the_likeliest_that_hold_p(kit, one_word_rule, top_p, kept):
    assert set(drawn(kit, one_word_rule, top_p=top_p)) == kept


def test_temperature_sharpens_and_flattens(kit, one_word_rule):
    assert drawn(kit, one_word_rule, temperature=0.5)[3] / 2000 == pytest.approx(0.25 / 0.345, abs=0.04)
    assert drawn(kit, one_word_rule, temperature=2.0)[3] / 2000 == pytest.approx(0.707 / 1.911, abs=0.04)


def test_probability_is_the_models_own(kit, one_word_rule):
    done = kit.run(one_word_rule, search="sample", n_best=9, seed=1, temperature=2.0, top_p=0.8).done()
    for hypothesis in done.hypotheses:
        assert hypothesis.probabilities[0] == pytest.approx(SHARES[hypothesis.tokens[0]], rel=1e-4)


def test_as_many_samples_come_as_were_asked_for_best_first(kit):
    done = kit.run(kit.random_rule(8), search="sample", n_best=6, seed=2, max_length=40).done()
    scores = [hypothesis.score for hypothesis in done.hypotheses]
    assert len(scores) == 6
    assert scores == sorted(scores, reverse=True)


def test_a_sample_does_not_depend_on_when_others_end(kit):
    texts = [
        kit.run(
            kit.random_rule(21), [(5, 6, 7), (8, 9)], search="sample", seed=4, max_length=12, prefixes=[(), other]
        )
        for other in ((), (3, kit.special.end), (3, 4, 5))
    ]
    assert len({run.best(0).tokens for run in texts}) == 1
    assert len({run.best(1).tokens for run in texts}) == 3


def test_samples_of_a_segment_are_drawn_apart(kit):
    def rule(said, source):
        probabilities = np.full(8, 1e-12)
        probabilities[[3, 4]] = 0.5
        if len(said) == 2:
            probabilities[kit.special.end] = 1e6
        return np.log(probabilities / probabilities.sum()), None

    result = kit.run(rule, [(5,)] * 400, search="sample", n_best=2, seed=0)
    pairs = [[one.tokens for one in result.done(segment).hypotheses] for segment in range(400)]
    for place in (0, 1):
        assert sum(first[place] == second[place] for first, second in pairs) / 400 == pytest.approx(0.5, abs=0.1)
