"""The encoder: its shapes, and that no picture depends on another. That its weights are read rightly: bundles."""

import pytest
import torch

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.vision import FEATURES, EfficientNetLite


@pytest.fixture(scope="module")
def encoder() -> EfficientNetLite:
    torch.manual_seed(2)
    return EfficientNetLite("efficientnet-lite0").eval().requires_grad_(False)


def test_a_cell_covers_32_pixels(encoder: EfficientNetLite) -> None:
    assert encoder(torch.randint(0, 255, (2, 3, 64, 96), dtype=torch.uint8)).shape == (2, FEATURES, 2, 3)


@pytest.mark.parametrize(("name", "millions"), [("efficientnet-lite0", 3.35), ("efficientnet-lite2", 4.78)])
def test_the_family_has_its_sizes(name: str, millions: float) -> None:
    with torch.device("meta"):
        network = EfficientNetLite(name)
    assert sum(weight.numel() for weight in network.parameters()) / 1e6 == pytest.approx(millions, abs=0.05)


def test_before_and_after_a_cut_are_the_whole(encoder: EfficientNetLite) -> None:
    pixels = torch.randint(0, 255, (1, 3, 64, 64), dtype=torch.uint8)
    whole = encoder(pixels)
    for cut in (0, 1, 11, 16):
        torch.testing.assert_close(encoder.after(encoder.before(pixels, cut), cut), whole)


def test_a_picture_does_not_depend_on_its_neighbours(encoder: EfficientNetLite) -> None:
    torch.manual_seed(3)
    pixels = torch.randint(0, 255, (3, 3, 32, 64), dtype=torch.uint8)
    encoder.train()
    together = encoder(pixels)
    torch.testing.assert_close(together[1:2], encoder(pixels[1:2]), atol=1e-5, rtol=1e-4)


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(OptionError, match="efficientnet-lite0"):
        EfficientNetLite("resnet")
