"""Captions as the model learns them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.tasks.caption.wording import plain


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("A black dog is biting the neck of a brown dog .", "a black dog is biting the neck of a brown dog"),
        ("The dog 's ball , it does n't roll !", "the dog's ball, it doesn't roll!"),
        (' " Two men . " ', "two men"),
        ("A sign says `` Stop '' .", "a sign says stop"),
        ("café\u0301 in  PARIS.", "caf\u00e9\u0301 in paris"),
        (" . ", ""),
    ],
)
def test_a_caption_is_plain(caption: str, expected: str) -> None:
    assert plain(caption) == expected


@given(st.text(max_size=60))
def test_plain_twice_is_plain_once(caption: str) -> None:
    once = plain(caption)
    assert "  " not in once
    assert plain(once) == once
