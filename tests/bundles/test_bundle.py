"""Saving, checking and loading, on real files."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.bundles import save as saving
from seq2seq_desktop.bundles.card import BundleFile, Card, write_card
from seq2seq_desktop.bundles.load import load_bundle, read_card, state_dict_of, verify
from seq2seq_desktop.errors import BundleError, DeviceError, OptionError
from seq2seq_desktop.nn import quantized
from seq2seq_desktop.nn.quantized import quantize
from seq2seq_desktop.nn.transformer import Transformer, TransformerConfig

Copied = Callable[..., Path]


def test_a_bundle_comes_back_as_it_was_saved(kit: Any, saved: Path) -> None:
    bundle = load_bundle(saved, precision="float32")
    for name, tensor in kit.model.state_dict().items():
        assert torch.equal(bundle.model.state_dict()[name], tensor.half().float()), name
    assert bundle.tokenizer.encode("one two").ids == kit.tokenizer.encode("one two").ids
    assert not bundle.model.training
    assert not any(parameter.requires_grad for parameter in bundle.model.parameters())


def test_the_card_is_completed(kit: Any, saved: Path) -> None:
    card = verify(saved)
    assert card == read_card(saved)
    assert card.parameters == sum(tensor.numel() for tensor in kit.model.state_dict().values())
    assert (card.architecture, card.precision) == ("transformer", "float16")
    assert {file.name for file in card.files} == {path.name for path in saved.iterdir()} - {"card.toml"}
    assert (card.training, card.data, card.scores) == (kit.card.training, kit.card.data, kit.card.scores)


@pytest.mark.parametrize("precision", ["float16", "int8"])
def test_the_same_model_gives_the_same_bytes(kit: Any, tmp_path: Path, precision: str) -> None:
    one, two = (kit.save(tmp_path / name, precision=precision) for name in ("one", "two"))
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {p.name: p.read_bytes() for p in two.iterdir()}


@pytest.mark.parametrize("precision", ["float16", "int8"])
def test_shards_are_as_small_as_asked_and_join_again(kit: Any, saved: Path, tmp_path: Path, precision: str) -> None:
    folder = kit.save(tmp_path / "cut", precision=precision, shard_bytes=5000)
    shards = sorted(folder.glob("weights-*.safetensors"))
    assert len(shards) > 3
    assert shards[0].name == f"weights-00001-of-{len(shards):05}.safetensors"
    assert max(shard.stat().st_size for shard in shards) < 5000 + 4000  # the header of so many small tensors
    whole = kit.save(tmp_path / "whole", precision=precision)
    for name, tensor in state_dict_of(whole).items():
        assert torch.equal(state_dict_of(folder)[name], tensor)


def test_int8_in_the_files_is_the_int8_that_is_made_at_load(kit: Any, tmp_path: Path) -> None:
    twin = Transformer(kit.model.config).eval()
    twin.load_state_dict({name: tensor.half().float() for name, tensor in kit.model.state_dict().items()})
    stored = load_bundle(kit.save(tmp_path / "int8", model=twin, precision="int8"))
    made = load_bundle(kit.save(tmp_path / "float16", model=twin))
    assert (stored.precision, stored.card.precision, made.precision) == ("int8", "int8", "int8")
    assert torch.equal(kit.log_probs(stored.model), kit.log_probs(made.model))
    assert torch.equal(kit.log_probs(made.model), kit.log_probs(quantize(twin)))


def test_int8_files_open_in_float32_too(kit: Any, tmp_path: Path) -> None:
    bundle = load_bundle(kit.save(tmp_path / "int8", precision="int8"), precision="float32")
    for name, tensor in kit.model.state_dict().items():
        bound = tensor.abs().max() / 127 / 2 + 1e-3
        assert (bundle.model.state_dict()[name] - tensor).abs().max() <= bound, name


@pytest.mark.parametrize(
    ("precision", "close"), [("float32", 0.01), ("bfloat16", 0.1), ("float16", 0.02), ("int8", 0.2)]
)
def test_each_precision_says_nearly_the_same(kit: Any, saved: Path, precision: str, close: float) -> None:
    bundle = load_bundle(saved, precision=precision)
    assert bundle.precision == precision
    log_probs = kit.log_probs(bundle.model)
    assert log_probs.dtype == torch.float32
    assert (log_probs - kit.log_probs(kit.model)).abs().max() < close


def test_training_goes_on_from_float32(kit: Any, saved: Path) -> None:
    weights = state_dict_of(saved)
    assert {tensor.dtype for tensor in weights.values()} == {torch.float32}
    Transformer(kit.model.config).load_state_dict(weights)


def test_without_int8_products_float32_is_used_and_told(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantized, "_ENGINES", ("none of these",))
    bundle = load_bundle(saved)
    assert bundle.precision == "float32 (torch has no int8 products for this processor)"
    assert next(bundle.model.parameters()).dtype == torch.float32


@pytest.mark.parametrize("device", ["cuda:99", "tpu", "meta", "cpu:x"])
def test_a_device_that_is_not_there_is_told(saved: Path, device: str) -> None:
    with pytest.raises(DeviceError, match="choose cpu"):
        load_bundle(saved, device=device)


def test_cuda_is_asked_for_where_there_is_none(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    with pytest.raises(DeviceError, match="no such NVIDIA GPU"):
        load_bundle(saved, device="cuda")


@pytest.mark.cuda
def test_on_a_gpu_it_is_half_as_wide_and_says_nearly_the_same(kit: Any, saved: Path) -> None:
    bundle = load_bundle(saved, device="cuda")
    assert bundle.precision in ("bfloat16", "float16")
    assert next(bundle.model.parameters()).is_cuda
    with pytest.raises(OptionError, match="CPU only"):
        load_bundle(saved, device="cuda", precision="int8")


def test_an_unknown_precision_is_told(saved: Path) -> None:
    with pytest.raises(OptionError, match=r"float12.*auto, int8"):
        load_bundle(saved, precision="float12")


def test_a_missing_file_is_named(copied: Copied) -> None:
    folder = copied()
    (folder / "tokenizer.json").unlink()
    for reader in (verify, load_bundle, state_dict_of):
        with pytest.raises(BundleError, match=r"tokenizer\.json of bundle tiny is missing; restore it.*git checkout"):
            reader(folder)


def test_a_file_cut_short_is_named(copied: Copied) -> None:
    folder = copied()
    path = folder / "weights-00001-of-00001.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(
        BundleError, match=r"weights-00001-of-00001\.safetensors of bundle tiny is cut short: 1,000 of"
    ):
        load_bundle(folder)


@settings(max_examples=40)
@given(data=st.data())
def test_no_changed_byte_goes_unseen(
    saved: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    files = {path.name: bytearray(path.read_bytes()) for path in saved.iterdir()}
    name = data.draw(st.sampled_from(sorted(files)))
    place = data.draw(st.integers(0, len(files[name]) - 1))
    files[name][place] ^= data.draw(st.integers(1, 255))
    folder = tmp_path_factory.mktemp("changed")
    for file, content in files.items():
        (folder / file).write_bytes(content)
    if name == "card.toml" and card_of(folder) == read_card(saved):
        return  # a space or a quotation mark in the card: it says the same
    with pytest.raises(BundleError, match=re.escape(name)) as caught:
        verify(folder)
    assert "restore" in caught.value.remedy or "newer version" in caught.value.remedy


def card_of(folder: Path) -> Card | None:
    """The card, or None where it is refused."""
    try:
        return read_card(folder)
    except BundleError:
        return None


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"architecture": "hypercube"}, "'hypercube' is not known.*transformer"),
        ({}, "None is not known"),
        ({"architecture": "transformer", "vocabulary": 9, "hight": 2}, "hight"),
        ({"architecture": "transformer", "vocabulary": 9, "width": 33}, "the next that fits is 40"),
        ({"architecture": "transformer", "vocabulary": 9, "width": "wide"}, "config of transformer"),
        ({"architecture": "transformer", "vocabulary": -4}, "config of transformer"),
    ],
)
def test_a_config_that_makes_no_model_is_not_saved(
    kit: Any, tmp_path: Path, config: dict[str, Any], told: str
) -> None:
    with pytest.raises(BundleError, match=told):
        kit.save(tmp_path / "tiny", config=config)
    assert not list(tmp_path.iterdir())


def test_weights_of_another_size_are_not_saved(kit: Any, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="shape"):
        kit.save(tmp_path / "tiny", config={**kit.config, "feed_forward": 64})
    with pytest.raises(BundleError, match=r"encoder\.1\S+ is missing"):
        kit.save(tmp_path / "tiny", config={**kit.config, "encoder_layers": 2})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e6])
def test_broken_weights_are_not_saved(kit: Any, tmp_path: Path, value: float) -> None:
    model = Transformer(kit.model.config)
    with torch.no_grad():
        model.decoder_norm.weight[3] = value
    for precision in ("float16", "int8"):
        with pytest.raises(BundleError, match=r"decoder_norm\.weight has values beyond float16"):
            kit.save(tmp_path / "tiny", model=model, precision=precision)


def resealed(folder: Path, name: str, content: bytes) -> Path:
    """The bundle with another file content, and a card that agrees."""
    card = read_card(folder)
    (folder / name).write_bytes(content)
    new = BundleFile(name, len(content), sha256(content).hexdigest())
    write_card(folder, replace(card, files=tuple(new if file.name == name else file for file in card.files)))
    return folder


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("config.json", b"[]", "no JSON object"),
        ("config.json", b"{", "not JSON"),
        ("config.json", b"\xff", "not JSON"),
        ("config.json", json.dumps({"architecture": "x"}).encode(), "'x' is not known"),
        ("tokenizer.json", b"{}", "not a tokenizer file"),
        ("weights-00001-of-00001.safetensors", b"", "not safetensors"),
        ("weights-00001-of-00001.safetensors", b"\x80" * 64, "not safetensors"),
    ],
)
def test_a_whole_bundle_of_nonsense_is_refused(copied: Copied, name: str, content: bytes, told: str) -> None:
    with pytest.raises(BundleError, match=told):
        load_bundle(resealed(copied(), name, content))


def test_saving_again_replaces_and_leaves_nothing_behind(kit: Any, tmp_path: Path) -> None:
    folder = kit.save(tmp_path / "tiny", shard_bytes=5000)
    kit.save(folder, precision="int8")
    assert verify(folder).precision == "int8"
    assert len(list(folder.iterdir())) == 4
    assert list(tmp_path.iterdir()) == [folder]


def test_a_save_that_fails_leaves_the_old_bundle(kit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = kit.save(tmp_path / "tiny")
    before = read_card(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving, "write_card", full)
    with pytest.raises(OSError, match="No space"):
        kit.save(folder, precision="int8")
    assert verify(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_seven_million_parameters_load_in_half_a_second(kit: Any, tmp_path: Path) -> None:
    config = {"architecture": "transformer", "vocabulary": 8000}
    folder = kit.save(tmp_path / "large", model=Transformer(TransformerConfig(8000)), config=config)
    code = f"""
import pathlib, time, torch
from seq2seq_desktop.bundles.load import load_bundle
start = time.process_time()  # not the clock on the wall: the machine may be busy
load_bundle(pathlib.Path({str(folder)!r}))
print(time.process_time() - start)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=True)
    assert float(done.stdout) < 0.5
