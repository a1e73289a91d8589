"""`transcribe` as a user types it, with a model whose words mean nothing."""

import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from seq2seq_desktop.cli import transcribe
from seq2seq_desktop.cli.main import main
from seq2seq_desktop.events import Finished, Heard, Hypothesis, SegmentDone, Step
from seq2seq_desktop.paths import resources

SAMPLES = resources() / "samples" / "transcribe"
BOAT, MARKET = str(SAMPLES / "01-boat.en.opus"), str(SAMPLES / "02-market.en.opus")


@pytest.fixture
def run(tiny_listener_bundle: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: str) -> tuple[int, str, str]:
        model = ("--model", str(tiny_listener_bundle), "--precision", "float32")
        code = main(["transcribe", *arguments, *model])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_the_text_is_printed(run) -> None:
    code, out, err = run(BOAT, "--language", "en")
    assert code == 0
    assert "length limit" in err
    assert out.strip()
    assert out.endswith("\n")
    assert "\n" not in out[:-1]


def test_every_format_is_printed_or_written(run, tmp_path: Path) -> None:
    plain = run(BOAT, "--language", "en")[1]
    assert run(BOAT, "--language", "en", "--format", "srt")[1].startswith("1\n00:00:0")
    assert run(BOAT, "--language", "en", "--format", "vtt")[1].startswith("WEBVTT")
    tree = json.loads(run(BOAT, "--language", "en", "--format", "json")[1])
    assert (tree["text"], tree["language"], tree["recording"]) == (plain.strip(), "en", "01-boat.en.opus")
    assert [word["text"] for word in tree["passages"][0]["words"]] == plain.split()
    for suffix, head in ((".txt", plain.encode()), (".srt", b"1\n"), (".docx", b"PK")):
        code, out, err = run(BOAT, "--language", "en", "--output", str(tmp_path / f"out{suffix}"))
        assert (code, out) == (0, "")
        assert f"out{suffix}" in err
        assert (tmp_path / f"out{suffix}").read_bytes().startswith(head)
    assert run(BOAT, "--output", str(tmp_path / "out.txt"))[0] == 1, "nothing is overwritten"
    assert run(BOAT, "--output", str(tmp_path / "out.txt"), "--overwrite")[0] == 0


def test_words_have_a_line_each(run) -> None:
    plain = run(BOAT, "--language", "en")[1]
    lines = [line.split() for line in run(BOAT, "--language", "en", "--words")[1].splitlines()]
    assert [line[3] for line in lines] == plain.split()
    times = [float(cell) for line in lines for cell in line[:2]]
    assert times == sorted(times)
    assert all(0 <= float(line[2]) <= 1 for line in lines)


def test_json_has_a_line_for_each_step_and_stretch(run) -> None:
    lines = [json.loads(line) for line in run(BOAT, "--language", "en", "--json")[1].splitlines()]
    kinds = [line["type"] for line in lines]
    assert kinds[0] == "heard"
    assert kinds[-2:] == ["stretch", "finished"]
    assert set(kinds[1:-2]) == {"step"}
    assert lines[0]["language"] == "en"
    assert 0 <= lines[0]["start"] < lines[0]["end"] < 9
    assert lines[-2]["outputs"][0]["text"] == lines[-1]["text"]
    assert " ".join(word["text"] for word in lines[-2]["words"]) == lines[-1]["text"]
    assert lines[-1]["file"] == BOAT


def test_several_files_are_named_and_go_to_a_folder(run, tmp_path: Path) -> None:
    code, out, _ = run(BOAT, MARKET, "--language", "fr")
    assert code == 0
    assert [line for line in out.splitlines() if line.endswith(".opus:")] == [f"{BOAT}:", f"{MARKET}:"]
    assert run(BOAT, MARKET, "--format", "vtt", "--output", str(tmp_path))[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01-boat.en.vtt", "02-market.en.vtt"]


def test_one_bad_file_does_not_stop_the_others(run, tmp_path: Path) -> None:
    (tmp_path / "bad.mp3").write_bytes(b"no sound")
    (tmp_path / "empty.wav").touch()
    bad = [str(tmp_path / name) for name in ("bad.mp3", "empty.wav", "gone.wav")]
    code, out, err = run(*bad, BOAT, "--language", "en", "--json")
    assert code == 1
    assert all(name in err for name in ("bad.mp3", "empty.wav", "gone.wav"))
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["type"] for line in lines if line["type"] in ("failed", "finished")] == [*["failed"] * 3, "finished"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--language", "xx"), "language 'xx'"),
        (("--format", "docx"), "add --output"),
        (("--output", "a.pdf"), "a.pdf"),
        (("--words", "--json"), "--words and --json"),
        ((MARKET, "--output", "a.txt"), "no folder"),
        (("--temperature", "-1"), "temperature"),
    ],
)
def test_what_makes_no_sense_is_told(run, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = run(BOAT, *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_a_beam_of_five_searches_unless_something_else_is_asked_for(run) -> None:
    def outputs(*arguments: str) -> list[str]:
        printed = run(BOAT, "--language", "en", "--json", *arguments)[1].splitlines()
        (line,) = [one for one in map(json.loads, printed) if one["type"] == "stretch"]
        return [one["text"] for one in line["outputs"]]

    assert outputs() == outputs("--beam", "5") != outputs("--beam", "1")
    assert len(outputs("--n-best", "7")) == 7, "more are kept where more are wanted"
    assert run(BOAT, "--beam", "2", "--n-best", "3")[0] == 2


def test_another_kind_of_bundle_is_refused(tiny_bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe", BOAT, "--model", str(tiny_bundle)]) == 2
    assert "not for transcription" in capsys.readouterr().err


def test_interrupting_keeps_what_is_there(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = transcribe._print_progress
    seen: list[Any] = []

    def interrupt(event: Any) -> None:
        told(event)
        if isinstance(event, Step) and not seen:
            seen.append(event)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(transcribe, "_print_progress", interrupt)
    code, _, _ = run(BOAT, MARKET, "--language", "en", "--output", str(tmp_path))
    assert code == 130
    assert (tmp_path / "01-boat.en.txt").read_text(encoding="utf-8").strip() == seen[0].text
    assert not (tmp_path / "02-market.en.txt").exists()


def heard(segment: int, start: float, end: float) -> Heard:
    return Heard(segment, start, end, None)  # type: ignore[arg-type]


def done(segment: int, text: str) -> SegmentDone:
    return SegmentDone(segment, (Hypothesis((), (), 0.0, text=text),), "end")


def step(segment: int, text: str) -> Step:
    return Step(segment, 0, 5, 1.0, (5,), text=text)


@pytest.mark.parametrize("words", [True, False])
def test_text_grows_and_long_pauses_part_it(words: bool) -> None:
    stream = io.StringIO()
    talk = transcribe.Talk(stream, words)
    after = []
    for event in (
        heard(0, 0, 2), step(0, "Hello"), step(0, "Hello the\ufffd"), done(0, "Hello there."), heard(1, 3, 4),
        done(1, ""), heard(2, 3, 4), step(2, "You,"), done(2, "You, too."), heard(3, 9, 10), done(3, "Bye."),
        Finished("end"),
    ):  # fmt: skip
        talk.show(event)
        after.append(stream.getvalue())
    assert after[-1] == "Hello there. You, too.\n\nBye.\n"
    assert after[2] == ("Hello the" if words else "")


def test_what_is_taken_back_is_written_again_in_a_line_of_its_own() -> None:
    stream = io.StringIO()
    talk = transcribe.Talk(stream, True)
    for event in (
        heard(0, 0, 2),
        step(0, "a a a a"),
        heard(0, 0, 2),
        step(0, "Hello"),
        done(0, "Hello."),
        Finished("end"),
    ):
        talk.show(event)
    assert stream.getvalue() == "a a a a\nHello.\n"


def test_without_files_it_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcribe"]) == 2
    assert "files" in capsys.readouterr().err
    assert sys.stdout
