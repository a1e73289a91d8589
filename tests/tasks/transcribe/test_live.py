"""A recording that is written down while it grows; each block comes when the one before it has been heard."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.events import Finished, Heard, Progress, SegmentDone, Started, Step, Word
from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks
from seq2seq_desktop.io.recording import Recording
from seq2seq_desktop.paths import resources
from seq2seq_desktop.tasks.transcribe.live import Latency
from seq2seq_desktop.tasks.transcribe.spec import TranscribeRequest
from seq2seq_desktop.tasks.transcribe.task import TranscribeTask

BOAT = resources() / "samples" / "transcribe" / "01-boat.en.opus"
OPTIONS = DecodeOptions(max_length=12, lamp=False)
BLOCK = 0.5  # seconds


def of(kind: type, events: list[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture(scope="module")
def twice() -> np.ndarray:
    """Two sentences with a pause of 2 s between them."""
    boat = np.concatenate(list(blocks(BOAT)))
    return np.concatenate([np.zeros(8000, np.float32), boat, np.zeros(2 * SAMPLE_RATE, np.float32), boat[:48_000]])


def live(
    task: TranscribeTask,
    sound: np.ndarray,
    folder: Path,
    stop: Callable[[list[Any]], bool] = lambda _: False,
    options: DecodeOptions = OPTIONS,
) -> list[Any]:
    """All events; the recording is closed after its last block."""
    recording = Recording(folder / "live.wav")
    rest = [sound[at : at + int(BLOCK * SAMPLE_RATE)] for at in range(0, len(sound), int(BLOCK * SAMPLE_RATE))]
    recording.write(rest.pop(0))
    seen: list[Any] = []
    request = TranscribeRequest(recording.path, "en", live=True, options=options)
    for event in task.run(request, lambda: stop(seen)):
        seen.append(event)
        if isinstance(event, Progress):
            if rest:
                recording.write(rest.pop(0))
            else:
                recording.close()
    recording.close()
    return seen


@pytest.fixture(scope="module")
def events(tiny_listener: TranscribeTask, twice: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    return live(tiny_listener, twice, tmp_path_factory.mktemp("live"))


def test_a_stretch_grows_until_it_is_settled(events: list[Any]) -> None:
    assert events[0] == Started(())
    assert isinstance(events[-1], Finished)
    assert [done.segment for done in of(SegmentDone, events)] == [0, 1]
    for segment in (0, 1):
        *growing, settled = [heard for heard in of(Heard, events) if heard.segment == segment]
        assert settled.settled
        assert len(growing) > 2
        assert not any(heard.settled for heard in growing)
        ends = [heard.end for heard in growing]
        assert ends == sorted(ends)
        assert all(later - earlier >= 0.29 for earlier, later in pairwise(ends))
        assert {heard.start for heard in growing} == {growing[0].start}
        assert settled.spectrogram.shape[1] == pytest.approx(100 * (settled.end - settled.start), abs=1.5)


def test_steps_follow_what_was_heard_and_one_end_comes_after_them(events: list[Any]) -> None:
    heard: Heard | None = None
    last = -1
    for event in events:
        if isinstance(event, Heard):
            heard, last = event, -1
        elif isinstance(event, Step):
            assert heard is not None
            assert (event.segment, event.index) == (heard.segment, last + 1)
            last = event.index
        elif isinstance(event, SegmentDone):
            assert heard is not None
            assert heard.settled
    texts = [done.hypotheses[0].text for done in of(SegmentDone, events)]
    assert events[-1].text == " ".join(texts)
    assert all(done.hypotheses[0].words for done in of(SegmentDone, events))


def test_progress_follows_the_recording_and_tells_the_delay(events: list[Any], twice: np.ndarray) -> None:
    progress = of(Progress, events)
    assert progress[0].done == pytest.approx(BLOCK)
    assert progress[-1].done == pytest.approx(len(twice) / SAMPLE_RATE)
    assert progress[0].message == ""
    assert progress[-1].message.startswith("words come after ")


def test_what_attempts_agree_on_is_told_and_stays(events: list[Any]) -> None:
    agreed: tuple[int, ...] = ()  # tokens
    tokens: tuple[int, ...] = ()
    count = before = most = 0
    for event in events:
        if isinstance(event, Heard):
            assert event.agreed >= before if not event.settled else event.agreed == 0
            agreed, before, count = tokens[: event.agreed], event.agreed, event.agreed
            most = max(most, count)
        elif isinstance(event, Step):
            tokens = event.tokens
            assert tokens[:count] == agreed[: len(tokens)]
        elif isinstance(event, SegmentDone):
            before, tokens = 0, ()
    assert most > 2


def test_an_attempt_is_no_longer_than_anybody_speaks(
    tiny_listener: TranscribeTask, twice: np.ndarray, tmp_path: Path
) -> None:
    endless = DecodeOptions(lamp=False)  # this model finds no end: it writes on up to the limit
    events = live(tiny_listener, twice[: 3 * SAMPLE_RATE], tmp_path, options=endless)
    first = next(place for place, event in enumerate(events) if isinstance(event, Heard))
    heard = events[first]
    attempt = [event for event in events[first + 1 : first + 200] if isinstance(event, Step)]
    steps = next((place for place, event in enumerate(attempt) if place and event.index == 0), len(attempt))
    assert steps <= 16 + 10 * (heard.end - heard.start) + 1


def test_attempts_are_greedy_and_what_settles_is_searched_for_as_asked(
    tiny_listener: TranscribeTask, twice: np.ndarray, tmp_path: Path
) -> None:
    beams = DecodeOptions(search="beam", beams=3, max_length=12, lamp=False)
    settled, widths = False, {False: set[int](), True: set[int]()}
    for event in live(tiny_listener, twice[: 4 * SAMPLE_RATE], tmp_path, options=beams):
        if isinstance(event, Heard):
            settled = event.settled
        elif isinstance(event, Step):
            widths[settled].add(len(event.beam))
    assert widths[False] == {0}
    assert 3 in widths[True]


def test_it_can_go_on_in_the_middle(
    tiny_listener: TranscribeTask, events: list[Any], twice: np.ndarray, tmp_path: Path
) -> None:
    (_, second) = [heard for heard in of(Heard, events) if heard.settled]
    begin = second.start - 0.5
    with Recording(tmp_path / "whole.wav") as recording:
        recording.write(twice)
    request = TranscribeRequest(recording.path, "en", live=True, start=begin, options=OPTIONS)
    seen = list(tiny_listener.run(request))
    (heard,) = [event for event in of(Heard, seen) if event.settled]
    assert heard.start == pytest.approx(second.start, abs=0.1)
    assert of(Progress, seen)[-1].done == pytest.approx(len(twice) / SAMPLE_RATE - begin)


def test_it_stops_where_it_is(tiny_listener: TranscribeTask, twice: np.ndarray, tmp_path: Path) -> None:
    seen = live(tiny_listener, twice, tmp_path, lambda seen: len(of(Step, seen)) > 4)
    assert seen[-1].reason == "cancelled"
    assert not of(SegmentDone, seen)


def test_silence_that_grows_stays_silent(tiny_listener: TranscribeTask, tmp_path: Path) -> None:
    seen = live(tiny_listener, np.zeros(5 * SAMPLE_RATE, np.float32), tmp_path)
    assert {type(event) for event in seen} == {Started, Progress, Finished}
    assert seen[-1].text == ""


def said(*ends: float) -> tuple[Word, ...]:
    return tuple(Word("x", end - 0.1, end, 1.0, (0, 1)) for end in ends)


def test_latency_counts_from_the_sound_of_a_word() -> None:
    now = 100.0
    latency = Latency(lambda: now)
    latency.arrived(1.0)  # the recording began at 99
    now = 102.0
    latency.arrived(2.5)  # no: at 99 at the latest
    assert latency.told == ""
    latency.tentative(said(1.5, 2.0))  # at 3.0 of the recording: 1.5 and 1.0 ago
    now = 103.0
    latency.tentative(said(1.5, 2.0, 3.5))  # only the last is new: 0.5 ago
    latency.firm(said(1.5))  # 2.5 ago
    now = 105.0
    latency.firm(said(1.52, 2.0, 3.5))  # the first was firm; 4.0, 2.5 ago
    assert latency.figures == (1.0, 2.5)
    assert latency.told == "words come after 1.0 s and are firm after 2.5 s"
