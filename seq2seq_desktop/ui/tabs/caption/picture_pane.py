"""The upper pane: one picture, or many beside the one that is looked at; a drop target as a whole."""

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from seq2seq_desktop.io.images import SUFFIXES
from seq2seq_desktop.ui.tabs.caption.photo_grid import PhotoGrid
from seq2seq_desktop.ui.tabs.caption.thumbnails import Thumbnails
from seq2seq_desktop.ui.views.picture import PictureView
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.source_text import FOOT, DropPane, paths_in

_KINDS = (".jpg", ".png", ".webp", ".heic", ".avif", ".tif", ".gif", "…")


class PicturePane(DropPane):
    """Banner, grid, picture, and a row to open pictures and to begin their captions."""

    image_given = Signal(object)  # QImage that lies in no file
    open_asked = Signal()
    folder_asked = Signal()
    sample_asked = Signal()
    run_asked = Signal()

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        """No pictures."""
        super().__init__(parent)
        self.banner, self.view, self.grid = Banner(self), PictureView(self), PhotoGrid(thumbnails, self)
        self.open, self.folder, self.sample = (QPushButton(self) for _ in range(3))
        self.kinds, self.name = QLabel(self), QLabel(self)
        self.begin, self.begin_label = QLineEdit(self), QLabel(self)
        self.split = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        self._lay_out()
        self.open.clicked.connect(self.open_asked)
        self.folder.clicked.connect(self.folder_asked)
        self.sample.clicked.connect(self.sample_asked)
        self.begin.returnPressed.connect(self.run_asked)
        self.grid.hide()
        self.retranslate()
        self.show_empty()

    def _lay_out(self) -> None:
        for widget in (self.grid, self.view):
            self.split.addWidget(widget)
        self.split.setStretchFactor(1, 1)
        for link in (self.open, self.folder, self.sample):
            link.setProperty("link", True)
        for label in (self.kinds, self.name):
            label.setProperty("muted", True)
            label.setMinimumWidth(1)
        self.begin_label.setBuddy(self.begin)
        self.begin.setMinimumWidth(120)
        foot = QWidget(self)
        foot.setFixedHeight(FOOT)
        row = QHBoxLayout(foot)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(8)
        for link in (self.open, self.folder, self.sample):
            row.addWidget(link)
        row.addWidget(self.kinds, 1)
        row.addWidget(self.name, 1)
        row.addWidget(self.begin_label)
        row.addWidget(self.begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.banner)
        column.addWidget(self.split, 1)
        column.addWidget(foot)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.view.retranslate()
        self.grid.retranslate()
        self.open.setText(self.tr("&Open pictures…"))
        self.folder.setText(self.tr("Open a &folder…"))
        self.sample.setText(self.tr("Try a sam&ple"))
        for link in (self.open, self.folder, self.sample):
            link.setAccessibleName(link.text().replace("&", ""))
        self.kinds.setText(" ".join(_KINDS))
        self.kinds.setToolTip(" ".join(SUFFIXES))
        self.begin_label.setText(self.tr("&Start with:"))
        self.begin.setAccessibleName(self.tr("Start the caption with"))
        self.begin.setPlaceholderText(self.tr("two dogs"))
        self.begin.setToolTip(self.tr("Every caption starts with these words; Enter writes them anew"))
        if self.view.image is None and not self.name.text():
            self.show_empty()

    def show_empty(self) -> None:
        """Say what may be done here."""
        self.view.show_image(None, self.tr("Drop pictures or a folder here, or paste one."))
        self.show_name("", "")

    def show_name(self, name: str, tip: str) -> None:
        """Say which picture is shown; "" for none."""
        self.name.setText(name)
        self.name.setToolTip(tip)
        self.name.setVisible(bool(name))
        self.kinds.setVisible(not name)
        self.sample.setVisible(not name)

    def show_grid(self, shown: bool) -> None:
        """Show many pictures beside the one that is looked at, or that one alone."""
        self.grid.setVisible(shown)

    @property
    def shows_grid(self) -> bool:
        """True while many pictures are shown."""
        return not self.grid.isHidden()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files, and pictures out of other programs."""
        super().dragEnterEvent(event)
        if event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped."""
        if self.take(event.mimeData()):
            event.acceptProposedAction()

    def take(self, data: QMimeData) -> bool:
        """True if there was something in it to open: files, else a picture."""
        files = paths_in(data)
        image = QImage(data.imageData()) if not files and data.hasImage() else QImage()
        if files:
            self.files_given.emit(files)
        elif not image.isNull():
            self.image_given.emit(image)
        return bool(files) or not image.isNull()
