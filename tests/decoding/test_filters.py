"""What may not be said."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.decoding.filters import NoRepeatNgram, RequireTokens, SuppressTokens
from seq2seq_desktop.errors import OptionError

SEARCHES = [
    {"search": "greedy"},
    {"search": "beam", "beams": 3},
    {"search": "sample", "seed": 7, "n_best": 2},
]
searches = pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["search"])
CONTROLLED = (6, 7, 8)


@searches
@pytest.mark.parametrize("size", [1, 2, 3])
def test_no_ngram_comes_twice(kit, search, size):
    for seed in range(5):
        done = kit.run(kit.random_rule(seed), max_length=25, no_repeat_ngram=size, **search).done()
        for hypothesis in done.hypotheses:
            tokens = hypothesis.tokens
            ngrams = [tokens[start : start + size] for start in range(len(tokens) - size + 1)]
            assert len(set(ngrams)) == len(ngrams)


def test_no_repeat_rules_out_only_the_repeating_token():
    log_probs = torch.zeros(2, 5)
    kept = NoRepeatNgram(2)(log_probs, [(3, 4, 3), (3, 4)], [0, 0])
    assert torch.isinf(kept).nonzero().tolist() == [[0, 4]]
    assert not torch.isinf(log_probs).any(), "the model's own tensor stays as it is"
    with pytest.raises(OptionError):
        NoRepeatNgram(0)


@searches
def test_suppressed_tokens_do_not_come(kit, search):
    rule = SuppressTokens(always=[3, 4], first=[5, kit.special.end])
    for seed in range(5):
        done = kit.run(kit.random_rule(seed), max_length=12, filters=[rule], **search).done()
        for hypothesis in done.hypotheses:
            assert not {3, 4} & set(hypothesis.tokens)
            assert hypothesis.tokens[0] != 5


@pytest.mark.parametrize("search", SEARCHES[:2], ids=lambda search: search["search"])
@pytest.mark.parametrize("ruled_out", [1, 3, 30])
def test_the_best_that_is_left_is_found_however_much_is_ruled_out(kit, search, ruled_out):
    order = list(range(39, 2, -1))  # the likeliest first

    def rule(said, source):
        log_probs = np.full(40, -50.0)
        log_probs[order] = -0.1 * np.arange(len(order))
        return log_probs, None

    filters = [SuppressTokens(order[:ruled_out])]
    result = kit.run(rule, max_length=3, alternatives=2, filters=filters, **search)
    assert result.best().tokens == (order[ruled_out],) * 3
    assert [one.token for one in result.steps()[0].alternatives] == order[:2]


def test_suppressed_at_first_may_come_later():
    kept = SuppressTokens(first=[1])(torch.zeros(2, 3), [(), (2,)], [0, 0])
    assert torch.isinf(kept).nonzero().tolist() == [[0, 1]]


@searches
@settings(max_examples=15)
@given(
    seed=st.integers(0, 9999),
    required=st.lists(st.dictionaries(st.sampled_from(CONTROLLED), st.integers(0, 2)), min_size=2, max_size=2),
)
def test_required_tokens_come_exactly_as_often_as_asked(kit, search, seed, required):
    rule = RequireTokens(required, CONTROLLED, kit.special.end)
    result = kit.run(
        kit.random_rule(seed), [(5, 6), (7,)], filters=[rule], length_extra=300, alternatives=0, **search
    )
    for segment, wanted in enumerate(required):
        assert result.done(segment).reason == "end"
        for hypothesis in result.done(segment).hypotheses:
            said = Counter(token for token in hypothesis.tokens if token in CONTROLLED)
            assert said == Counter({token: count for token, count in wanted.items() if count})


def test_a_row_that_would_end_says_what_is_missing_and_ends(kit):
    rule = RequireTokens([{20: 1, 21: 2}], [20, 21, 22], kit.special.end)
    result = kit.run(kit.script_rule([10, 11]), filters=[rule])
    assert result.best().tokens[:2] == (10, 11)
    assert Counter(result.best().tokens[2:]) == {20: 1, 21: 2}
    assert result.best().probabilities[2] == pytest.approx(0.1 / 29, rel=1e-4)


def test_the_end_token_cannot_be_required(kit):
    with pytest.raises(OptionError, match="end token"):
        RequireTokens([{kit.special.end: 1}], [], kit.special.end)


@searches
def test_a_row_with_nothing_left_to_say_ends(kit, search):
    def everything_after_two(log_probs, tokens, segments):
        said = torch.tensor([[len(one) >= 2] for one in tokens])
        return log_probs.masked_fill(said, float("-inf"))

    no_end = SuppressTokens(always=[kit.special.end])
    result = kit.run(kit.random_rule(0), filters=[no_end, everything_after_two], **search)
    for hypothesis in result.done().hypotheses:
        assert len(hypothesis.tokens) == 2
        assert np.isfinite(hypothesis.score)
    assert result.done().reason == "end"


@searches
def test_a_filter_is_told_each_rows_tokens_and_segment(kit, search):
    seen = []

    def listen(log_probs, tokens, segments):
        assert len(tokens) == len(segments) == len(log_probs)
        seen.append(list(zip(segments, tokens, strict=True)))
        return log_probs

    sources = [(5, 6), (7, 8, 9)]
    model = kit.model(kit.random_rule(1))
    kit.run(model, sources, filters=[listen], max_length=6, **search)
    assert [len(rows) for rows in seen] == model.rows
    for index, rows in enumerate(seen):
        assert all(len(tokens) == index for _, tokens in rows)
        assert [segment for segment, _ in rows] == sorted(segment for segment, _ in rows)


def test_a_filter_changes_the_choice_but_not_what_is_reported(kit):
    result = kit.run(kit.script_rule([10]), filters=[SuppressTokens(always=[10])])
    step = result.steps()[0]
    assert step.token != 10
    assert step.alternatives[0].token == 10
    assert step.probability == pytest.approx(0.1 / 29, rel=1e-4)


def test_a_filter_that_favours_a_token_counts_in_the_score_only(kit):
    def favour(log_probs, tokens, segments):
        raised = log_probs.clone()
        raised[:, 20] += 9.0 * torch.tensor([not said for said in tokens])
        return raised

    result = kit.run(kit.script_rule([10]), filters=[favour])
    assert result.best().tokens == (20,)
    assert result.best().probabilities == (pytest.approx(0.1 / 29, rel=1e-4),)
    assert result.best().score == pytest.approx((np.log(0.1 / 29) + 9.0 + np.log(0.9)) / 2, rel=1e-4)
