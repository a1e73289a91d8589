"""A text as its sentences, a stretch at a time."""

from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.tasks.summarize.reading import groups, sentences
from seq2seq_desktop.text.sentences import split


def test_a_long_text_gives_the_sentences_it_would_give_at_once() -> None:
    text = "\n".join(f"Line {number} begins here. It ends, as all lines do, with a stop." for number in range(900))
    assert list(sentences(text, "en")) == list(split(text, "en", 1_000))


def test_a_text_without_line_breaks_is_cut_after_a_sentence() -> None:
    text = " ".join(f"Sentence number {number} stands here." for number in range(3_000))
    found = list(sentences(text, "en"))
    assert len(found) == 3_000
    assert all(text[one.start : one.end] == one.text for one in found)


def test_sentences_come_before_the_text_was_read_to_its_end() -> None:
    text = "One sentence. " * 2_000_000
    assert next(sentences(text, "en")).text == "One sentence."


@given(st.text(max_size=400))
def test_every_sentence_stands_where_it_says(text: str) -> None:
    for one in sentences(text, "fr"):
        assert text[one.start : one.end] == one.text


def test_groups_keep_everything_in_order() -> None:
    assert list(groups(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(groups((), 3)) == []
