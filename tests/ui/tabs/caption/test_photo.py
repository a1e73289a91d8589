"""What is known of pictures, without a window: words that stay after an edit, versions, records."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.events import Finished, Hypothesis, Seen, SegmentDone
from seq2seq_desktop.tasks.caption.spec import CaptionRequest
from seq2seq_desktop.ui.history import packed, unpacked
from seq2seq_desktop.ui.tabs.caption.album import Album
from seq2seq_desktop.ui.tabs.caption.photo import Photo, kept_words, steerable
from seq2seq_desktop.ui.tabs.caption.record import from_record, to_record

WORDS = st.lists(st.sampled_from(["a", "dog", "runs", "the", "red", "ball", "it's"]), min_size=1, max_size=8)
CELLS = 6


def settled(number: int, words: list[str]) -> SegmentDone:
    pieces = tuple(f" {word}" for word in words)
    weights = np.eye(CELLS, dtype=np.float32)[[place % CELLS for place in range(len(words))]]
    tokens = tuple(range(10, 10 + len(words)))
    known = (0.5,) * len(words)
    text = " ".join(words)
    return SegmentDone(number, (Hypothesis(tokens, known, -1.0, weights[:, None, None], (), pieces, text),), "end")


def captioned(words: list[str]) -> Album:
    album = Album(CaptionRequest((Path("a.png"),)))
    album.add_job(1)
    for event in (Seen(0, (60, 40), (2, 3)), settled(0, words), Finished("end")):
        album.feed(1, event)
    return album


@given(WORDS, st.text(max_size=40))
def test_words_of_an_edited_caption_stand_where_they_are_written(before: list[str], text: str) -> None:
    photo = captioned(before).photos[0]
    words = kept_words(photo.shown.words, text)
    assert all(text[word.start : word.end] == word.text for word in words)
    assert all(first.end <= second.start for first, second in pairwise(words))
    claimed = [word.first for word in words if steerable(word)]
    assert claimed == sorted(set(claimed))  # no two words share where one looked


@given(WORDS, WORDS)
def test_words_that_stay_keep_where_they_looked(before: list[str], added: list[str]) -> None:
    photo = captioned(before).photos[0]
    made = photo.edit(" ".join([*before, *added]), "Edited")
    assert made is not None
    old, new = photo.versions[0], photo.shown
    assert new is made
    assert np.array_equal(new.looks()[: len(before)], old.looks())
    assert not new.looks()[len(before) :].any()


@given(st.lists(st.booleans(), max_size=12))
def test_undo_and_redo_of_edits_never_lose_the_first_caption(moves: list[bool]) -> None:
    album = captioned(["a", "dog"])
    for number, forward in enumerate(moves):
        if forward:
            album.edit(album.photos[0], f"text {number}", "Edited")
        else:
            album.undo()
    while album.undo() is not None:
        pass
    assert album.photos[0].text == "a dog"
    while album.redo() is not None:
        pass
    assert album.photos[0].versions[0].text == "a dog"


@given(WORDS, st.text(max_size=30))
def test_a_record_that_was_on_disk_shows_the_same(words: list[str], edit: str) -> None:
    album = captioned(words)
    album.edit(album.photos[0], edit, "Edited")
    record = to_record(album)
    stored = json.loads(json.dumps(dict(record.options)))
    back = from_record(
        type(record)(record.task, record.text, record.result, "", stored, unpacked(packed(record.attention)))
    )
    before, after = album.photos[0], back.photos[0]
    assert (after.text, after.grid, after.path) == (before.text, before.grid, before.path)
    assert [word.text for word in after.shown.words] == [word.text for word in before.shown.words]
    assert np.array_equal(after.shown.looks(), before.shown.looks())


def test_events_of_a_picture_that_is_not_there_are_ignored() -> None:
    album = captioned(["a"])
    album.add_job(2)
    album.feed(2, settled(7, ["b"]))
    assert album.photos[0].text == "a"


def test_a_photo_says_nothing_before_it_was_looked_at() -> None:
    photo = Photo(Path("a.png"))
    assert (photo.text, photo.grid, photo.over, photo.shown.words) == ("", (0, 0), False, ())
    assert photo.shown.looks().shape == (0, 0)
