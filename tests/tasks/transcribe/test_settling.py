"""Attempts at a stretch, with a listener that writes what the test says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
import torch

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.decoding.speech import FirstLook
from seq2seq_desktop.events import Heard, Hypothesis, Reason, SegmentDone, Step
from seq2seq_desktop.io.audio import SAMPLE_RATE
from seq2seq_desktop.nn.speech import AudioMemory
from seq2seq_desktop.tasks.transcribe.activity import Utterance
from seq2seq_desktop.tasks.transcribe.listener import Sound
from seq2seq_desktop.tasks.transcribe.settling import Scribe

OPTIONS = DecodeOptions(seed=4)
LOOP = ("home again " * 30, "end", 0.9)
GOOD = ("We are going home.", "end", 0.9)


def sound(no_speech: float = 0.0, whole: bool = True) -> Sound:
    memory = AudioMemory(torch.zeros(1, 2, 4), torch.ones(1, 2, dtype=torch.bool))
    utterance = Utterance(1.0, np.zeros(SAMPLE_RATE, np.float32))
    return Sound(utterance, np.zeros((8, 100), np.float32), memory, FirstLook((), no_speech), "en", whole)


@dataclass
class Scripted:
    """Writes one text an attempt."""

    texts: list[tuple[str, Reason, float]]
    asked: list[DecodeOptions] = field(default_factory=list)
    windows: list[bool] = field(default_factory=list)  # whether each attempt had the whole window

    def hear(self, utterance: Utterance, language: str, whole: bool) -> Sound:
        assert (language, whole) == ("en", True)
        return sound()

    def write(self, sound: Sound, segment: int, task: str, options: DecodeOptions, *_: Any) -> Iterator[Any]:
        text, reason, probability = self.texts[len(self.asked)]
        self.asked.append(options)
        self.windows.append(sound.whole)
        yield Step(segment, 0, 5, probability, (5,), text=text)
        yield SegmentDone(segment, (Hypothesis((5,), (probability,), 0.0, text=text),), reason)


def settle(texts: list[Any], no_speech: float = 0.0, **given: Any) -> tuple[list[Any], Scripted]:
    listener = Scripted(texts)
    scribe = Scribe(listener, "transcribe", OPTIONS, **given)  # type: ignore[arg-type]
    return list(scribe.settle(sound(no_speech), 3)), listener


def test_what_is_believed_is_written_once() -> None:
    events, listener = settle([GOOD])
    assert [type(event) for event in events] == [Heard, Step, SegmentDone]
    assert all(event.segment == 3 for event in events)
    assert listener.asked == [OPTIONS]


def test_a_loop_is_written_again_at_rising_temperatures() -> None:
    events, listener = settle([LOOP, LOOP, GOOD])
    assert [type(event) for event in events] == [Heard, Step, Heard, Step, Heard, Step, SegmentDone]
    assert events[-1].hypotheses[0].text == GOOD[0]
    assert events[-1].reason == "end"
    assert [(o.search, o.temperature, o.seed) for o in listener.asked] == [
        ("greedy", 1.0, 4), ("sample", 0.2, 4), ("sample", 0.4, 4)
    ]  # fmt: skip


def test_a_loop_in_a_short_window_is_first_heard_in_the_whole_one() -> None:
    listener = Scripted([LOOP, LOOP, GOOD])
    events = list(Scribe(listener, "transcribe", OPTIONS).settle(sound(whole=False), 0))  # type: ignore[arg-type]
    assert listener.windows == [False, True, True]
    assert [options.search for options in listener.asked] == ["greedy", "greedy", "sample"]
    assert events[-1].hypotheses[0].text == GOOD[0]


def test_a_loop_to_the_end_is_given_and_marked() -> None:
    first = ("home again " * 29, "end", 0.9)
    events, listener = settle([first, LOOP, LOOP, LOOP])
    assert len(listener.asked) == 4
    assert events[-1].hypotheses[0].text == first[0]
    assert events[-1].reason == "repetition"
    assert settle([("home", "stalled", 0.9)] * 4)[0][-1].reason == "stalled"


def test_where_nobody_spoke_there_is_no_word_and_never_was_one() -> None:
    events, _ = settle([("Thanks for watching!", "end", 0.1)], no_speech=0.95)
    assert [type(event) for event in events] == [Heard, SegmentDone]
    assert (events[-1].hypotheses[0].text, events[-1].hypotheses[0].tokens) == ("", ())
    events, _ = settle([GOOD], no_speech=0.95)
    assert [type(event) for event in events] == [Heard, Step, SegmentDone]


def test_cancelling_ends_the_attempts() -> None:
    events, listener = settle([LOOP], cancelled=lambda: True)
    assert len(listener.asked) == 1
    assert isinstance(events[-1], SegmentDone)


@pytest.mark.parametrize("seed", [None, 0])
def test_drawing_is_always_seeded(seed: int | None) -> None:
    listener = Scripted([LOOP, GOOD])
    list(Scribe(listener, "transcribe", DecodeOptions(seed=seed)).settle(sound(), 0))  # type: ignore[arg-type]
    assert listener.asked[1].seed == 0
