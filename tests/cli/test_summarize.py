"""`summarize` and `evaluate` of summaries on the command line."""

import json
from pathlib import Path

import pytest

from seq2seq_desktop.cli.main import main

TEXT = "The train to Lyon left at noon. It rained all day. The train was full. Nobody sang. I slept."


@pytest.fixture(autouse=True)
def _installed(summarizers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(summarizers))
    monkeypatch.setattr("seq2seq_desktop.bundles.sources.shipped.shipped_models", lambda: summarizers)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_file_becomes_sentences_of_it(letter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summarize", str(letter), "--length", "headline"]) == 0
    assert capsys.readouterr().out.strip() in [f"{one.strip('. ')}." for one in TEXT.split(".")]


def test_json_says_what_was_copied_from_where(letter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for style in ("extract", "rewrite"):
        assert main(["summarize", str(letter), "--style", style, "--json"]) == 0
        record = json.loads(capsys.readouterr().out)
        assert record["summary"] == " ".join(part["text"] for part in record["parts"])
        assert record["ratio"] == pytest.approx(len(record["summary"]) / len(TEXT), abs=1e-3)
        for piece in record["parts"][0]["pieces"]:
            if piece["from"]:
                assert TEXT[slice(*piece["from"])].strip() == piece["text"].strip()


def test_several_files_go_to_a_folder_and_a_bad_one_stops_none(
    letter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "numbers.txt").write_text("1 2 3", encoding="utf-8")
    arguments = [str(tmp_path / "numbers.txt"), str(tmp_path / "gone.txt"), str(letter)]
    assert main(["summarize", *arguments, "--output", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert "numbers.txt" in error
    assert "gone.txt" in error
    assert (tmp_path / "out" / "letter.summary.txt").read_text(encoding="utf-8").strip()


def test_several_files_to_one_are_refused(letter: Path, tmp_path: Path) -> None:
    assert main(["summarize", str(letter), str(letter), "--output", str(tmp_path / "one.txt")]) == 2


def test_a_long_text_says_that_it_was_read_in_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "book.txt"
    path.write_text(" ".join(f"Sentence {number} is here." for number in range(300)), encoding="utf-8")
    assert main(["summarize", str(path)]) == 0
    assert "was read in" in capsys.readouterr().err


def test_evaluate_measures_beside_the_baselines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "test.jsonl"
    line = json.dumps({"text": TEXT, "lang": "en", "summary": "The train was full. Nobody sang.", "title": "A train"})
    path.write_text(f"{line}\n{line}\n", encoding="utf-8")
    assert main(["evaluate", "summarize-extract", str(path), "--baselines", "--limit", "1", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures["baselines"]) == {"lead", "textrank", "lexrank"}
    assert figures["faithfulness"] == figures["copy_rate"] == 1
    assert figures["documents"] == 1
    for measure in ("rouge1", "rouge2", "rougeL", "novel_bigrams"):
        assert measure in figures
        assert measure in figures["baselines"]["lexrank"]
    assert main(["evaluate", "summarize-rewrite", str(path), "--title", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["length"], figures["reference"], figures["documents"]) == ("headline", "title", 2)
