"""EfficientNet-Lite: a convolutional network that turns a picture into a grid of features, a cell for 32 x 32 pixels.

Batch normalisation is folded into the convolutions: what it did with the statistics of its training is one factor and
one offset a channel. So a picture's features do not depend on the pictures beside it, in training as in use.

Source: Tan and Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", table 1; the Lite
family leaves out squeeze-and-excitation and takes ReLU6 for its activation, and does not scale the stem and the ends.
Shapes are (batch, channels, height, width).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seq2seq_desktop.errors import OptionError

CELL = 32  # pixels of a cell's side: five convolutions halve each side
_MEAN, _SCALE = 127.0, 128.0  # of pixels 0..255, as the published weights saw them
_STEM = 32  # channels
FEATURES = 1280  # channels of a cell


@dataclass(frozen=True)
class _Stage:
    """Blocks of one shape; the first of them may halve the sides."""

    expansion: int  # times the channels inside a block
    channels: int
    blocks: int
    kernel: int
    stride: int


_STAGES = (
    _Stage(1, 16, 1, 3, 1),
    _Stage(6, 24, 2, 3, 2),
    _Stage(6, 40, 2, 5, 2),
    _Stage(6, 80, 3, 3, 2),
    _Stage(6, 112, 3, 5, 1),
    _Stage(6, 192, 4, 5, 2),
    _Stage(6, 320, 1, 3, 1),
)

SCALES = {
    "efficientnet-lite0": (1.0, 1.0),
    "efficientnet-lite1": (1.0, 1.1),
    "efficientnet-lite2": (1.1, 1.2),
    "efficientnet-lite3": (1.2, 1.4),
}
"""How much wider and deeper than the smallest each of the family is."""


class Block(nn.Module):
    """An inverted bottleneck: widen, filter each channel by itself, narrow; around it a shortcut where shapes allow.

    Source: Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", section 3.4.
    """

    def __init__(self, entering: int, leaving: int, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        inner = entering * expansion
        self.expand = nn.Conv2d(entering, inner, 1) if expansion > 1 else None
        self.depthwise = nn.Conv2d(inner, inner, kernel, stride, _even(kernel, stride), groups=inner)
        self.project = nn.Conv2d(inner, leaving, 1)
        self.shortcut = stride == 1 and entering == leaving

    def forward(self, states: Tensor) -> Tensor:
        """States (batch, entering, height, width) as (batch, leaving, height / stride, width / stride)."""
        inner = states if self.expand is None else F.relu6(self.expand(states), inplace=True)
        inner = F.relu6(self.depthwise(_uneven(inner, self.depthwise)), inplace=True)
        result: Tensor = self.project(inner)
        return result + states if self.shortcut else result


class EfficientNetLite(nn.Module):
    """The network up to its last convolution, without what it classified with."""

    def __init__(self, name: str) -> None:
        """A network of the family, its weights random. Raises: OptionError for an unknown name."""
        super().__init__()
        if name not in SCALES:
            raise OptionError(f"encoder = {name!r} is not known", f"choose one of {', '.join(SCALES)}")
        shapes = _shapes(*SCALES[name])
        self.stem = nn.Conv2d(3, _STEM, 3, 2)
        self.blocks = nn.ModuleList(Block(*shape) for shape in shapes)
        self.head = nn.Conv2d(shapes[-1][1], FEATURES, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        """The features (batch, 1280, rows, columns) of pixels (batch, 3, height, width), 0..255.

        Height and width must be multiples of 32.
        """
        return self.after(self.before(pixels, len(self.blocks)), len(self.blocks))

    def before(self, pixels: Tensor, cut: int) -> Tensor:
        """What the first `cut` blocks make of pixels (batch, 3, height, width), 0..255."""
        scaled = (pixels.to(self.stem.weight.dtype) - _MEAN) / _SCALE
        states = F.relu6(self.stem(_uneven(scaled.contiguous(memory_format=torch.channels_last), self.stem)))
        for block in self.blocks[:cut]:
            states = block(states)
        return states

    def after(self, states: Tensor, cut: int) -> Tensor:
        """The features, from what the first `cut` blocks made."""
        for block in self.blocks[cut:]:
            states = block(states)
        return F.relu6(self.head(states), inplace=True)


def _shapes(width: float, depth: float) -> list[tuple[int, int, int, int, int]]:
    """Of each block: channels that enter and leave, expansion, kernel, stride."""
    shapes, entering = [], _STEM
    for number, stage in enumerate(_STAGES):
        end = number in (0, len(_STAGES) - 1)
        leaving = _rounded(stage.channels * width)
        for place in range(stage.blocks if end else math.ceil(stage.blocks * depth)):
            shapes.append((entering, leaving, stage.expansion, stage.kernel, 1 if place else stage.stride))
            entering = leaving
    return shapes


def _rounded(channels: float) -> int:
    """The multiple of 8 that is nearest, at most a tenth below."""
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


def _even(kernel: int, stride: int) -> int:
    """The padding that a convolution does itself: the same on all sides."""
    return kernel // 2 if stride == 1 else 0


def _uneven(states: Tensor, convolution: nn.Conv2d) -> Tensor:
    """The states padded as TensorFlow does where a convolution halves the sides: more at the end than before."""
    kernel, stride = convolution.kernel_size[0], convolution.stride[0]
    if stride == 1:
        return states
    missing = kernel - stride
    first, last = missing // 2, missing - missing // 2
    return F.pad(states, (first, last, first, last))
