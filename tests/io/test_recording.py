import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from seq2seq_desktop import paths
from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks, probe
from seq2seq_desktop.io.recording import Level, PreRoll, Recording, clipped, finish, level, unfinished


def tone(size: int, amplitude: float = 0.5) -> NDArray[np.float32]:
    return (amplitude * np.sin(np.arange(size) * 0.2)).astype(np.float32)


def samples_of(path: Path) -> NDArray[np.float32]:
    return np.concatenate(list(blocks(path)))


def test_a_recording_can_be_played_at_every_moment(tmp_path: Path) -> None:
    sound = tone(3 * SAMPLE_RATE)
    with Recording.start(tmp_path / "new" / "folder") as recording:
        for begin in range(0, len(sound), 1600):
            recording.write(sound[begin : begin + 1600])
            if begin % 16_000 == 0:
                assert len(samples_of(recording.path)) == begin + 1600 == recording.samples
        assert recording.seconds == 3
        assert unfinished(recording.path.parent) == ()  # it is still being made
    assert recording.close() == recording.path  # once more does no harm
    assert "recording" not in recording.path.name
    assert np.abs(samples_of(recording.path) - sound).max() < 1e-4


def test_the_rate_of_the_microphone_is_kept(tmp_path: Path) -> None:
    with Recording(tmp_path / "a.wav", 44_100) as recording:
        recording.write(tone(44_100))
    assert probe(tmp_path / "a.wav").sample_rate == 44_100
    assert probe(tmp_path / "a.wav").seconds == 1


def test_what_no_number_can_be_made_of_does_not_stop_a_recording(tmp_path: Path) -> None:
    with Recording(tmp_path / "a.wav") as recording:
        recording.write(np.array([np.nan, np.inf, -7, 0.25], np.float32))
    assert samples_of(tmp_path / "a.wav") == pytest.approx([0, 1, -1, 0.25], abs=1e-4)


def test_two_recordings_of_one_name_are_both_kept(tmp_path: Path) -> None:
    made = []
    for amplitude in (0.1, 0.9):
        with Recording(tmp_path / "a.wav") as recording:
            recording.write(tone(800, amplitude))
        made.append(recording.path)
    assert made == [tmp_path / "a.wav", tmp_path / "a (2).wav"]
    assert samples_of(made[0]).max() == pytest.approx(0.1, abs=0.01)


CHILD = """
import sys
from pathlib import Path
import numpy as np
from seq2seq_desktop.io.recording import Recording
recording = Recording.start(Path(sys.argv[1]))
for second in range(30):
    for _ in range(10):
        recording.write(np.full(1600, (second + 1) / 100, np.float32))
    print(second, flush=True)
    if second == 2:
        sys.stdin.read()  # until killed
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_recording_is_whole_and_offered_again(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        for second in range(3):
            assert child.stdout.readline() == f"{second}\n"
        assert unfinished(tmp_path) == ()  # another process is at it
        child.send_signal(signal.SIGKILL)
        child.wait()
    (path,) = unfinished(tmp_path)
    assert len(samples_of(path)) == 3 * SAMPLE_RATE  # nothing that was written is lost
    with path.open("ab") as file:
        file.write(b"\1\2\3")  # half a block that the header does not know of
    done = finish(path)
    assert unfinished(tmp_path) == ()
    assert len(samples_of(done)) == 3 * SAMPLE_RATE + 1
    assert samples_of(done)[::SAMPLE_RATE][:3] == pytest.approx([0.01, 0.02, 0.03], abs=1e-4)


def test_what_was_cut_off_before_its_first_sample_is_not_offered(tmp_path: Path) -> None:
    left = Recording(tmp_path / "a.wav").close().rename(tmp_path / "a.recording-999999999.wav")
    assert unfinished(tmp_path) == ()
    assert not left.exists()


def test_only_unfinished_recordings_are_finished(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    (tmp_path / "b.recording-1.wav").write_bytes(b"RIFF")
    for name in ("a.wav", "b.recording-1.wav"):
        with pytest.raises(InputError, match="not an unfinished recording"):
            finish(tmp_path / name)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match=r"file.* was not saved"):
        Recording.start(tmp_path / "file" / "folder")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_and_what_was_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Recording(tmp_path / "a.wav") as recording:
        recording.write(tone(1600))
        with monkeypatch.context() as patch:
            full = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115
            patch.setattr(recording, "_file", full)
            with pytest.raises(InputError, match="disk is full"):
                recording.write(tone(1600))
            full.close()
    assert len(samples_of(tmp_path / "a.wav")) == 1600


def test_recordings_lie_in_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path))
    assert paths.recordings().parent == tmp_path
    assert unfinished(paths.recordings()) == ()  # which need not exist


def test_levels_in_decibels() -> None:
    assert level(np.ones(100, np.float32)) == Level(0, 0)
    assert level(tone(100_000, 0.1)).peak == pytest.approx(-20, abs=0.01)
    assert level(tone(100_000, 0.1)).rms == pytest.approx(-23.01, abs=0.01)
    assert level(np.zeros(100, np.float32)) == level(np.zeros(0, np.float32)) == Level(-120, -120)


def test_clipping_is_told_from_loud_sound() -> None:
    assert clipped(tone(16_000, 0.99)) == 0
    loud = np.clip(tone(16_000, 2.0), -1, 1)
    assert clipped(loud) == pytest.approx(16_000 * 2 / 3, rel=0.01)  # |sin| > 1/2 two thirds of the time
    assert clipped(np.array([1, 1, 0, -1, -1, -1, 1], np.float32)) == 4
    assert clipped(np.array([1, 1], np.float32)) == clipped(np.zeros(0, np.float32)) == 0


@given(st.lists(st.integers(0, 40), max_size=20), st.integers(0, 25))
def test_the_pre_roll_is_the_end_of_what_was_heard(sizes: list[int], size: int) -> None:
    ring, heard = PreRoll(size / 100, 100), np.zeros(0, np.float32)
    for number, count in enumerate(sizes):
        block = number * 100 + np.arange(count, dtype=np.float32)
        ring.push(block)
        heard = np.concatenate([heard, block])
    assert ring.take().tolist() == (heard[-size:].tolist() if size else [])
    assert ring.take().tolist() == []
    ring.push(heard[:3])
    assert ring.take().tolist() == heard[:3][max(0, len(heard[:3]) - size) :].tolist()
