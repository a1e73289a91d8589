"""What a summary takes from its source."""

from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.metrics.copying import copying, invented

SOURCE = "In Lyon, 3.5 million people saw the film. It cost 1,200 euros, said Anna Petit at 10:30."


def test_an_extract_invents_nothing() -> None:
    found = copying(["It cost 1,200 euros, said Anna Petit at 10:30."], [SOURCE])
    assert (found.copy_rate, found.novel_bigrams, found.faithfulness) == (1.0, 0.0, 1.0)


def test_numbers_and_names_that_are_not_in_the_source_are_found() -> None:
    assert invented("Anna Martin paid 1,300 euros in Lyon, not 3.5 or 3", SOURCE) == ["Martin", "1,300", "3"]


def test_shares_are_counted_over_words_pairs_and_facts() -> None:
    found = copying(["Anna saw Paris", ""], [SOURCE, "nothing"])
    assert found.copy_rate == (2 / 3 + 1) / 2
    assert found.novel_bigrams == 0.5  # neither "Anna saw" nor "saw Paris", and none in the other
    assert found.faithfulness == 0.5


def test_the_case_of_a_word_does_not_count() -> None:
    assert invented("PEOPLE in LYON", SOURCE) == []


@given(st.text(), st.text())
def test_any_text_gives_shares(output: str, source: str) -> None:
    found = copying([output], [source])
    assert all(0 <= share <= 1 for share in (found.copy_rate, found.novel_bigrams, found.faithfulness))
    assert copying([source], [source]).faithfulness == 1.0
