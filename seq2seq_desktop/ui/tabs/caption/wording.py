"""What the tab says: how captions ended, and what became of those that were written into pictures."""

from PySide6.QtCore import QCoreApplication

from seq2seq_desktop.io.captions import Described
from seq2seq_desktop.io.images import SUFFIXES
from seq2seq_desktop.ui.tabs.caption.album import Album
from seq2seq_desktop.ui.wording import ending

translate = QCoreApplication.translate


def state_of(album: Album) -> str:
    """One quiet line about the captions: why they ended, if it was not by their own end."""
    if album.jobs:
        return ""
    if album.outcome == "done" and album.single and album.photos[0].state == "done" and not album.output():
        return translate("CaptionTab", "No caption was found")
    return ending(album.outcome, album.finished if album.single else None)


def picture_kinds() -> str:
    """The kinds of files for a dialog that opens pictures."""
    kinds = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in SUFFIXES)
    pictures, every = translate("CaptionTab", "Pictures"), translate("CaptionTab", "All files")
    return f"{pictures} ({kinds});;{every} (*)"


def written_inside(told: Described) -> str:
    """How many pictures carry their caption now."""
    if len(told.done) == 1:
        return translate("CaptionTab", "Written into {name}").format(name=told.done[0].name)
    return translate("CaptionTab", "Written into {count} pictures").format(count=len(told.done))


def not_written(told: Described) -> str:
    """Which pictures are as they were, and why."""
    first = told.refused[0].problem
    if len(told.refused) == 1:
        return first
    said = translate("CaptionTab", "{count} pictures are as they were. The first one: {problem}")
    return said.format(count=len(told.refused), problem=first)
