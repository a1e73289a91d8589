"""Cutting is held to a detector that only looks at loudness; what is speech, to a voice, noise and music."""

import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor

from seq2seq_desktop.errors import BundleError, InputError, OptionError
from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks
from seq2seq_desktop.nn.voice import FRAME, VoiceDetector
from seq2seq_desktop.paths import resources
from seq2seq_desktop.tasks.transcribe import activity
from seq2seq_desktop.tasks.transcribe.activity import (
    FILE,
    FRAME_SECONDS,
    LIVE,
    PauseOptions,
    Pauses,
    Utterance,
    VoiceActivity,
    load_detector,
    utterances,
)

SPEECH = resources() / "samples" / "transcribe" / "01-boat.en.opus"
SMALL = PauseOptions(pause=0.5, longest=5.0, padding=0.1, shortest=0.1)


class Loudness(VoiceDetector):
    """The loudest sample of each frame is its probability."""

    def forward(self, frames: Tensor, state):  # type: ignore[no-untyped-def]
        return frames.abs().amax(dim=1), state


LOUDNESS = Loudness()


def sound(*stretches: tuple[float, float]) -> NDArray[np.float32]:
    """Stretches of (seconds, probability), rounded to whole frames."""
    frames = [np.full(round(seconds / FRAME_SECONDS) * FRAME, level) for seconds, level in stretches]
    return np.concatenate(frames).astype(np.float32)


def cut(samples: NDArray[np.float32], options: PauseOptions = SMALL, block: int = 1600) -> list[Utterance]:
    return list(utterances(in_blocks(samples, block), options, LOUDNESS))


def in_blocks(samples: NDArray[np.float32], size: int) -> Iterator[NDArray[np.float32]]:
    for begin in range(0, len(samples), size):
        yield samples[begin : begin + size]


def test_a_long_pause_ends_an_utterance_and_padding_stays() -> None:
    found = cut(sound((1.024, 0), (2.048, 0.9), (0.32, 0), (0.64, 0.9), (3.2, 0), (1.024, 0.8), (2, 0)))
    assert [(u.start, round(u.end, 3)) for u in found] == [
        (pytest.approx(0.924), 4.132),  # the short pause stays inside
        (pytest.approx(7.132), 8.356),
    ]


def test_speech_to_the_very_end_comes_with_the_end() -> None:
    (found,) = cut(np.concatenate([sound((0.64, 0), (1.28, 0.9)), np.full(300, 0.9, np.float32)]))
    assert found.end == pytest.approx(0.64 + 1.28 + 300 / SAMPLE_RATE)


def test_what_is_unsure_goes_on_but_does_not_begin() -> None:
    assert cut(sound((3, 0.4))) == []
    (found,) = cut(sound((0.512, 0.4), (0.512, 0.6), (1.024, 0.4), (1, 0.1)))
    assert (found.start, found.end) == (pytest.approx(0.412), pytest.approx(0.512 * 2 + 1.024 + 0.1))


def test_a_click_is_no_utterance() -> None:
    assert cut(sound((1, 0), (0.064, 1), (1, 0), (0.064, 1), (2, 0))) == []
    assert len(cut(sound((1, 0), (0.128, 1), (2, 0)))) == 1


def test_too_long_speech_is_cut_at_its_longest_pause() -> None:
    first, second = cut(
        sound((2.4, 0.9), (0.096, 0), (0.8, 0.9), (0.256, 0), (0.8, 0.9), (0.096, 0), (2, 0.9), (1, 0))
    )
    pause = 2.4 + 0.096 + 0.8
    assert first.end == pytest.approx(pause + 0.1, abs=0.02)
    assert second.start == pytest.approx(pause + 0.256 - 0.1, abs=0.02)


def test_an_early_pause_is_no_reason_for_a_short_window() -> None:
    first, _ = cut(sound((0.64, 0.9), (0.448, 0), (3.2, 0.9), (0.096, 0), (2, 0.9), (1, 0)))
    assert first.end > 4


def test_speech_without_a_pause_is_cut_at_its_least_sure_frame() -> None:
    first, second = cut(sound((4.0, 0.9), (0.032, 0.6), (3, 0.9), (1, 0)))
    assert first.end == second.start == pytest.approx(4.0, abs=0.033)


@settings(max_examples=30)
@given(
    stretches=st.lists(
        st.tuples(st.floats(0.04, 4), st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.9, 1.0])), min_size=1, max_size=10
    ),
    block=st.sampled_from([160, 512, 1600, 16_000, 10**9]),
)
def test_nothing_said_is_lost_and_nothing_comes_twice(stretches: list[tuple[float, float]], block: int) -> None:
    samples = sound(*stretches)
    found = cut(samples, replace(SMALL, shortest=0.0), block)
    missing = samples.copy()
    end = 0.0
    for utterance in found:
        first = round(utterance.start * SAMPLE_RATE)
        assert utterance.start >= end - 1e-9
        assert len(utterance.samples) <= SMALL.longest * SAMPLE_RATE
        assert np.array_equal(utterance.samples, samples[first : first + len(utterance.samples)])
        assert utterance.samples.max() >= SMALL.release
        missing[first : first + len(utterance.samples)] = 0
        end = utterance.end
    assert missing.max() < SMALL.threshold
    other = cut(samples, replace(SMALL, shortest=0.0), 333)
    assert [(u.start, u.end) for u in found] == [(u.start, u.end) for u in other]


def test_the_utterance_that_goes_on_can_be_seen() -> None:
    pauses = Pauses(SMALL, LOUDNESS, start=60.0)
    assert pauses.push(sound((1.024, 0))) == []
    assert pauses.tentative is None
    pauses.push(sound((0.512, 0.9)))
    assert pauses.tentative
    assert (pauses.tentative.start, pauses.tentative.end) == (pytest.approx(60.924), pytest.approx(61.536))
    pauses.push(sound((0.512, 0.9)))
    assert pauses.tentative.end == pytest.approx(62.048)
    (done,) = pauses.push(sound((0.512, 0)))
    assert done.end == pytest.approx(62.148)
    assert pauses.tentative is None
    assert pauses.close() == []


def test_memory_stays_flat_on_an_endless_stream() -> None:
    def endless() -> Iterator[NDArray[np.float32]]:
        for second in range(1800):
            yield np.full(SAMPLE_RATE, 0.9 if second % 120 >= 80 else 0, np.float32)

    tracemalloc.start()
    count = sum(1 for _ in utterances(endless(), SMALL, LOUDNESS))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 15 * 9  # 40 s without a pause, in pieces of just under 5 s
    assert peak < 3e6  # the whole is 115 MB


def test_what_was_said_before_an_error_comes_before_it() -> None:
    def broken() -> Iterator[NDArray[np.float32]]:
        yield sound((1, 0.9))
        raise InputError("the file breaks off")

    found = []
    with pytest.raises(InputError):
        found.extend(utterances(broken(), SMALL, LOUDNESS))
    assert len(found) == 1


@pytest.mark.parametrize(
    "values",
    [{"threshold": 0.2}, {"threshold": 1.2}, {"release": 0}, {"pause": 0}, {"padding": -1}, {"longest": 1.5}],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(OptionError):
        PauseOptions(**values)


@pytest.fixture(scope="module")
def detector() -> VoiceDetector:
    return load_detector()


@pytest.fixture(scope="module")
def speech() -> NDArray[np.float32]:
    """3.6 s of a voice."""
    return np.concatenate(list(blocks(SPEECH)))


def minute(kind: str) -> NDArray[np.float32]:
    """60 s without a word."""
    generator = np.random.default_rng(0)
    time = np.arange(60 * SAMPLE_RATE) / SAMPLE_RATE
    white = generator.standard_normal(len(time))
    if kind == "silence":
        return np.zeros(len(time), np.float32)
    if kind == "noise":
        return (0.05 * white).astype(np.float32)
    if kind == "hum":
        return (0.2 * np.sin(2 * np.pi * 50 * time) + 0.05 * np.sin(2 * np.pi * 150 * time)).astype(np.float32)
    notes = 220 * 2 ** (generator.choice([0, 3, 5, 7, 10, 12], 120) / 12)
    phase = 2 * np.pi * np.cumsum(np.repeat(notes, SAMPLE_RATE // 2)) / SAMPLE_RATE
    decay = np.exp(-4 * (time % 0.5))
    melody = sum(np.sin(k * phase) / k for k in range(1, 7)) * decay
    drums = white * np.exp(-30 * (time % 1.0))
    return (0.15 * melody + 0.1 * drums).astype(np.float32)


@pytest.mark.parametrize("kind", ["silence", "noise", "hum", "music"])
def test_a_minute_without_a_word_gives_nothing(kind: str, detector: VoiceDetector) -> None:
    assert list(utterances(in_blocks(minute(kind), SAMPLE_RATE), FILE, detector)) == []


def test_a_voice_is_found_between_silence_and_noise(detector: VoiceDetector, speech: NDArray[np.float32]) -> None:
    stream = 0.003 * np.random.default_rng(1).standard_normal(25 * SAMPLE_RATE).astype(np.float32)
    for second in (2, 13):
        stream[second * SAMPLE_RATE :][: len(speech)] += speech
    found = list(utterances(in_blocks(stream, 1000), LIVE, detector))
    assert [round(u.start) for u in found] == [2, 13]
    for utterance, second in zip(found, (2, 13), strict=True):
        end = second + len(speech) / SAMPLE_RATE
        assert second - 0.65 <= utterance.start <= second + 0.3
        assert end - 0.6 <= utterance.end <= end + 0.6


def test_activity_is_the_same_however_the_sound_comes(detector: VoiceDetector, speech: NDArray[np.float32]) -> None:
    whole, parts = VoiceActivity(detector), VoiceActivity(detector)
    expected = np.concatenate([whole.push(speech), whole.close()])
    pieces = [parts.push(block) for block in in_blocks(speech, 777)]
    assert len(expected) == -(-len(speech) // FRAME)
    assert np.concatenate([*pieces, parts.close()]) == pytest.approx(expected, abs=1e-4)
    assert expected.max() > 0.95
    assert parts.close().shape == (0,)


def test_a_sample_that_is_no_number_does_not_deafen(detector: VoiceDetector, speech: NDArray[np.float32]) -> None:
    heard = VoiceActivity(detector)
    heard.push(np.array([np.nan, np.inf, -np.inf] * FRAME, np.float32))
    assert heard.push(speech).max() > 0.95


def test_silero_is_not_imported() -> None:
    threads = torch.get_num_threads()
    load_detector()
    assert "silero_vad" not in sys.modules
    assert torch.get_num_threads() == threads


def test_missing_or_strange_weights_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(activity, "find_spec", lambda name: None)
    with pytest.raises(BundleError, match="silero-vad is not installed"):
        load_detector()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "silero_vad_16k.safetensors").write_bytes(b"no weights")
    monkeypatch.setattr(
        activity, "find_spec", lambda name: SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    )
    with pytest.raises(BundleError, match="unknown kind"):
        load_detector()
