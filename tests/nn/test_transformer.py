import pytest
import torch
from torch import Tensor, nn

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.attention import CrossAttention, SelfAttention, attend, attend_all
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.nn.transformer import Transformer, TransformerConfig, sinusoids

CONFIG = TransformerConfig(vocabulary=23, width=16, heads=2, encoder_layers=2, decoder_layers=2, feed_forward=24)
SOURCES = [[3, 4, 5, 6, 7], [8, 9], [10, 11, 12]]
GOLDEN_FIRST = [1.38247, 2.4993, -0.98953, 0.18302]
GOLDEN_BEST = [[1, 5, 5, 13], [13, 4, 5, 9], [1, 5, 11, 11]]
TARGETS = torch.tensor([[1, 5, 9, 13], [1, 6, 10, 14], [1, 7, 11, 15]])


@pytest.fixture
def model() -> Transformer:
    torch.manual_seed(5)
    return Transformer(CONFIG).eval()


def logits_by_steps(model: Transformer, source: TokenBatch, target: Tensor) -> Tensor:
    """Log-probabilities (batch, target, vocabulary), one step after another."""
    state = model.start(model.encode(source))
    outputs = []
    for tokens in target.T:
        result = model.step(tokens, state, need_weights=False)
        state = result.state
        outputs.append(result.log_probs)
    return torch.stack(outputs, dim=1)


def test_steps_equal_the_whole_sequence_at_once(model: Transformer) -> None:
    source = TokenBatch.of(SOURCES, CONFIG.pad)
    with torch.no_grad():
        whole = torch.log_softmax(model(source, TARGETS), dim=-1)
        torch.testing.assert_close(logits_by_steps(model, source, TARGETS), whole, atol=1e-5, rtol=1e-4)


def test_an_item_is_the_same_alone_and_in_a_padded_batch(model: Transformer) -> None:
    with torch.no_grad():
        together = model(TokenBatch.of(SOURCES, CONFIG.pad), TARGETS)
        for row, source in enumerate(SOURCES):
            alone = model(TokenBatch.of([source], CONFIG.pad), TARGETS[row : row + 1])
            torch.testing.assert_close(together[row], alone[0], atol=1e-5, rtol=1e-4)


def test_only_the_kept_positions_are_computed_on_request(model: Transformer) -> None:
    keep = torch.tensor([[True, True, False, False], [True] * 4, [True, False, False, False]])
    source = TokenBatch.of(SOURCES, CONFIG.pad)
    with torch.no_grad():
        torch.testing.assert_close(model(source, TARGETS, keep), model(source, TARGETS)[keep], atol=1e-6, rtol=1e-5)


def test_a_target_never_sees_what_comes_after(model: Transformer) -> None:
    source = TokenBatch.of(SOURCES, CONFIG.pad)
    changed = TARGETS.clone()
    changed[:, 3] = 20
    with torch.no_grad():
        before, after = model(source, TARGETS), model(source, changed)
    torch.testing.assert_close(before[:, :3], after[:, :3])
    assert not torch.allclose(before[:, 3], after[:, 3])


def test_weights_are_distributions_over_the_real_source(model: Transformer) -> None:
    with torch.no_grad():
        state = model.start(model.encode(TokenBatch.of(SOURCES, CONFIG.pad)))
        result = model.step(TARGETS[:, 0], state, need_weights=True)
    assert result.attention is not None
    assert result.attention.shape == (3, CONFIG.decoder_layers, CONFIG.heads, 5)
    torch.testing.assert_close(result.attention.sum(dim=-1), torch.ones(3, 2, 2))
    assert result.attention[1, :, :, 2:].abs().max() == 0
    assert model.step(TARGETS[:, 0], state, need_weights=False).attention is None


@pytest.mark.parametrize("parents", [[2, 2, 0], [1], [0, 1, 2], [2, 1, 0, 0]])
def test_select_continues_the_rows_it_names(model: Transformer, parents: list[int]) -> None:
    rows = torch.tensor(parents)
    with torch.no_grad():
        state = model.start(model.encode(TokenBatch.of(SOURCES, CONFIG.pad)))
        for tokens in TARGETS.T[:2]:
            state = model.step(tokens, state, need_weights=False).state
        all_rows = model.step(TARGETS[:, 2], state, need_weights=False).log_probs
        chosen = model.step(TARGETS[rows, 2], state.select(rows), need_weights=False).log_probs
        again = model.step(TARGETS[:, 2], state, need_weights=False).log_probs
    torch.testing.assert_close(chosen, all_rows[rows], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(again, all_rows, atol=0, rtol=0)  # the old state is still valid


def test_beams_of_one_segment_keep_its_memory(model: Transformer) -> None:
    with torch.no_grad():
        state = model.start(model.encode(TokenBatch.of(SOURCES[:1], CONFIG.pad))).select(torch.tensor([0, 0]))
        first = model.step(torch.tensor([5, 6]), state, need_weights=False).state
        swapped = model.step(torch.tensor([7, 8]), first.select(torch.tensor([1, 0])), need_weights=False).log_probs
        straight = model.step(torch.tensor([8, 7]), first, need_weights=False).log_probs
    torch.testing.assert_close(swapped, straight[[1, 0]], atol=1e-6, rtol=1e-5)


def test_gradient_reaches_every_parameter(model: Transformer) -> None:
    model.train()
    torch.manual_seed(0)
    model(TokenBatch.of(SOURCES, CONFIG.pad), TARGETS).logsumexp(dim=-1).sum().backward()
    without = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert without == []


def test_values_of_a_seeded_model_stay(model: Transformer) -> None:
    with torch.no_grad():
        logits = model(TokenBatch.of(SOURCES, CONFIG.pad), TARGETS)
    torch.testing.assert_close(logits[0, 0, :4], torch.tensor(GOLDEN_FIRST), atol=1e-4, rtol=1e-4)
    assert logits.argmax(dim=-1).tolist() == GOLDEN_BEST


def test_positions_count_from_where_they_are_told() -> None:
    torch.testing.assert_close(sinusoids(6, 8)[4:], sinusoids(2, 8, first=4))
    torch.testing.assert_close(sinusoids(1, 8)[0], torch.tensor([0.0] * 4 + [1.0] * 4))


@pytest.mark.parametrize(("sizes", "fit"), [({"width": 100, "heads": 8}, "112"), ({"dropout": 1.0}, "dropout")])
def test_sizes_that_do_not_fit_are_named(sizes: dict[str, float], fit: str) -> None:
    with pytest.raises(OptionError, match=fit):
        TransformerConfig(vocabulary=10, **sizes)  # type: ignore[arg-type]


# Parity with torch's own modules, given the same weights


def copy_linear(ours: nn.Linear, weight: Tensor, bias: Tensor) -> None:
    ours.weight.data.copy_(weight)
    ours.bias.data.copy_(bias)


def copy_self_attention(ours: SelfAttention, theirs: nn.MultiheadAttention) -> None:
    copy_linear(ours.query_key_value, theirs.in_proj_weight, theirs.in_proj_bias)
    copy_linear(ours.output, theirs.out_proj.weight, theirs.out_proj.bias)


def copy_cross_attention(ours: CrossAttention, theirs: nn.MultiheadAttention) -> None:
    width = theirs.embed_dim
    copy_linear(ours.query, theirs.in_proj_weight[:width], theirs.in_proj_bias[:width])
    copy_linear(ours.key_value, theirs.in_proj_weight[width:], theirs.in_proj_bias[width:])
    copy_linear(ours.output, theirs.out_proj.weight, theirs.out_proj.bias)


def shaken(module: nn.Module) -> nn.Module:
    """The module with no parameter left at 0 or 1, where a forgotten one would not show."""
    for parameter in module.parameters():
        parameter.data.add_(0.1 * torch.randn_like(parameter))
    return module.eval()


def keep_mask() -> Tensor:
    return torch.arange(5) < torch.tensor([[5], [2], [3]])


def test_attention_equals_torch() -> None:
    torch.manual_seed(1)
    theirs = shaken(nn.MultiheadAttention(16, 2, batch_first=True))
    assert isinstance(theirs, nn.MultiheadAttention)
    ours_self, ours_cross = SelfAttention(16, 2), CrossAttention(16, 2)
    copy_self_attention(ours_self, theirs)
    copy_cross_attention(ours_cross, theirs)
    states, memory, mask = torch.randn(3, 5, 16), torch.randn(3, 5, 16), keep_mask()
    with torch.no_grad():
        expected, _ = theirs(states, states, states, key_padding_mask=~mask)
        torch.testing.assert_close(ours_self(states, mask[:, None, None]), expected, atol=1e-6, rtol=1e-4)
        expected, weights = theirs(states, memory, memory, key_padding_mask=~mask, average_attn_weights=False)
        torch.testing.assert_close(ours_cross(states, memory, mask[:, None, None]), expected, atol=1e-6, rtol=1e-4)
        own = attend(ours_cross.project_query(states), *ours_cross.project_memory(memory), mask[:, None, None])[1]
        torch.testing.assert_close(own, weights, atol=1e-6, rtol=1e-4)


def test_whole_sequences_equal_the_fused_kernel_of_torch() -> None:
    torch.manual_seed(2)
    query, keys, values = torch.randn(3, 3, 2, 5, 8)
    mask = keep_mask()[:, None, None]
    fused = nn.functional.scaled_dot_product_attention
    torch.testing.assert_close(attend_all(query, keys, values, mask), fused(query, keys, values, mask))
    causal = attend_all(query, keys, values, None, causal=True)
    torch.testing.assert_close(causal, fused(query, keys, values, is_causal=True))


def test_layers_equal_torch(model: Transformer) -> None:
    torch.manual_seed(3)
    # Two norms and the linear layers between carry torch's names on the left, ours on the right.
    theirs = shaken(nn.TransformerEncoderLayer(16, 2, 24, dropout=0.0, batch_first=True, norm_first=True))
    ours = model.encoder[0]
    copy_self_attention(ours.attention, theirs.self_attn)
    ours.attention_norm.load_state_dict(theirs.norm1.state_dict())
    ours.feed_forward_norm.load_state_dict(theirs.norm2.state_dict())
    ours.feed_forward.inner.load_state_dict(theirs.linear1.state_dict())
    ours.feed_forward.outer.load_state_dict(theirs.linear2.state_dict())
    states, mask = torch.randn(3, 5, 16), keep_mask()
    with torch.no_grad():
        expected = theirs(states, src_key_padding_mask=~mask)
        ours_out = ours(states, mask[:, None, None])
    torch.testing.assert_close(ours_out[mask], expected[mask], atol=1e-5, rtol=1e-4)


def test_decoder_layers_equal_torch(model: Transformer) -> None:
    torch.manual_seed(4)
    theirs = shaken(nn.TransformerDecoderLayer(16, 2, 24, dropout=0.0, batch_first=True, norm_first=True))
    ours = model.decoder[0]
    copy_self_attention(ours.attention, theirs.self_attn)
    copy_cross_attention(ours.cross_attention, theirs.multihead_attn)
    ours.attention_norm.load_state_dict(theirs.norm1.state_dict())
    ours.cross_attention_norm.load_state_dict(theirs.norm2.state_dict())
    ours.feed_forward_norm.load_state_dict(theirs.norm3.state_dict())
    ours.feed_forward.inner.load_state_dict(theirs.linear1.state_dict())
    ours.feed_forward.outer.load_state_dict(theirs.linear2.state_dict())
    states, memory, mask = torch.randn(3, 4, 16), torch.randn(3, 5, 16), keep_mask()
    causal = nn.Transformer.generate_square_subsequent_mask(4)
    with torch.no_grad():
        expected = theirs(states, memory, tgt_mask=causal, tgt_is_causal=True, memory_key_padding_mask=~mask)
        torch.testing.assert_close(ours(states, memory, mask[:, None, None]), expected, atol=1e-5, rtol=1e-4)
