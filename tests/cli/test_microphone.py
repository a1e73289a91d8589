"""`transcribe --microphone` with a recording process that is played: it writes a file as the real one does."""

import json
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from seq2seq_desktop import paths
from seq2seq_desktop.cli import recorder, transcribe
from seq2seq_desktop.cli.main import main
from seq2seq_desktop.cli.recorder import Recorder
from seq2seq_desktop.errors import DeviceError
from seq2seq_desktop.io.audio import blocks

BOAT = paths.resources() / "samples" / "transcribe" / "01-boat.en.opus"
PLAYED = """
import json, signal, sys, time
from pathlib import Path
from seq2seq_desktop.io.audio import blocks
from seq2seq_desktop.io.recording import Recording

def tell(**line):
    print(json.dumps(line), flush=True)

kind, sample, folder, name = sys.argv[1:]
if name == "none":
    tell(problem="there is no microphone", remedy="plug one in")
    sys.exit(1)
if name == "crash":
    sys.exit(3)
recording = Recording.start(Path(folder))
tell(recording=str(recording.path))
for block in blocks(Path(sample)):
    recording.write(block)
if name == "lost":
    tell(problem="the microphone was unplugged", remedy="plug it in again")
else:
    sys.stdin.read()
tell(kept=str(recording.close()))
"""


@pytest.fixture(autouse=True)
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "played.py"
    script.write_text(PLAYED)
    monkeypatch.setattr(recorder, "command", lambda: [sys.executable, str(script), "--record", str(BOAT)])
    monkeypatch.setenv("PYTHONPATH", str(paths.PACKAGE.parent))
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path / "user"))


@pytest.fixture
def run(tiny_listener_bundle: Path, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["transcribe", *arguments, "--model", str(tiny_listener_bundle), "--precision", "float32"])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def samples(path: Path) -> np.ndarray:
    return np.concatenate(list(blocks(path)))


def test_the_recording_grows_until_it_is_to_stop(tmp_path: Path) -> None:
    asked: list[bool] = []
    with Recorder(tmp_path, "any") as recording:
        assert ".recording-" in recording.path.name
        question = recording.stopping(lambda: bool(asked))
        assert not question()
        assert recording.path.exists()
        asked.append(True)
        assert not question(), "what was said is still to be written down"
        kept = recording.close()
    assert kept is not None
    assert not recording.path.exists()
    np.testing.assert_allclose(samples(kept), samples(BOAT), atol=1e-4)


@pytest.mark.parametrize(("name", "told"), [("none", "no microphone"), ("crash", "cannot be opened")])
def test_without_a_microphone_it_says_so(run, name: str, told: str) -> None:
    code, out, err = run("--microphone", name)
    assert (code, out) == (1, "")
    assert told in err


def test_what_was_said_until_the_microphone_was_lost_is_written_down(run) -> None:
    code, out, err = run("--microphone", "lost", "--language", "en")
    assert code == 1
    assert "unplugged" in err
    assert out.strip() == run(str(BOAT), "--language", "en")[1].strip()
    assert len(list(paths.recordings().glob("*.wav"))) == 1


def test_it_is_written_down_until_ctrl_c(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcribe, "stopping", lambda: nullcontext(lambda: True))  # Ctrl+C, right away
    code, out, err = run("--microphone", "--language", "en", "--json")
    (kept,) = paths.recordings().glob("*.wav")
    assert code == 0
    assert str(kept) in err
    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[-1]["type"] == "finished"
    assert any(line["type"] == "heard" and line["settled"] for line in lines)
    run("--microphone", "--language", "en", "--format", "srt", "--output", str(tmp_path))
    assert {path.stem for path in tmp_path.glob("*.srt")} <= {path.stem for path in paths.recordings().glob("*.wav")}


def test_files_and_a_microphone_exclude_each_other(run) -> None:
    assert run("--microphone", "usual", str(BOAT))[0] == 2
    assert run()[0] == 2


def test_a_lost_process_is_no_crash_of_ours(tmp_path: Path) -> None:
    recording = Recorder(tmp_path, "lost")
    with pytest.raises(DeviceError, match="unplugged"):
        recording.close()
