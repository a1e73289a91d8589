"""A convolutional model behind the protocol: every search, a forced beginning, batches and int8."""

import copy
from collections.abc import Sequence
from typing import Any

import pytest
import torch

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.events import Hypothesis, SegmentDone
from seq2seq_desktop.nn.convolutional import Convolutional, ConvolutionalConfig
from seq2seq_desktop.nn.quantized import int8_engine, matrix_names, quantize
from seq2seq_desktop.nn.tokens import TokenBatch

SPECIAL = SpecialTokens(start=1, end=2, pad=0)
SOURCES = [[5, 6, 7, 8, 2], [9, 3, 2], [11, 2]]
SEARCHES = {
    "greedy": DecodeOptions(max_length=9, lamp=False),
    "beam": DecodeOptions(search="beam", beams=3, n_best=3, max_length=9, lamp=False),
    "sample": DecodeOptions(search="sample", top_k=1, n_best=2, seed=4, max_length=9, lamp=False),
}


@pytest.fixture(scope="module")
def model() -> Convolutional:
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return Convolutional(ConvolutionalConfig(40, width=32, encoder_layers=2, decoder_layers=2)).eval()


@torch.inference_mode()
def decoded(
    model: Any, sources: list[list[int]], options: DecodeOptions, prefixes: Sequence[Sequence[int]] = ()
) -> list[tuple[Hypothesis, ...]]:
    """The hypotheses of each source."""
    memory = model.encode(TokenBatch.of(sources, pad=0))
    events = list(decode(model, memory, options, special=SPECIAL, prefixes=prefixes))
    done = sorted((e for e in events if isinstance(e, SegmentDone)), key=lambda event: event.segment)
    return [event.hypotheses for event in done]


@pytest.mark.parametrize("search", SEARCHES)
def test_every_search_says_the_same_alone_and_in_a_batch(model: Convolutional, search: str) -> None:
    together = decoded(model, SOURCES, SEARCHES[search])
    for source, expected in zip(SOURCES, together, strict=True):
        (alone,) = decoded(model, [source], SEARCHES[search])
        assert [h.tokens for h in alone] == [h.tokens for h in expected]
        for one, other in zip(alone, expected, strict=True):
            assert one.score == pytest.approx(other.score, abs=1e-4)
            assert one.attention is not None
            assert one.attention.shape[1:] == (2, 1, len(source))
            assert one.attention.sum(-1) == pytest.approx(1.0, abs=1e-5)


def test_sampling_the_likeliest_and_one_beam_are_greedy(model: Convolutional) -> None:
    greedy = decoded(model, SOURCES, SEARCHES["greedy"])
    one_beam = decoded(model, SOURCES, DecodeOptions(search="beam", beams=1, max_length=9, lamp=False))
    sampled = decoded(model, SOURCES, SEARCHES["sample"])
    for best, beam, samples in zip(greedy, one_beam, sampled, strict=True):
        assert {h.tokens for h in (*beam, *samples)} == {best[0].tokens}


def test_a_branch_goes_on_from_what_was_forced(model: Convolutional) -> None:
    (best,) = decoded(model, SOURCES[:1], SEARCHES["greedy"])
    said = best[0].tokens
    (again,) = decoded(model, SOURCES[:1], SEARCHES["greedy"], [said[:3]])
    assert again[0].tokens == said
    other = (*said[:2], 30 if said[2] != 30 else 31)
    (branch,) = decoded(model, SOURCES[:1], SEARCHES["greedy"], [other])
    assert branch[0].tokens[:3] == other


@pytest.mark.skipif(int8_engine() is None, reason="torch has no int8 products for this processor")
def test_int8_nearly_agrees_and_decodes(model: Convolutional) -> None:
    small: Any = quantize(copy.deepcopy(model).requires_grad_(False))
    assert not matrix_names(small)
    assert {tensor.ndim for tensor in small.parameters()} == {1}
    source, tokens = TokenBatch.of(SOURCES, pad=0), torch.tensor([1, 1, 1])
    with torch.inference_mode():
        exact = model.step(tokens, model.start(model.encode(source)), need_weights=True)
        rough = small.step(tokens, small.start(small.encode(source)), need_weights=True)
    assert (exact.log_probs - rough.log_probs).abs().max() < 0.2
    assert rough.attention.sum(-1) == pytest.approx(torch.ones(3, 2, 1), abs=1e-5)
    assert rough.attention[2, :, :, 2:].abs().max() == 0
    for options in SEARCHES.values():
        assert all(hypotheses[0].tokens for hypotheses in decoded(small, SOURCES, options))
