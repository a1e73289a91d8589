import pytest

from seq2seq_desktop.metrics.translation import score_translations


def test_the_number_of_references_may_differ() -> None:
    outputs = ["the cat is here now", "a dog runs in the park"]
    references = [["a cat was there", "the cat is here now"], ["a dog runs in the park"]]
    assert score_translations(outputs, references).bleu == pytest.approx(100)


def test_typography_does_not_count() -> None:
    assert score_translations(
        ["L’été\u202f! «\u00a0Oui\u00a0», dit-il."], [["L'été ! « Oui », dit-il."]]
    ).bleu == pytest.approx(100)


def test_a_worse_output_scores_lower() -> None:
    reference = [["the train leaves at noon today"]]
    good = score_translations(["the train leaves at noon"], reference)
    bad = score_translations(["the noon eats a train"], reference)
    assert good.bleu > bad.bleu
    assert good.chrf > bad.chrf
