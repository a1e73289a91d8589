from typing import Any

import pytest
import torch

from seq2seq_desktop.errors import RecipeError
from seq2seq_desktop.nn.transformer import Transformer, TransformerConfig
from seq2seq_desktop.training.optimise import optimisers, rate_share, set_rate
from seq2seq_desktop.training.recipe import Training


def share(step: int, progress: float, **given: Any) -> float:
    return rate_share(Training(steps=100, warm_up=10, **given), step, progress)


@pytest.mark.parametrize("decay", ["linear", "cosine", "inverse_sqrt", "none"])
def test_the_rate_rises_over_the_warm_up(decay: str) -> None:
    assert [share(step, 0.0, decay=decay) for step in (0, 4, 9)] == pytest.approx([0.1, 0.5, 1.0])


def test_the_rate_falls_as_asked() -> None:
    assert share(50, 0.25) == pytest.approx(0.75)
    assert share(50, 1.0) == 0
    assert share(50, 1.2) == 0  # the last step may lie a little beyond a budget in time
    assert share(50, 0.5, final_share=0.2) == pytest.approx(0.6)
    assert share(50, 0.5, decay="cosine") == pytest.approx(0.5)
    assert share(50, 1.0, decay="cosine", final_share=0.1) == pytest.approx(0.1)
    assert share(39, 0.5, decay="inverse_sqrt") == pytest.approx(0.5)
    assert share(50, 0.9, decay="none") == 1


@pytest.mark.parametrize("name", ["adamw", "muon"])
def test_every_parameter_has_one_optimiser_and_only_matrices_decay(name: Any) -> None:
    model = Transformer(TransformerConfig(20, width=8, heads=2, encoder_layers=1, decoder_layers=1, feed_forward=8))
    steppers = optimisers(model, Training(steps=1, optimiser=name))
    groups = [group for stepper in steppers for group in stepper.param_groups]
    held = [parameter for group in groups for parameter in group["params"]]
    assert sorted(map(id, held)) == sorted(id(parameter) for parameter in model.parameters())
    decayed = {id(p) for group in groups if group["weight_decay"] for p in group["params"]}
    matrices = {id(m.weight) for m in model.modules() if isinstance(m, torch.nn.Linear)}
    assert decayed == matrices
    set_rate(steppers, 0.5)
    assert all(group["lr"] == 0.5 * group["peak"] for group in groups)


def test_parts_of_a_model_learn_at_their_own_rates_or_not_at_all() -> None:
    model = Transformer(TransformerConfig(20, width=8, heads=2, encoder_layers=1, decoder_layers=1, feed_forward=8))
    training = Training(steps=1, learning_rate=1e-2, rates={"encoder.": 0.1, "embedding.": 0.0})
    (stepper,) = optimisers(model, training)
    peaks = {id(p): group["peak"] for group in stepper.param_groups for p in group["params"]}
    for name, parameter in model.named_parameters():
        if name.startswith("embedding."):
            assert not parameter.requires_grad
            assert id(parameter) not in peaks
        else:
            assert peaks[id(parameter)] == pytest.approx(1e-3 if name.startswith("encoder.") else 1e-2)


def test_muon_refuses_16_bit_gradients() -> None:
    with pytest.raises(RecipeError, match="bf16"):
        Training(steps=1, optimiser="muon", precision="16-mixed")
