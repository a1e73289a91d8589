"""Whisper base itself on a spoken sample, where it is installed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seq2seq_desktop.events import Finished, Heard, SegmentDone, Step
from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks
from seq2seq_desktop.io.recording import Recording
from seq2seq_desktop.metrics.wer import score_transcripts
from seq2seq_desktop.paths import resources
from seq2seq_desktop.tasks.transcribe.spec import Branch, TranscribeRequest
from seq2seq_desktop.tasks.transcribe.task import TranscribeTask, load

pytestmark = pytest.mark.slow
BOAT = resources() / "samples" / "transcribe" / "01-boat.en.opus"
SAID = (
    "The small boat left the harbor before sunrise. By noon the wind had turned, and nobody on board could see the "
    "lighthouse anymore."
)


@pytest.fixture(scope="module")
def task(whisper_base: Path) -> TranscribeTask:
    return load(str(whisper_base))


@pytest.fixture(scope="module")
def events(task: TranscribeTask) -> list[Any]:
    return list(task.run(TranscribeRequest(BOAT)))


def done(events: list[Any]) -> SegmentDone:
    (found,) = (event for event in events if isinstance(event, SegmentDone))
    return found


def test_it_writes_down_what_is_said_and_in_which_language(events: list[Any]) -> None:
    assert isinstance(events[-1], Finished)
    assert score_transcripts([events[-1].text], [SAID]).wer < 10
    (heard,) = (event for event in events if isinstance(event, Heard))
    assert heard.language == "en"


def test_words_stand_where_they_were_said(events: list[Any], task: TranscribeTask, tmp_path: Path) -> None:
    words = {word.text: word for word in done(events).hypotheses[0].words}
    assert next(iter(words)) == "The"
    for name in ("boat", "harbor", "wind", "lighthouse"):  # each alone is heard as itself, where it is said to be
        word = words[name]
        assert 0.1 < word.end - word.start < 1.2
    samples = np.concatenate(list(blocks(BOAT)))
    cut = words["harbor"].start
    with Recording(tmp_path / "rest.wav") as recording:
        recording.write(samples[: round(cut * SAMPLE_RATE)])
    *_, finished = task.run(TranscribeRequest(recording.path, "en"))
    assert "harbor" not in finished.text
    assert finished.text.startswith("The small boat left")


def test_another_word_leads_to_another_text(events: list[Any], task: TranscribeTask) -> None:
    best = done(events).hypotheses[0]
    (heard,) = (event for event in events if isinstance(event, Heard))
    place = best.words[1].tokens[0]
    branch = Branch(0, heard.start, heard.end, best.tokens[:place], "little")
    again = list(task.run(TranscribeRequest(BOAT, "en", branch=branch)))
    assert again[-1].text.startswith("The little boat left")
    assert [event.index for event in again if isinstance(event, Step)][:3] == [0, 1, 2]
