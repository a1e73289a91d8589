import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.text.normalise import normalise, typeset

ANY_TEXT = st.text(st.characters())  # surrogates and controls too


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cafe\u0301", "café"),
        ("Quoi\u202f? Oui\u00a0!", "Quoi ? Oui !"),
        ("\u2003two\u2009 spaces\t\n", "two spaces"),
        ("‘It’s’ “fine”…", "'It's' \"fine\"..."),
        ("a\x00b\x1b\u200bc\ufeff\u00add", "abcd"),
        ("line\u2028break\x85here", "line break here"),
        ("non\u2011breaking", "non-breaking"),
        ("\ud800", "\ufffd"),
        ("e\u200b\u0301", "é"),
        ("👩\u200d🚀 🏴\U000e0067\U000e0062\U000e007f", "👩\u200d🚀 🏴\U000e0067\U000e0062\U000e007f"),
        ("« Oui »", "« Oui »"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(ANY_TEXT)
def test_normalise_is_idempotent_and_clean(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode("utf-8").decode() == once
    assert not any(unicodedata.category(character) == "Cc" for character in once)


def test_typeset_gives_french_its_spaces() -> None:
    assert typeset("Quoi ? « Oui ! » : 20 % ; fin", "fr") == (
        "Quoi\u202f? «\u00a0Oui\u202f!\u00a0»\u00a0: 20\u00a0%\u202f; fin"
    )
    assert typeset("http://a.b?c :d 10:30", "fr") == "http://a.b?c :d 10:30"
    assert typeset("Quoi ?", "en") == "Quoi ?"


@given(ANY_TEXT)
def test_normalise_undoes_typeset(text: str) -> None:
    plain = normalise(text)
    assert normalise(typeset(plain, "fr")) == plain
