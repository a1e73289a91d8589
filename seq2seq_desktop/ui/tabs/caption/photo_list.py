"""Many pictures as a grid: what each is, how far it is, what is said of it; captions can be found and edited."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

from seq2seq_desktop.ui.tabs.caption.photo import Photo
from seq2seq_desktop.ui.tabs.caption.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex
PHOTO = Qt.ItemDataRole.UserRole


class PhotoModel(QAbstractListModel):
    """The pictures of an album; a small picture is read when a view asks for it."""

    edited = Signal(int, str)  # a picture's number, what the user wrote

    def __init__(self, thumbnails: Thumbnails, parent: QObject) -> None:
        """No pictures."""
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.photos: Sequence[Photo] = ()
        self._rows: dict[object, list[int]] = {}  # of each path
        thumbnails.arrived.connect(self._on_thumbnail)

    def show_photos(self, photos: Sequence[Photo]) -> None:
        """List these pictures."""
        self.beginResetModel()
        self._thumbnails.forget()
        self.photos, self._rows = photos, {}
        for photo in photos:
            self._rows.setdefault(photo.path, []).append(photo.number)
        self.endResetModel()

    def update(self, numbers: Iterable[int]) -> None:
        """Say that something is different about these pictures."""
        for number in numbers:
            if number < len(self.photos):
                here = self.index(number)
                self.dataChanged.emit(here, here)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """How many pictures there are."""
        return 0 if parent.isValid() else len(self.photos)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The caption, the small picture, the `Photo` itself, or what a reader of the screen says."""
        if not index.isValid():
            return None
        photo = self.photos[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return photo.text
            case Qt.ItemDataRole.DecorationRole:
                return self._thumbnails.get(photo.path)
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(part for part in (str(photo.path), photo.text, photo.problem, photo.remedy) if part)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{photo.path.name}: {photo.text or photo.problem}"
            case _ if role == PHOTO:
                return photo
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A caption can be edited once it is there."""
        flags = super().flags(index)
        ready = index.isValid() and self.photos[index.row()].state == "done"
        return flags | Qt.ItemFlag.ItemIsEditable if ready else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """True if the user wrote something; whoever listens to `edited` keeps it."""
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        self.edited.emit(index.row(), str(value))
        return True

    def _on_thumbnail(self, path: object) -> None:
        self.update(self._rows.get(path, ()))


class PhotoFilter(QSortFilterProxyModel):
    """Those pictures whose caption or name has every word that was typed, whatever accents and case."""

    def __init__(self, parent: QObject) -> None:
        """All pictures."""
        super().__init__(parent)
        self._words: list[str] = []

    def look_for(self, text: str) -> None:
        """Show what has these words."""
        self._words = _plain(text).split()
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: N802
        """True if the picture is to be seen."""
        if not self._words:
            return True
        photo = self.sourceModel().index(source_row, 0, source_parent).data(PHOTO)
        text = _plain(f"{photo.text} {photo.path.name}")
        return all(word in text for word in self._words)


def _plain(text: str) -> str:
    """The text in small letters without accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
