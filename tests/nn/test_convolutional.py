from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.convolutional import (
    Convolutional,
    ConvolutionalConfig,
    ConvolutionalMemory,
    GatedConvolution,
    windows,
)
from seq2seq_desktop.nn.tokens import TokenBatch

BASE = ConvolutionalConfig(vocabulary=23, width=16, encoder_layers=2, decoder_layers=2)
CONFIGS = {"kernel 3": BASE, "kernel 1": replace(BASE, kernel=1), "kernel 5": replace(BASE, kernel=5, width=12)}
SOURCES = [[3, 4, 5, 6, 7], [8, 9], [10, 11, 12]]
TARGETS = torch.tensor([[1, 5, 9, 13], [1, 6, 10, 14], [1, 7, 11, 15]])
GOLDEN_FIRST = [0.0537, 0.0352, -0.3970, -1.9040]
GOLDEN_BEST = [[17, 6, 11, 13], [15, 6, 6, 11], [7, 7, 11, 15]]


def shaken(module: Any) -> Any:
    """The module with no parameter left at 0 or 1, where a forgotten one would not show."""
    for parameter in module.parameters():
        parameter.data.add_(0.1 * torch.randn_like(parameter))
    return module.eval()


@pytest.fixture(params=list(CONFIGS.values()), ids=list(CONFIGS))
def model(request: pytest.FixtureRequest) -> Convolutional:
    torch.manual_seed(5)
    shaken_model: Convolutional = shaken(Convolutional(request.param))
    return shaken_model


def batch(sources: list[list[int]] = SOURCES) -> TokenBatch:
    return TokenBatch.of(sources, BASE.pad)


@torch.no_grad()
def logs_by_steps(model: Convolutional, source: TokenBatch, target: Tensor) -> Tensor:
    """Log-probabilities (batch, target, vocabulary), one step after another."""
    state = model.start(model.encode(source))
    outputs = []
    for tokens in target.T:
        result = model.step(tokens, state, need_weights=False)
        state = result.state
        outputs.append(result.log_probs)
    return torch.stack(outputs, dim=1)


@torch.no_grad()
@pytest.mark.parametrize("sources", [SOURCES, SOURCES[:1]], ids=["padded", "alone"])
def test_steps_equal_the_whole_sequence_at_once(model: Convolutional, sources: list[list[int]]) -> None:
    # 150 steps: the table of positions grows twice on the way.
    target = torch.randint(3, 23, (len(sources), 150), generator=torch.Generator().manual_seed(1))
    whole = torch.log_softmax(model(batch(sources), target), dim=-1)
    torch.testing.assert_close(logs_by_steps(model, batch(sources), target), whole, atol=2e-5, rtol=1e-4)


@torch.no_grad()
def test_an_item_is_the_same_alone_and_in_a_padded_batch(model: Convolutional) -> None:
    together = model(batch(), TARGETS)
    for row, source in enumerate(SOURCES):
        alone = model(batch([source]), TARGETS[row : row + 1])
        torch.testing.assert_close(together[row], alone[0], atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_what_padding_is_called_does_not_matter(model: Convolutional) -> None:
    source = batch()
    noise = TokenBatch(torch.where(source.keep_mask, source.tokens, 17), source.keep_mask)
    torch.testing.assert_close(model(noise, TARGETS), model(source, TARGETS), atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_only_the_kept_positions_are_computed_on_request(model: Convolutional) -> None:
    keep = torch.tensor([[True, True, False, False], [True] * 4, [True, False, False, False]])
    torch.testing.assert_close(model(batch(), TARGETS, keep), model(batch(), TARGETS)[keep], atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_a_target_never_sees_what_comes_after(model: Convolutional) -> None:
    changed = TARGETS.clone()
    changed[:, 3] = 20
    before, after = model(batch(), TARGETS), model(batch(), changed)
    torch.testing.assert_close(before[:, :3], after[:, :3])
    assert not torch.allclose(before[:, 3], after[:, 3])


@torch.no_grad()
def test_weights_are_distributions_over_the_real_source(model: Convolutional) -> None:
    state = model.start(model.encode(batch()))
    result = model.step(TARGETS[:, 0], state, need_weights=True)
    assert result.attention is not None
    assert result.attention.shape == (3, 2, 1, 5)
    assert result.attention.dtype == torch.float32
    torch.testing.assert_close(result.attention.sum(dim=-1), torch.ones(3, 2, 1))
    assert result.attention[1, :, :, 2:].abs().max() == 0
    assert model.step(TARGETS[:, 0], state, need_weights=False).attention is None


@torch.no_grad()
@pytest.mark.parametrize("parents", [[2, 2, 0], [1], [0, 1, 2], [2, 1, 0, 0]])
def test_select_continues_the_rows_it_names(model: Convolutional, parents: list[int]) -> None:
    rows = torch.tensor(parents)
    state = model.start(model.encode(batch()))
    for tokens in TARGETS.T[:2]:
        state = model.step(tokens, state, need_weights=False).state
    all_rows = model.step(TARGETS[:, 2], state, need_weights=False).log_probs
    chosen = model.step(TARGETS[rows, 2], state.select(rows), need_weights=False).log_probs
    again = model.step(TARGETS[:, 2], state, need_weights=False).log_probs
    torch.testing.assert_close(chosen, all_rows[rows], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(again, all_rows, atol=0, rtol=0)  # the old state is still valid


@torch.no_grad()
def test_beams_of_one_segment_share_its_memory() -> None:
    model = shaken(Convolutional(BASE))
    state = model.start(model.encode(batch(SOURCES[:1]))).select(torch.tensor([0, 0]))
    first = model.step(torch.tensor([5, 6]), state, need_weights=False).state
    swapped = first.select(torch.tensor([1, 0]))
    assert swapped.keys is first.keys
    assert swapped.values is first.values
    crossed = model.step(torch.tensor([7, 8]), swapped, need_weights=False).log_probs
    straight = model.step(torch.tensor([8, 7]), first, need_weights=False).log_probs
    torch.testing.assert_close(crossed, straight[[1, 0]], atol=1e-6, rtol=1e-5)


def test_gradient_reaches_every_parameter(model: Convolutional) -> None:
    model.train()
    torch.manual_seed(0)
    model(batch(), TARGETS).logsumexp(dim=-1).sum().backward()
    without = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert without == []


def test_it_learns_to_copy_in_16_bits() -> None:
    torch.manual_seed(1)
    model = Convolutional(replace(BASE, width=64, dropout=0.0))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(60):
        wanted = torch.randint(3, 23, (32, 3))
        inputs = torch.cat((torch.ones(32, 1, dtype=torch.int64), wanted[:, :-1]), dim=1)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(batch(wanted.tolist()), inputs)
        loss: Any = F.cross_entropy(logits.float().flatten(0, 1), wanted.flatten())
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        losses.append(loss.item())
    assert losses[0] > 2.5
    assert losses[-1] < 0.3


@torch.no_grad()
def test_values_of_a_seeded_model_stay() -> None:
    torch.manual_seed(5)
    logits = Convolutional(BASE).eval()(batch(), TARGETS)
    torch.testing.assert_close(logits[0, 0, :4], torch.tensor(GOLDEN_FIRST), atol=1e-4, rtol=1e-3)
    assert logits.argmax(dim=-1).tolist() == GOLDEN_BEST


@pytest.mark.parametrize(
    ("sizes", "fit"),
    [
        ({"kernel": 4}, "5"),
        ({"kernel": -2}, "next odd one is 1"),
        ({"width": 15}, "16"),
        ({"width": 2}, "4 or more"),
        ({"encoder_layers": 0}, "at least 1"),
        ({"decoder_layers": 0}, "at least 1"),
        ({"dropout": 1.0}, "dropout"),
    ],
)
def test_sizes_that_do_not_fit_are_named(sizes: dict[str, Any], fit: str) -> None:
    with pytest.raises(OptionError, match=fit):
        ConvolutionalConfig(vocabulary=10, **sizes)


# Parity with torch's own convolution, given the same weights


def same_as(layer: GatedConvolution, kernel: int, padding: int) -> nn.Conv1d:
    """torch's convolution with the layer's weights."""
    doubled, flat = layer.linear.weight.shape
    theirs = nn.Conv1d(flat // kernel, doubled, kernel, padding=padding)
    theirs.weight.data.copy_(layer.linear.weight.detach().view(doubled, kernel, -1).transpose(1, 2))
    theirs.bias.data.copy_(layer.linear.bias.detach())  # type: ignore[union-attr]
    return theirs


def convolved(theirs: nn.Conv1d, states: Tensor) -> Tensor:
    return F.glu(theirs(states.transpose(1, 2)), dim=1).transpose(1, 2)


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([1, 3, 5]), st.integers(1, 7), st.integers(1, 3))
def test_a_gated_convolution_equals_torch(seed: int, kernel: int, steps: int, rows: int) -> None:
    states = torch.randn(rows, steps, 6, generator=torch.Generator().manual_seed(seed))
    layer = GatedConvolution(6, kernel)
    with torch.no_grad():
        ours = layer(windows(states, kernel, kernel // 2))
        expected = convolved(same_as(layer, kernel, kernel // 2), states)
        torch.testing.assert_close(ours, expected, atol=1e-5, rtol=1e-4)
        # A causal one is torch's, padded on both sides, without what lies beyond the end.
        ours = layer(windows(states, kernel, kernel - 1))
        expected = convolved(same_as(layer, kernel, kernel - 1), states)[:, :steps]
        torch.testing.assert_close(ours, expected, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_an_encoder_layer_is_norm_convolution_gate_and_sum(model: Convolutional) -> None:
    layer: Any = model.encoder[0]
    kernel = model.config.kernel
    states = torch.randn(1, 6, model.config.width)
    expected = states + convolved(same_as(layer.convolution, kernel, kernel // 2), layer.norm(states))
    torch.testing.assert_close(layer(states, None), expected, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_a_decoder_layer_asks_with_state_and_embedding_as_in_the_paper(model: Convolutional) -> None:
    layer: Any = model.decoder[0]
    kernel, width = model.config.kernel, model.config.width
    states, embedded, source = torch.randn(1, 4, width), torch.randn(1, 4, width), batch(SOURCES[:1])
    memory: ConvolutionalMemory = model.encode(source)
    hidden = convolved(same_as(layer.convolution, kernel, kernel - 1), layer.norm(states))[:, :4]
    # Gehring et al. 2017, equations 1 and 2; scores over sqrt(width).
    asked = layer.query(hidden) + embedded
    weights = torch.softmax(asked @ memory.keys.transpose(1, 2) / width**0.5, dim=-1)
    expected = states + hidden + layer.output(weights @ memory.values)
    torch.testing.assert_close(layer(states, embedded, memory), expected, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_values_hold_the_source_pieces_themselves(model: Convolutional) -> None:
    memory = model.encode(batch())
    pieces = memory.values * 2**0.5 - memory.keys
    alone = model.encode(batch([[3, 4]]))
    # Whatever stands beside it, a piece's own share of the value depends on the piece and its place only.
    torch.testing.assert_close(pieces[0, :2], (alone.values * 2**0.5 - alone.keys)[0], atol=1e-5, rtol=1e-4)
    assert not torch.allclose(memory.keys[0, 1], alone.keys[0, 1]) or model.config.kernel == 1
