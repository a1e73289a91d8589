"""The rules for times, held to those of transformers."""

from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import WhisperTimeStampLogitsProcessor

from seq2seq_desktop.decoding.filters import SuppressTokens
from seq2seq_desktop.decoding.timestamps import TimestampRules

# Text 0..9, the end token, one special, no times, then twelve times.
END, NO_TIMES, FIRST, VOCABULARY = 10, 12, 13, 25
tokens = st.lists(st.integers(0, VOCABULARY - 1).filter(lambda token: token not in (END, 11, NO_TIMES)), max_size=6)


def rules(*forced: int, latest_start: int | None = 3) -> TimestampRules:
    return TimestampRules(FIRST, END, NO_TIMES, forced, latest_start)


@given(tokens, st.integers(0, 9999), st.floats(0.1, 8.0))
def test_they_rule_out_what_transformers_rules_out(said: list[int], seed: int, sharpness: float) -> None:
    scores = sharpness * torch.randn(1, VOCABULARY, generator=torch.Generator().manual_seed(seed))
    reference = WhisperTimeStampLogitsProcessor(
        SimpleNamespace(
            no_timestamps_token_id=NO_TIMES, eos_token_id=END, bos_token_id=END, max_initial_timestamp_index=3
        ),
        begin_index=2,
    )
    log_probs = torch.log_softmax(scores, dim=-1)
    expected = torch.log_softmax(reference(torch.tensor([[11, 11, *said]]), log_probs), dim=-1)
    kept = rules(2)(log_probs, [(11, 11, *said)], [0])
    torch.testing.assert_close(kept, expected, atol=1e-5, rtol=1e-5)


def test_each_row_follows_the_rules_of_its_own_segment() -> None:
    flat = torch.zeros(2, VOCABULARY)
    kept = rules(1, 3)(flat, [(11, FIRST, 4), (11, 4, 4)], [0, 1])
    alone = [rules(1)(flat[:1], [(11, FIRST, 4)], [0]), rules(3)(flat[:1], [(11, 4, 4)], [0])]
    torch.testing.assert_close(kept, torch.cat(alone))
    assert flat.abs().sum() == 0, "the model's own tensor stays as it is"


@pytest.mark.parametrize("search", [{"search": "greedy"}, {"search": "beam", "beams": 3}], ids=str)
def test_a_decode_begins_with_a_time_and_never_goes_back(kit, search) -> None:
    rule = TimestampRules(15, kit.special.end, 14, [1], None)
    for seed in range(8):
        model = kit.random_rule(seed, vocabulary=30)
        done = kit.run(model, prefixes=[[3]], filters=[rule], max_length=14, **search).done()
        free = done.hypotheses[0].tokens[1:]
        times = [token for token in free if token >= 15]
        assert free[0] >= 15
        assert times == sorted(times)
        assert 14 not in free
        runs = "".join("t" if token >= 15 else "w" for token in free)
        assert "ttt" not in runs


def test_what_may_not_begin_a_text_is_counted_behind_what_is_forced() -> None:
    kept = SuppressTokens(always=[2], first=[1], forced=[2, 0])(
        torch.zeros(3, 4), [(3, 3), (3, 3, 3), (3,)], [0, 0, 1]
    )
    assert torch.isinf(kept).nonzero().tolist() == [[0, 1], [0, 2], [1, 2], [2, 2]]
