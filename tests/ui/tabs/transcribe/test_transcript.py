"""What is known of a recording, without a window: memory, edits, order."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seq2seq_desktop.events import Heard, Hypothesis, SegmentDone, Step, Word
from seq2seq_desktop.tasks.transcribe.spec import TranscribeRequest
from seq2seq_desktop.ui.tabs.transcribe import transcript as module
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript

LONG, SHORT = 3.0, 0.5  # seconds of silence: a paragraph, or none


def transcript(*texts: str, pause: float = SHORT, attention: bool = False) -> Transcript:
    """A recording in which each stretch takes a second, and each word as long."""
    made = Transcript(TranscribeRequest(Path("talk.wav")))
    made.add_job(1)
    start = 0.0
    for number, text in enumerate(texts):
        spoken = text.split()
        times = np.linspace(start, start + 1, len(spoken) + 1)
        words = tuple(Word(word, times[i], times[i + 1], 0.9, (i, i + 1)) for i, word in enumerate(spoken))
        weights = np.full((len(spoken), 2, 2, 50), 0.02, np.float32) if attention else None
        tokens = tuple(range(len(spoken)))
        hypothesis = Hypothesis(tokens, (0.9,) * len(spoken), 0.0, weights, text=text, words=words)
        made.feed(1, Heard(number, start, start + 1, np.zeros((80, 100), np.float32)))
        made.feed(1, SegmentDone(number, (hypothesis,), "end"))
        start += 1 + pause
    return made


def test_old_stretches_keep_only_the_mean_and_very_old_ones_only_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEADS_KEPT", 3 * 4 * 50 * 4 * 2)  # of two stretches of three words
    monkeypatch.setattr(module, "SOUND_KEPT", 4)
    made = transcript(*["one two three"] * 6, attention=True)
    shapes = [None if one.attention is None else one.attention.shape for one in made.stretches]
    assert shapes == [None, None, (3, 1, 1, 50), (3, 1, 1, 50), (3, 2, 2, 50), (3, 2, 2, 50)]
    assert [one.sound is None for one in made.stretches] == [True, True, False, False, False, False]
    assert all(len(one.words) == 3 for one in made.stretches)
    assert made.stretches[0].alignment(made.stretches[0].words, None, None).max() == 0


@pytest.mark.parametrize(("pause", "gap"), [(SHORT, " "), (LONG, "\n\n")])
def test_a_long_silence_is_a_paragraph_in_the_pane_and_in_the_file(pause: float, gap: str) -> None:
    made = transcript("One two.", "Three.", "", pause=pause)
    assert made.whole(made.versions[0]) == made.output() == f"One two.{gap}Three."


def test_a_branch_is_not_firm_before_it_is_written() -> None:
    made = transcript("")
    made.add_job(2)
    heard = Heard(0, 0.0, 1.0, np.zeros((80, 100), np.float32), settled=False, agreed=1)
    made.feed(2, heard)
    made.feed(2, Step(0, 0, 5, 0.9, (5,), text="One"))
    (_, stretch) = made.stretches
    assert stretch.firm == 3
    made.feed(
        2, SegmentDone(0, (Hypothesis((5,), (0.9,), 0.0, text="One", words=(Word("One", 0, 1, 1, (0, 1)),)),), "end")
    )
    assert stretch.branched(stretch.words[0], 7).firm == 0


words = st.lists(st.sampled_from(["the", "old", "boat", "is", "gone.", "Où", "été,", "12"]), min_size=1, max_size=8)
stretches = st.lists(words.map(" ".join), min_size=1, max_size=5)


@given(stretches, words.map(" ".join))
@example(["the", "the", "the"], "old the")
def test_whatever_the_user_writes_is_what_stands_there(texts: list[str], text: str) -> None:
    made = transcript(*texts)
    version = made.edit(made.versions[0], text, "Edited")
    shown = made.whole(version or made.versions[0])
    assert shown == text
    places = made.places(version or made.versions[0])
    assert all(text[first:last] for first, last, _, _ in places)
    for stretch in made.all_stretches(version):
        for word in stretch.words:
            assert stretch.text[word.at : word.to] == word.text
            assert stretch.start - 1e-6 <= word.start <= word.end <= stretch.end + 1e-6


@given(stretches, st.data())
def test_words_that_stay_keep_their_times(texts: list[str], data: st.DataObject) -> None:
    made = transcript(*texts)
    whole = made.whole(made.versions[0])
    spoken = whole.split(" ")
    place = data.draw(st.integers(0, len(spoken)))
    version = made.edit(made.versions[0], " ".join([*spoken[:place], "XYZ", *spoken[place:]]), "Edited")
    assert version is not None
    before = [(word.text, word.start, word.end) for one in made.all_stretches() for word in one.words]
    after = [
        (word.text, word.start, word.end)
        for one in made.all_stretches(version)
        for word in one.words
        if word.text != "XYZ"
    ]
    assert after == before
