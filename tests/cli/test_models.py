"""`models list | show | verify | add`, through the parser."""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq_desktop.bundles.card import BundleFile, Card, DataSource, Score, TrainingFacts, write_card
from seq2seq_desktop.bundles.sources import shipped
from seq2seq_desktop.bundles.sources.catalogue import CatalogueEntry
from seq2seq_desktop.cli import models
from seq2seq_desktop.errors import BundleError
from seq2seq_desktop.events import Progress

CONTENT = b"{}\n"
CARD = Card(
    "tiny",
    "translate",
    ("en", "fr"),
    "Everyday sentences.",
    licence="Apache-2.0",
    use="research and personal use: why, in more words",
    limits="short sentences only",
    architecture="transformer",
    parameters=7_314_944,
    precision="float16",
    files=(BundleFile("config.json", 3, "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"),),
    training=TrainingFacts("AdamW on two cores", 5940.0, 1_500_000, "tiny.toml"),
    data=(DataSource("tatoeba", "CC BY 2.0 FR"),),
    scores=(Score("test.tsv", "seq2seq-desktop evaluate tiny test.tsv", {"bleu": 36.54}),),
)


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder with two bundles; nothing shipped."""
    for name in ("tiny", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_bytes(CONTENT)
        write_card(tmp_path / name, CARD)
    monkeypatch.setattr(shipped, "shipped_models", lambda: tmp_path / "none")
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(tmp_path))
    return tmp_path


def models_command(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    models.add_parser(parser.add_subparsers())
    args = parser.parse_args(["models", *arguments])
    return int(args.run(args))


@pytest.mark.usefixtures("users")
def test_list_shows_one_line_a_bundle(capsys: pytest.CaptureFixture[str]) -> None:
    assert models_command("list") == 0
    head, other, tiny = capsys.readouterr().out.splitlines()
    assert head.split()[:6] == ["name", "task", "languages", "architecture", "parameters", "size"]
    for word in ("tiny", "translate", "en fr", "transformer", "7.3 M", "MB", "research and personal use"):
        assert word in tiny
    assert "why" not in tiny
    assert other.index("translate") == tiny.index("translate") == head.index("task")


def test_list_tells_of_a_broken_bundle_and_goes_on(users: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (users / "other" / "config.json").unlink()
    assert models_command("list") == 0
    out = capsys.readouterr().out
    assert "other is broken: config.json of bundle other is missing" in out
    assert "7.3 M" in out


def test_list_without_bundles_says_how_to_get_one(users: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(users / "tiny")
    shutil.rmtree(users / "other")
    assert models_command("list") == 0
    assert "seq2seq-desktop train" in capsys.readouterr().out


@pytest.mark.usefixtures("users")
def test_show_prints_the_whole_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert models_command("show", "tiny") == 0
    out = capsys.readouterr().out
    for text in (
        "Everyday sentences.",
        "7,314,944",
        "research and personal use",
        "short sentences only",
        "1.6 hours, 1,500,000 target tokens",
        "tatoeba: CC BY 2.0 FR",
        "test.tsv: bleu 36.54  (seq2seq-desktop evaluate tiny test.tsv)",
        CARD.files[0].sha256,
    ):
        assert text in out


@pytest.mark.usefixtures("users")
def test_verify_says_whole_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert models_command("verify") == 0
    assert capsys.readouterr().out.splitlines() == ["other: whole", "tiny: whole"]


def test_verify_names_what_is_damaged_and_fails(users: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (users / "tiny" / "config.json").write_bytes(b"{ \n")
    assert models_command("verify", "tiny") == 1
    assert "tiny: config.json of bundle tiny was changed" in capsys.readouterr().out
    (users / "other" / "card.toml").unlink()
    assert models_command("verify") == 1
    assert "card.toml is missing" in capsys.readouterr().out


@pytest.mark.usefixtures("users")
def test_an_unknown_name_is_an_error_with_a_suggestion() -> None:
    for action in ("show", "verify"):
        with pytest.raises(BundleError, match="did you mean tiny"):
            models_command(action, "tinny")


def test_the_list_does_without_torch() -> None:
    code = "import sys, seq2seq_desktop.cli.models; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"


def test_add_without_a_name_lists_the_catalogue(users: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert models_command("add") == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["name", "task", "download"]
    assert any(line.startswith("whisper-base") and "133.3 MB" in line for line in lines)


def test_add_fetches_tells_from_where_and_does_nothing_twice(
    users: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(entry: CatalogueEntry) -> Generator[Progress, None, None]:
        yield Progress(0, 133_000_000, "bytes", None, "some.where")
        yield Progress(133_000_000, 133_000_000, "bytes", 0.0, "some.where")
        (users / "tiny").rename(users / entry.card.name)

    monkeypatch.setattr(models, "add_bundle", add)
    assert models_command("add", "whisper-base") == 0
    told = capsys.readouterr()
    assert told.err == "Fetching whisper-base from some.where (133.0 MB)\n"
    assert told.out == "whisper-base is ready.\n"
    assert models_command("add", "whisper-base") == 0
    assert capsys.readouterr().out == "whisper-base is here already, and whole.\n"


@pytest.mark.usefixtures("users")
def test_add_names_what_the_catalogue_has() -> None:
    with pytest.raises(BundleError, match=r"no bundle 'whisper-bse'; did you mean whisper-base\?"):
        models_command("add", "whisper-bse")


def test_a_bundle_of_many_languages_fits_a_line(users: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_card(users / "tiny", replace(CARD, languages=tuple("abcdefghijkl")))
    assert models_command("list") == 0
    assert "12 languages" in capsys.readouterr().out
