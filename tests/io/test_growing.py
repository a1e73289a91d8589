"""A recording read while it is written."""

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.audio import SAMPLE_RATE
from seq2seq_desktop.io.growing import growing
from seq2seq_desktop.io.recording import Recording

TONE = (0.5 * np.sin(np.arange(SAMPLE_RATE) / 9)).astype(np.float32)


@settings(max_examples=15)
@given(sizes=st.lists(st.integers(0, 5000), max_size=8))
def test_every_sample_comes_once_and_in_order(sizes: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    sent = np.resize(TONE, sum(sizes))
    recording = Recording(tmp_path_factory.mktemp("growing") / "a.wav")
    heard = growing(recording.path)
    got = [np.zeros(0, np.float32)]
    for end, size in zip(np.cumsum(sizes), sizes, strict=True):
        recording.write(sent[end - size : end])
        if size:
            got.append(next(heard))
    recording.close()
    got += list(heard)
    np.testing.assert_allclose(np.concatenate(got), sent, atol=1e-4)


def test_what_is_written_by_another_thread_comes_to_its_end(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "a.wav")
    (tmp_path / "b.wav").write_bytes(b"another")
    heard = growing(recording.path)

    def record() -> None:
        for block in np.split(TONE, 20):
            recording.write(block)
        recording.close()

    thread = threading.Thread(target=record)
    thread.start()
    got = np.concatenate(list(heard))
    thread.join()
    np.testing.assert_allclose(got, TONE, atol=1e-4)


def test_it_may_begin_in_the_middle(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "a.wav")
    recording.write(TONE)
    heard = growing(recording.path, start=0.75)
    np.testing.assert_allclose(next(heard), TONE[12_000:], atol=1e-4)
    recording.write(TONE[:100])
    recording.close()
    np.testing.assert_allclose(np.concatenate(list(heard)), TONE[:100], atol=1e-4)


def test_a_recording_that_nobody_goes_on_with_is_over(tmp_path: Path) -> None:
    with Recording(tmp_path / "a.wav") as recording:
        recording.write(TONE)
        assert sum(map(len, growing(recording.path, patience=0.1))) == len(TONE)


def test_a_finished_file_is_read_to_its_end_and_cancelling_ends_it(tmp_path: Path) -> None:
    with Recording(tmp_path / "a.wav") as recording:
        recording.write(TONE)
    assert sum(map(len, growing(recording.path))) == len(TONE)
    assert list(growing(recording.path, lambda: True)) == []


def test_another_sample_rate_is_brought_to_16_khz(tmp_path: Path) -> None:
    with Recording(tmp_path / "a.wav", sample_rate=48_000) as recording:
        recording.write(np.sin(np.arange(48_000) * 2 * np.pi * 440 / 48_000).astype(np.float32))
    got = np.concatenate(list(growing(recording.path)))
    assert len(got) == pytest.approx(SAMPLE_RATE, abs=50)
    crossings = np.count_nonzero(np.diff(np.signbit(got)))
    assert crossings == pytest.approx(2 * 440, abs=6)


def test_half_a_sample_waits_for_its_other_half(tmp_path: Path) -> None:
    with Recording(tmp_path / "a.wav") as recording:
        recording.write(TONE[:100])
        with recording.path.open("ab") as file:
            file.write(b"\1")
        assert len(next(growing(recording.path))) == 100


def test_what_is_no_recording_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.wav"):
        next(growing(tmp_path / "gone.wav"))
    (tmp_path / "text.wav").write_text("no sound" * 20)
    with pytest.raises(InputError, match="no recording"):
        next(growing(tmp_path / "text.wav"))
    recording = Recording(tmp_path / "a.wav")
    recording.write(TONE)
    heard = growing(recording.path)
    next(heard)
    recording.path.unlink()
    with pytest.raises(InputError, match="is gone"):
        next(heard)
    recording.close()
