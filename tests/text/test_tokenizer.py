from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.errors import BundleError
from seq2seq_desktop.text.tokenizer import PLACEHOLDERS, Tokenizer, language_tag

TEXTS = ["The cat sat on the mat.", "Le chat est sur le tapis.", "It's 12:30, isn't it?", "Où est-il ? Là-bas !"] * 30
SPELT = "<pad> <s></s> <2fr><p0> <0x41>"


def learned() -> Tokenizer:
    return Tokenizer.train(TEXTS, 620, ("en", "fr"))


TOKENIZER = learned()
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from([SPELT, " a", "a ", "👩‍👩‍👧 é"])


@given(ANY_TEXT)
def test_every_text_comes_back_whole(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text).ids) == text
    assert TOKENIZER.decode(TOKENIZER.encode(text, continues=True).ids, first=False) == text


@given(ANY_TEXT)
def test_text_never_becomes_a_special_piece(text: str) -> None:
    assert not set(TOKENIZER.encode(text).ids) & TOKENIZER.specials
    assert not set(TOKENIZER.encode_batch([text])[0]) & TOKENIZER.specials


@given(ANY_TEXT)
def test_spans_cover_the_text_in_order(text: str) -> None:
    encoding = TOKENIZER.encode(text)
    assert len(encoding.ids) == len(encoding.pieces) == len(encoding.spans)
    assert all(0 <= start <= end <= len(text) for start, end in encoding.spans)
    assert list(encoding.spans) == sorted(encoding.spans)
    assert {place for start, end in encoding.spans for place in range(start, end)} == set(range(len(text)))


def test_spans_name_the_words() -> None:
    text = "The cat sat"
    pieces = [(text[start:end], piece) for (start, end), piece in zip(*_spans_and_pieces(text), strict=True)]
    assert "".join(piece for _, piece in pieces) == " " + text
    assert all(part.strip() == piece.strip() for part, piece in pieces)


def _spans_and_pieces(text: str) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    encoding = TOKENIZER.encode(text)
    return encoding.spans, encoding.pieces


@given(st.lists(ANY_TEXT, max_size=4))
def test_a_batch_equals_one_by_one(texts: list[str]) -> None:
    assert TOKENIZER.encode_batch(texts) == [list(TOKENIZER.encode(text).ids) for text in texts]


@given(st.lists(st.sampled_from(["cat", " the mat", " 12", ". "]), max_size=4), st.integers(0, 9))
def test_a_trusted_text_equals_its_parts(words: list[str], number: int) -> None:
    before = "".join(words)
    (ids,) = TOKENIZER.encode_batch([f"{before} {PLACEHOLDERS[number]} on"], trusted=True)
    parts = [
        *TOKENIZER.encode(f"{before} ").ids,
        TOKENIZER.placeholders[number],
        *TOKENIZER.encode(" on", continues=True).ids,
    ]
    assert ids == parts
    assert not set(TOKENIZER.encode(PLACEHOLDERS[number]).ids) & TOKENIZER.specials  # trust ends with the batch


def test_digits_stand_alone_and_empty_texts_have_no_pieces() -> None:
    assert [piece.strip() for piece in TOKENIZER.encode("1984").pieces] == list("1984")
    assert TOKENIZER.encode("").ids == ()
    assert TOKENIZER.encode_batch([""]) == [[]]
    assert TOKENIZER.encode("", lone=True).pieces == (" ",)


def test_special_pieces_have_their_own_ids_and_no_text() -> None:
    ids = [TOKENIZER.pad, TOKENIZER.start, TOKENIZER.end, TOKENIZER.id(language_tag("fr")), *TOKENIZER.placeholders]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= TOKENIZER.specials
    assert TOKENIZER.decode([*ids, *TOKENIZER.encode("the cat").ids]) == "the cat"


def test_learning_is_repeatable_and_a_file_holds_everything(tmp_path: Path) -> None:
    TOKENIZER.save(tmp_path / "tokenizer.json")
    loaded = Tokenizer.load(tmp_path / "tokenizer.json")
    text = f"The cat's 42 — {SPELT} œuvre 漢字"
    assert loaded.encode(text) == TOKENIZER.encode(text) == learned().encode(text)
    assert loaded.vocabulary == TOKENIZER.vocabulary <= 620


def test_frequent_words_become_single_pieces() -> None:
    assert TOKENIZER.encode("cat").pieces == (" cat",)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(BundleError, match=r"tokenizer\.json"):
        Tokenizer.load(tmp_path / "tokenizer.json")
    with pytest.raises(BundleError, match="<2xx>"):
        TOKENIZER.id(language_tag("xx"))
