"""Summaries as files: the words alone, or under a title with how much shorter they are. No Qt."""

from itertools import count
from pathlib import Path

from seq2seq_desktop.io.blocks import Block
from seq2seq_desktop.io.exports import SUFFIXES, save_blocks, save_text
from seq2seq_desktop.ui.tabs.summarize.summary import GAP, Summary, Version

__all__ = ["SUFFIXES", "free_name", "save", "save_table"]


def save(summary: Summary, version: Version | None, path: Path, overwrite: bool, facts: str = "") -> Path:
    """`path`, with the summary in it, in .md and .docx with a title and the facts. Raises: InputError."""
    if path.suffix.lower() == ".txt":
        save_text(summary.output(version) + "\n", path, overwrite)
    else:
        save_blocks(_blocks(summary, version, facts), path, overwrite)
    return path


def save_table(rows: list[tuple[str, Summary]], path: Path, overwrite: bool) -> Path:
    """`path`, with the summaries of several documents in it, each under its name. Raises: InputError."""
    blocks = []
    for name, summary in rows:
        blocks += [Block(name, "heading", 2), *_paragraphs(summary, None)]
    save_blocks(blocks, path, overwrite)
    return path


def free_name(source: Path, folder: Path | None, word: str, suffix: str) -> Path:
    """Where the summary of a file goes: beside it or into `folder`, under a name that is not taken."""
    place = folder or source.parent
    names = (f"{source.stem}.{word}{'' if number == 1 else f'-{number}'}{suffix}" for number in count(1))
    return next(place / name for name in names if not (place / name).exists())


def _blocks(summary: Summary, version: Version | None, facts: str) -> list[Block]:
    title = [Block(summary.title, "title", 1)] if summary.title else []
    return [*title, *_paragraphs(summary, version), *([Block(facts)] if facts else [])]


def _paragraphs(summary: Summary, version: Version | None) -> list[Block]:
    return [Block(part) for part in summary.output(version).split(GAP) if part]
