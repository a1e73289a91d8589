"""`compare` as a user types it."""

import json
from pathlib import Path

import pytest

from seq2seq_desktop.cli.main import main


@pytest.fixture
def two(tiny_bundle: Path, tmp_path: Path) -> str:
    """The same translator under two names."""
    other = tmp_path / "other"
    other.mkdir()
    for file in tiny_bundle.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    return f"{tiny_bundle},{other}"


def test_a_row_for_each_model_and_a_map_for_each(
    two: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    maps = tmp_path / "maps"
    assert (
        main(["compare", "Where is my book?", "--models", two, "--precision", "float32", "--attention", str(maps)])
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].split()[:3] == ["model", "parameters", "size"]
    assert lines[1].split()[-1] == lines[2].split()[-1]  # the same weights say the same
    assert sorted(path.name for path in maps.iterdir()) == ["other.png", "tiny.png"]


def test_json_has_words_maps_and_figures(two: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "Où est mon livre ?", "--models", two, "--precision", "float32", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["text"] == "Où est mon livre ?"
    for model in found["models"]:
        assert model["sentences"][0]["source_pieces"][0] == "<2en>"  # detected
        assert model["sentences"][0]["map"]["kind"].startswith("Attention")
        assert model["seconds"] > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--models", "{tiny}"], "two"), (["--models", "{tiny},nowhere"], "nowhere"), (["--models", ""], "models")],
)
def test_wrong_choices_are_one_sentence(
    tiny_bundle: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    code = main(["compare", "Hello.", *(part.format(tiny=tiny_bundle) for part in arguments)])
    assert code in (1, 2)
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
