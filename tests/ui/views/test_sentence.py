from dataclasses import replace

import numpy as np

from seq2seq_desktop.events import BeamEntry, Hypothesis, Segment, SegmentDone, Step
from seq2seq_desktop.ui.views.sentence import Sentence

SEGMENT = Segment("a b", ("a", " b", "</s>"), ((0, 1), (1, 3), (0, 0)), (False, False, True))


def step(index, tokens, piece, row, beam=()):
    weights = np.zeros((2, 2, 3), np.float32)
    weights[..., row] = 1
    ended = index >= len(tokens)
    return Step(
        0, index, 2 if ended else tokens[-1], 0.5, tokens, (), 0.0, weights, beam, piece, "x y"[: 2 * index + 1]
    )


def test_rows_of_attention_are_the_steps():
    sentence = Sentence(SEGMENT)
    for event in (step(0, (7,), " x", 0), step(1, (7, 8), " y", 1), step(2, (7, 8), "</s>", 2)):
        sentence.step(event)
    assert sentence.pieces == (" x", " y", "</s>")
    assert sentence.attention.shape == (3, 2, 2, 3)
    assert sentence.attention[:, 0, 0].argmax(axis=1).tolist() == [0, 1, 2]
    assert [word.text for word in sentence.target_words()] == ["x", "y"]
    assert [word.text for word in sentence.target_words(specials=True)] == ["x", "y", "</s>"]


def test_more_steps_than_room_lose_no_row():
    sentence = Sentence(SEGMENT)
    for index in range(100):
        sentence.step(replace(step(index, tuple(range(index + 1)), " x", index % 3), text="x " * (index + 1)))
    assert sentence.attention[:, 1, 1].argmax(axis=1).tolist() == [index % 3 for index in range(100)]


def test_a_beam_whose_past_changes_shows_the_new_past():
    sentence = Sentence(SEGMENT)
    entries = (BeamEntry(0, 7, -0.1, " x"), BeamEntry(0, 9, -0.2, " z"))
    sentence.step(step(0, (7,), " x", 0, entries))
    sentence.step(replace(step(1, (9, 8), " y", 1), text="z y"))
    assert sentence.pieces == (" z", " y")
    assert [word.text for word in sentence.target_words()] == ["z", "y"]


def test_settling_replaces_everything_and_other_wordings_can_be_chosen():
    sentence = Sentence(SEGMENT)
    sentence.step(step(0, (7,), " x", 0))
    attention = np.full((1, 2, 2, 3), 0.25, np.float32)
    first = Hypothesis((8,), (0.4,), -0.9, attention, (), (" y",), "y")
    second = Hypothesis((9,), (0.3,), -1.2, attention, (), (" z",), "z")
    sentence.settle(SegmentDone(0, (first, second), "end"))
    assert sentence.done
    assert (sentence.text, sentence.probabilities) == ("y", [0.4])
    revision = sentence.revision
    sentence.choose(1)
    assert sentence.text == "z"
    assert sentence.revision > revision
    np.testing.assert_array_equal(attention, 0.25)


def test_a_sentence_that_was_only_copied_has_an_empty_map():
    sentence = Sentence(SEGMENT)
    sentence.settle(SegmentDone(0, (Hypothesis((7,), (1.0,), 0.0, None, (), (" x",), "x"),), "end"))
    words = sentence.target_words()
    assert sentence.matrix(words, sentence.source_words()).tolist() == [[0.0, 0.0]]


def test_long_documents_keep_only_the_mean_map():
    sentence = Sentence(SEGMENT, keep_heads=False)
    sentence.step(step(0, (7,), " x", 1))
    assert sentence.attention.shape == (1, 1, 1, 3)
    assert sentence.attention[0, 0, 0].tolist() == [0, 1, 0]
