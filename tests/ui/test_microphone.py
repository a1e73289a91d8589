"""The microphone through the real QtMultimedia, spoken into without one: PulseAudio with a virtual source."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from seq2seq_desktop.errors import DeviceError
from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks, probe
from seq2seq_desktop.io.recording import Recording
from seq2seq_desktop.ui.microphone import Microphone, mono
from seq2seq_desktop.ui.player import Player, as_bytes, part_of
from seq2seq_desktop.ui.widgets.errand import Errands

PATIENCE_MS = 15_000


def tone(seconds: float, hertz: float = 440.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(SAMPLE_RATE * seconds)) / SAMPLE_RATE)).astype(
        np.float32
    )


def saved(path: Path, samples: np.ndarray) -> Path:
    with Recording(path) as recording:
        recording.write(samples)
    return path


def read(path: Path) -> np.ndarray:
    return np.concatenate(list(blocks(path)))


def pitch(samples: np.ndarray) -> float:
    """The strongest frequency, in Hz."""
    return float(np.abs(np.fft.rfft(samples)).argmax() * SAMPLE_RATE / len(samples))


@pytest.fixture
def microphone(sound_server: Any, qtbot: QtBot) -> Iterator[Microphone]:
    qtbot.waitUntil(lambda: sound_server.ready, timeout=PATIENCE_MS)
    microphone = Microphone()
    qtbot.waitUntil(lambda: b"virtmic" in [one.id for one in microphone.inputs()], timeout=PATIENCE_MS)
    yield microphone
    microphone.close()
    microphone.deleteLater()


def test_what_is_spoken_is_in_the_file_before_it_is_told(
    microphone: Microphone, sound_server: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    told: list[tuple[int, int]] = []

    def on_block(samples: np.ndarray, rate: int) -> None:
        recording = microphone.recording
        if recording is not None:
            told.append((sum(map(len, blocks(recording.path))), recording.samples))

    microphone.heard.connect(on_block)
    path = microphone.record(b"virtmic", tmp_path)
    speech = sound_server.speak(saved(tmp_path / "speech.wav", tone(2.0)))
    recording = microphone.recording
    assert recording is not None
    qtbot.waitUntil(lambda: recording.seconds > 2.5, timeout=PATIENCE_MS)
    assert speech.wait(timeout=10) == 0
    finished = microphone.stop()
    assert finished is not None
    assert not path.exists()  # it has its final name
    assert told
    assert all(in_file == written for in_file, written in told)
    samples = read(finished)
    loud = np.flatnonzero(np.abs(samples) > 0.25)
    assert 1.5 < (loud[-1] - loud[0]) / SAMPLE_RATE < 2.2
    assert pitch(samples[loud[0] : loud[-1]]) == pytest.approx(440, abs=3)


def test_half_a_second_before_the_click_is_kept(
    microphone: Microphone, sound_server: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    heard: list[int] = []
    microphone.heard.connect(lambda samples, rate: heard.append(len(samples)))
    microphone.open(b"virtmic")
    qtbot.waitUntil(lambda: sum(heard) > 1.0 * SAMPLE_RATE, timeout=PATIENCE_MS)
    microphone.record(b"virtmic", tmp_path)
    recording = microphone.recording
    assert recording is not None
    assert recording.seconds == pytest.approx(0.5)


def test_a_part_of_a_file_is_heard_and_the_play_head_moves(
    microphone: Microphone, sound_server: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    path = saved(tmp_path / "speech.wav", tone(3.0))
    errands = Errands()
    player = Player(errands)
    moved: list[float | None] = []
    player.moved.connect(moved.append)
    player.play(path, 1.0, 1.5)
    qtbot.waitUntil(lambda: bool(moved) and moved[-1] is None, timeout=PATIENCE_MS)
    errands.close()
    times = [time for time in moved if time is not None]
    assert times == sorted(times)
    assert times[0] == pytest.approx(1.0, abs=0.1)
    assert 1.2 < times[-1] < 1.8


@pytest.mark.qt_log_ignore("Failed to get sink information", extend=True)  # what Qt says to a missing loudspeaker
def test_unplugged_while_recording_is_told_once_and_the_file_is_whole(
    microphone: Microphone, sound_server: Any, tmp_path: Path, qtbot: QtBot
) -> None:
    microphone.record(b"virtmic", tmp_path)
    recording = microphone.recording
    assert recording is not None
    qtbot.waitUntil(lambda: recording.seconds > 0.5, timeout=PATIENCE_MS)
    lost: list[str] = []
    microphone.lost.connect(lambda problem, remedy: lost.append(f"{problem}; {remedy}"))
    sound_server.ask("unload-module", "module-null-sink")  # with all sources, or the server would give another one
    qtbot.waitUntil(lambda: bool(lost), timeout=PATIENCE_MS)
    assert len(lost) == 1
    assert "unplugged" in lost[0]
    assert "is kept" in lost[0]
    assert not microphone.is_open
    (path,) = tmp_path.glob("*.wav")
    assert (probe(path).seconds or 0) >= 0.5
    sound_server.load_modules()


KINDS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "UInt8": lambda samples: (samples * 127 + 128).astype(np.uint8),
    "Int16": lambda samples: (samples * 32767).astype(np.int16),
    "Int32": lambda samples: (samples.astype(np.float64) * (2**31 - 1)).astype(np.int32),
    "Float": lambda samples: samples.astype(np.float32),
}


@pytest.mark.parametrize("kind", KINDS)
def test_samples_of_every_kind_become_mono(kind: str) -> None:
    left = np.array([0.0, 0.5, -0.5], np.float32)
    both = np.stack([left, np.zeros_like(left)], axis=1)
    assert mono(KINDS[kind](both).tobytes(), kind, 2) == pytest.approx(left / 2, abs=0.01)
    assert mono(as_bytes(left, SAMPLE_RATE, 2, kind), kind, 2) == pytest.approx(left, abs=0.01)


def test_sound_for_another_rate_keeps_its_pitch_and_length() -> None:
    samples = np.frombuffer(as_bytes(tone(1.0), 48_000, 1, "Float"), np.float32)
    assert len(samples) == 48_000
    assert np.abs(np.fft.rfft(samples)).argmax() == 440


def test_a_part_begins_and_ends_softly(tmp_path: Path) -> None:
    part = part_of(saved(tmp_path / "speech.wav", np.full(SAMPLE_RATE, 0.5, np.float32)), 0.25, 0.5)
    assert len(part) == SAMPLE_RATE // 4
    assert part[0] == part[-1] == 0.0
    assert part[len(part) // 2] == pytest.approx(0.5, abs=0.001)


def test_a_system_without_sound_libraries_is_one_clear_sentence(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import PySide6

    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    monkeypatch.delattr(PySide6, "QtMultimedia", raising=False)
    with pytest.raises(DeviceError, match="libpulse0"):
        Microphone().record(folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
    errands = Errands()
    player = Player(errands)
    with qtbot.waitSignal(player.failed) as failed:
        player.play(saved(tmp_path / "speech.wav", tone(0.5)), 0.0, 0.5)
    assert "sound cannot be used" in failed.args[0]
    errands.close()
