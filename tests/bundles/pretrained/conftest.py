"""A tiny Whisper as others keep it: CTranslate2's folder and Hugging Face's."""

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tokenizers import Tokenizer as Backend
from tokenizers import decoders, models, pre_tokenizers
from torch import Tensor

VOCABULARY = 51865  # from which on a model knows several languages
SPECIALS = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|fr|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startofprev|>",
    "<|nocaptions|>",
    "<|notimestamps|>",
)
FACTS = {
    "suppress_ids": [1, 2],
    "suppress_ids_begin": [220],
    "lang_ids": [259, 260],
    "alignment_heads": [[1, 0], [1, 1]],
}
_TYPES = {torch.float32: 0, torch.int8: 1, torch.int16: 2, torch.float16: 4}


def model_bin(arrays: Mapping[str, Tensor], aliases: Mapping[str, str], family: str = "WhisperSpec") -> bytes:
    """A model.bin with these arrays."""

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    content = struct.pack("<I", 6) + text(family) + struct.pack("<II", 3, len(arrays))
    for name, array in arrays.items():
        content += text(name) + struct.pack(f"<B{array.dim()}I", array.dim(), *array.shape)
        content += struct.pack("<BI", _TYPES[array.dtype], array.nbytes) + array.contiguous().numpy().tobytes()
    content += struct.pack("<I", len(aliases))
    return content + b"".join(text(alias) + text(name) for alias, name in aliases.items())


def byte_tokenizer() -> Backend:
    """A piece for each byte, one for " a", and the special pieces."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Backend(models.BPE({piece: n for n, piece in enumerate([*letters, "Ġa"])}, [("Ġ", "a")]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(list(SPECIALS))
    return backend


@pytest.fixture(scope="session")
def as_model_bin() -> Callable[..., bytes]:
    """The writer of the format that is read."""
    return model_bin


@pytest.fixture(scope="session")
def reference() -> Any:
    """A seeded model of transformers, with weights that float16 holds exactly."""
    config = transformers.WhisperConfig(
        vocab_size=VOCABULARY,
        num_mel_bins=8,
        d_model=64,  # one head: CTranslate2 does not tell how many there are
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=1,
        decoder_attention_heads=1,
        encoder_ffn_dim=24,
        decoder_ffn_dim=24,
        max_source_positions=20,
        max_target_positions=16,
    )
    torch.manual_seed(3)
    model = transformers.WhisperForConditionalGeneration(config).eval()
    for name, parameter in model.named_parameters():
        if "encoder.embed_positions" not in name:
            parameter.data.add_(0.1 * torch.randn_like(parameter)).copy_(parameter.data.half().float())
    return model


@pytest.fixture(scope="session")
def hugging_face(reference: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the hub has."""
    folder = tmp_path_factory.mktemp("hugging-face")
    reference.config.save_pretrained(folder)
    reference.save_pretrained(folder)
    byte_tokenizer().save(str(folder / "tokenizer.json"))
    facts = {
        "suppress_tokens": FACTS["suppress_ids"],
        "begin_suppress_tokens": FACTS["suppress_ids_begin"],
        "alignment_heads": FACTS["alignment_heads"],
        "lang_to_id": {"<|en|>": 259, "<|fr|>": 260},
    }
    (folder / "generation_config.json").write_text(json.dumps(facts))
    return folder


@pytest.fixture(scope="session")
def ctranslate2(reference: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that CTranslate2's converter writes, model.bin in two parts."""
    folder = tmp_path_factory.mktemp("ctranslate2")
    content = model_bin(_arrays(reference), {"decoder/projection/weight": "decoder/embeddings/weight"})
    (folder / "model.bin.part1").write_bytes(content[:1000])
    (folder / "model.bin.part2").write_bytes(content[1000:])
    (folder / "config.json").write_text(json.dumps(FACTS))
    byte_tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def _arrays(reference: Any) -> dict[str, Tensor]:
    """The weights by CTranslate2's names, in float16, with a scalar among them."""
    given = reference.model.state_dict()
    arrays = {"decoder/num_heads": torch.tensor(1, dtype=torch.int16)}

    def put(name: str, *sources: str) -> None:
        for kind, ending in (("weight", "weight"), ("bias", "bias")):
            parts = [given.get(f"{source}.{kind}") for source in sources]
            if any(part is not None for part in parts):
                like = next(part for part in parts if part is not None)
                whole = torch.cat([torch.zeros_like(like) if part is None else part for part in parts])
                norm = {"weight": "gamma", "bias": "beta"}[ending] if "layer_norm" in name else ending
                arrays[f"{name}/{norm}"] = whole.half()

    put("encoder/conv1", "encoder.conv1")
    put("encoder/conv2", "encoder.conv2")
    arrays["decoder/embeddings/weight"] = given["decoder.embed_tokens.weight"].half()
    for side in ("encoder", "decoder"):
        arrays[f"{side}/position_encodings/encodings"] = given[f"{side}.embed_positions.weight"].half()
        put(f"{side}/layer_norm", f"{side}.layer_norm")
        for number in range(2):
            to, at = f"{side}/layer_{number}", f"{side}.layers.{number}"
            put(f"{to}/self_attention/layer_norm", f"{at}.self_attn_layer_norm")
            put(f"{to}/self_attention/linear_0", *(f"{at}.self_attn.{part}_proj" for part in "qkv"))
            put(f"{to}/self_attention/linear_1", f"{at}.self_attn.out_proj")
            put(f"{to}/ffn/layer_norm", f"{at}.final_layer_norm")
            put(f"{to}/ffn/linear_0", f"{at}.fc1")
            put(f"{to}/ffn/linear_1", f"{at}.fc2")
            put(f"{to}/attention/layer_norm", f"{at}.encoder_attn_layer_norm")
            put(f"{to}/attention/linear_0", f"{at}.encoder_attn.q_proj")
            put(f"{to}/attention/linear_1", *(f"{at}.encoder_attn.{part}_proj" for part in "kv"))
            put(f"{to}/attention/linear_2", f"{at}.encoder_attn.out_proj")
    return arrays


@pytest.fixture(scope="session")
def make_folders(hugging_face: Path, ctranslate2: Path) -> dict[str, Path]:
    """Both folders, by where they are found."""
    return {"hub": hugging_face, "wheels": ctranslate2}
