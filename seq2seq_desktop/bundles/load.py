"""Bundles from the disk: checked first, then loaded in the precision that suits the device."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from seq2seq_desktop.bundles.architectures import outline
from seq2seq_desktop.bundles.card import Card, read_card
from seq2seq_desktop.bundles.verify import read_whole, verify
from seq2seq_desktop.bundles.weights import Weights, check_fit, from_shards
from seq2seq_desktop.errors import BundleError, DeviceError, OptionError
from seq2seq_desktop.nn.quantized import Int8Matrix, int8_engine, quantize
from seq2seq_desktop.text.tokenizer import Tokenizer

__all__ = ["PRECISIONS", "LoadedBundle", "load_bundle", "read_card", "state_dict_of", "verify"]

PRECISIONS = ("auto", "int8", "float16", "bfloat16", "float32")


@dataclass(frozen=True)
class LoadedBundle:
    """A model ready to decode."""

    card: Card
    model: nn.Module  # follows nn.state's Seq2SeqModel; in evaluation mode, without gradients
    tokenizer: Tokenizer
    device: torch.device
    precision: str  # "int8", "float16", ..., with a note where it is not the one that was asked for
    folder: Path

    def check_task(self, task: str, product: str, verb: str) -> None:
        """Nothing, if the bundle is for this task; `product` and `verb` say what it does: "captions", "caption".

        Raises: OptionError for one of another task.
        """
        if self.card.task != task:
            raise OptionError(
                f"{self.card.name} is a bundle for {self.card.task}, not for {product}",
                f"`seq2seq-desktop models list` shows which bundles {verb}",
            )


def load_bundle(folder: Path, device: str = "cpu", precision: str = "auto") -> LoadedBundle:
    """The bundle in `folder`, on `device` ("cpu", "cuda", "cuda:1").

    With "auto" the precision is int8 on the CPU (float32 where torch has no int8 products) and bfloat16 or float16,
    whichever is supported, on CUDA.

    Raises: BundleError for a damaged bundle, DeviceError if the device is absent or full, OptionError for a precision
    that is unknown or not for this device.
    """
    chosen_device = _device(device)
    chosen, note = _precision(precision, chosen_device)
    card, config, weights = _read(folder)
    tokenizer = Tokenizer.load(folder / "tokenizer.json")
    model = outline(config)
    check_fit(weights, model, f"weights of bundle {folder.name}")
    dtype = torch.float32 if chosen == "int8" else getattr(torch, chosen)
    try:
        model.load_state_dict(
            {name: _dense(weight).to(chosen_device, dtype) for name, weight in weights.items()}, assign=True
        )
    except torch.OutOfMemoryError as error:
        raise DeviceError(f"{device} has no room for {folder.name}", "close other programs or choose cpu") from error
    model.eval().requires_grad_(False)
    if chosen == "int8":
        quantize(model, {name: weight for name, weight in weights.items() if isinstance(weight, Int8Matrix)})
    return LoadedBundle(card, model, tokenizer, chosen_device, chosen + note, folder)


def state_dict_of(folder: Path) -> dict[str, Tensor]:
    """The weights of a bundle in float32, by parameter name, to train on from. Raises: BundleError if damaged."""
    return {name: _dense(weight).float() for name, weight in _read(folder)[2].items()}


def _read(folder: Path) -> tuple[Card, dict[str, Any], Weights]:
    """Card, configuration and weights; each file is read once, and what is checked is what is used."""
    card = read_card(folder)
    contents = {file.name: read_whole(folder, file) for file in card.files}
    for name in ("config.json", "tokenizer.json"):
        if name not in contents:
            raise BundleError(f"card.toml of bundle {folder.name} lists no {name}", "add the bundle again")
    weights = from_shards(contents[name] for name in sorted(contents) if name.endswith(".safetensors"))
    return card, _config(contents["config.json"], folder), weights


def _config(content: bytes, folder: Path) -> dict[str, Any]:
    try:
        config = json.loads(content)
    except ValueError as error:
        raise BundleError(f"config.json of bundle {folder.name} is not JSON ({error})", "add it again") from error
    if not isinstance(config, dict):
        raise BundleError(f"config.json of bundle {folder.name} is no JSON object", "add the bundle again")
    return config


def _dense(weight: Tensor | Int8Matrix) -> Tensor:
    return weight.dequantize() if isinstance(weight, Int8Matrix) else weight


def _device(name: str) -> torch.device:
    """The device called `name`. Raises: DeviceError if it is unknown or absent."""
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f"device {name!r} is not known", "choose cpu or cuda") from error
    if device.type not in ("cpu", "cuda"):
        raise DeviceError(f"device {name!r} is not supported", "choose cpu or cuda")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise DeviceError(f"device {name!r} is absent: torch finds no such NVIDIA GPU", "choose cpu")
    return device


def _precision(asked: str, device: torch.device) -> tuple[str, str]:
    """The precision to load in, and a note where it differs from what was asked for."""
    if asked not in PRECISIONS:
        raise OptionError(f"precision {asked!r} is not known", f"choose one of {', '.join(PRECISIONS)}")
    if device.type == "cuda":
        if asked == "int8":
            raise OptionError("precision int8 is for the CPU only", f"choose float16 or auto on {device}")
        fast = "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
        return (fast if asked == "auto" else asked), ""
    wanted = "int8" if asked == "auto" else asked
    if wanted == "int8" and int8_engine() is None:
        return "float32", " (torch has no int8 products for this processor)"
    return wanted, ""
