import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.metrics.wer import heard, score_by, score_transcripts


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Hello, WORLD!  It's  “me”.", "en", "hello world it's me"),
        ("don’t / don't / DON`T", "en", "don't don't don't"),
        ("the boys' 'quoted' o'clock", "en", "the boys quoted o'clock"),
        ("a well-known flour\u2013fattened", "en", "a well known flour fattened"),
        ("12 of 3.5, at 10:30. 1,000", "en", "12 of 3.5 at 10:30 1,000"),
        ("L'eau, l’été ; aujourd'hui : qu' il « vient » ?", "fr", "l eau l été aujourd hui qu il vient"),
        ("peut-être 3,5 %", "fr", "peut être 3,5"),
        ("e\u0301te\u0301", "fr", "été"),
        (" ... ", "en", ""),
    ],
)
def test_what_is_compared(text: str, language: str, expected: str) -> None:
    assert heard(text, language) == expected


@given(st.text(), st.sampled_from(["en", "fr"]))
def test_what_is_compared_stays_when_compared_again(text: str, language: str) -> None:
    assert heard(heard(text, language), language) == heard(text, language)


def test_rates_are_of_the_whole_set() -> None:
    scores = score_transcripts(["a B c?", "x"], ["A b, c", "a bb ccc dddd"])
    assert (scores.words, scores.characters) == (7, 5 + 13)
    assert scores.wer == pytest.approx(100 * 4 / 7)  # one wrong, three missing
    assert scores.cer == pytest.approx(100 * 13 / 18)


def test_what_was_added_counts() -> None:
    assert score_transcripts(["thank you very much"], ["thank you"]).wer == 100
    assert score_transcripts(["words out of nothing", "yes"], ["", "yes"]).wer == 400
    assert score_transcripts(["words"], ["..."]).wer == 100
    assert score_transcripts([""], [""]) == score_transcripts([], [])


def test_letters_that_look_alike_are_the_same() -> None:
    assert score_transcripts(["L’été"], ["l'e\u0301te\u0301"], "fr").cer == 0


def test_groups_are_scored_by_themselves() -> None:
    outputs, references = ["a b", "c x", "e"], ["a b", "c d", "e f"]
    scores = score_by(outputs, references, ["clean", "noisy", "noisy"])
    assert list(scores) == ["clean", "noisy"]
    assert scores["clean"].wer == 0
    assert scores["noisy"] == score_transcripts(outputs[1:], references[1:])


def test_sets_of_different_sizes_are_refused() -> None:
    with pytest.raises(OptionError, match="2 outputs, 1 references"):
        score_transcripts(["a", "b"], ["a"])
    with pytest.raises(OptionError, match="2 keys"):
        score_by(["a"], ["a"], ["x", "y"])
