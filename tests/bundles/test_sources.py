import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from seq2seq_desktop.bundles.sources import shipped
from seq2seq_desktop.bundles.sources.shipped import find_bundle, list_bundles
from seq2seq_desktop.errors import BundleError


@pytest.fixture
def folders(tmp_path: Path, saved: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The shipped folder with `translate-en-fr` and `translate-en-de`, the user's with `mine`."""
    ours, users = tmp_path / "shipped", tmp_path / "user"
    for folder in (ours / "translate-en-fr", ours / "translate-en-de", users / "mine"):
        shutil.copytree(saved, folder)
    (ours / "README.md").write_text("not a bundle")
    (users / ".mine.x.part").mkdir()
    monkeypatch.setattr(shipped, "shipped_models", lambda: ours)
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(users))
    return ours, users


def test_bundles_are_listed_by_name(folders: tuple[Path, Path]) -> None:
    listed = [(entry.name, entry.source, entry.card is not None) for entry in list_bundles()]
    assert listed == [
        ("mine", "added", True),
        ("translate-en-de", "shipped", True),
        ("translate-en-fr", "shipped", True),
    ]


def test_what_the_user_added_goes_before_what_was_shipped(folders: tuple[Path, Path]) -> None:
    ours, users = folders
    assert find_bundle("translate-en-fr") == ours / "translate-en-fr"
    shutil.copytree(users / "mine", users / "translate-en-fr")
    assert find_bundle("translate-en-fr") == users / "translate-en-fr"
    assert [entry.source for entry in list_bundles()] == ["added", "shipped", "added"]


def test_a_path_is_taken_as_it_is(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    ours, _ = folders
    assert find_bundle(ours / "translate-en-de") == ours / "translate-en-de"
    monkeypatch.chdir(ours)
    assert find_bundle("./translate-en-de") == ours / "translate-en-de"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("translate-en-rf", "no bundle 'translate-en-rf'; did you mean translate-en-fr.*mine, translate-en-de"),
        ("zebra", "no bundle 'zebra'; the bundles here are mine"),
        ("", "no bundle ''; the bundles here are mine"),
        ("some/where", r"some/where is no bundle: no card\.toml there"),
    ],
)
@pytest.mark.usefixtures("folders")
def test_a_name_that_is_none_lists_those_that_are(name: str, told: str) -> None:
    with pytest.raises(BundleError, match=told):
        find_bundle(name)


def test_with_no_bundles_at_all_training_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "shipped_models", lambda: tmp_path / "none")
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(tmp_path / "none either"))
    assert list_bundles() == []
    with pytest.raises(BundleError, match="seq2seq-desktop train"):
        find_bundle("anything")


def spoil_card(folder: Path) -> None:
    (folder / "card.toml").write_text("nonsense")


def remove_card(folder: Path) -> None:
    (folder / "card.toml").unlink()


def remove_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def cut_config(folder: Path) -> None:
    (folder / "config.json").write_bytes(b"{}")


@pytest.mark.parametrize("spoil", [spoil_card, remove_card, remove_tokenizer, cut_config])
def test_a_broken_bundle_is_listed_with_its_error(folders: tuple[Path, Path], spoil: Callable[[Path], None]) -> None:
    spoil(folders[1] / "mine")
    mine, *others = list_bundles()
    assert mine.card is None
    assert "mine" in str(mine.error)
    assert all(other.card for other in others)
    assert find_bundle("mine") == folders[1] / "mine"  # so that `verify mine` can say what is wrong
