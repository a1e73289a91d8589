import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.text.sentences import Sentence, rebuild, split

FRAGMENTS = st.sampled_from(
    [
        "Dr. Smith. ",
        "M. Dupont",
        " - ",
        "* ",
        "1. ",
        "# ",
        "> ",
        "\n",
        "\r\n",
        "\t",
        "Hello. ",
        "à",
        " ",
        "…",
        "e.g. ",
        "3.5",
        "👩‍🚀",
        "\x00",
        "?! ",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=40).map("".join))


def texts(text: str, language: str = "en", limit: int = 400) -> list[str]:
    return [sentence.text for sentence in split(text, language, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dr. Smith paid $3.5 million in the U.S. in Jan. 2020. He left. So do I. Then we left.",
            ["Dr. Smith paid $3.5 million in the U.S. in Jan. 2020.", "He left.", "So do I.", "Then we left."],
        ),
        ("Wait... what? Yes!", ["Wait... what?", "Yes!"]),
        ("J. R. Tolkien wrote. Use v1.2.3 now.", ["J. R. Tolkien wrote.", "Use v1.2.3 now."]),
    ],
)
def test_english(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("M. Dupont et Mme. Durand, p. ex., sont là. Oui ?", ["M. Dupont et Mme. Durand, p. ex., sont là.", "Oui ?"]),
        ("J.-P. est là. C'est à moi. Il part.", ["J.-P. est là.", "C'est à moi.", "Il part."]),
        ("« Bonjour. » Il a payé 3,5 euros ! Vraiment ?", ["« Bonjour. »", "Il a payé 3,5 euros !", "Vraiment ?"]),
    ],
)
def test_french(text: str, expected: list[str]) -> None:
    assert texts(text, "fr") == expected


def test_layout_never_enters_a_sentence() -> None:
    text = "# Title\n\n  - Milk. Eggs.  \n1. Go\n> Quoted\n---\n42\n\tcell\tnext\n- [x] done\n   \n"
    assert texts(text) == ["Title", "Milk.", "Eggs.", "Go", "Quoted", "cell", "next", "done"]


def test_replacements_stand_where_the_sentences_stood() -> None:
    text = "# Title\r\n\r\n  - Milk. Eggs.  \r\n"
    replaced = rebuild(text, split(text, "en"), ["Titre", "Du lait.", "Des œufs."])
    assert replaced == "# Titre\r\n\r\n  - Du lait. Des œufs.  \r\n"


def test_number_of_replacements_must_fit() -> None:
    with pytest.raises(ValueError, match="shorter"):
        rebuild("One. Two.", split("One. Two.", "en"), ["Un."])


@given(TEXTS, st.sampled_from(["en", "fr", "xx"]), st.integers(1, 60))
def test_spans_are_exact_and_rebuild_the_text(text: str, language: str, limit: int) -> None:
    sentences = split(text, language, limit)
    place = 0
    for sentence in sentences:
        assert sentence.start >= place
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip()
        assert 0 < len(sentence.text) <= limit
        assert "\n" not in sentence.text
        place = sentence.end
    assert rebuild(text, sentences, [sentence.text for sentence in sentences]) == text


@given(TEXTS)
def test_no_letter_is_lost_but_a_task_box(text: str) -> None:
    left = rebuild(text, split(text, "en"), [""] * len(split(text, "en")))
    assert not any(character.isalpha() for character in left.replace("[x]", "").replace("[X]", ""))


def test_long_sentences_are_cut_at_clauses_then_spaces_then_anywhere() -> None:
    clause = "word " * 12 + "end, and so " + "on " * 10
    assert texts(clause, limit=80)[0].endswith("end,")
    assert all(piece.endswith("word") for piece in texts("word " * 100, limit=83))
    assert texts("a" * 1000, limit=400) == ["a" * 400, "a" * 400, "a" * 200]


@pytest.mark.parametrize("unit", ["word ", "a", '("', ".", "J. ", "> ", "a.b"])
def test_a_megabyte_on_one_line_is_cut_quickly(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    sentences = split(text, "en")
    assert time.process_time() - started < 5  # takes 0.05 s; quadratic time would be minutes
    assert all(len(sentence.text) <= 400 for sentence in sentences)
    assert rebuild(text, sentences, [sentence.text for sentence in sentences]) == text


def test_end_of_a_sentence() -> None:
    assert Sentence("abc", 4).end == 7
