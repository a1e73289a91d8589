"""Decoding step by step: the shortcuts of `step` give what the full forward pass gives."""

import pytest
import torch

from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.nn.transformer import KeyValueState, Transformer, TransformerConfig

SOURCES = [[5, 6, 7, 8, 2], [9, 3, 2], [11, 2]]


@pytest.fixture(scope="module")
def model() -> Transformer:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return Transformer(
            TransformerConfig(40, width=32, encoder_layers=1, decoder_layers=2, feed_forward=48)
        ).eval()


def stepped(model: Transformer, state: KeyValueState, target: torch.Tensor) -> torch.Tensor:
    """Log-probabilities (rows, steps, vocabulary) of target (rows, steps), one step at a time."""
    rows = []
    for tokens in target.unbind(1):
        result = model.step(tokens, state, need_weights=False)
        state = result.state
        rows.append(result.log_probs)
    return torch.stack(rows, dim=1)


@torch.inference_mode()
@pytest.mark.parametrize("sources", [SOURCES, SOURCES[:1]], ids=["padded", "alone"])
def test_many_steps_are_the_full_pass(model: Transformer, sources: list[list[int]]) -> None:
    # 150 steps: the table of positions grows twice on the way.
    target = torch.randint(3, 40, (len(sources), 150), generator=torch.Generator().manual_seed(1))
    batch = TokenBatch.of(sources, pad=0)
    full = torch.log_softmax(model(batch, target), dim=-1)
    torch.testing.assert_close(stepped(model, model.start(model.encode(batch)), target), full, atol=2e-5, rtol=1e-4)


@torch.inference_mode()
def test_an_old_state_stays_valid(model: Transformer) -> None:
    state = model.start(model.encode(TokenBatch.of(SOURCES[:1], pad=0)))
    target = torch.arange(70)[None] % 40
    before = stepped(model, state, target)
    assert torch.equal(stepped(model, state, target), before)
