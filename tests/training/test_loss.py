import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from seq2seq_desktop.training.loss import smoothed_cross_entropy


@settings(max_examples=25)
@given(st.integers(1, 300), st.integers(2, 40), st.floats(0, 0.9), st.integers(0, 99))
def test_value_and_gradient_equal_torch(positions: int, vocabulary: int, smoothing: float, seed: int) -> None:
    torch.manual_seed(seed)
    ours = (3 * torch.randn(positions, vocabulary)).requires_grad_()
    theirs = ours.detach().clone().requires_grad_()
    targets = torch.randint(vocabulary, (positions,))
    value = smoothed_cross_entropy(ours, targets, smoothing)
    expected = F.cross_entropy(theirs, targets, label_smoothing=smoothing)
    (2 * value).backward()
    (2 * expected).backward()
    torch.testing.assert_close(value, expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-6, rtol=1e-4)


def test_bfloat16_logits_get_a_float32_loss_and_a_bfloat16_gradient() -> None:
    torch.manual_seed(0)
    logits = torch.randn(200, 50, dtype=torch.bfloat16, requires_grad=True)
    targets = torch.randint(50, (200,))
    value = smoothed_cross_entropy(logits, targets, 0.1)
    value.backward()
    expected = F.cross_entropy(logits.detach().float(), targets, label_smoothing=0.1)
    assert value.dtype == torch.float32
    assert value.item() == pytest.approx(expected.item(), abs=2e-3)
    assert logits.grad is not None
    assert logits.grad.dtype == torch.bfloat16
