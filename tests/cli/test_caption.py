"""`caption` and `evaluate` of a captioner as a user types them, with a model whose words mean nothing."""

import csv
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from seq2seq_desktop.cli.main import main


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Three pictures of plain colours."""
    folder = tmp_path / "album"
    folder.mkdir()
    for name, colour, size in (("a.png", "red", (60, 40)), ("b.jpg", "green", (40, 60)), ("c.gif", "blue", (50, 50))):
        Image.new("RGB", size, colour).save(folder / name)
    (folder / "notes.txt").write_text("no picture")
    return folder


@pytest.fixture
def run(tiny_captioner_bundle: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: object, command: str = "caption") -> tuple[int, str, str]:
        model = ["--model", tiny_captioner_bundle] if command == "caption" else []
        first = [tiny_captioner_bundle] if command == "evaluate" else []
        code = main([command, *map(str, (*first, *arguments, *model)), "--precision", "float32"])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_one_picture_gives_its_caption_alone(run, album: Path) -> None:
    code, out, _ = run(album / "a.png", "--begin", "two boys", "--beam", "2")
    assert code == 0
    assert out.startswith("Two boys")
    assert out.count("\n") == 1


def test_a_folder_gives_a_line_a_picture(run, album: Path) -> None:
    code, out, _ = run(album, "--beam", "1")
    assert code == 0
    names, captions = zip(*(line.split("\t") for line in out.splitlines()), strict=True)
    assert list(names) == [str(album / name) for name in ("a.png", "b.jpg", "c.gif")]
    assert all(captions)


def test_a_bad_file_is_named_and_the_others_are_captioned(run, album: Path, tmp_path: Path) -> None:
    code, out, err = run(album / "notes.txt", album / "a.png", album / "none.png", "--beam", "1")
    assert code == 1
    assert out.startswith(str(album / "a.png"))
    assert "notes.txt is no picture" in err
    assert "none.png does not exist" in err
    (tmp_path / "empty").mkdir()
    code, _, err = run(tmp_path / "empty")
    assert code == 1
    assert "there is no picture in" in err


def test_several_wordings_are_numbered(run, album: Path) -> None:
    code, out, _ = run(album / "a.png", "--n-best", "3", "--no-repeat-ngram", "1")
    assert code == 0
    assert [line[:1] for line in out.splitlines()] == ["1", "2", "3"]


def test_json_tells_every_event(run, album: Path) -> None:
    code, out, _ = run(
        album / "a.png", album / "notes.txt", "--json", "--beam", "1", "--attention", album / "look.png"
    )
    assert code == 1
    lines = [json.loads(line) for line in out.splitlines()]
    kinds = [line["type"] for line in lines]
    assert kinds[0] in ("refused", "seen")
    assert kinds[-1] == "finished"
    seen, step, done = (next(line for line in lines if line["type"] == kind) for kind in ("seen", "step", "caption"))
    assert (seen["width"], seen["height"], seen["grid"]) == (60, 40, [6, 10])
    assert len(step["attention"]) == 60
    assert sum(step["attention"]) == pytest.approx(1, abs=0.01)
    assert done["caption"] == done["outputs"][0]["text"]


def test_where_it_looked_is_drawn(run, album: Path) -> None:
    code, _, err = run(album / "a.png", album / "b.jpg", "--beam", "1", "--attention", album / "look.png")
    assert code == 0
    assert "look-1.png" in err
    with Image.open(album / "look-2.png") as strip:
        assert min(strip.size) > 50
    assert run(album / "a.png", "--attention", album / "look.txt")[0] == 2


def test_captions_are_written_where_they_are_asked_for(run, album: Path) -> None:
    code, out, err = run(album, "--beam", "1", "--output", album / "all.csv", "--beside", "--inside")
    assert code == 1
    assert "c.gif: no description can be written" in err
    with (album / "all.csv").open(newline="") as file:
        rows = {row["file"]: row["caption"] for row in csv.DictReader(file)}
    assert set(rows) == {"a.png", "b.jpg", "c.gif"}
    assert (album / "a.txt").read_text().strip() == rows["a.png"]
    assert rows["b.jpg"].encode() in (album / "b.jpg").read_bytes()
    assert out.splitlines()[0].endswith(rows["a.png"])
    assert run(album / "a.png", "--output", album / "all.csv")[0] == 1, "nothing is overwritten"
    assert run(album / "a.png", "--output", album / "all.pdf")[0] == 2


@pytest.fixture
def captions(album: Path) -> Path:
    path = album.parent / "captions.tsv"
    path.write_text("a.png\tA red wall .\na.png\tThe wall is red\nb.jpg\tA green wall .\nb.jpg\tGreen all over\n")
    return path


def test_a_captioner_is_measured(run, album: Path, captions: Path) -> None:
    code, out, _ = run(captions, "--images", album, "--json", command="evaluate")
    assert code == 0
    figures = json.loads(out)
    assert (figures["images"], figures["beam"]) == (2, 5)
    assert {"bleu1", "bleu2", "bleu3", "bleu4", "cider", "rouge_l", "images_per_second"} <= set(figures)
    assert figures["images_per_second"] > 0
    archive = album.parent / "album.tar"
    with tarfile.open(archive, "w") as packed:
        for name in ("a.png", "b.jpg"):
            packed.add(album / name, name)
    again = json.loads(run(captions, "--images", archive, "--json", command="evaluate")[1])
    assert again["cider"] == figures["cider"]


def test_baselines_need_no_captioner(run, album: Path, captions: Path) -> None:
    training = album.parent / "train.tsv"
    shutil.copy(album / "a.png", album / "t.png")
    training.write_text("t.png\tA red wall .\nt.png\tSomething\nc.gif\tA green wall\nc.gif\tA red wall\n")
    arguments = (captions, "--images", album, "--json", "--baselines", training)
    baselines = json.loads(run(*arguments, command="evaluate")[1])["baselines"]
    assert baselines["nearest picture"]["bleu1"] > 0.4
    assert 0 < baselines["usual caption"]["bleu1"] <= 1


def test_captions_without_attention_are_told_apart_and_kept(run, album: Path, captions: Path) -> None:
    arguments = (captions, "--images", album, "--output", album / "said.txt", "--uniform-attention")
    code, out, _ = run(*arguments, command="evaluate")
    assert code == 0
    assert "attention             uniform" in out
    assert len((album / "said.txt").read_text().splitlines()) == 2


def test_pictures_must_be_named(run, captions: Path) -> None:
    code, _, err = run(captions, command="evaluate")
    assert code == 2
    assert "--images" in err
    assert io.StringIO(err).readline().startswith("seq2seq-desktop:")
