"""Captions on their way to the disk: as one file, beside the pictures or inside them, and what if that fails."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.io.captions import (
    SUFFIXES,
    Caption,
    Described,
    save_beside,
    save_captions,
    save_inside,
    sidecars,
)
from seq2seq_desktop.ui.tabs.caption.wording import not_written, written_inside
from seq2seq_desktop.ui.widgets.ask_where import ask_where
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.errand import Errands


class Saver(QObject):
    """Asks where, writes beside the window, and tells how it went in a banner or in one line."""

    told = Signal(str)

    def __init__(self, tab: QWidget, banner: Banner, errands: Errands) -> None:
        """Nothing to save yet."""
        super().__init__(tab)
        self._tab, self._banner, self._errands = tab, banner, errands

    def as_one_file(self, captions: Sequence[Caption]) -> None:
        """Ask for a file, and write all captions into it."""
        one = len(captions) == 1
        kinds = (".txt", ".csv", ".jsonl") if one else SUFFIXES
        first = captions[0].path
        name = first.with_suffix(".txt") if one else first.with_name(self.tr("captions") + ".csv")
        path = ask_where(self._tab, self.tr("Save the captions"), str(name), kinds)
        if path is not None:
            again = partial(self.as_one_file, captions)
            self._run(partial(save_captions, captions, path, True), lambda _: self._on_saved(path.name), again)

    def beside(self, captions: Sequence[Caption], folder: Path | None = None) -> None:
        """Write a text file for each picture, beside it or in `folder`; ask before any is replaced."""
        there = [place for place in sidecars(captions, folder) if place.exists()]
        if there:
            said = self.tr("{name} exists already.") if len(there) == 1 else self.tr("{count} files exist already.")
            said = said.format(name=there[0].name, count=len(there))
            self._banner.show_text(said, self.tr("&Replace"), partial(self._beside, captions, folder, True))
        else:
            self._beside(captions, folder, False)

    def inside(self, captions: Sequence[Caption]) -> None:
        """Ask once, then write the captions into their pictures."""
        said = self.tr("The caption goes into the file as its description (XMP); the picture itself stays as it is.")
        if len(captions) > 1:
            said = self.tr(
                "Captions go into {count} files as their descriptions (XMP); the pictures stay as they are."
            )
        self._banner.show_text(said.format(count=len(captions)), self.tr("&Write"), partial(self._inside, captions))

    def _beside(self, captions: Sequence[Caption], folder: Path | None, overwrite: bool) -> None:
        again = partial(self._elsewhere, captions)
        self._run(partial(save_beside, captions, folder, overwrite), self._on_beside, again)

    def _inside(self, captions: Sequence[Caption]) -> None:
        self._run(partial(save_inside, captions), partial(self._on_inside, captions), self._nothing)

    def _run(self, work: Callable[[], object], done: Callable, again: Callable[[], None]) -> None:
        self._errands.run(work, done, partial(self._on_failure, again=again))

    def _elsewhere(self, captions: Sequence[Caption]) -> None:
        """Let the user choose a folder for the text files."""
        name = QFileDialog.getExistingDirectory(self._tab, self.tr("Save the captions into"))
        if name:
            self.beside(captions, Path(name))

    def _nothing(self) -> None:
        """A failure that no other place helps against."""

    def _on_beside(self, written: tuple[Path, ...]) -> None:
        said = self.tr("{count} text files written").format(count=len(written))
        self._banner.hide()
        self.told.emit(said if len(written) > 1 else self.tr("Saved as {name}").format(name=written[0].name))

    def _on_inside(self, captions: Sequence[Caption], told: Described) -> None:
        if told.refused:
            refused = [one for one in captions if one.path not in told.done]
            said = not_written(told)
            self._banner.tell(said, "", self.tr("Save text &files elsewhere…"), partial(self._elsewhere, refused))
        else:
            self._banner.hide()
        if told.done:
            self.told.emit(written_inside(told))

    def _on_saved(self, name: str) -> None:
        self._banner.hide()
        self.told.emit(self.tr("Saved as {name}").format(name=name))

    def _on_failure(self, error: Seq2SeqError, again: Callable[[], None]) -> None:
        self._banner.tell(error.problem, error.remedy, self.tr("Save &elsewhere…"), again)
