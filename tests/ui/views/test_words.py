import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.events import Segment
from seq2seq_desktop.ui.views.alignment import overlapping, sources_of, targets_of
from seq2seq_desktop.ui.views.words import Word, decoded_bytes, located, merged, of_heads, source_words, target_words

LETTERS = st.text("aébc'-.,!? 1", max_size=4)


def texts(words):
    return [word.text for word in words]


def test_pieces_become_words_that_stand_where_the_text_has_them():
    words = target_words([" Je", " m", "'", "ap", "pelle", " Bob", "."], "Je m'appelle Bob.")
    assert texts(words) == ["Je", "m'appelle", "Bob", "."]
    assert [(word.first, word.last) for word in words] == [(0, 1), (1, 5), (5, 6), (6, 7)]


def test_typesetting_moves_words_but_does_not_lose_them():
    text = "Il dit « oui »\u202f!"
    words = target_words([" Il", " dit", ' "', "oui", '"', " !"], text)
    assert texts(words) == ["Il", "dit", "«", "oui", "»", "!"]
    assert all(text[word.start : word.end] == word.text for word in words)


def test_a_placeholder_with_words_in_it_is_one_word():
    words = target_words([" Voir", " ", "https://a.b/c", "."], "Voir https://a.b/c.")
    assert texts(words) == ["Voir", "https://a.b/c", "."]


def test_letters_spelt_in_bytes_are_one_word():
    words = target_words([" 3", " ", "<0xE2>", "<0x82>", "<0xAC>"], "3 €")
    assert texts(words) == ["3", "€"]
    assert words[1].last == 5
    assert decoded_bytes(["<0xE2>", "<0x82>", "<0xAC>", "x"]) == ["€", "", "", "x"]


def test_special_tokens_are_hidden_or_words_of_their_own():
    pieces, special = [" Oui", "</s>"], (False, True)
    assert texts(target_words(pieces, "Oui", special=special)) == ["Oui"]
    assert texts(target_words(pieces, "Oui", special=special, specials=True)) == ["Oui", "</s>"]


def test_source_words_keep_their_places_and_their_pieces():
    segment = Segment(
        "Hello big.", ("<2fr>", "Hel", "lo", " big", ".", "</s>"),
        ((0, 0), (0, 3), (3, 5), (5, 9), (9, 10), (0, 0)), (True, False, False, False, False, True),
    )  # fmt: skip
    assert [(word.text, word.start, word.end) for word in source_words(segment)] == [
        ("Hello", 0, 5),
        ("big", 6, 9),
        (".", 9, 10),
    ]
    assert texts(source_words(segment, pieces=True)) == ["Hel", "lo", "big", "."]
    assert texts(source_words(segment, specials=True))[0] == "<2fr>"


@given(st.lists(LETTERS, max_size=12))
def test_every_piece_belongs_to_exactly_one_word(pieces):
    words = target_words(pieces, "".join(pieces))
    covered = [place for word in words for place in range(word.first, word.last)]
    assert covered == list(range(len(pieces)))


@given(st.lists(LETTERS, max_size=12), st.text("aébc .!«»", max_size=30))
def test_whatever_the_text_words_stand_in_it_in_order(pieces, text):
    words = target_words(pieces, text)
    place = 0
    for word in words:
        assert 0 <= word.start <= word.end <= len(text)
        if word.end > word.start:
            assert word.start >= place
            assert text[word.start : word.end] == word.text.strip()
            place = word.end


@given(st.lists(st.text("abc", min_size=1, max_size=3), max_size=8))
def test_words_that_are_there_are_found(words):
    text = " ".join(words)
    assert [text[start:end] for start, end in located(words, text)] == words


@given(
    st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1), st.lists(st.booleans(), min_size=12, max_size=12)
)
def test_merging_keeps_a_rows_mass_and_never_leaves_0_to_1(rows, columns, seed, cuts):
    attention = np.random.default_rng(seed).dirichlet(np.ones(columns), size=rows).astype(np.float32)

    def cut(size, flags):
        ends = [place for place in range(1, size) if flags[place]] + [size]
        return [Word("w", first, last) for first, last in zip([0, *ends[:-1]], ends, strict=True)]

    targets, sources = cut(rows, cuts[:6]), cut(columns, cuts[6:])
    words = merged(attention, targets, sources)
    assert words.shape == (len(targets), len(sources))
    assert words.dtype == np.float32
    np.testing.assert_allclose(words.sum(axis=1), 1, atol=1e-5)
    assert words.min() >= 0
    assert words.max() <= 1


def test_merging_sums_over_source_and_averages_over_target_pieces():
    attention = np.array([[0.2, 0.3, 0.5], [0.4, 0.4, 0.2]], np.float32)
    words = merged(attention, [Word("both", 0, 2)], [Word("two", 0, 2), Word("one", 2, 3)])
    np.testing.assert_allclose(words, [[0.65, 0.35]], atol=1e-6)


def test_pieces_that_have_no_attention_yet_are_zero():
    assert merged(np.zeros((0, 3), np.float32), [Word("a", 0, 1)], [Word("b", 0, 3)]).tolist() == [[0.0]]


@pytest.mark.parametrize(("layer", "head", "value"), [(None, None, 2.5), (0, None, 1.0), (1, 1, 5.0), (None, 0, 2.0)])
def test_one_head_or_the_mean(layer, head, value):
    attention = np.array([[[[0.0], [2.0]], [[4.0], [4.0]]]], np.float32)
    attention[0, 1, 1] = 5.0
    attention[0, 0, 1] = 2.0
    expected = {(None, None): 2.75}.get((layer, head), value)
    assert of_heads(attention, layer, head).tolist() == [[expected]]


def test_aligned_words_both_ways():
    matrix = np.array([[0.9, 0.1, 0.0], [0.1, 0.5, 0.4]], np.float32)
    assert sources_of(matrix, 0) == [0]
    assert sources_of(matrix, 1) == [1, 2]
    assert targets_of(matrix, 2) == [1]
    assert targets_of(matrix, 0) == [0]
    assert sources_of(np.zeros((1, 3), np.float32), 0) == []
    assert targets_of(matrix, 7) == []


def test_words_and_their_pieces_find_each_other():
    pieces = [Word("ga", 0, 1), Word("re", 1, 2), Word("?", 2, 3)]
    assert overlapping(Word("gare", 0, 2), pieces) == [0, 1]
    assert overlapping(pieces[1], [Word("gare", 0, 2), Word("?", 2, 3)]) == [0]
