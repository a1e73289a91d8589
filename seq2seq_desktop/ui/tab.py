"""What the window asks of a tab; every task's tab is one, whatever it shows. `tabs.task_tab` has what all share."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import SignalInstance

from seq2seq_desktop.ui.history import HistoryRecord


class Tab(Protocol):
    """A widget made as `tab(bridge, settings, parent)`; it submits its own jobs and shows their events."""

    status: SignalInstance  # str: the value under the pointer, what was done; "" for nothing more
    progress: SignalInstance  # float done, float total, float seconds left (-1: unknown)
    result: SignalInstance  # HistoryRecord, once a job has finished

    @property
    def busy(self) -> bool:
        """True while a job of this tab runs or waits."""

    # A tab whose output may go into another has a signal `send_asked` (str task, str text) and a method
    # `light_sent(place, end)`; one that takes such text has a method `take_text(text)` and a signal `pointed` (int
    # place, int end: a stretch of the text, in characters; -1, -1 for none).

    def open_paths(self, paths: list[Path]) -> None:
        """Take files and folders as input."""

    def cancel(self) -> None:
        """End what runs; what is there stays."""

    def run_again(self) -> None:
        """Do the last job once more."""

    def export(self) -> None:
        """Ask where to save the output, and save it."""

    def undo(self) -> None:
        """Go back before the last choice."""

    def redo(self) -> None:
        """Take the last choice again."""

    def copy_output(self) -> None:
        """Put the whole output on the clipboard."""

    def retranslate(self) -> None:
        """Take the current language."""

    def show_history(self, record: HistoryRecord) -> None:
        """Show an earlier result as if it had just come."""

    def close_down(self) -> None:
        """Remember how things stand and end what works beside the bridge; may be called twice."""
