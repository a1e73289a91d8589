"""Summaries as files: one under the name of its document, or those of a folder in one table."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from seq2seq_desktop.io.blocks import Block
from seq2seq_desktop.io.exports import SUFFIXES, save_blocks, save_text
from seq2seq_desktop.io.files import write_bytes

TABLES = (".csv", *SUFFIXES)
"""What the summaries of several documents can be saved as in one file."""


@dataclass(frozen=True)
class Summarized:
    """A document and what is left of it."""

    name: str  # of the document; "" for a text without one
    text: str  # the summary, an empty line between two abstracts
    words: int  # of the summary
    of: int  # of the document
    note: str = ""  # how much shorter it is, for people


def save_summary(entry: Summarized, path: Path, overwrite: bool = False) -> None:
    """Nothing; `path` then holds the summary: in .txt alone, in .md and .docx with name and note.

    Raises:
        InputError: the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    if path.suffix.lower() == ".txt":
        save_text(entry.text + "\n", path, overwrite)
    else:
        title = [Block(entry.name, "title", 1)] if entry.name else []
        note = [Block(entry.note)] if entry.note else []
        save_blocks([*title, *_paragraphs(entry), *note], path, overwrite)


def save_summaries(entries: Sequence[Summarized], path: Path, overwrite: bool = False) -> None:
    """Nothing; `path` then holds all summaries: .csv with a row each, .txt, .md and .docx with a heading each.

    Raises:
        InputError: as `save_summary`.
    """
    if path.suffix.lower() == ".csv":
        write_bytes(path, _table(entries).encode("utf-8", "replace"), overwrite)
    else:
        blocks = [block for one in entries for block in (Block(one.name, "heading", 2), *_paragraphs(one))]
        save_blocks(blocks, path, overwrite)


def _paragraphs(entry: Summarized) -> list[Block]:
    return [Block(part) for part in entry.text.split("\n\n") if part.strip()]


def _table(entries: Sequence[Summarized]) -> str:
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["document", "words", "summary words", "summary"])
    writer.writerows([one.name, one.of, one.words, one.text] for one in entries)
    return table.getvalue()
