"""Whisper's weights out of the folders that others keep."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from seq2seq_desktop.bundles.architectures import build
from seq2seq_desktop.bundles.card import Card
from seq2seq_desktop.bundles.load import load_bundle
from seq2seq_desktop.bundles.pretrained.whisper import Pretrained, read_ctranslate2, read_hugging_face, save
from seq2seq_desktop.errors import BundleError, OptionError
from seq2seq_desktop.nn.speech import AudioBatch
from seq2seq_desktop.text.whisper import WhisperTokens

CARD = Card("tiny", "transcribe", licence="MIT")
TARGET = torch.tensor([[258, 259, 262, 265, 70, 71]])


def sound() -> AudioBatch:
    features = torch.randn(1, 8, 40, generator=torch.Generator().manual_seed(1))
    return AudioBatch(features, torch.tensor([40]))


@torch.no_grad()
def logits(pretrained: Pretrained) -> torch.Tensor:
    model = build(pretrained.config).eval()
    model.load_state_dict(pretrained.weights)
    result: torch.Tensor = model(sound(), TARGET)
    return result


@torch.no_grad()
def test_both_formats_give_the_reference_model(reference: Any, hugging_face: Path, ctranslate2: Path) -> None:
    expected = reference(sound().features, decoder_input_ids=TARGET).logits
    one, other = read_hugging_face(hugging_face), read_ctranslate2(ctranslate2)
    torch.testing.assert_close(logits(one), expected, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(logits(other), expected, atol=1e-4, rtol=1e-4)
    assert one.config == other.config
    assert one.config["lang_ids"] == [259, 260]
    assert one.config["suppress_ids_begin"] == [220]


@torch.no_grad()
def test_a_saved_bundle_loads_and_says_the_same(reference: Any, ctranslate2: Path, tmp_path: Path) -> None:
    card = save(read_ctranslate2(ctranslate2), tmp_path / "tiny", CARD)
    assert (card.languages, card.architecture) == (("en", "fr"), "whisper")
    expected = reference(sound().features, decoder_input_ids=TARGET).logits
    bundle = load_bundle(tmp_path / "tiny", precision="float32")
    model: Any = bundle.model
    torch.testing.assert_close(model(sound(), TARGET), expected, atol=1e-4, rtol=1e-4)
    assert [list(pair) for pair in model.config.alignment_heads] == [[1, 0], [1, 1]]
    rounded: Any = load_bundle(tmp_path / "tiny", precision="int8").model
    assert float((rounded(sound(), TARGET) - expected).abs().mean()) < 0.1 * float(expected.std())


def test_the_tokenizer_writes_and_tells_times(ctranslate2: Path) -> None:
    tokenizer = read_ctranslate2(ctranslate2).tokenizer
    tokens = WhisperTokens.of(tokenizer, (259, 260))
    text = "a é 漢 <|fr|>"
    ids = tokenizer.encode(text).ids
    assert tokenizer.decode(ids) == text
    assert tokenizer.piece(ids[0]) == " a"
    assert tokens.languages == {"en": 259, "fr": 260}
    assert tokens.prefix("fr") == (260, 262, 265)
    assert tokens.prefix("fr", "translate", times=True) == (260, 261)
    assert tokenizer.piece(tokens.first_time + 1500) == "<|30.00|>"
    assert tokens.seconds(tokens.first_time + 125) == pytest.approx(2.5)
    assert tokens.seconds(tokens.no_times) is None
    assert tokenizer.decode([*ids, tokens.first_time, tokens.end]) == text
    with pytest.raises(OptionError, match=r"language 'xx'.*en, fr"):
        tokens.prefix("xx")


def test_a_small_vocabulary_knows_english_only(ctranslate2: Path, tmp_path: Path) -> None:
    tokens = WhisperTokens.of(read_ctranslate2(ctranslate2).tokenizer, ())
    assert (tokens.prefix(), tokens.prefix(times=True)) == ((265,), ())
    with pytest.raises(OptionError, match="English only"):
        tokens.prefix("fr")
    with pytest.raises(OptionError, match="English only"):
        tokens.prefix("en", "translate")


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("config.json", b"{", r"config\.json cannot be read"),
        ("config.json", b"[]", r"config\.json is no JSON object"),
        ("tokenizer.json", b"{}", "not a tokenizer file"),
        ("model.bin.part2", b"", "cut short"),
        ("model.bin.part1", None, "binary version|cut short|family"),
    ],
)
def test_what_is_damaged_is_named(ctranslate2: Path, tmp_path: Path, file: str, content: bytes, told: str) -> None:
    folder = tmp_path / "spoilt"
    shutil.copytree(ctranslate2, folder)
    (folder / file).unlink() if content is None else (folder / file).write_bytes(content)
    with pytest.raises(BundleError, match=told):
        read_ctranslate2(folder)


def test_another_model_in_safetensors_is_told(hugging_face: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(hugging_face, folder)
    (folder / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(BundleError, match=r"model\.safetensors cannot be read"):
        read_hugging_face(folder)
    shutil.copy(hugging_face / "model.safetensors", folder)
    sizes = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**sizes, "encoder_attention_heads": 3}))
    with pytest.raises(BundleError, match="width = 64"):
        save(read_hugging_face(folder), tmp_path / "bundle", CARD)
