"""Whether a text is in a language that the model knows; otherwise its words are invented."""

from collections.abc import Sequence

from seq2seq_desktop.text.language import detect

_LATIN = 0x024F  # the last letter of Latin Extended-B
_LATIN_ADDITIONAL = range(0x1E00, 0x1F00)
_ENOUGH = 2_000  # characters that settle it
_WORDS = 3  # of Latin letters, below which languages look alike: "Il tient" could be Italian


def unknown_language(text: str, known: Sequence[str]) -> str:
    """The language that `text` seems to be in (ISO 639-1), "" if it is one of `known` or cannot be told.

    Of one or two words in Latin letters nothing is said.
    """
    sample = text[:_ENOUGH]
    letters = [letter for letter in sample if letter.isalpha()]
    latin = sum(ord(letter) <= _LATIN or ord(letter) in _LATIN_ADDITIONAL for letter in letters)
    if 2 * latin >= len(letters) and len(sample.split()) < _WORDS:
        return ""
    return detect(sample, known).other or ""
