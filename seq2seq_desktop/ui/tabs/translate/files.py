"""Files to translate one after another, and the list that shows how far they are."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from seq2seq_desktop.io.documents import READABLE
from seq2seq_desktop.ui.tabs.translate.translation import Translation
from seq2seq_desktop.ui.wording import about

State = Literal["waiting", "reading", "running", "paused", "saved", "failed", "cancelled"]
MOST = 10_000  # files of one folder; a whole disk dropped by mistake must not hang the window


@dataclass
class FileJob:
    """One file on its way."""

    path: Path
    state: State = "waiting"
    done: float = 0.0
    total: float = 0.0
    began: float = 0.0  # monotonic seconds
    saved: Path | None = None
    message: str = ""
    translation: Translation | None = None  # while it runs

    @property
    def over(self) -> bool:
        """True when nothing more happens to it."""
        return self.state in ("saved", "failed", "cancelled")

    def begin(self) -> None:
        """Translation starts now."""
        self.state, self.began = "running", monotonic()

    def seconds_left(self) -> float | None:
        """A guess from the speed so far."""
        if self.state != "running" or not self.done or not self.total:
            return None
        return (monotonic() - self.began) / self.done * (self.total - self.done)


def readable_files(paths: Iterable[Path], kinds: Collection[str] = READABLE) -> list[Path]:
    """The files themselves, and of folders those with a suffix of `kinds`, in the order of their names."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = (one for one in sorted(path.rglob("*")) if one.suffix.lower() in kinds and one.is_file())
        for one in inside:
            if not any(part.startswith(".") for part in one.relative_to(path).parts):
                found.append(one)
            if len(found) >= MOST:
                return found
    return found


class FileList(QWidget):
    """A row a file: name, state, progress, time left."""

    chosen = Signal(int)
    folder_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty list."""
        super().__init__(parent)
        self.jobs: list[FileJob] = []
        self.tree = QTreeWidget(self)
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setColumnCount(4)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.currentItemChanged.connect(self._on_current)
        self.folder, self.back, self.where = QPushButton(self), QPushButton(self), QLabel(self)
        self.where.setProperty("muted", True)
        self.where.setMinimumWidth(1)
        self.folder.clicked.connect(self.folder_asked)
        self.back.clicked.connect(self.closed)
        self.buttons = row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.folder)
        row.addWidget(self.where, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.tree, 1)
        column.addLayout(row)
        self._folder: Path | None = None
        self.retranslate()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Files"))
        self.tree.setAccessibleName(self.tr("Files to translate"))
        self.tree.setHeaderLabels([self.tr("File"), self.tr("State"), self.tr("Progress"), self.tr("Time left")])
        self.folder.setText(self.tr("Save &into…"))
        self.folder.setToolTip(self.tr("Choose the folder for the translations; otherwise they go beside the files"))
        self.back.setText(self.tr("&Back to the text"))
        for button in (self.folder, self.back):
            button.setAccessibleName(button.text().replace("&", ""))
        self.show_folder(self._folder)
        for index in range(len(self.jobs)):
            self.show_job(index)

    def show_jobs(self, jobs: Sequence[FileJob]) -> None:
        """List these files."""
        self.jobs = list(jobs)
        self.tree.clear()
        for index, job in enumerate(self.jobs):
            item = QTreeWidgetItem([job.path.name])
            item.setToolTip(0, str(job.path))
            self.tree.addTopLevelItem(item)
            bar = QProgressBar(self.tree, textVisible=False)
            bar.setAccessibleName(self.tr("Progress of {name}").format(name=job.path.name))
            self.tree.setItemWidget(item, 2, bar)
            self.show_job(index)
        for column in (1, 3):
            self.tree.resizeColumnToContents(column)
        self.tree.setColumnWidth(2, 96)

    def show_job(self, index: int) -> None:
        """Write the row of one file again."""
        job, item = self.jobs[index], self.tree.topLevelItem(index)
        if item is None:
            return
        bar = self.tree.itemWidget(item, 2)
        left = job.seconds_left()
        item.setText(1, self._states()[job.state])
        item.setText(3, about(left) if left is not None else "")
        item.setToolTip(1, job.message or (str(job.saved) if job.saved else ""))
        item.setData(1, Qt.ItemDataRole.AccessibleDescriptionRole, job.message)
        if isinstance(bar, QProgressBar):
            bar.setRange(0, max(1, int(job.total)))
            bar.setValue(max(1, int(job.total)) if job.state == "saved" else int(job.done))

    def show_folder(self, folder: Path | None) -> None:
        """Say where the translations go."""
        self._folder = folder
        self.where.setText(self.tr("beside the files") if folder is None else str(folder))

    def _states(self) -> dict[str, str]:
        return {
            "waiting": self.tr("waiting"),
            "reading": self.tr("being read"),
            "running": self.tr("being translated"),
            "paused": self.tr("paused"),
            "saved": self.tr("saved"),
            "failed": self.tr("failed"),
            "cancelled": self.tr("cancelled"),
        }

    def _on_current(self, item: QTreeWidgetItem | None, _before: object) -> None:
        if item is not None:
            self.chosen.emit(self.tree.indexOfTopLevelItem(item))
