"""The generator of events: what holds for every search."""

from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import SegmentDone, Step

SEARCHES = [
    {"search": "greedy"},
    {"search": "beam", "beams": 3, "n_best": 2},
    {"search": "sample", "n_best": 2, "seed": 7, "top_k": 6},
]
searches = pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search["search"])
sources_strategy = st.lists(st.lists(st.integers(3, 20), min_size=1, max_size=6), min_size=1, max_size=4)


@settings(max_examples=25)
@given(sources=sources_strategy, seed=st.integers(0, 99), beams=st.integers(1, 4))
def test_segment_in_a_batch_equals_the_segment_alone(kit, sources, seed, beams):
    options = {"search": "beam", "beams": beams, "max_length": 9}
    together = kit.run(kit.random_rule(seed), sources, **options)
    for place, source in enumerate(sources):
        alone = kit.run(kit.random_rule(seed), [source], **options)
        assert together.best(place).tokens == alone.best().tokens
        assert together.best(place).score == pytest.approx(alone.best().score, abs=1e-5)
        np.testing.assert_array_equal(together.best(place).attention, alone.best().attention)
        for ours, theirs in zip(together.steps(place), alone.steps(), strict=True):
            assert (ours.tokens, ours.beam, ours.alternatives) == (theirs.tokens, theirs.beam, theirs.alternatives)
            np.testing.assert_array_equal(ours.attention, theirs.attention)


@searches
@settings(max_examples=10)
@given(seed=st.integers(0, 999))
def test_hypotheses_equal_a_replay_of_their_tokens(kit, search, seed):
    rule, sources = kit.random_rule(seed), [(5, 6, 7), (8, 9, 10, 11)]
    result = kit.run(rule, sources, max_length=8, **search)
    for segment, source in enumerate(sources):
        for hypothesis in result.done(segment).hypotheses:
            replay = [rule(hypothesis.tokens[:index], source) for index in range(len(hypothesis.tokens))]
            said = zip(replay, hypothesis.tokens, strict=True)
            expected = [np.exp(log_probs[token]) for (log_probs, _), token in said]
            np.testing.assert_allclose(hypothesis.probabilities, expected, rtol=1e-5)
            for index, (log_probs, attention) in enumerate(replay):
                np.testing.assert_allclose(hypothesis.attention[index], attention, rtol=1e-5)
                best = [one.token for one in hypothesis.alternatives[index]]
                assert best == np.argsort(-log_probs)[:5].tolist()


@searches
def test_score_is_the_mean_log_probability_with_the_end_token(kit, search):
    rule = kit.random_rule(4, sharpness=1.5)
    result = kit.run(rule, max_length=30, **search)
    for hypothesis in result.done().hypotheses:
        tokens = (*hypothesis.tokens, kit.special.end)
        total = sum(rule(tokens[:index], (5, 6, 7))[0][token] for index, token in enumerate(tokens))
        assert hypothesis.score == pytest.approx(total / len(tokens), rel=1e-5)


@searches
def test_steps_report_what_the_model_said(kit, search):
    rule = kit.random_rule(1)
    for step in kit.run(rule, **search).steps():
        past = step.tokens[: step.index]
        log_probs, attention = rule(past, (5, 6, 7))
        assert step.probability == pytest.approx(np.exp(log_probs[step.token]), rel=1e-5)
        assert step.entropy == pytest.approx(-(np.exp(log_probs) * log_probs).sum(), rel=1e-5)
        np.testing.assert_allclose(step.attention, attention, rtol=1e-5)
        assert step.attention.dtype == np.float32
        assert [one.token for one in step.alternatives] == np.argsort(-log_probs)[:5].tolist()
        assert step.alternatives[0].probability == pytest.approx(np.exp(log_probs.max()), rel=1e-5)
        assert step.tokens[step.index :] == (() if step.token == kit.special.end else (step.token,))


@searches
def test_events_come_in_order_and_end_with_one_finished(kit, search):
    result = kit.run(kit.random_rule(3), [(5, 6), (7,), (8, 9, 10)], max_length=6, **search)
    assert [type(event).__name__ for event in result.events].count("Finished") == 1
    assert result.finished.tokens == sum(len(result.best(segment).tokens) for segment in range(3))
    assert result.finished.seconds > 0
    for segment in range(3):
        own = [event for event in result.events[:-1] if event.segment == segment]
        assert [step.index for step in own[:-1]] == list(range(len(own) - 1))
        assert isinstance(own[-1], SegmentDone)
    waves = [(event.index, event.segment) for event in result.events if isinstance(event, Step)]
    assert waves == sorted(waves)


def test_done_segments_leave_the_batch(kit):
    scripts = {5: [10, 11, 12, 13, 14], 6: [10], 7: [10, 11, 12]}
    model = kit.model(lambda said, source: kit.script_rule(scripts[source[0]])(said, source))
    result = kit.run(model, [(5,), (6,), (7,)])
    assert model.rows == [3, 3, 2, 2, 1, 1]
    assert [result.best(segment).tokens for segment in range(3)] == [tuple(scripts[key]) for key in (5, 6, 7)]


def test_nothing_is_reported_that_was_not_asked_for(kit):
    result = kit.run(kit.random_rule(0), alternatives=0, attention=False, entropy=False)
    for step in result.steps():
        assert (step.alternatives, step.attention, step.entropy) == ((), None, 0.0)
    assert result.best().attention is None
    assert result.best().alternatives == ()
    assert result.best().tokens == kit.run(kit.random_rule(0)).best().tokens


def test_a_model_without_attention_decodes(kit):
    rule = kit.script_rule([10, 11])
    result = kit.run(lambda said, source: (rule(said, source)[0], None), lamp=True)
    assert result.best().tokens == (10, 11)
    assert result.best().attention is None


@searches
@settings(max_examples=10)
@given(seed=st.integers(0, 999), data=st.data())
def test_prefix_is_forced_with_one_row_and_reported(kit, search, seed, data):
    prefix = tuple(data.draw(st.lists(st.integers(3, 8), max_size=4)))
    model = kit.model(kit.random_rule(seed))
    result = kit.run(model, prefixes=[prefix], max_length=8, **search)
    assert all(hypothesis.tokens[: len(prefix)] == prefix for hypothesis in result.done().hypotheses)
    assert model.rows[: len(prefix)] == [1] * len(prefix)
    for index, step in enumerate(result.steps()[: len(prefix)]):
        log_probs, attention = model.rule(prefix[:index], (5, 6, 7))
        assert (step.token, step.tokens) == (prefix[index], prefix[: index + 1])
        assert step.probability == pytest.approx(np.exp(log_probs[prefix[index]]), rel=1e-5)
        np.testing.assert_allclose(step.attention, attention, rtol=1e-5)


@pytest.mark.parametrize("search", [{"search": "greedy"}, {"search": "sample", "seed": 3}])
@pytest.mark.parametrize("cut", range(6))
def test_prefix_taken_from_a_hypothesis_is_continued_as_it_was(kit, search, cut):
    rule = kit.random_rule(11)
    whole = kit.run(rule, max_length=10, **search)
    again = kit.run(rule, max_length=10, prefixes=[whole.best().tokens[:cut]], **search)
    assert again.best().tokens == whole.best().tokens
    assert again.best().score == pytest.approx(whole.best().score)
    np.testing.assert_array_equal(again.best().attention, whole.best().attention)


def test_branch_takes_the_chosen_token_and_goes_on_from_there(kit):
    rule = kit.random_rule(2)
    before = kit.run(rule, max_length=10)
    step = before.steps()[2]
    runner_up = next(one.token for one in step.alternatives if one.token not in (kit.special.end, step.token))
    branch = (*step.tokens[:2], runner_up)
    after = kit.run(rule, max_length=10, prefixes=[branch])
    assert after.best().tokens[:3] == branch
    assert after.best().tokens != before.best().tokens


def test_prefix_with_the_end_token_ends_there(kit):
    result = kit.run(kit.random_rule(0), prefixes=[(5, 6, kit.special.end, 7)])
    assert [step.token for step in result.steps()] == [5, 6, kit.special.end]
    assert (result.best().tokens, result.done().reason) == ((5, 6), "end")


def test_prefixes_may_differ_in_length(kit):
    sources, prefixes = [(5, 6), (7, 8, 9), (4,)], [(3,), (), (3, 4, 5, 6)]
    together = kit.run(kit.random_rule(5), sources, prefixes=prefixes, search="beam", max_length=8)
    for segment, (source, prefix) in enumerate(zip(sources, prefixes, strict=True)):
        alone = kit.run(kit.random_rule(5), [source], prefixes=[prefix], search="beam", max_length=8)
        assert together.best(segment).tokens == alone.best().tokens


def test_prefixes_that_do_not_fit_are_refused(kit):
    with pytest.raises(OptionError, match="2 prefixes for 1 segments"):
        kit.run(kit.random_rule(0), prefixes=[(3,), (4,)])
    for token in (9, -1):
        with pytest.raises(OptionError, match=f"token {token}, outside the vocabulary of 9"):
            kit.run(kit.random_rule(0), prefixes=[(3, token)])


@searches
def test_length_limit_counts_every_token(kit, search):
    endless = kit.script_rule([10] * 99, sure=0.999)
    result = kit.run(endless, [(5, 6, 7)], max_length=4, **search)
    assert (len(result.best().tokens), result.done().reason, result.finished.reason) == (4, "length", "length")
    relative = kit.run(endless, [(5, 6, 7)], length_factor=2.0, length_extra=1, **search)
    assert len(relative.best().tokens) == 7


def test_length_limit_follows_each_segments_own_source(kit):
    result = kit.run(kit.script_rule([10] * 99), [(5,), (5, 6, 7, 8)], length_factor=2, length_extra=1)
    assert [len(result.best(segment).tokens) for segment in (0, 1)] == [3, 9]


def test_length_limit_cuts_no_prefix(kit):
    result = kit.run(kit.script_rule([10] * 99), prefixes=[(4, 5, 6, 7)], max_length=2)
    assert (result.best().tokens, result.done().reason) == ((4, 5, 6, 7), "length")


@searches
def test_cancel_ends_before_the_next_step_with_what_there_is(kit, search):
    answers = iter([False, False, True])
    model = kit.model(kit.script_rule([10] * 99))
    result = kit.run(model, [(5,), (6,)], cancelled=lambda: next(answers), **search)
    assert len(model.rows) == 2
    for segment in (0, 1):
        assert (result.best(segment).tokens, result.done(segment).reason) == ((10, 10), "cancelled")
    assert result.finished.reason == "cancelled"


@searches
def test_cancel_before_the_first_step_gives_empty_hypotheses(kit, search):
    result = kit.run(kit.random_rule(0), cancelled=lambda: True, **search)
    assert (result.best().tokens, result.best().score, result.steps()) == ((), 0.0, [])


@searches
@pytest.mark.parametrize("seed", range(5))
def test_start_and_pad_are_never_chosen(kit, search, seed):
    random = kit.random_rule(seed)

    def rule(said, source):
        log_probs, attention = random(said, source)
        log_probs[[kit.special.start, kit.special.pad]] = log_probs.max() + 1.0
        return log_probs, attention

    result = kit.run(rule, max_length=8, **search)
    for hypothesis in result.done().hypotheses:
        assert not {kit.special.start, kit.special.pad} & set(hypothesis.tokens)


@searches
@pytest.mark.parametrize("broken", [float("nan"), float("-inf")])
def test_a_model_that_gives_no_numbers_ends(kit, search, broken):
    result = kit.run(lambda said, source: (np.full(9, broken), np.ones((1, 1, 3)) / 3), **search)
    assert (result.best().tokens, result.done().reason) == ((), "end")
    assert np.isfinite(result.best().score)


def test_an_impossible_token_leaves_entropy_a_number(kit):
    def rule(said, source):
        return np.log(np.array([0.0, 0.5, 0.0, 0.5]) + np.where([1, 0, 1, 0], 1e-300, 0)), None

    def hard(said, source):
        log_probs = np.array([-np.inf, np.log(0.5), -np.inf, np.log(0.5)])
        return log_probs, None

    assert kit.run(rule).steps()[0].entropy == pytest.approx(np.log(2))
    assert kit.run(hard).steps()[0].entropy == pytest.approx(np.log(2))


def test_inference_mode_stays_inside(kit):
    model = kit.model(kit.random_rule(0))
    events = decode(model, model.encode([(5, 6)]), DecodeOptions(search="beam"), special=kit.special)
    for _ in islice(events, 3):
        assert not torch.is_inference_mode_enabled()
        assert torch.is_grad_enabled()


def test_no_segments_finish_at_once(kit):
    model = kit.model(kit.random_rule(0))
    memory = model.encode([(5,)])
    empty = type(memory)(memory.ids[:0], memory.keep_mask[:0])
    (finished,) = decode(model, empty, DecodeOptions(), special=kit.special)
    assert (finished.reason, finished.tokens) == ("end", 0)


def test_finished_gives_the_first_reason_that_is_not_the_end(kit):
    scripts = {5: [10], 6: [10] * 99}
    result = kit.run(
        lambda said, source: kit.script_rule(scripts[source[0]])(said, source), [(5,), (6,)], max_length=5
    )
    assert [result.done(segment).reason for segment in (0, 1)] == ["end", "length"]
    assert result.finished.reason == "length"


def test_the_first_reason_stays_when_others_end_later(kit):
    scripts = {5: [10] * 99, 6: [10] * 5}
    result = kit.run(
        lambda said, source: kit.script_rule(scripts[source[0]])(said, source),
        [(5,), (6,) * 9],
        length_factor=1,
        length_extra=1,
    )
    assert [result.done(segment).reason for segment in (0, 1)] == ["length", "end"]
    assert result.finished.reason == "length"


def test_cancel_is_the_reason_even_where_a_hypothesis_has_ended(kit):
    def rule(said, source):
        probabilities = np.full(6, 1e-9)
        probabilities[[3, kit.special.end]] = 0.6, 0.4
        return np.log(probabilities), None

    answers = iter([False, False, True])
    result = kit.run(rule, search="beam", beams=3, n_best=3, length_penalty=0.0, cancelled=lambda: next(answers))
    assert [one.tokens for one in result.done().hypotheses] == [(), (3,), (3, 3)]
    assert result.done().reason == "cancelled"
