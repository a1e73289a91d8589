"""Scores of clips in folders and archives, with a model whose words mean nothing."""

import json
import shutil
import tarfile
from pathlib import Path

import pytest

from seq2seq_desktop.cli.main import main
from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import InputError
from seq2seq_desktop.events import Progress
from seq2seq_desktop.paths import resources
from seq2seq_desktop.tasks.transcribe.evaluate import clip_files, evaluate, language_of, read_manifest
from seq2seq_desktop.tasks.transcribe.spec import TranscribeRequest
from seq2seq_desktop.tasks.transcribe.task import TranscribeTask

SAMPLES = resources() / "samples" / "transcribe"
NAMES = ("01-boat.en.opus", "02-market.en.opus")
HEADER = "file\tseconds\ttranscript\tspeaker\tcorpus\tshard\n"
OPTIONS = DecodeOptions(alternatives=0, attention=False)


@pytest.fixture(scope="module")
def said(tiny_listener: TranscribeTask) -> dict[str, str]:
    """What the model makes of each sample."""
    ask = tiny_listener.run
    return {name: list(ask(TranscribeRequest(SAMPLES / name, "fr", options=OPTIONS)))[-1].text for name in NAMES}


@pytest.fixture
def manifest(tmp_path: Path, said: dict[str, str]) -> Path:
    """The samples with what the model says as their transcripts; one of them in capitals and with a quote."""
    path = tmp_path / "clips.fr.tsv"
    first, second = (said[name] for name in NAMES)
    rows = f'{NAMES[0]}\t7.5\t"{first.upper()}\tx\tboats\ta.tar\n{NAMES[1]}\t6\t{second} autre\tx\tlights\ta.tar\n'
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def archive(path: Path) -> Path:
    with tarfile.open(path, "w") as tar:
        for name in NAMES:
            tar.add(SAMPLES / name, name)
    return path


def test_a_models_own_words_score_nothing_wrong(tiny_listener: TranscribeTask, manifest: Path) -> None:
    seen: list[Progress] = []
    result = evaluate(tiny_listener, read_manifest(manifest), SAMPLES, OPTIONS, "fr", seen.append)
    boats, lights = result.by_corpus["boats"], result.by_corpus["lights"]
    assert boats.scores.wer == boats.scores.cer == 0
    assert lights.scores.wer == pytest.approx(100 / lights.scores.words)
    assert 0 < result.whole.scores.wer < lights.scores.wer
    assert (result.whole.clips, boats.clips, result.whole.audio_seconds) == (2, 1, 13.5)
    assert result.whole.real_time_factor == pytest.approx(result.whole.seconds / 13.5)
    assert result.whole.seconds == pytest.approx(boats.seconds + lights.seconds)
    assert [(one.done, one.total) for one in seen] == [(1, 2), (2, 2)]
    assert result.language == "fr"


def test_clips_are_found_in_folders_and_archives(manifest: Path, tmp_path: Path) -> None:
    tar, shards = archive(tmp_path / "all.tar"), tmp_path / "shards"
    shards.mkdir()
    shutil.copy(tar, shards / "a.tar")
    for audio in (SAMPLES, tar, shards):
        with clip_files(read_manifest(manifest), audio) as files:
            for clip, path in files:
                assert path.read_bytes() == (SAMPLES / clip.file).read_bytes()
        assert audio in (SAMPLES, tar, shards)
    assert not path.exists(), "what was taken out is gone"


def test_what_is_missing_is_named(manifest: Path, tmp_path: Path) -> None:
    clips = read_manifest(manifest)
    (tmp_path / "bad.tar").write_bytes(b"nothing")
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.add(manifest, "else.tsv")
    for audio, told in ((tmp_path / "bad.tar", "bad.tar"), (tmp_path / "gone.tar", "gone.tar"),
                        (tmp_path / "other.tar", NAMES[0]), (tmp_path, "a.tar")):  # fmt: skip
        with pytest.raises(InputError, match=told), clip_files(clips, audio) as files:
            list(files)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "m.tsv is empty"),
        ("clip\ttext\n", "no column file nor transcript"),
        ("file\tseconds\na.wav\t1\n", "no column transcript"),
        (HEADER, "lists no clip"),
        (HEADER + "a.wav\tlong\tone\tx\tc\ts\n", "line 2: seconds = 'long'"),
        (HEADER + "a.wav\t1\tone\tx\tc\ts\n\t1\ttwo\tx\tc\ts\n", "line 3: no file"),
    ],
)
def test_a_manifest_that_is_none_is_told(content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "m.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_manifest(tmp_path / "m.tsv")


def test_a_manifest_may_have_two_columns_and_be_cut(tmp_path: Path) -> None:
    (tmp_path / "m.tsv").write_text('file\ttranscript\na.wav\tsay "yes\nb.wav\tno\n', encoding="utf-8")
    clips = read_manifest(tmp_path / "m.tsv", limit=1)
    assert [(clip.file, clip.transcript, clip.corpus) for clip in clips] == [("a.wav", 'say "yes', "")]
    assert language_of(Path("m.test.fr.tsv"), ("en", "fr")) == "fr"
    assert language_of(Path("m.test.tsv"), ("en", "fr")) is None


def test_the_command_prints_the_figures(
    manifest: Path, tiny_listener_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = ["evaluate", str(tiny_listener_bundle), str(manifest), "--precision", "float32"]
    assert main([*usual, "--audio", str(SAMPLES), "--limit", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["beam"] == 5
    command = [*usual, "--beam", "1"]
    assert main([*command, "--audio", str(SAMPLES), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["bundle"], figures["language"], figures["clips"]) == ("tiny-listener", "fr", 2)
    assert figures["by_corpus"]["boats"]["wer"] == 0
    assert figures["real_time_factor"] > 0
    assert set(figures["by_corpus"]) == {"boats", "lights"}
    assert main([*command, "--audio", str(SAMPLES), "--limit", "1"]) == 0
    out = capsys.readouterr().out
    assert "wer" in out
    assert "lights" not in out
    assert main(command) == 2
    assert "--audio" in capsys.readouterr().err
