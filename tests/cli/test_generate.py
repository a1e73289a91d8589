"""`generate` as a user types it, with a model whose words mean nothing."""

import csv
import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from seq2seq_desktop.cli import generate
from seq2seq_desktop.cli.main import main


@pytest.fixture
def run(tiny_writer_bundle: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["generate", *arguments, "--model", str(tiny_writer_bundle), "--precision", "float32"])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_the_prompt_and_what_follows_are_printed(run) -> None:
    code, out, err = run("The train ", "--length", "30", "--seed", "3")
    assert (code, err) == (0, "")
    assert out.startswith("The train ")
    assert len(out) == len("The train ") + 30 + 1
    assert run("The train ", "--length", "30", "--seed", "3")[1] == out
    assert run("The train ", "--length", "30", "--seed", "4", "--temperature", "2")[1] != out


def test_json_has_a_line_for_each_character(run) -> None:
    lines = [json.loads(line) for line in run("Où", "--length", "9", "--seed", "1", "--json")[1].splitlines()]
    assert [line["type"] for line in lines] == ["started", *["step"] * 9, "finished"]
    assert lines[0]["prompt"] == "Où"
    assert "".join(line["piece"] for line in lines[1:-1]) == lines[-1]["text"]
    assert lines[-1]["characters"] == 9
    for line in lines[1:-1]:
        shares = [share for _, share in line["alternatives"]]
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1


def test_the_distribution_is_a_line_a_character(run) -> None:
    *lines, gap, text = run("A", "--length", "6", "--temperature", "0", "--distribution")[1].split("\n")[:-1]
    assert (len(lines), gap, len(text)) == (6, "", 6)
    for line, character in zip(lines, text, strict=True):
        assert line.startswith({" ": "␣", "\n": "⏎"}.get(character, character))
        assert "│" in line


def test_standard_input_is_a_prompt_too(run, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments, data in (((), "Mon livre\n"), (("-",), "Mon livre")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
        assert run(*arguments, "--length", "3")[1].startswith("Mon livre")


@pytest.mark.parametrize("suffix", [".csv", ".png", ".svg"])
def test_what_might_have_come_is_plotted(run, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"map{suffix}"
    code, out, err = run("The", "--length", "7", "--seed", "2", "--plot", str(path))
    assert code == 0
    assert str(path) in err
    if suffix == ".csv":
        (_, *text), *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
        assert "".join(text) == out[3:-1].replace(" ", "␣").replace("\n", "⏎")
        assert all(0 <= float(cell) <= 1 for row in rows for cell in row[1:])
    else:
        assert path.read_bytes().startswith(b"\x89PNG" if suffix == ".png" else b"<?xml")
    assert run("The", "--length", "7", "--plot", str(path))[0] == 1
    assert run("The", "--length", "7", "--plot", str(path), "--overwrite")[0] == 0


def test_ctrl_c_keeps_what_is_there(run, monkeypatch: pytest.MonkeyPatch) -> None:
    show, seen = generate._show_json, []

    def interrupting(event: Any) -> None:
        show(event)
        seen.append(event)
        if len(seen) == 5:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(generate, "_show_json", interrupting)
    code, out, _ = run("The", "--length", "400", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 130
    assert lines[-1]["reason"] == "cancelled"
    assert 1 <= lines[-1]["characters"] <= 6


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--length", "0"), "length"), (("--plot", "map.gif"), "map.gif"), (("--top-p", "0"), "top_p")],
)
def test_options_that_make_no_sense_are_refused(run, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = run("x", *arguments)
    assert code == 2
    assert said in err


def test_evaluate_measures_a_writer(tiny_writer_bundle: Path, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "text.txt").write_text("The train leaves.\nWhere is it?\n", encoding="utf-8")
    fixed = ["evaluate", str(tiny_writer_bundle), str(tmp_path / "text.txt"), "--json"]
    assert main(fixed) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["characters"] == 31
    assert 4 < figures["bits_per_character"] < 200  # it knows nothing
    assert main([*fixed, "--limit", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["characters"] == 18


def test_a_translator_is_measured_in_one_direction(tiny_bundle: Path, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "pairs.tsv").write_text("one\tun\n", encoding="utf-8")
    assert main(["evaluate", str(tiny_bundle), str(tmp_path / "pairs.tsv")]) == 2
    assert "--from" in capsys.readouterr().err
