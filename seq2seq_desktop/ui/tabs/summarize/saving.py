"""What of a summary is saved, and under which name. No Qt."""

from itertools import count
from pathlib import Path

from seq2seq_desktop.io.summaries import Summarized, save_summary
from seq2seq_desktop.ui.tabs.summarize.summary import Summary, Version


def summarized(summary: Summary, version: Version | None = None, note: str = "") -> Summarized:
    """The summary as it is saved."""
    facts = summary.facts(version)
    return Summarized(summary.title, summary.output(version), facts.words, facts.of, note)


def save_beside(summary: Summary, source: Path, folder: Path | None, word: str, suffix: str) -> Path:
    """The file with the summary of `source`: beside it or in `folder`, under a name that is not taken.

    Raises: InputError if the disk refuses.
    """
    place = folder or source.parent
    names = (f"{source.stem}.{word}{'' if number == 1 else f'-{number}'}{suffix}" for number in count(1))
    path = next(place / name for name in names if not (place / name).exists())
    save_summary(summarized(summary), path)
    return path
