"""ROUGE as it is published, and accents that count."""

import pytest
from rouge_score.rouge_scorer import RougeScorer

from seq2seq_desktop.metrics.rouge import rouge, score_summaries


def test_english_is_stemmed_as_rouge_score_does_it() -> None:
    output, reference = "Dogs were barking at the cat.", "The dog barked at cats all night."
    theirs = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True).score(reference, output)
    ours = rouge(output, [reference])
    assert [ours.rouge1, ours.rouge2, ours.rougeL] == pytest.approx([100 * one.fmeasure for one in theirs.values()])


def test_french_words_stay_whole_and_keep_their_accents() -> None:
    assert rouge("été à Évry", ["Été à Évry"], "fr").rouge2 == 100
    assert rouge("ete a Evry", ["Été à Évry"], "fr").rouge1 == 0


def test_the_best_reference_counts_for_each_measure() -> None:
    found = rouge("a b c d", ["c d x y z", "d c b a"])
    assert found.rouge1 == 100
    assert found.rouge2 == pytest.approx(100 * 2 * 1 / (3 + 4))


def test_the_mean_is_over_the_summaries() -> None:
    found = score_summaries(["one two", "three"], [["one two"], ["four"]])
    assert (found.rouge1, found.rouge2, found.rougeL, found.mean) == (50, 50, 50, 50)
    assert score_summaries([], []).mean == 0
