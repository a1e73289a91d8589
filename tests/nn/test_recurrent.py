from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.recurrent import Attention, Recurrent, RecurrentConfig, RecurrentLayer
from seq2seq_desktop.nn.tokens import TokenBatch

BASE = RecurrentConfig(vocabulary=23, width=8, hidden=12, encoder_layers=2, decoder_layers=2)
FAMILY = {
    "gru-additive": BASE,
    "lstm-additive": replace(BASE, cell="lstm"),
    "gru-dot": replace(BASE, attention="dot", decoder_layers=3),
    "gru-context": replace(BASE, attention="none"),
    "lstm-context": replace(BASE, cell="lstm", attention="none", encoder_layers=1, decoder_layers=1),
}
SOURCES = [[3, 4, 5, 6, 7], [8, 9], [10, 11, 12]]
TARGETS = torch.tensor([[1, 5, 9, 13], [1, 6, 10, 14], [1, 7, 11, 15]])


@pytest.fixture(params=FAMILY, ids=str)
def model(request: pytest.FixtureRequest) -> Recurrent:
    torch.manual_seed(5)
    return Recurrent(FAMILY[request.param]).eval()


def by_steps(model: Recurrent, source: TokenBatch, target: Tensor) -> tuple[Tensor, Any]:
    """Log-probabilities (batch, target, vocabulary), one step after another, and the last state."""
    state = model.start(model.encode(source))
    outputs = []
    for tokens in target.T:
        result = model.step(tokens, state, need_weights=False)
        state = result.state
        outputs.append(result.log_probs)
    return torch.stack(outputs, dim=1), state


@torch.no_grad()
def test_steps_equal_the_whole_sequence_at_once(model: Recurrent) -> None:
    source = TokenBatch.of(SOURCES, 0)
    whole = torch.log_softmax(model(source, TARGETS), dim=-1)
    torch.testing.assert_close(by_steps(model, source, TARGETS)[0], whole, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_an_item_is_the_same_alone_and_in_a_padded_batch(model: Recurrent) -> None:
    together = model(TokenBatch.of(SOURCES, 0), TARGETS)
    for row, source in enumerate(SOURCES):
        alone = model(TokenBatch.of([source], 0), TARGETS[row : row + 1])
        torch.testing.assert_close(together[row], alone[0], atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_only_the_kept_positions_are_computed_on_request(model: Recurrent) -> None:
    keep = torch.tensor([[True, True, False, False], [True] * 4, [True, False, False, False]])
    source = TokenBatch.of(SOURCES, 0)
    torch.testing.assert_close(model(source, TARGETS, keep), model(source, TARGETS)[keep], atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_a_target_never_sees_what_comes_after(model: Recurrent) -> None:
    source = TokenBatch.of(SOURCES, 0)
    changed = TARGETS.clone()
    changed[:, 3] = 20
    before, after = model(source, TARGETS), model(source, changed)
    torch.testing.assert_close(before[:, :3], after[:, :3])
    assert not torch.allclose(before[:, 3], after[:, 3])


@torch.no_grad()
def test_both_ends_of_the_source_reach_the_first_step(model: Recurrent) -> None:
    base = model(TokenBatch.of([[3, 4, 5, 6, 7]], 0), TARGETS[:1, :1])
    for changed in ([9, 4, 5, 6, 7], [3, 4, 5, 6, 9]):
        assert not torch.allclose(base, model(TokenBatch.of([changed], 0), TARGETS[:1, :1]), atol=1e-5)


@torch.no_grad()
def test_weights_are_distributions_over_the_real_source(model: Recurrent) -> None:
    state = model.start(model.encode(TokenBatch.of(SOURCES, 0)))
    attention = model.step(TARGETS[:, 0], state, need_weights=True).attention
    assert model.step(TARGETS[:, 0], state, need_weights=False).attention is None
    if model.config.attention == "none":
        assert attention is None
        return
    assert attention is not None
    assert attention.shape == (3, 1, 1, 5)
    torch.testing.assert_close(attention.sum(dim=-1), torch.ones(3, 1, 1))
    assert attention[1, :, :, 2:].abs().max() == 0


@pytest.mark.parametrize("parents", [[2, 2, 0], [1], [0, 1, 2], [2, 1, 0, 0]])
@torch.no_grad()
def test_select_continues_the_rows_it_names(model: Recurrent, parents: list[int]) -> None:
    rows = torch.tensor(parents)
    _, state = by_steps(model, TokenBatch.of(SOURCES, 0), TARGETS[:, :2])
    everything = model.step(TARGETS[:, 2], state, need_weights=False).log_probs
    chosen = model.step(TARGETS[rows, 2], state.select(rows), need_weights=False).log_probs
    again = model.step(TARGETS[:, 2], state, need_weights=False).log_probs
    torch.testing.assert_close(chosen, everything[rows], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(again, everything, atol=0, rtol=0)  # the old state is still valid


@torch.no_grad()
def test_beams_of_one_segment_keep_their_source(model: Recurrent) -> None:
    state = model.start(model.encode(TokenBatch.of(SOURCES[:1], 0))).select(torch.tensor([0, 0]))
    first = model.step(torch.tensor([5, 6]), state, need_weights=False).state
    swapped = model.step(torch.tensor([7, 8]), first.select(torch.tensor([1, 0])), need_weights=False).log_probs
    straight = model.step(torch.tensor([8, 7]), first, need_weights=False).log_probs
    torch.testing.assert_close(swapped, straight[[1, 0]], atol=1e-6, rtol=1e-5)


def test_gradient_reaches_every_parameter(model: Recurrent) -> None:
    model.train()
    torch.manual_seed(0)
    model(TokenBatch.of(SOURCES, 0), TARGETS).logsumexp(dim=-1).sum().backward()
    without = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert without == []


@torch.no_grad()
def test_a_fixed_context_is_all_that_is_known_of_the_source() -> None:
    model = Recurrent(FAMILY["gru-context"]).eval()
    memory = model.encode(TokenBatch.of(SOURCES[:1], 0))
    emptied = replace(memory, states=torch.zeros_like(memory.states))
    results = [model.step(TARGETS[:1, 0], model.start(known), need_weights=True) for known in (memory, emptied)]
    torch.testing.assert_close(results[0].log_probs, results[1].log_probs, atol=0, rtol=0)


@pytest.mark.parametrize(
    ("sizes", "fit"),
    [
        ({"hidden": 13}, "14"),
        ({"dropout": 1.0}, "dropout"),
        ({"cell": "tanh"}, "gru, lstm"),
        ({"attention": "hard"}, "additive, dot or none"),
        ({"decoder_layers": 0}, "at least 1"),
    ],
)
def test_sizes_that_do_not_fit_are_named(sizes: dict[str, Any], fit: str) -> None:
    with pytest.raises(OptionError) as raised:
        RecurrentConfig(vocabulary=10, **sizes)
    assert fit in f"{raised.value.problem} {raised.value.remedy}"


# Parity with torch's own modules, given the same weights


def copied(theirs: nn.GRU | nn.LSTM, suffix: str = "") -> RecurrentLayer:
    """Our layer with the weights of one direction of torch's."""
    ours = RecurrentLayer("gru" if isinstance(theirs, nn.GRU) else "lstm", theirs.input_size, theirs.hidden_size)
    for name, linear in (("ih", ours.cell.input), ("hh", ours.cell.hidden)):
        linear.weight.data.copy_(getattr(theirs, f"weight_{name}_l0{suffix}"))
        linear.bias.data.copy_(getattr(theirs, f"bias_{name}_l0{suffix}"))
    return ours


@pytest.mark.parametrize("kind", [nn.GRU, nn.LSTM])
@torch.no_grad()
def test_a_layer_equals_torch(kind: type[nn.GRU] | type[nn.LSTM]) -> None:
    torch.manual_seed(1)
    theirs = kind(6, 7, batch_first=True)
    ours = copied(theirs)
    inputs, first = torch.randn(3, 5, 6), torch.randn(2, 3, 7)
    begun = (first[0],) if kind is nn.GRU else (first[0], first[1])
    expected, last = theirs(inputs, first[:1] if kind is nn.GRU else (first[:1], first[1:]))
    outputs, state = ours(inputs, begun)
    torch.testing.assert_close(outputs, expected, atol=1e-6, rtol=1e-5)
    for part, own in zip(last if kind is nn.LSTM else (last,), state, strict=True):
        torch.testing.assert_close(own, part[0], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", [nn.GRU, nn.LSTM])
@torch.no_grad()
def test_both_directions_equal_torch_where_lengths_differ(kind: type[nn.GRU] | type[nn.LSTM]) -> None:
    torch.manual_seed(2)
    theirs = kind(6, 7, batch_first=True, bidirectional=True)
    inputs, lengths = torch.randn(3, 5, 6), torch.tensor([5, 2, 3])
    packed = nn.utils.rnn.pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
    expected, _ = nn.utils.rnn.pad_packed_sequence(theirs(packed)[0], batch_first=True)
    keep = torch.arange(5) < lengths[:, None]
    ahead, _ = copied(theirs)(inputs, keep_mask=keep)
    back, _ = copied(theirs, "_reverse")(inputs, keep_mask=keep, backwards=True)
    torch.testing.assert_close(torch.cat((ahead, back), dim=-1)[keep], expected[keep], atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_additive_attention_is_that_of_the_paper() -> None:
    torch.manual_seed(3)
    attention = Attention("additive", queries=4, memory=6, width=5)
    state, memory = torch.randn(4), torch.randn(3, 6)
    assert attention.score is not None
    scores = [
        attention.score.weight[0] @ torch.tanh(attention.query.weight @ state + attention.key(annotation))
        for annotation in memory
    ]
    expected = torch.softmax(torch.stack(scores), dim=0)
    context, weights = attention(state[None, None], attention.lookup(memory[None], None))
    torch.testing.assert_close(weights[0, 0], expected, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(context[0, 0], expected @ memory, atol=1e-6, rtol=1e-5)
