"""Real files, written by FFmpeg: every kind that people have, and those that went wrong."""

import struct
import tracemalloc
import wave
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from seq2seq_desktop.errors import InputError, OptionError
from seq2seq_desktop.io.audio import READABLE, SAMPLE_RATE, AudioInfo, blocks, probe

CODECS = {
    ".wav": "pcm_s16le",
    ".flac": "flac",
    ".mp3": "libmp3lame",
    ".m4a": "aac",
    ".ogg": "libopus",
    ".mkv": "libopus",
    ".ts": "aac",
    ".aiff": "pcm_s16be",
}
CHANNELS = {"mono": 1, "stereo": 2, "5.1": 6}


def sweep(seconds: float, rate: int = SAMPLE_RATE) -> NDArray[np.float32]:
    """A tone that rises from 200 to 1,200 Hz over 20 s, so that every moment sounds different."""
    time = np.arange(round(seconds * rate)) / rate
    return (0.8 * np.sin(2 * np.pi * (200 + 25 * time) * time)).astype(np.float32)


def write(
    path: Path, samples: NDArray[np.float32], rate: int = SAMPLE_RATE, layout: str = "mono", later: float = 0.0
) -> Path:
    """A file with `samples` in every channel; with `later`, a video whose sound begins so many seconds later."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(CODECS.get(path.suffix, "aac"), rate=rate)
        stream.layout = layout
        if later:
            add_picture(container)
        for begin in range(0, len(samples), rate):
            whole = np.round(samples[begin : begin + rate] * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(np.repeat(whole, CHANNELS[layout])[None], "s16", layout)
            frame.sample_rate, frame.pts = rate, begin + round(later * rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def add_picture(container: av.container.OutputContainer) -> None:
    """One second of black video."""
    stream = container.add_stream("mpeg4", rate=10)
    stream.width, stream.height = 64, 48
    for index in range(10):
        frame = av.VideoFrame(64, 48, "yuv420p")
        frame.pts = index
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def joined(pieces: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(0, np.float32), *pieces])


def likeness(one: NDArray[np.float32], other: NDArray[np.float32], within: int = 0) -> float:
    """Correlation over the length of the shorter one, 1 for the same sound; `other` may be `within` samples early."""
    size = min(len(one), len(other)) - within
    return max(float(np.corrcoef(one[shift:][:size], other[:size])[0, 1]) for shift in range(within + 1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sound")


@pytest.mark.parametrize("suffix", CODECS)
def test_every_kind_of_file_gives_the_sound_that_was_written(suffix: str, folder: Path) -> None:
    path = write(folder / f"a{suffix}", sweep(6, 48_000), 48_000)
    pieces = list(blocks(path, seconds=0.5))
    assert {len(piece) for piece in pieces[:-1]} == {SAMPLE_RATE // 2}
    assert all(piece.dtype == np.float32 for piece in pieces)
    whole = joined(pieces)
    assert len(whole) == pytest.approx(6 * SAMPLE_RATE, abs=0.05 * SAMPLE_RATE)
    late = 350 if suffix == ".ts" else 0  # a transport stream does not say how late its AAC begins
    assert likeness(whole[800:-1600], sweep(6)[800:-1600], late) > 0.99
    assert suffix in READABLE


@pytest.mark.parametrize("suffix", CODECS)
def test_a_part_is_the_same_as_in_the_whole(suffix: str, folder: Path) -> None:
    path = write(folder / f"b{suffix}", sweep(6, 44_100 if suffix == ".mp3" else 48_000))
    whole, part = joined(blocks(path)), joined(blocks(path, 0.3, start=3.1, end=4.35))
    assert len(part) == round(1.25 * SAMPLE_RATE)
    millisecond = SAMPLE_RATE // 1000  # what times in Matroska are rounded to
    begin = round(3.1 * SAMPLE_RATE) - 2 * millisecond
    assert likeness(whole[begin : begin + len(part) + 4 * millisecond], part, 4 * millisecond) > 0.98


@pytest.mark.parametrize(("rate", "layout"), [(8_000, "mono"), (96_000, "5.1"), (22_050, "stereo"), (44_100, "mono")])
def test_any_rate_and_channels_become_mono_at_16_khz(rate: int, layout: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", sweep(2, rate), rate, layout)
    assert probe(path) == AudioInfo(2.0, rate, CHANNELS[layout], "pcm_s16le")
    samples = joined(blocks(path))
    assert len(samples) == 2 * SAMPLE_RATE
    assert likeness(samples, sweep(2)) > 0.999
    assert np.abs(samples).max() == pytest.approx(0.8, abs=0.02)  # channels are mixed, not added up


@pytest.mark.parametrize("channels", range(1, 9))
def test_unnamed_channels_are_mixed(channels: int, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((channels, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(np.repeat((sweep(1) * 32767).astype("<i2"), channels).tobytes())
    assert likeness(joined(blocks(tmp_path / "a.wav")), sweep(1)) > 0.999


def test_times_are_those_of_the_video(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", sweep(2, 48_000), 48_000, later=1.5)
    samples = joined(blocks(path))
    assert not samples[: round(1.4 * SAMPLE_RATE)].any()
    assert likeness(samples[round(1.49 * SAMPLE_RATE) :], sweep(2), 320) > 0.99
    assert len(samples) == pytest.approx(3.5 * SAMPLE_RATE, abs=800)
    assert likeness(samples[round(1.99 * SAMPLE_RATE) :], joined(blocks(path, start=2.0)), 320) > 0.99


def test_the_sound_of_a_kind_that_changes_in_the_middle_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    first = write(tmp_path / "1.mp3", sweep(2, 44_100), 44_100).read_bytes()
    second = write(tmp_path / "2.mp3", sweep(2, 22_050), 22_050, "stereo").read_bytes()
    path.write_bytes(first + second)
    assert len(joined(blocks(path))) == pytest.approx(4 * SAMPLE_RATE, abs=0.2 * SAMPLE_RATE)


@pytest.mark.parametrize(
    "name", ["L'été « 1 » 🎤.wav", 'say "hi".wav', "a:b?x=1#%d.wav", "-i.wav", "no suffix", "http:x"]
)
def test_any_name_will_do(name: str, tmp_path: Path) -> None:
    write(tmp_path / "plain.wav", sweep(1)).rename(tmp_path / name)
    assert len(joined(blocks(tmp_path / name))) == SAMPLE_RATE


def test_a_video_without_sound_says_so(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        add_picture(container)
    for read in (probe, lambda path: list(blocks(path))):
        with pytest.raises(InputError, match=r"film\.mp4 has no sound in it") as caught:
            read(path)
        assert caught.value.remedy


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", r"a\.wav is empty"),
        (b"Just some words.\n" * 50, "not a sound or video file"),
        (bytes(5000), "not a sound or video file"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n", "not a sound"),
    ],
    ids=["empty", "text", "zeros", "playlist"],
)
def test_what_is_no_sound_is_refused(data: bytes, problem: str, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(InputError, match=problem):
        list(blocks(tmp_path / "a.wav"))


def test_a_playlist_opens_no_other_file(tmp_path: Path) -> None:
    write(tmp_path / "secret.ts", sweep(1))
    path = tmp_path / "a.m3u8"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\n{tmp_path / 'secret.ts'}\n#EXT-X-ENDLIST\n")
    with pytest.raises(InputError):
        list(blocks(path))


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        probe(tmp_path / "gone.wav")
    with pytest.raises(InputError, match="is a folder"):
        probe(tmp_path)
    with pytest.raises(InputError, match="not a file name"):
        probe(tmp_path / "a\0.wav")


def test_a_recording_without_a_sample_has_no_sound(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(b"")
    with pytest.raises(InputError, match="0 s long"):
        list(blocks(tmp_path / "a.wav"))


@pytest.mark.parametrize("suffix", [".flac", ".aiff"])
def test_a_file_that_breaks_off_gives_what_is_there_and_then_says_so(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"a{suffix}", sweep(10))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    kept = []
    with pytest.raises(InputError, match=rf"a{suffix} is damaged: it breaks off after 0:00:0\d of 0:00:10") as caught:
        kept.extend(blocks(path))
    assert "kept" in caught.value.remedy
    assert 5 * SAMPLE_RATE < len(joined(kept)) < 8 * SAMPLE_RATE
    assert likeness(joined(kept), sweep(10)) > 0.99


def test_a_hole_in_a_file_is_silence_and_is_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a", sweep(10, 48_000), 48_000)
    data = bytearray(path.read_bytes())
    begin, size = len(data) * 4 // 10, len(data) * 2 // 10
    data[begin : begin + size] = b"\x55" * size
    path.write_bytes(data)
    kept = []
    with pytest.raises(InputError, match=r"damaged: \d s of it could not be decoded"):
        kept.extend(blocks(path))
    assert likeness(joined(kept)[8 * SAMPLE_RATE :], sweep(10)[8 * SAMPLE_RATE :]) > 0.99  # still in time


@pytest.fixture(scope="module")
def originals(folder: Path) -> dict[str, bytes]:
    """One short file of each kind."""
    return {suffix: write(folder / f"c{suffix}", sweep(0.5, 48_000), 48_000).read_bytes() for suffix in CODECS}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_file_gives_sound_or_a_clear_error(
    data: st.DataObject, originals: dict[str, bytes], folder: Path
) -> None:
    whole = originals[data.draw(st.sampled_from(sorted(originals)))]
    damaged = bytearray(whole[: data.draw(st.integers(1, len(whole)))])
    for position, byte in data.draw(st.lists(st.tuples(st.integers(0, len(damaged) - 1), st.integers(0, 255)))):
        damaged[position] = byte
    (folder / "damaged").write_bytes(damaged)
    with suppress(InputError):  # nothing else may come out
        for _, block in zip(range(40), blocks(folder / "damaged"), strict=False):
            assert np.isfinite(block).all()
            assert np.abs(block).max(initial=0) <= 1


def test_ten_hours_take_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    path, seconds, rate = tmp_path / "long.wav", 36_000, 8_000
    size = seconds * rate
    header = (b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, rate, rate, 1, 8, b"data", size)
    path.write_bytes(struct.pack("<4sI4s4sIHHIIHH4sI", *header))
    with path.open("r+b") as raw:
        raw.truncate(44 + size)  # a sparse file: nothing is written
    assert probe(path).seconds == seconds
    tracemalloc.start()
    read = sum(len(block) for block in blocks(path, end=300.0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == 300 * SAMPLE_RATE  # 19 MB
    assert peak < 4e6
    assert len(joined(blocks(path, start=seconds - 5))) == 5 * SAMPLE_RATE


def test_an_end_that_lies_after_the_file_gives_the_rest_of_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", sweep(2))
    assert len(joined(blocks(path, start=1.5, end=9))) == SAMPLE_RATE // 2
    assert list(blocks(path, start=5)) == []


@pytest.mark.parametrize(
    ("seconds", "start", "end"), [(0, 0, None), (1, -1, None), (1, 2, 1), (float("nan"), 0, None)]
)
def test_times_in_no_order_are_refused_at_once(seconds: float, start: float, end: float | None) -> None:
    with pytest.raises(OptionError):
        blocks(Path("any.wav"), seconds, start, end)
