"""int8 matrices: how far they are from float, that they are repeatable, and that a model says the same with them."""

import copy
import warnings
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from seq2seq_desktop.errors import DeviceError
from seq2seq_desktop.nn import quantized
from seq2seq_desktop.nn.embedding import TiedEmbedding
from seq2seq_desktop.nn.quantized import (
    Int8Embedding,
    Int8Linear,
    int8_engine,
    matrix_names,
    quantize,
    quantize_matrix,
)
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.nn.transformer import Transformer, TransformerConfig

pytestmark = pytest.mark.skipif(int8_engine() is None, reason="torch has no int8 products for this processor")


def random(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def transformer(seed: int = 3) -> Transformer:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = Transformer(TransformerConfig(120, width=64, encoder_layers=2, decoder_layers=2, feed_forward=96))
    return model.eval().requires_grad_(False)


@given(st.integers(0, 2**32), st.integers(1, 20), st.integers(1, 20), st.floats(1e-6, 1e4))
def test_no_element_moves_by_more_than_half_a_scale(seed: int, rows: int, columns: int, size: float) -> None:
    weight = random(seed, rows, columns) * size
    matrix = quantize_matrix(weight)
    assert matrix.values.dtype == torch.int8
    assert ((matrix.dequantize() - weight).abs() <= matrix.scales[:, None] * 0.5001).all()
    assert torch.equal(quantize_matrix(matrix.dequantize()).values, matrix.values)


def test_a_row_of_zeros_stays_zero() -> None:
    matrix = quantize_matrix(torch.zeros(3, 5))
    assert torch.equal(matrix.dequantize(), torch.zeros(3, 5))
    assert torch.equal(Int8Linear(matrix, torch.arange(3.0))(random(0, 1, 5)), torch.arange(3.0)[None])


@settings(max_examples=30)
@given(
    st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 80), st.lists(st.integers(1, 4), min_size=1, max_size=3)
)
def test_a_product_is_as_near_as_rounding_allows(seed: int, rows: int, columns: int, batch: list[int]) -> None:
    weight, bias, states = random(seed, rows, columns), random(seed + 1, rows), random(seed + 2, *batch, columns)
    matrix = quantize_matrix(weight)
    product = Int8Linear(matrix, bias)(states)
    # Rounding an activation moves it by half a step of its range at most (7 bits on processors without VNNI).
    span = torch.clamp(states.max(), min=0) - torch.clamp(states.min(), max=0)
    step = span / (127 if quantized._saturates() else 255)
    dense = matrix.dequantize()
    bound = step * dense.abs().sum(dim=1) + 1e-4
    assert product.shape == (*batch, rows)
    assert ((product - nn.functional.linear(states, dense, bias)).abs() <= bound).all()


def test_no_rows_give_no_rows() -> None:
    assert Int8Linear(quantize_matrix(random(0, 6, 5)), None)(torch.zeros(0, 5)).shape == (0, 6)


def test_large_activations_do_not_overflow() -> None:
    layer = Int8Linear(quantize_matrix(torch.ones(8, 256)), None)
    assert layer(torch.full((1, 256), 3.0)) == pytest.approx(torch.full((1, 8), 768.0), rel=0.02)


def test_the_embedding_looks_up_what_it_multiplies_by() -> None:
    embedding = TiedEmbedding(30, 16)
    matrix = quantize_matrix(embedding.weight)
    small = Int8Embedding(matrix)
    tokens = torch.tensor([[3, 29], [0, 3]])
    assert torch.equal(small(tokens), matrix.dequantize()[tokens])
    states = random(5, 2, 16)
    assert (small.project(states) - embedding.project(states)).abs().max() < 0.2


def test_every_matrix_becomes_int8_and_nothing_else() -> None:
    model = transformer()
    names = matrix_names(model)
    assert "embedding.weight" in names
    assert {name for name, tensor in model.named_parameters() if tensor.ndim == 2} == set(names)
    small = quantize(model)
    assert small is model
    assert not matrix_names(small)
    assert not any(isinstance(module, nn.Linear | nn.Embedding) for module in small.modules())
    assert {tensor.ndim for tensor in small.parameters()} == {1}


def test_torchs_own_attention_is_left_alone() -> None:
    model = nn.ModuleDict({"attention": nn.MultiheadAttention(8, 2), "output": nn.Linear(8, 8)})
    assert matrix_names(model) == ("output.weight",)
    quantize(model)
    states = random(1, 3, 1, 8)
    assert model["attention"](states, states, states)[0].shape == (3, 1, 8)


def greedy(model: Any, source: list[int], steps: int) -> tuple[list[int], Tensor]:
    """The tokens and the log-probabilities (steps, vocabulary)."""
    with torch.inference_mode():
        state = model.start(model.encode(TokenBatch.of([source], pad=0)))
        tokens, rows = [1], []
        for _ in range(steps):
            result = model.step(torch.tensor(tokens[-1:]), state, need_weights=True)
            state = result.state
            rows.append(result.log_probs[0])
            tokens.append(int(rows[-1].argmax()))
    return tokens, torch.stack(rows)


def test_a_model_says_nearly_the_same_in_int8() -> None:
    model = transformer()
    small = quantize(copy.deepcopy(model))
    same = 0
    for seed in range(10):
        source = torch.randint(3, 120, (12,), generator=torch.Generator().manual_seed(seed)).tolist()
        (tokens, log_probs), (small_tokens, small_log_probs) = (greedy(m, source, 8) for m in (model, small))
        assert (log_probs[0] - small_log_probs[0]).abs().max() < 0.2
        same += tokens == small_tokens
    assert same >= 7


def test_the_same_input_gives_the_same_output_to_the_bit() -> None:
    small = quantize(transformer())
    again = quantize(transformer())
    for model in (small, again):
        tokens, log_probs = greedy(model, [5, 9, 7], 6)
        assert tokens == greedy(small, [5, 9, 7], 6)[0]
        assert torch.equal(log_probs, greedy(small, [5, 9, 7], 6)[1])


def test_attention_rows_still_sum_to_one() -> None:
    small = quantize(transformer())
    batch = TokenBatch.of([[5, 6, 7, 8], [9, 3]], pad=0)
    result = small.step(torch.tensor([1, 1]), small.start(small.encode(batch)), need_weights=True)  # type: ignore[operator]
    assert result.attention.sum(-1) == pytest.approx(torch.ones(2, 2, 4), abs=1e-5)
    assert result.attention[1, :, :, 2:].abs().max() == 0


def test_no_warning_reaches_the_user_and_no_filter_stays() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        before = list(warnings.filters)
        quantize(transformer())
        assert warnings.filters == before
    assert not caught


def test_the_engine_is_chosen_only_where_none_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = torch.backends.quantized.engine
    quantize(transformer())
    assert torch.backends.quantized.engine == chosen
    monkeypatch.setattr(quantized, "_ENGINES", ("none of these",))
    with pytest.raises(DeviceError, match="choose precision float32"):
        quantize(transformer())
