"""The command line as a user types it, with a translator whose words mean nothing."""

import io
import json
import sys
from pathlib import Path

import pytest

from seq2seq_desktop.bundles.architectures import build
from seq2seq_desktop.bundles.card import Card
from seq2seq_desktop.bundles.save import save_bundle
from seq2seq_desktop.cli.main import main
from seq2seq_desktop.text.tokenizer import Tokenizer


@pytest.fixture
def run(tiny_bundle: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: str) -> tuple[int, str, str]:
        fixed = ("--model", str(tiny_bundle), "--precision", "float32") if arguments[0] == "translate" else ()
        code = main([*arguments, *fixed])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_json_has_a_line_for_each_step_and_its_probabilities(run) -> None:
    lines = [json.loads(line) for line in run("translate", "My book.", "--to", "fr", "--json")[1].splitlines()]
    kinds = [line["type"] for line in lines]
    assert kinds[0] == "started"
    assert kinds[-2:] == ["sentence", "finished"]
    for line in lines[1:-2]:
        assert line["type"] == "step"
        assert 0 <= line["probability"] <= 1
        assert sum(line["attention"]) == pytest.approx(1, abs=0.01)
        assert len(line["attention"]) == len(lines[0]["source_pieces"][0])


def test_standard_input_is_read(run, monkeypatch: pytest.MonkeyPatch) -> None:
    standard_input(monkeypatch, "Où est mon livre ?\n".encode("utf-16"))
    code, out, _ = run("translate", "--to", "en")
    assert code == 0
    assert out.count("\n") == 1
    standard_input(monkeypatch, b"")
    assert run("translate", "--to", "en")[:2] == (0, "\n")


def test_an_unknown_language_is_told_once_and_the_work_goes_on(run, tmp_path: Path) -> None:
    german = "Guten Tag, wie geht es Ihnen heute?"
    code, out, err = run("translate", german, "--to", "fr")
    assert code == 0
    assert out.strip()
    assert "Deutsch (de)" in err
    assert "English or Français" in err
    (tmp_path / "brief.md").write_text(f"# Ein Brief an alle\n\n{german}\n\n{german}\n", encoding="utf-8")
    assert run("translate", str(tmp_path / "brief.md"), "--to", "fr")[2].count("Deutsch") == 1
    lines = [json.loads(line) for line in run("translate", german, "--to", "fr", "--json")[1].splitlines()]
    assert lines[0]["unknown_language"] == "de"
    code, out, err = run("translate", "Good morning to all.", "--to", "fr", "--json")
    assert json.loads(out.splitlines()[0])["unknown_language"] is None
    assert "Deutsch" not in err


def test_a_file_keeps_its_kind_and_several_go_to_a_folder(run, tmp_path: Path) -> None:
    for name in ("a.md", "b.txt"):
        (tmp_path / name).write_text("# My book\n\nWhere is it?\n", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    assert (
        run("translate", str(tmp_path / "a.md"), str(tmp_path / "b.txt"), "--to", "fr", "--output", str(out))[0] == 0
    )
    assert sorted(path.name for path in out.iterdir()) == ["a.fr.md", "b.fr.txt"]
    assert (out / "a.fr.md").read_text(encoding="utf-8").startswith("# ")


def test_one_bad_file_does_not_stop_the_others(run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.docx"
    good.write_text("My book.", encoding="utf-8")
    bad.write_bytes(b"no word document")
    code, out, err = run("translate", str(bad), str(good), str(tmp_path / "gone.txt"), "--to", "fr")
    assert code == 1
    assert "bad.docx" in err
    assert "gone.txt" in err
    assert out.strip()


def test_drawing_is_repeated_by_its_seed(run) -> None:
    first, again, other = (
        run("translate", "The train leaves.", "--to", "fr", "--temperature", "2", "--seed", seed)[1]
        for seed in ("1", "1", "2")
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize(("suffix", "head"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b",<2fr>")])
def test_attention_is_written_in_each_form(run, tmp_path: Path, suffix: str, head: bytes) -> None:
    path = tmp_path / f"map.{suffix}"
    code, _, err = run("translate", "My book.", "--to", "fr", "--attention", str(path), "--layer", "2", "--head", "1")
    assert code == 0
    assert path.name in err
    assert path.read_bytes().startswith(head)


def test_the_map_of_a_model_without_attention_is_called_saliency(
    tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = Tokenizer.load(tiny_bundle / "tokenizer.json")
    sizes = {"vocabulary": tokenizer.vocabulary, "pad": tokenizer.pad, "width": 16, "hidden": 16, "attention": "none"}
    config = {"architecture": "recurrent", **sizes}
    card = Card("fixed", "translate", ("en", "fr"))
    save_bundle(tmp_path / "fixed", card=card, model=build(config), tokenizer=tokenizer, config=config)
    path = tmp_path / "map.csv"
    arguments = ["translate", "My book.", "--to", "fr", "--model", str(tmp_path / "fixed"), "--precision", "float32"]
    assert main([*arguments, "--attention", str(path), "--json"]) == 0
    captured = capsys.readouterr()
    assert "not attention written to" in captured.err
    assert path.read_text(encoding="utf-8").startswith('"Saliency (input gradient), not attention",<2fr>')
    lines = [json.loads(line) for line in captured.out.splitlines()]
    assert all(line["attention"] is None for line in lines if line["type"] == "step")
    outputs = next(line for line in lines if line["type"] == "sentence")["outputs"]
    assert outputs[0]["saliency"]["kind"] == "Saliency (input gradient), not attention"


def test_a_glossary_is_read_and_its_errors_name_the_line(run, tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("book\n", encoding="utf-8")
    code, _, err = run("translate", "My book.", "--to", "fr", "--glossary", str(path))
    assert code == 1
    assert "line 1" in err
    path.write_text("book\tvolume\n", encoding="utf-8")
    assert run("translate", "book", "--to", "fr", "--glossary", str(path))[1] == "volume\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "de"], "de"),
        (["--to", "fr", "--layer", "9", "--attention", "map.png"], "--layer 9"),
        (["--to", "fr", "--temperature", "-1"], "temperature"),
        (["--to", "fr", "--beam", "2", "--n-best", "3"], "n_best"),
        (["--to", "fr", "--device", "tpu"], "tpu"),
    ],
)
def test_wrong_options_are_one_sentence(run, tmp_path, monkeypatch, arguments: list[str], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run("translate", "My book.", *arguments)
    assert code in (1, 2)
    assert said in err
    assert "Traceback" not in err


def test_an_existing_output_is_not_overwritten_unasked(run, tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("mine", encoding="utf-8")
    assert run("translate", "My book.", "--to", "fr", "--output", str(path))[0] == 1
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("translate", "My book.", "--to", "fr", "--output", str(path), "--overwrite")[0] == 0
    assert path.read_text(encoding="utf-8") != "mine"


def test_evaluate_prints_one_object(run, tiny_bundle: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("My book.\tMon livre.\nThe train.\tLe train.\tUn train.\n", encoding="utf-8")
    arguments = ("evaluate", str(tiny_bundle), str(pairs), "--from", "en", "--to", "fr", "--json")
    figures = json.loads(run(*arguments)[1])
    assert {"bleu", "chrf", "sentences", "seconds", "sentences_per_second"} <= set(figures)
    assert figures["sentences"] == 2
    assert json.loads(run(*arguments, "--limit", "1", "--beam", "2")[1])["sentences"] == 1
    (length,) = json.loads(run(*arguments, "--by-length")[1])["by_length"]
    assert (length["words"], length["sentences"]) == ("1-5", 2)
    assert "1-5    2" in run(*arguments[:-1], "--by-length")[1]


def test_bench_measures_every_figure(run, tiny_bundle: Path) -> None:
    figures = json.loads(run("bench", str(tiny_bundle), "--json")[1])
    assert all(figures[name] > 0 for name in ("load_seconds", "first_word_ms", "tokens_per_second"))


def test_every_command_explains_itself_and_completion_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("translate", "compare", "evaluate", "train", "models", "demo", "bench"):
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert "usage: seq2seq-desktop" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--print-completion", "bash"])
    assert "translate" in capsys.readouterr().out
