"""Beam search."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

WORDS = (3, 4, 5)
LIMIT = 4


def exhaustive(rule, end, penalty):
    """Every sequence that ends within the limit, as (score, tokens), best first."""
    found = []
    for length in range(LIMIT):
        for words in product(WORDS, repeat=length):
            tokens = (*words, end)
            total = sum(rule(tokens[:index], (5, 6, 7))[0][token] for index, token in enumerate(tokens))
            found.append((total / len(tokens) ** penalty, words))
    return sorted(found, reverse=True)


@settings(max_examples=20)
@given(seed=st.integers(0, 9999), penalty=st.sampled_from([-0.5, 0.0, 0.6, 1.0, 2.0]))
def test_a_huge_beam_finds_what_exhaustive_search_finds(kit, seed, penalty):
    rule = kit.random_rule(seed, vocabulary=6)
    result = kit.run(rule, search="beam", beams=100, n_best=7, max_length=LIMIT, length_penalty=penalty)
    expected = exhaustive(rule, kit.special.end, penalty)[:7]
    assert [one.tokens for one in result.done().hypotheses] == [words for _, words in expected]
    np.testing.assert_allclose(
        [one.score for one in result.done().hypotheses], [score for score, _ in expected], 1e-4
    )


@settings(max_examples=30)
@given(seed=st.integers(0, 9999))
def test_a_beam_of_one_is_greedy(kit, seed):
    beam = kit.run(kit.random_rule(seed), search="beam", beams=1, max_length=10)
    greedy = kit.run(kit.random_rule(seed), max_length=10)
    assert beam.best().tokens == greedy.best().tokens
    assert beam.best().score == pytest.approx(greedy.best().score)
    assert beam.done().reason == greedy.done().reason
    assert [step.tokens for step in beam.steps()] == [step.tokens for step in greedy.steps()]


@settings(max_examples=20)
@given(seed=st.integers(0, 9999), n_best=st.integers(1, 5))
def test_n_best_are_sorted_and_distinct(kit, seed, n_best):
    done = kit.run(kit.random_rule(seed), search="beam", beams=5, n_best=n_best, max_length=99).done()
    scores = [one.score for one in done.hypotheses]
    assert scores == sorted(scores, reverse=True)
    assert len({one.tokens for one in done.hypotheses}) == len(done.hypotheses) == n_best


def test_a_wider_beam_finds_what_greedy_search_misses(kit):
    def rule(said, source):
        likely = {(): {3: 0.6, 4: 0.4}, (3,): {5: 0.5, 6: 0.5}, (4,): {5: 0.99, 6: 0.01}}
        probabilities = np.full(8, 1e-6)
        for token, share in likely.get(said, {kit.special.end: 1.0}).items():
            probabilities[token] = share
        return np.log(probabilities), None

    assert kit.run(rule, search="greedy").best().tokens[0] == 3
    assert kit.run(rule, search="beam", beams=2).best().tokens == (4, 5)


@pytest.mark.parametrize("seed", range(8))
def test_beam_entries_lead_back_to_the_leading_hypothesis(kit, seed):
    rule = kit.random_rule(seed)
    steps = kit.run(rule, search="beam", beams=4, n_best=4, max_length=12).steps()
    before = [((), 0.0)]
    for step in steps:
        entries = []
        for entry in step.beam:
            tokens, total = before[entry.parent]
            total += rule(tokens, (5, 6, 7))[0][entry.token]
            tokens = (*tokens, entry.token)
            assert entry.score == pytest.approx(total / len(tokens), rel=1e-4)
            entries.append((tokens, total))
        assert [entry.score for entry in step.beam] == sorted((entry.score for entry in step.beam), reverse=True)
        if step.token != kit.special.end:
            assert step.tokens == entries[0][0]
        assert len({tokens for tokens, _ in entries}) == len(entries) <= 4
        before = entries


def test_the_beam_opens_from_one_row_and_keeps_its_width(kit):
    model = kit.model(kit.random_rule(3))
    kit.run(model, search="beam", beams=4, n_best=4, prefixes=[(5, 6)], max_length=9)
    assert model.rows[:3] == [1, 1, 1]
    assert set(model.rows[3:]) == {4}


def test_length_penalty_prefers_longer_hypotheses(kit):
    def rule(said, source):
        probabilities = np.full(6, 1e-6)
        if not said:
            probabilities[[3, 4]] = 0.5, 0.45
        else:
            probabilities[5 if said == (4,) else kit.special.end] = 0.9 if said == (3,) else 0.95
        return np.log(probabilities), None

    options = {"search": "beam", "beams": 2, "n_best": 2}
    assert kit.run(rule, length_penalty=0.0, **options).best().tokens == (3,)
    assert kit.run(rule, length_penalty=1.0, **options).best().tokens == (4, 5)


def test_the_search_stops_when_nothing_can_win_any_more(kit):
    model = kit.model(kit.script_rule([10, 11, 12], sure=0.99))
    result = kit.run(model, search="beam", beams=4, length_penalty=0.0)
    assert result.best().tokens == (10, 11, 12)
    assert len(model.rows) == 4


def test_hypotheses_cut_off_by_the_limit_rank_behind_those_that_ended(kit):
    def rule(said, source):
        probabilities = np.full(6, 1e-9)
        probabilities[[3, kit.special.end]] = (0.6, 0.4) if not said else (1.0, 1e-12)
        return np.log(probabilities), None

    done = kit.run(rule, search="beam", beams=2, n_best=2, max_length=3).done()
    assert [one.tokens for one in done.hypotheses] == [(), (3, 3, 3)]
    assert done.hypotheses[0].score < done.hypotheses[1].score
    assert done.reason == "end"


def test_an_end_that_is_not_among_the_best_does_not_count(kit):
    end = kit.special.end
    shares = {(): {3: 0.5, 4: 0.49}, (3,): {end: 0.6, 5: 0.4}, (4,): {end: 0.39, 6: 0.31}}

    def rule(said, source):
        probabilities = np.full(8, 1e-9)
        for token, share in shares.get(said, {end: 0.9}).items():
            probabilities[token] = share
        return np.log(probabilities), None

    done = kit.run(rule, search="beam", beams=2, n_best=2, length_penalty=0.0).done()
    assert [one.tokens for one in done.hypotheses] == [(3,), (3, 5)]


def test_all_beams_open_though_special_tokens_are_likely(kit):
    def rule(said, source):
        probabilities = np.array([0.2, 0.2, 0.2, 0.1, 0.09, 0.08, 0.07, 0.06])
        return np.log(probabilities), None

    model = kit.model(rule)
    kit.run(model, search="beam", beams=4, n_best=4, max_length=2)
    assert model.rows == [1, 4]
