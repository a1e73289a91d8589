"""One picture on the panes: what is drawn each frame, which words and regions light up together."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.ui.tabs.caption.layout import Parts
from seq2seq_desktop.ui.tabs.caption.photo import Photo, Version, steerable
from seq2seq_desktop.ui.tabs.caption.thumbnails import LargePicture, Thumbnails
from seq2seq_desktop.ui.views.alignment import targets_of
from seq2seq_desktop.ui.views.contact_sheet import Sheet
from seq2seq_desktop.ui.views.heat import looked_at
from seq2seq_desktop.ui.views.picture import WHOLE
from seq2seq_desktop.ui.views.words import Word
from seq2seq_desktop.ui.widgets.branch_popup import BranchPopup
from seq2seq_desktop.ui.widgets.errand import Errands
from seq2seq_desktop.ui.widgets.output_pane import NOW
from seq2seq_desktop.ui.wording import decimal

_TOLD = 3  # words that the status bar names for a region


class Stage(QObject):
    """Shows a `Photo` on picture, caption and filmstrip; `frame` draws what changed since the last one."""

    branched = Signal(object, object, object, object, str)  # Photo, Version, Word, token or None, what was typed
    missing = Signal(str, str)  # problem, remedy: the picture cannot be drawn

    def __init__(self, parts: Parts, thumbnails: Thumbnails, errands: Errands, tab: QWidget) -> None:
        """Nothing is shown yet."""
        super().__init__(tab)
        self._view, self._text, self._map = parts.input.view, parts.output, parts.map
        self._pane, self._thumbnails = parts.input, thumbnails
        self.popup = BranchPopup(tab)
        self.large = LargePicture(self._view, errands, self)
        self.photo: Photo | None = None
        self._drawn: object = None  # what stands on the panes
        self._side = NOW  # whose regions are on the picture
        self._pointed = False  # True while the user points at something: the newest word lights up no more
        self._at: tuple[Version, Word] | None = None  # where the popup is open
        self._connect()

    def _connect(self) -> None:
        self._text.hovered.connect(lambda side, _, word: self._on_word(side, word))
        self._text.clicked.connect(lambda side, _, word: self._on_click(side, word))
        self._text.version_chosen.connect(self._on_version)
        self._text.wording_chosen.connect(self._on_wording)
        self._map.film.word_hovered.connect(self.point_at)
        self._map.film.word_clicked.connect(self._on_film)
        self._map.opacity_changed.connect(lambda _: self._make_sheet())
        self._view.cell_hovered.connect(self._on_cell)
        self.large.arrived.connect(self._on_image)
        self.large.failed.connect(self._on_no_image)
        self.popup.token_chosen.connect(lambda token: self._branch(token))
        self.popup.typed.connect(lambda typed: self._branch(None, typed))

    # What is shown

    def show(self, photo: Photo) -> None:
        """Put a picture with its caption on the panes."""
        if photo is not self.photo:
            self.photo = photo
            self._view.reset_view()
            self._pane.show_name(photo.path.name, str(photo.path))
            self._put_image(self._thumbnails.get(photo.path), self.tr("Opening {name}…"))
            self.large.read(photo.path)
        self._text.begin(photo)
        self.unlight()
        self._drawn = None
        self.frame()

    def clear(self) -> None:
        """Show nothing."""
        self.photo = self._drawn = None
        self.large.read(None)
        self._text.clear()
        self._view.clear()
        self._map.film.clear()
        self._map.sheet = None
        self._pane.show_empty()

    def frame(self) -> None:
        """Draw what has changed."""
        photo = self.photo
        if photo is None or self._drawn == (photo.revision, photo.shown):
            return
        self._drawn = (photo.revision, photo.shown)
        self._text.draw()
        self._view.setAccessibleDescription(photo.text)
        self._side = NOW
        self._show_looks(photo.shown)
        words, growing = [word.text for word in photo.shown.words], not photo.shown.sentence.done
        self._map.film.show_words(words, self._grid, self._box, self._looks(NOW), growing)
        self._make_sheet()
        if growing and not self._pointed:
            self._light(NOW, [len(photo.shown.words) - 1])
        elif not self._pointed:
            self._light(NOW, [])
        if photo.state == "refused":
            self._put_image(None, photo.problem)

    def _show_looks(self, version: Version) -> None:
        self._view.show_looks(self._grid, self._box, version.looks())

    @property
    def _grid(self) -> tuple[int, int]:
        return self.photo.grid if self.photo is not None else (0, 0)

    @property
    def _box(self) -> tuple[float, float, float, float]:
        return self.photo.seen.box if self.photo is not None and self.photo.seen is not None else WHOLE

    def _looks(self, side: int) -> NDArray[np.float32]:
        version = self._text.version(side)
        return version.looks() if version is not None else np.zeros((0, 0), np.float32)

    def _make_sheet(self) -> None:
        """Have the figure ready that would be saved."""
        photo, image = self.photo, self._view.image
        looks = self._looks(NOW)
        known = photo is not None and image is not None and bool(looks.size)
        self._map.export_button.setEnabled(known)
        self._map.sheet = None
        if photo is not None and image is not None and known:
            words = [word.text for word in photo.shown.words]
            self._map.sheet = Sheet(image, photo.text, words, self._grid, self._box, looks, self._view.opacity)

    # The picture itself

    def _on_image(self, path: Path, image: QImage) -> None:
        if self.photo is not None and path == self.photo.path:
            self._put_image(image, "")
            self._make_sheet()

    def _on_no_image(self, path: Path, problem: str, remedy: str) -> None:
        if self.photo is None or path != self.photo.path:
            return
        self._put_image(None, problem)
        if self.photo.state == "done":  # else the model says the same
            self.missing.emit(problem, remedy)

    def _put_image(self, image: QImage | None, text: str) -> None:
        name = self.photo.path.name if self.photo is not None else ""
        self._view.show_image(image, text.replace("{name}", name))
        self._map.film.show_image(image)

    # Words and regions

    def unlight(self) -> None:
        """Nothing is pointed at."""
        self._pointed = False
        self._view.frame_cell(-1)
        self._light(NOW, [])
        self._map.value_hovered.emit("")

    def _light(self, side: int, words: list[int]) -> None:
        """Light words in the text and the filmstrip; of one word alone, where it looked is drawn."""
        self._text.light_words(side, words)
        self._map.film.light(words if side == NOW else ())
        version = self._text.version(side)
        if side != self._side and version is not None:
            self._side = side
            self._show_looks(version)
        self._view.light(words[0] if len(words) == 1 else None)

    def point_at(self, number: int) -> None:
        """Behave as if the pointer stood on a word of the caption; -1: on none."""
        self._on_word(NOW, number)

    def _on_word(self, side: int, number: int) -> None:
        """Light a word and the region it looked at."""
        words, version = self._text.words(side), self._text.version(side)
        if version is None or not 0 <= number < len(words):
            self.unlight()
            return
        self._pointed = True
        self._view.frame_cell(-1)
        self._light(side, [number])
        said = self.tr("{word}: probability {percent} %")
        percent = round(100 * version.probability(words[number]))
        told = said.format(word=words[number].text, percent=percent) if steerable(words[number]) else ""
        self._map.value_hovered.emit(told)

    def _on_cell(self, cell: int) -> None:
        """Frame a region and light the words that looked there."""
        if cell < 0:
            self.unlight()
            return
        self._pointed = True
        looks = self._looks(NOW)
        found = targets_of(looked_at(looks), cell)
        self._light(NOW, [])
        self._text.light_words(NOW, found)
        self._map.film.light(found)
        words = self._text.words(NOW)
        strongest = sorted(found, key=lambda word: -float(looks[word, cell]))[:_TOLD]
        shares = [f"{words[word].text} {decimal(100 * float(looks[word, cell]))} %" for word in strongest]
        said = self.tr("Looked at here: {words}")
        self._map.value_hovered.emit(said.format(words=", ".join(shares)) if shares else "")

    # Other words, versions and wordings

    def _on_click(self, side: int, number: int) -> None:
        words = self._text.words(side)
        if 0 <= number < len(words):
            self._offer(side, words[number], self._text.corner(side, 0, number))

    def _on_film(self, number: int) -> None:
        words = self._text.words(NOW)
        if 0 <= number < len(words):
            self._offer(NOW, words[number], self._map.film.word_corner(number).toPoint())

    def _offer(self, side: int, word: Word, corner: QPoint) -> None:
        """Open what else could stand there."""
        version = self._text.version(side)
        if version is None or not steerable(word) or word.first >= len(version.sentence.tokens):
            return
        self._at = (version, word)
        self.popup.offer(version.alternatives(word), version.sentence.tokens[word.first], corner)

    def _branch(self, token: int | None, typed: str = "") -> None:
        at, self._at = self._at, None
        photo = self.photo
        if photo is None or at is None or at[0] not in photo.versions:
            return
        version, word = at
        if version.sentence.tokens[word.first] != token:
            self.branched.emit(photo, version, word, token, typed)

    def _on_version(self, index: int) -> None:
        if self.photo is not None and 0 <= index < len(self.photo.versions):
            self.photo.show(self.photo.versions[index])
            self.show(self.photo)

    def _on_wording(self, index: int) -> None:
        photo = self.photo
        if photo is not None and 0 <= index < len(photo.shown.sentence.hypotheses):
            photo.shown.sentence.choose(index)
            photo.show(photo.shown)
            self.frame()
