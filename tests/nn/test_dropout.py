import pytest
import torch

from seq2seq_desktop.nn.dropout import Dropout


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_the_rate_is_kept_and_the_mean_stays(rate: float) -> None:
    torch.manual_seed(0)
    dropped = Dropout(rate).train()(torch.ones(500, 401))
    assert (dropped == 0).float().mean().item() == pytest.approx(rate, abs=0.004)
    assert dropped.mean().item() == pytest.approx(1, abs=0.01)
    assert len(dropped.unique()) == 2


def test_neighbours_are_dropped_independently() -> None:
    torch.manual_seed(0)
    kept = (Dropout(0.5).train()(torch.ones(100_000, 8)) > 0).float()
    together = kept.T @ kept / len(kept)
    expected = torch.full((8, 8), 0.25) + torch.eye(8) * 0.25
    torch.testing.assert_close(together, expected, atol=0.01, rtol=0)


def test_the_same_elements_lose_their_gradient() -> None:
    torch.manual_seed(0)
    states = torch.ones(64, 33, requires_grad=True)
    dropped = Dropout(0.3).train()(states)
    dropped.sum().backward()
    assert states.grad is not None
    torch.testing.assert_close(states.grad, dropped.detach())


@pytest.mark.parametrize("layer", [Dropout(0.3).eval(), Dropout(0.0).train()])
def test_nothing_changes_outside_training_or_at_rate_zero(layer: Dropout) -> None:
    states = torch.randn(3, 5)
    assert layer(states) is states


def test_a_seed_gives_the_same_draws_and_types_are_kept() -> None:
    layer, states = Dropout(0.2).train(), torch.ones(7, 9, dtype=torch.bfloat16)
    torch.manual_seed(4)
    first = layer(states)
    torch.manual_seed(4)
    assert torch.equal(first, layer(states))
    assert first.dtype == torch.bfloat16
