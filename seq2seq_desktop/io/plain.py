"""Plain text: a block is a paragraph; blank lines stay where they are."""

from collections.abc import Iterator

from seq2seq_desktop.io.blocks import Block, Span, has_letters


def spans(text: str) -> Iterator[Span]:
    """The paragraphs of `text`; line breaks within one are part of it."""
    start = end = place = 0
    for line in [*text.splitlines(keepends=True), ""]:
        if line.strip():
            start = place if end <= start else start
            end = place + len(line.rstrip())
        elif end > start:
            if has_letters(text[start:end]):
                yield Span(start, end, Block(text[start:end]))
            start = end
        place += len(line)


def rendered(block: Block, text: str) -> str:
    """`text` as it stands in the file in place of `block`."""
    return text
