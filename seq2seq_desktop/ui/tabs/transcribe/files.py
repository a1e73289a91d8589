"""Recordings to write down one after another, and the list that shows how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from seq2seq_desktop.io.transcripts import SUFFIXES
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript
from seq2seq_desktop.ui.tabs.translate.files import FileJob, FileList


@dataclass
class SoundJob(FileJob):
    """One recording on its way."""

    transcript: Transcript | None = None  # from when it is begun
    worked: float = 0.0  # seconds before it was paused


class SoundList(FileList):
    """The list of files, with a button that pauses and a choice of what is saved."""

    pause_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty list."""
        self.pause, self.kind = QPushButton(parent), QComboBox(parent)
        self.paused = False
        super().__init__(parent)
        for suffix in SUFFIXES:
            self.kind.addItem(suffix[1:].upper(), suffix)
        self.pause.clicked.connect(self.pause_asked)
        self.buttons.insertWidget(1, self.kind)
        self.buttons.insertWidget(1, self.pause)
        self.where.hide()  # there is no room; the button's tool tip says it

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.show_folder(self._folder)
        self.tree.setAccessibleName(self.tr("Recordings to write down"))
        self.back.setText(self.tr("&Back to the recorder"))
        self.back.setAccessibleName(self.back.text().replace("&", ""))
        self.kind.setAccessibleName(self.tr("Kind of file to save"))
        self.kind.setToolTip(self.tr("What each recording is saved as"))
        self.show_paused(self.paused)

    def show_folder(self, folder: Path | None) -> None:
        """Say where the texts go."""
        super().show_folder(folder)
        beside = self.tr("Choose the folder for the texts; otherwise they go beside the recordings")
        self.folder.setToolTip(beside if folder is None else str(folder))

    def show_paused(self, paused: bool) -> None:
        """Let the button say what it does now."""
        self.paused = paused
        self.pause.setText(self.tr("&Resume") if paused else self.tr("&Pause"))
        self.pause.setAccessibleName(self.pause.text().replace("&", ""))

    def show_jobs(self, jobs: Sequence[FileJob]) -> None:
        """List these recordings."""
        super().show_jobs(jobs)
        self.show_paused(False)

    def _states(self) -> dict[str, str]:
        return super()._states() | {"running": self.tr("being written down")}
