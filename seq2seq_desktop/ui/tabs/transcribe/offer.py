"""Which models there are; while there is none, one button that brings it, with its size and licence."""

from collections.abc import Callable, Generator
from threading import Event as Flag

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Progress
from seq2seq_desktop.tasks.transcribe import catalogue
from seq2seq_desktop.tasks.transcribe.catalogue import Transcriber
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.errand import Errands
from seq2seq_desktop.ui.wording import about, megabytes

Fetch = Callable[[str], Generator[Progress]]


class Offer(QFrame):
    """Hidden until a model is offered."""

    wanted = Signal()
    refused = Signal()  # while it comes

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing to offer."""
        super().__init__(parent)
        self._model: Transcriber | None = None
        self.text, self.left = QLabel(self, wordWrap=True), QLabel(self)
        self.get, self.stop = QPushButton(self), QPushButton(self)
        self.bar = QProgressBar(self, textVisible=False)
        self.left.setProperty("muted", True)
        self.get.setDefault(True)
        self.get.clicked.connect(self.wanted)
        self.stop.clicked.connect(self.refused)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.get, self.bar, self.left, self.stop):
            row.addWidget(widget, int(widget is self.bar))
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(self.text)
        column.addLayout(row)
        self.show_progress(None)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setAccessibleName(self.tr("Model to fetch"))
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        self.stop.setText(self.tr("&Stop"))
        self.stop.setAccessibleName(self.tr("Stop the download"))
        if self._model is not None:
            self.offer(self._model)

    def offer(self, model: Transcriber) -> None:
        """Offer this model."""
        self._model = model
        said = self.tr(
            "To write speech down, a model is needed. {description} Licence: {licence}. It stays on this computer."
        )
        self.text.setText(said.format(description=model.description, licence=model.licence))
        label = self.tr("&Get {name} ({size})").format(name=model.name, size=megabytes(model.bytes))
        self.get.setText(label)
        self.get.setAccessibleName(label.replace("&", ""))

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far it has come; None: nothing comes."""
        comes = progress is not None
        self.get.setVisible(not comes)
        for widget in (self.bar, self.left, self.stop):
            widget.setVisible(comes)
        if progress is None:
            return
        self.bar.setRange(0, 1000 if progress.total else 0)
        self.bar.setValue(round(1000 * progress.done / progress.total) if progress.total else 0)
        whole = bool(progress.total) and progress.done >= progress.total
        left = about(progress.seconds_left) if progress.seconds_left and not whole else ""
        self.left.setText(self.tr("being unpacked") if whole else left)


class Download(QObject):
    """Fetches a model in a thread of its own."""

    moved = Signal(object)  # Progress
    done = Signal()
    failed = Signal(str, str)  # problem, remedy

    def __init__(self, errands: Errands, fetch: Fetch, parent: QObject) -> None:
        """Nothing is fetched yet."""
        super().__init__(parent)
        self._errands, self._fetch = errands, fetch
        self._stop: Flag | None = None

    @property
    def busy(self) -> bool:
        """True while something comes."""
        return self._stop is not None

    def start(self, name: str) -> None:
        """Fetch this bundle."""
        if not self.busy:
            self._stop = Flag()
            stop = self._stop
            self._errands.run(lambda: self._work(name, stop), self._on_done, self._on_failure, "download")

    def cancel(self) -> None:
        """Stop; nothing half is left."""
        if self._stop is not None:
            self._stop.set()

    def _work(self, name: str, stop: Flag) -> bool:
        """True if it is there now. Runs in another thread."""
        events = self._fetch(name)
        try:
            for progress in events:
                if stop.is_set():
                    return False
                self.moved.emit(progress)
        finally:
            events.close()
        return True

    def _on_done(self, there: bool) -> None:
        self._stop = None
        if there:
            self.done.emit()
        else:
            self.failed.emit("", "")

    def _on_failure(self, error: Seq2SeqError) -> None:
        self._stop = None
        self.failed.emit(error.problem, error.remedy)


class ModelDesk(QObject):
    """Says which models are here, and brings the usual one when that is wanted."""

    known = Signal(object)  # the Transcribers that are here
    arrived = Signal()

    def __init__(self, offer: Offer, banner: Banner, download: Download, parent: QObject) -> None:
        """Nothing is known yet: `look` tells."""
        super().__init__(parent)
        self._offer, self._banner, self._download = offer, banner, download
        offer.wanted.connect(self.fetch)
        offer.refused.connect(download.cancel)
        download.moved.connect(offer.show_progress)
        download.done.connect(self._on_done)
        download.failed.connect(self._on_failed)

    def look(self) -> None:
        """Look which models are here, unless one is on its way."""
        if self._download.busy:
            return
        found = catalogue.transcribers()
        if not found:
            self._offer.offer(catalogue.offered())
        self.known.emit(found)

    def fetch(self) -> None:
        """Bring the model that is offered."""
        self._banner.hide()
        self._offer.show_progress(Progress(0, 0))
        self._download.start(catalogue.offered().name)

    def _on_done(self) -> None:
        self._offer.show_progress(None)
        self.look()
        self.arrived.emit()

    def _on_failed(self, problem: str, remedy: str) -> None:
        self._offer.show_progress(None)
        if problem:
            again = QCoreApplication.translate("TranscribeTab", "Try &again")
            self._banner.tell(problem, remedy, again, self.fetch)
