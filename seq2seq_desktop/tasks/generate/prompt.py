"""A prompt as the model reads it."""

from seq2seq_desktop.text.normalise import normalise
from seq2seq_desktop.text.tokenizer import Encoding, Tokenizer

LINE_BREAK = "\n"


def plain(text: str) -> str:
    """`text` as the models were trained on it, its lines kept, and one space where a line begins or ends with any."""
    return LINE_BREAK.join(_plain_line(line) for line in text.replace("\r\n", LINE_BREAK).split(LINE_BREAK))


def read_prompt(text: str, tokenizer: Tokenizer) -> Encoding:
    """The pieces of a plain prompt after a line break, with which every text begins; so there is always one."""
    return tokenizer.encode(LINE_BREAK + text, continues=True)


def _plain_line(line: str) -> str:
    kept = normalise(line)
    if not kept:
        return " " if line else ""
    return " " * line[0].isspace() + kept + " " * line[-1].isspace()
