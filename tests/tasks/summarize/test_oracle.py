"""The best extract of a document for a reference."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.tasks.summarize.oracle import oracle

SENTENCES = ["The cat sat on the mat.", "Dogs bark.", "A cat and a dog live here.", "It rained."]


def test_the_sentences_of_a_reference_made_of_sentences_are_found() -> None:
    best = oracle(SENTENCES, "It rained. The cat sat on the mat.")
    assert set(best.chosen) == {0, 3}
    assert best.chosen[0] == 0  # it says more of the reference
    assert best.scores.shape == (3, 4)
    assert best.scores[1].max() > 0.9


def test_endings_do_not_count() -> None:
    assert oracle(["It rained.", "The governments quarrelled."], "Government quarrels").chosen == (1,)


def test_it_stops_where_nothing_is_gained_or_enough_is_chosen() -> None:
    assert oracle(SENTENCES, "Nothing of this").chosen == ()
    assert oracle([], "Nothing").chosen == ()
    assert len(oracle(SENTENCES, " ".join(SENTENCES), most=2).chosen) == 2


@given(st.lists(st.text("ab c", min_size=1, max_size=12), max_size=6), st.text("ab c", max_size=20))
def test_each_choice_is_the_best_of_its_row(sentences: list[str], reference: str) -> None:
    best = oracle(sentences, reference)
    assert len(set(best.chosen)) == len(best.chosen)
    assert len(best.scores) in (len(best.chosen), len(best.chosen) + 1)
    for row, place in zip(best.scores, best.chosen, strict=False):
        assert row[place] == row.max()
    assert np.isfinite(best.scores.astype(float)).all()
