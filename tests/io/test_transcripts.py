"""Transcripts as files: cues that can be read, times that are right, nothing lost."""

import json
import re
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.events import Word
from seq2seq_desktop.io.documents import read_document
from seq2seq_desktop.io.transcripts import LINE, SUFFIXES, Passage, cues, plain_text, rendered, save_transcript


def passage(text: str, start: float = 0.0, pace: float = 0.4) -> Passage:
    """A passage whose words each take `pace` seconds."""
    words = [
        Word(word, start + pace * index, start + pace * index + 0.9 * pace, 0.8, (index, index + 1))
        for index, word in enumerate(text.split())
    ]
    return Passage(start, start + pace * len(words), text, tuple(words))


SAID = (passage("Where is the station?", 1.25), passage("Over there & to the left.", 5.0, 0.3))
LONG = " ".join(["Nobody had told him that the war was over,", "so he went on lighting the lamp every night."] * 4)
letters = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12)
texts = st.lists(letters, min_size=1, max_size=40).map(" ".join)


def test_text_has_a_paragraph_where_nobody_spoke_for_long() -> None:
    close = passage("And then?", SAID[1].end + 0.5)
    assert plain_text([*SAID, close]) == "Where is the station?\n\nOver there & to the left. And then?"
    assert plain_text([]) == plain_text([Passage(0, 1, "  ")]) == ""


def test_subrip_as_players_read_it() -> None:
    assert rendered(SAID, ".srt") == (
        "1\n00:00:01,250 --> 00:00:02,810\nWhere is the station?\n\n"
        "2\n00:00:05,000 --> 00:00:06,770\nOver there & to the left.\n"
    )


def test_webvtt_has_its_header_and_escapes() -> None:
    text = rendered(SAID, ".vtt")
    assert text.startswith("WEBVTT\n\n00:00:01.250 --> 00:00:02.810\n")
    assert "Over there &amp; to the left." in text


def test_json_has_every_word_with_time_and_probability() -> None:
    tree = json.loads(rendered(SAID, ".json", {"language": "en"}))
    assert tree["language"] == "en"
    assert tree["text"] == plain_text(SAID)
    assert tree["passages"][1]["words"][0] == {"text": "Over", "start": 5.0, "end": 5.27, "probability": 0.8}


def test_a_long_passage_becomes_cues_of_two_lines_and_seven_seconds() -> None:
    found = cues([passage(LONG)])
    assert len(found) > 3
    for cue in found:
        assert len(cue.lines) <= 2
        assert sum(map(len, cue.lines)) <= 2 * LINE
        assert cue.end - cue.start <= 7.0
    assert found[0].lines[-1].endswith((",", "."))  # cut where a speaker pauses


@given(texts, st.floats(0, 1e5), st.floats(0.05, 3))
def test_cues_keep_every_word_and_follow_each_other(text: str, start: float, pace: float) -> None:
    found = cues([passage(text, start, pace)])
    assert " ".join(line for cue in found for line in cue.lines).split() == text.split()
    assert all(before.end <= after.start + 1e-6 for before, after in pairwise(found))
    assert all(cue.start <= cue.end for cue in found)


@given(texts)
def test_without_word_times_cues_still_cover_the_passage(text: str) -> None:
    found = cues([Passage(2.0, 14.0, text)])
    assert " ".join(line for cue in found for line in cue.lines).split() == text.split()
    assert found[0].start >= 2.0
    assert found[-1].end <= 15.0


def test_words_that_are_written_otherwise_are_joined() -> None:
    words = (Word("colour", 0.0, 0.5, 1.0, (0, 1)), Word("red", 0.5, 1.0, 1.0, (1, 2)))
    assert cues([Passage(0, 1, "Color red.", words)])[0].lines == ("colour red",)


@pytest.mark.parametrize("suffix", [".srt", ".vtt"])
def test_our_own_subtitles_can_be_read_again(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"said{suffix}"
    save_transcript([passage("One --> two, and three."), *SAID], path)
    said = [block.text for block in read_document(path).blocks]
    assert re.fullmatch(r"One \S+ two, and three\.", said[0])
    assert said[1] == "Where is the station?"


def test_every_kind_is_saved_and_nothing_else(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        save_transcript(SAID, tmp_path / f"said{suffix}")
    paragraphs = [one.text for one in docx.Document(str(tmp_path / "said.docx")).paragraphs]
    assert paragraphs == ["Where is the station?", "Over there & to the left."]
    with pytest.raises(InputError, match="mp3"):
        save_transcript(SAID, tmp_path / "said.mp3")
    with pytest.raises(InputError, match="exists"):
        save_transcript(SAID, tmp_path / "said.txt")
