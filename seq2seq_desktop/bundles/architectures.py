"""The architectures that a config.json or a recipe's [model] can name. A new one is one line in the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from seq2seq_desktop.errors import BundleError, OptionError
from seq2seq_desktop.nn.captioning import Captioner, CaptionerConfig
from seq2seq_desktop.nn.character import CharacterConfig, CharacterModel
from seq2seq_desktop.nn.convolutional import Convolutional, ConvolutionalConfig
from seq2seq_desktop.nn.pointer import PointerConfig, SentencePointer
from seq2seq_desktop.nn.pointer_generator import PointerGenerator, PointerGeneratorConfig
from seq2seq_desktop.nn.recurrent import Recurrent, RecurrentConfig
from seq2seq_desktop.nn.speech import Whisper, WhisperConfig
from seq2seq_desktop.nn.transformer import Transformer, TransformerConfig


@dataclass(frozen=True)
class Architecture:
    """A model class and the dataclass of its sizes."""

    config: Callable[..., Any]
    model: Callable[[Any], nn.Module]


ARCHITECTURES = {
    "captioner": Architecture(CaptionerConfig, Captioner),
    "character": Architecture(CharacterConfig, CharacterModel),
    "convolutional": Architecture(ConvolutionalConfig, Convolutional),
    "pointer-generator": Architecture(PointerGeneratorConfig, PointerGenerator),
    "recurrent": Architecture(RecurrentConfig, Recurrent),
    "sentence-pointer": Architecture(PointerConfig, SentencePointer),
    "transformer": Architecture(TransformerConfig, Transformer),
    "whisper": Architecture(WhisperConfig, Whisper),
}


def build(config: Mapping[str, Any]) -> nn.Module:
    """The model that `config` describes: its `architecture` and that one's sizes.

    Raises: BundleError for an unknown architecture or sizes that do not hold together.
    """
    sizes = dict(config)
    name = sizes.pop("architecture", None)
    if name not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise BundleError(
            f"architecture {name!r} is not known", f"this version knows {known}; a newer one may know it"
        )
    try:
        return ARCHITECTURES[name].model(ARCHITECTURES[name].config(**sizes))
    except (TypeError, ValueError, RuntimeError, OptionError) as error:
        raise BundleError(f"config of {name}: {error}", "correct the sizes, or add the bundle again") from error


def outline(config: Mapping[str, Any]) -> nn.Module:
    """The same model without weights (on the `meta` device), at no cost. Raises: as `build`."""
    with torch.device("meta"), _Unfilled():
        return build(config)


class _Unfilled(TorchFunctionMode):
    """Leaves `normal_` out: there is nothing to fill, and on `meta` torch imports its compiler for it, a second."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") == "normal_":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **(kwargs or {}))
