"""Text as the models were trained on it, and French typography put back for the reader."""

import re
import unicodedata

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ", "'"),
        **dict.fromkeys("“”„‟", '"'),
        **dict.fromkeys("‐‑", "-"),
        "…": "...",
    }
)
_SPACES = re.compile(r"\s+")  # every Unicode space, line break and tab
_JOINERS = "\u200c\u200d"  # zero-width, but part of words and of emoji
_TAGS = range(0xE0020, 0xE0080)  # spell the flags of regions inside one emoji
_NARROW, _WIDE = "\u202f", "\u00a0"  # no-break spaces
_FRENCH = (
    (re.compile(r" (?=[;!?])"), _NARROW),
    (re.compile(r" (?=:(?!\w))"), _WIDE),
    (re.compile(r"(?<=«) | (?=»)"), _WIDE),
    (re.compile(r"(?<=\d) (?=[%€$£°])"), _WIDE),
)


def normalise(text: str) -> str:
    """`text` in NFC, on one line, with single plain spaces, straight quotes and no control characters.

    The same steps were taken with the training text, the no-break space before French ? ! : ; included. A lone
    surrogate, which no encoding can write, becomes U+FFFD. Idempotent.
    """
    # Most text is plain, and looking at each character of it would cost most of the time.
    kept = text if text.isascii() and text.isprintable() else "".join(_kept(character) for character in text)
    plain = unicodedata.normalize("NFC", kept).translate(_QUOTES)
    return _SPACES.sub(" ", plain).strip()


def typeset(text: str, language: str) -> str:
    """Normalised `text` with the no-break spaces that French puts by ; : ! ? « » and units; other languages as is.

    Only spaces that are there already change, so URLs and times keep their form and `normalise` undoes it.
    """
    if language != "fr":
        return text
    for pattern, space in _FRENCH:
        text = pattern.sub(space, text)
    return text


def _kept(character: str) -> str:
    """What stays of one character: nothing of controls and invisible marks, unless they separate or join."""
    if character <= "\x7f":
        return character if character.isprintable() or character.isspace() else ""
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    if category in ("Cc", "Cf") and not character.isspace():
        return character if character in _JOINERS or ord(character) in _TAGS else ""
    return character
