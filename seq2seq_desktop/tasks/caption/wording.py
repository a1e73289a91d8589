"""Captions as the model writes them and as people read them."""

import re

from seq2seq_desktop.text.normalise import normalise

_SPLIT = re.compile(r"\s+('(?:s|re|ve|ll|d|m)\b|n't\b)")
_BEFORE_MARK = re.compile(r"\s+([,;:!?.)])")
_AROUND = " .\"'`;,:-"


def plain(caption: str) -> str:
    """A caption in small letters without final mark, its words joined as they are usually written."""
    text = normalise(caption).lower().replace("``", '"').replace("''", '"')
    text = _BEFORE_MARK.sub(r"\1", _SPLIT.sub(r"\1", text)).replace("( ", "(").replace('"', "")
    return " ".join(text.strip(_AROUND).split())
