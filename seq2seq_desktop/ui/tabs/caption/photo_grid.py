"""The grid of pictures with a search, how far they are, and a button that ends it."""

from collections.abc import Iterable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from seq2seq_desktop.ui.tabs.caption.album import Album
from seq2seq_desktop.ui.tabs.caption.photo_card import PhotoCard
from seq2seq_desktop.ui.tabs.caption.photo_list import PHOTO, PhotoFilter, PhotoModel
from seq2seq_desktop.ui.tabs.caption.thumbnails import Thumbnails
from seq2seq_desktop.ui.wording import about


class PhotoGrid(QWidget):
    """Shows an `Album` of several pictures."""

    chosen = Signal(int)  # a picture's number
    edited = Signal(int, str)
    cancel_asked = Signal()

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        """No pictures."""
        super().__init__(parent)
        self.search, self.list, self.bar = QLineEdit(self), QListView(self), QProgressBar(self, textVisible=False)
        self.state, self.cancel = QLabel(self), QPushButton(self)
        self.model = PhotoModel(thumbnails, self)
        self.filter = PhotoFilter(self)
        self.filter.setSourceModel(self.model)
        self._album: Album | None = None
        self._set_up_list()
        self._lay_out()
        self.search.textChanged.connect(self._on_search)
        self.cancel.clicked.connect(self.cancel_asked)
        self.model.edited.connect(self.edited)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.retranslate()

    def _set_up_list(self) -> None:
        view = self.list
        view.setModel(self.filter)
        view.setItemDelegate(PhotoCard(view))
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Static)
        view.setUniformItemSizes(True)
        view.setSpacing(4)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        triggers = QAbstractItemView.EditTrigger
        view.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)

    def _lay_out(self) -> None:
        self.search.setClearButtonEnabled(True)
        self.state.setProperty("muted", True)
        self.state.setMinimumWidth(1)
        self.cancel.setProperty("link", True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.state, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.search, self.bar):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        column.addLayout(row)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for two pictures side by side."""
        return QSize(432, 360)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for one."""
        return QSize(220, 160)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.search.setPlaceholderText(self.tr("Find in captions and names"))
        self.search.setAccessibleName(self.tr("Find in captions and names"))
        self.list.setAccessibleName(self.tr("Pictures with their captions"))
        self.list.setToolTip(self.tr("Double-click or F2: write the caption yourself"))
        self.bar.setAccessibleName(self.tr("Pictures that are done"))
        self.cancel.setText(self.tr("&Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel"))
        self.show_state()

    # What is shown

    def show_album(self, album: Album) -> None:
        """List the pictures of an album, the first one chosen."""
        self._album = album
        self.search.clear()
        self.model.show_photos(album.photos)
        self.show_state()
        self.choose(0)

    def draw(self, numbers: Iterable[int]) -> None:
        """Draw these pictures again."""
        self.model.update(numbers)
        self.show_state()

    def choose(self, number: int) -> None:
        """Let this picture be the one that is looked at; one that the search hides stays hidden."""
        index = self.filter.mapFromSource(self.model.index(number))
        if index.isValid() and index != self.list.currentIndex():
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)

    def show_state(self) -> None:
        """Say how many pictures are done, and how long the others will take."""
        album = self._album
        if album is None:
            return
        states, count = album.states(), len(album.photos)
        self.bar.setRange(0, count)
        self.bar.setValue(count - states["waiting"] - states["running"])
        self.bar.setVisible(album.writing)
        self.cancel.setVisible(album.writing)
        said = self.tr("{done} of {count} captioned").format(done=states["done"], count=count)
        if album.writing and album.progress is not None and album.progress.seconds_left is not None:
            said = f"{said}, {about(album.progress.seconds_left)}"
        if refused := states["refused"]:
            said = self.tr("{done}, {count} not readable").format(done=said, count=refused)
        if self.search.text():
            said = self.tr("{found} found; {rest}").format(found=self.filter.rowCount(), rest=said)
        self.state.setText(said)

    def _on_search(self, text: str) -> None:
        self.filter.look_for(text)
        self.show_state()

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.data(PHOTO).number)
