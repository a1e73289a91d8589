"""Whisper's weights, as CTranslate2 and as Hugging Face keep them, read into our model."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from seq2seq_desktop.bundles.architectures import outline
from seq2seq_desktop.bundles.card import Card
from seq2seq_desktop.bundles.pretrained.model_bin import read_model_bin
from seq2seq_desktop.bundles.save import save_bundle
from seq2seq_desktop.bundles.weights import check_fit
from seq2seq_desktop.errors import BundleError
from seq2seq_desktop.nn.transformer import sinusoids
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.text.whisper import WhisperTokens, with_times

_MULTILINGUAL = 51865  # pieces from which on a vocabulary is that of a model of several languages
_HEAD = 64  # width of a head in every Whisper; CTranslate2 names it nowhere else
_REMEDY = "fetch the model again"
_COMPUTED = "encoder_positions"  # no weight of ours: the model computes them

_PLACE = re.compile(r"(encoder|decoder)\.layers\.(\d+)\.(.+)\.(weight|bias)")
_LAYER = {  # what stands in a layer: CTranslate2's names, then Hugging Face's
    "self_attention.layer_norm": "attention_norm",
    "self_attention.linear_0": "attention.query_key_value",
    "self_attention.linear_1": "attention.output",
    "attention.layer_norm": "cross_attention_norm",
    "attention.linear_0": "cross_attention.query",
    "attention.linear_1": "cross_attention.key_value",
    "attention.linear_2": "cross_attention.output",
    "ffn.layer_norm": "feed_forward_norm",
    "ffn.linear_0": "feed_forward.inner",
    "ffn.linear_1": "feed_forward.outer",
    "self_attn_layer_norm": "attention_norm",
    "self_attn.out_proj": "attention.output",
    "encoder_attn_layer_norm": "cross_attention_norm",
    "encoder_attn.q_proj": "cross_attention.query",
    "encoder_attn.out_proj": "cross_attention.output",
    "final_layer_norm": "feed_forward_norm",
    "fc1": "feed_forward.inner",
    "fc2": "feed_forward.outer",
}
_JOINED = {  # matrices of Hugging Face's that stand one below the other in ours, and which of them comes when
    "self_attn.q_proj": ("attention.query_key_value", 0, 3),
    "self_attn.k_proj": ("attention.query_key_value", 1, 3),
    "self_attn.v_proj": ("attention.query_key_value", 2, 3),
    "encoder_attn.k_proj": ("cross_attention.key_value", 0, 2),
    "encoder_attn.v_proj": ("cross_attention.key_value", 1, 2),
}
_ELSEWHERE = {
    "encoder.conv1.weight": "bands.weight",
    "encoder.conv1.bias": "bands.bias",
    "encoder.conv2.weight": "halving.weight",
    "encoder.conv2.bias": "halving.bias",
    "encoder.layer_norm.weight": "encoder_norm.weight",
    "encoder.layer_norm.bias": "encoder_norm.bias",
    "decoder.layer_norm.weight": "decoder_norm.weight",
    "decoder.layer_norm.bias": "decoder_norm.bias",
    "encoder.position_encodings.encodings": _COMPUTED,
    "encoder.embed_positions.weight": _COMPUTED,
    "decoder.position_encodings.encodings": "positions",
    "decoder.embed_positions.weight": "positions",
    "decoder.embeddings.weight": "embedding.weight",
    "decoder.embed_tokens.weight": "embedding.weight",
}
_TIED = ("decoder/projection/weight", "proj_out.weight")  # the embedding once more


@dataclass(frozen=True)
class Pretrained:
    """A model as it was read."""

    config: dict[str, Any]  # as config.json has it
    weights: dict[str, Tensor]  # by our names
    tokenizer: Tokenizer


def read_ctranslate2(folder: Path) -> Pretrained:
    """The model in a folder with config.json, tokenizer.json and model.bin, or its parts `model.bin.part*`.

    Raises: BundleError if a file is missing, damaged or of another model.
    """
    parts = sorted(folder.glob("model.bin*"))
    if not parts:
        raise BundleError("model.bin is missing", _REMEDY)
    arrays = read_model_bin(parts, "WhisperSpec")
    weights = {_plain(name): array.float() for name, array in arrays.items() if name not in _TIED}
    facts = _json(folder / "config.json")
    named = {name: facts.get(name, []) for name in ("suppress_ids", "suppress_ids_begin", "alignment_heads")}
    config = {"heads": _size(weights, "embedding.weight", 1) // _HEAD, **named}
    return _pretrained(weights, config, facts.get("lang_ids", []), folder)


def read_hugging_face(folder: Path) -> Pretrained:
    """The model in a folder with config.json, generation_config.json, tokenizer.json and model.safetensors.

    Raises: BundleError if a file is missing, damaged or of another model.
    """
    try:
        given = load_file(folder / "model.safetensors")
    except (OSError, SafetensorError, ValueError) as error:
        raise BundleError(f"model.safetensors cannot be read ({error})", _REMEDY) from error
    weights = from_state_dict(given)
    sizes, facts = _json(folder / "config.json"), _json(folder / "generation_config.json")
    config = {
        "heads": sizes.get("encoder_attention_heads"),
        "suppress_ids": facts.get("suppress_tokens") or [],
        "suppress_ids_begin": facts.get("begin_suppress_tokens") or [],
        "alignment_heads": facts.get("alignment_heads") or [],
    }
    return _pretrained(weights, config, sorted((facts.get("lang_to_id") or {}).values()), folder)


def from_state_dict(given: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of transformers' WhisperForConditionalGeneration by our names, in float32."""
    weights: dict[str, Tensor] = {}
    joined: dict[str, list[Tensor | None]] = {}
    for name, tensor in given.items():
        found = _PLACE.fullmatch(name.removeprefix("model."))
        if found and found[3] in _JOINED:
            part, number, count = _JOINED[found[3]]
            whole = f"{found[1]}.{found[2]}.{part}.{found[4]}"
            joined.setdefault(whole, [None] * count)[number] = tensor.float()
        elif name not in _TIED:
            weights[_plain(name)] = tensor.float()
    return weights | {name: _stacked(parts) for name, parts in joined.items()}


def save(pretrained: Pretrained, folder: Path, card: Card, precision: Literal["float16", "int8"] = "float16") -> Card:
    """The card as it was written to the bundle `folder`, its languages filled in.

    Raises: BundleError if weights and sizes do not fit.
    """
    tokens = WhisperTokens.of(pretrained.tokenizer, pretrained.config["lang_ids"])
    card = replace(card, languages=tuple(tokens.languages) or ("en",))
    model = outline(pretrained.config)
    check_fit(pretrained.weights, model, "pretrained weights")
    model.load_state_dict(pretrained.weights, assign=True)
    return save_bundle(
        folder,
        card=card,
        model=model,
        tokenizer=pretrained.tokenizer,
        config=pretrained.config,
        precision=precision,
    )


def _pretrained(weights: dict[str, Tensor], facts: dict[str, Any], languages: list[int], folder: Path) -> Pretrained:
    """The model whose sizes its weights tell, after a look at the positions that ours computes itself."""
    positions = weights.pop(_COMPUTED, torch.zeros(0, 2))
    vocabulary, width = (_size(weights, "embedding.weight", axis) for axis in (0, 1))
    if positions.shape[1:] != (width,) or not torch.allclose(positions, sinusoids(len(positions), width), atol=1e-2):
        raise BundleError("the encoder's positions are no sinusoids", "this is no Whisper that can be read")
    config = {
        "architecture": "whisper",
        "vocabulary": vocabulary,
        "mels": _size(weights, "bands.weight", 1),
        "width": width,
        "encoder_layers": _count(weights, "encoder"),
        "decoder_layers": _count(weights, "decoder"),
        "feed_forward": _size(weights, "encoder.0.feed_forward.inner.weight", 0),
        "source_positions": len(positions),
        "target_positions": _size(weights, "positions", 0),
        "lang_ids": languages if vocabulary >= _MULTILINGUAL else [],
        **facts,
    }
    return Pretrained(config, weights, with_times(Tokenizer.load(folder / "tokenizer.json")))


def _plain(name: str) -> str:
    """Our name of a weight; one that is not known stays as it is, and is told by name when it does not fit."""
    path = name.removeprefix("model.").replace("/", ".").replace("gamma", "weight").replace("beta", "bias")
    path = re.sub(r"\.layer_(\d+)\.", r".layers.\1.", path)
    found = _PLACE.fullmatch(path)
    if found and found[3] in _LAYER:
        return f"{found[1]}.{found[2]}.{_LAYER[found[3]]}.{found[4]}"
    return _ELSEWHERE.get(path, name)


def _stacked(parts: Sequence[Tensor | None]) -> Tensor:
    """The parts one below the other; one that is missing, as the bias of Whisper's keys, is zero."""
    like = next(part for part in parts if part is not None)
    return torch.cat([torch.zeros_like(like) if part is None else part for part in parts])


def _count(weights: Mapping[str, Tensor], side: str) -> int:
    """How many layers the encoder or the decoder has."""
    return len({name.split(".")[1] for name in weights if name.startswith(f"{side}.")})


def _size(weights: Mapping[str, Tensor], name: str, axis: int) -> int:
    if name not in weights or weights[name].dim() <= axis:
        raise BundleError(f"{name} is missing among the weights", "this is no Whisper that can be read")
    return int(weights[name].shape[axis])


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BundleError(f"{path.name} cannot be read ({error})", _REMEDY) from error
    if not isinstance(content, dict):
        raise BundleError(f"{path.name} is no JSON object", _REMEDY)
    return content
