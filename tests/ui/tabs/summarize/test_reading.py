"""From pieces of the source to its words and sentences: nothing is lost, nothing is counted twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.events import Segment
from seq2seq_desktop.ui.tabs.summarize.reading import READ, Layout, Places, layout_of, read_share

TEXT = "Un bac s'est échoué. Personne n'est blessé."
WORDS = ("Un", " bac", " s", "'", "est", " éch", "oué", ".", " Personne", " n", "'", "est", " bles", "sé", ".")
PIECES = ("<2fr>", *WORDS, "</s>")


def segment(pieces=PIECES, text=TEXT, start=0):
    spans, place = [(0, 0)], 0
    for piece in pieces[1:-1]:
        spans.append((place, place + len(piece)))
        place += len(piece)
    return Segment(text, pieces, (*spans, (0, 0)), (True, *[False] * (len(pieces) - 2), True), start)


def test_pieces_make_up_words():
    places = Places(segment(), TEXT, whole_sentences=False)
    words = [TEXT[start:end] for start, end in places.words]
    assert words == ["Un", "bac", "s", "'", "est", "échoué", ".", "Personne", "n", "'", "est", "blessé", "."]
    assert places.word_of[0] == places.word_of[-1] == -1
    assert places.word_of[6] == places.word_of[7]
    assert places.word_at(TEXT.index("oué")) == (TEXT.index("échoué"), TEXT.index("."))
    assert places.word_at(TEXT.index(" bac")) is None


def test_places_count_in_the_whole_document():
    before = "Avant. "
    places = Places(segment(start=len(before)), before + TEXT, whole_sentences=False)
    start, end = places.words[1]
    assert (before + TEXT)[start:end] == "bac"
    assert places.source_of((len(before) + 2, len(before) + 6)) == (start, end)


def test_the_attention_of_pieces_adds_up_to_that_of_words_and_sentences():
    places = Places(segment(), TEXT, whole_sentences=False)
    row = np.full((1, len(PIECES)), 1 / len(PIECES), np.float32)
    layout = layout_of(TEXT, "fr")
    assert [TEXT[a:b] for a, b in layout.spans] == ["Un bac s'est échoué.", "Personne n'est blessé."]
    inside = (len(PIECES) - 2) / len(PIECES)
    assert places.word_heat(row).sum() == pytest.approx(inside)
    known, sums = layout.sums(row, places)
    assert known.tolist() == [0, 1]
    assert sums.sum() == pytest.approx(inside)
    assert layout.highest(row, places)[0] == pytest.approx(8 / len(PIECES))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(1, 4), st.randoms(use_true_random=False))
def test_sums_are_those_of_a_loop(owners, steps, random):
    spans = np.array([(10 * owner, 10 * owner + 5) for owner in owners], np.int64)
    layout = Layout(np.array([(10 * number, 10 * number + 5) for number in range(4)], np.int64))
    pieces = Segment("x" * 60, tuple("x" * len(owners)), tuple(map(tuple, spans.tolist())), (False,) * len(owners))
    rows = np.array([[random.random() / len(owners) for _ in owners] for _ in range(steps)], np.float32)
    places = Places(pieces, "x" * 60, whole_sentences=True)
    known, sums = layout.sums(rows, places)
    assert known.tolist() == sorted({owner for owner in owners if owner < 4})
    for place, number in enumerate(known):
        wanted = rows[:, [place for place, owner in enumerate(owners) if owner == number]].sum(axis=1)
        assert sums[:, place] == pytest.approx(wanted, abs=1e-5)
        assert layout.highest(rows, places)[number] == pytest.approx(wanted.max(), abs=1e-5)


def test_what_got_most_of_the_attention_belongs_to_a_word():
    places = Places(segment(), TEXT, whole_sentences=False)
    row = np.zeros(len(PIECES), np.float32)
    row[[2, 6, 7]] = (0.5, 0.2, 0.2)
    assert [TEXT[a:b] for a, b in places.partners(row)] == ["bac", "échoué"]
    assert places.partners(np.zeros(len(PIECES), np.float32)) == []


def test_a_sentence_counts_as_read_from_a_share_on():
    assert read_share(np.array([0.0, READ, 1.0, READ / 2], np.float32)) == 0.5
    assert read_share(np.zeros(0, np.float32)) == 0.0
