"""Scores of captions: those that pycocoevalcap 1.2 gives for the same words, and what they must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.metrics.captions import Consensus, rouge_l, score_captions, words

CAPTIONS = ("a dog runs over the grass", "two men on a street", "the girl in the red dress is here")
REFERENCES = (
    ("A brown dog runs across the grass .", "The dog is running over green grass", "A dog runs"),
    ("Two men stand on a street corner .", "People wait in the city", "Two men talking on the street"),
    ("A little girl wears a pink dress", "The girl in the red dress is smiling .", "A child in a dress"),
)
BLEU = (0.8987963, 0.7997099, 0.6887380, 0.5933912)
CIDER, ROUGE_L = 2.775360969, 0.869420331


def test_words_are_in_small_letters_without_punctuation() -> None:
    assert words('A man\'s T-shirt , "number 7" isn\'t at 3.5 .') == (
        "a", "man", "'s", "t-shirt", "number", "7", "is", "n't", "at", "3.5",
    )  # fmt: skip
    assert words(" . , !") == ()


def test_the_scores_are_those_of_the_coco_evaluation() -> None:
    scores = score_captions(CAPTIONS, REFERENCES)
    assert scores.bleu == pytest.approx(BLEU, abs=1e-6)
    assert scores.cider == pytest.approx(CIDER, abs=1e-6)
    assert scores.rouge_l == pytest.approx(ROUGE_L, abs=1e-6)


def test_a_reference_as_caption_is_perfect_but_for_the_others() -> None:
    references = [[own[0]] for own in REFERENCES]
    scores = score_captions([own[0] for own in references], references)
    assert scores.bleu == pytest.approx((1.0,) * 4)
    assert scores.cider == pytest.approx(10.0)
    assert scores.rouge_l == pytest.approx(1.0)


def test_nothing_in_common_is_nothing() -> None:
    scores = score_captions(["green"], [["a dog runs"]])
    assert (scores.bleu[0], scores.cider, scores.rouge_l) == (0.0, 0.0, 0.0)


def test_an_empty_caption_is_scored() -> None:
    assert score_captions(["", "a dog"], [["a cat"], ["a dog"]]).cider >= 0


def test_what_every_picture_has_says_nothing() -> None:
    consensus = Consensus([[words("a dog runs")], [words("a cat runs")]])
    assert consensus.score(words("a cat runs"), [words("a dog runs")]) == 0
    assert consensus.score(words("a dog walks"), [words("a dog runs")]) > 0


WORDS = st.lists(st.sampled_from(["a", "dog", "cat", "runs", "red", "ball", "the"]), max_size=9)


@given(WORDS, st.lists(WORDS, min_size=1, max_size=4))
def test_scores_stay_in_their_ranges(caption: list[str], references: list[list[str]]) -> None:
    consensus = Consensus([references, [["a", "cat"]], [["the", "ball"]]])
    assert 0 <= consensus.score(caption, references) <= 10 + 1e-9
    assert 0 <= rouge_l(caption, references) <= 1 + 1e-9
    assert rouge_l(caption, [caption]) == (1.0 if caption else 0.0)
