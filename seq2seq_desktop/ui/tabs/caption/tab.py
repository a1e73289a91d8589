"""The Caption tab: pictures in, a sentence each out, and for every word where the model looked."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Failed, Finished, Progress
from seq2seq_desktop.io.images import SUFFIXES
from seq2seq_desktop.tasks.caption.spec import TASK, CaptionRequest, DecodeOptions
from seq2seq_desktop.tasks.catalogue import bundles_of
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.caption.album import Album, frugal
from seq2seq_desktop.ui.tabs.caption.layout import Parts
from seq2seq_desktop.ui.tabs.caption.pasted import keep
from seq2seq_desktop.ui.tabs.caption.photo import Photo, Version
from seq2seq_desktop.ui.tabs.caption.record import from_record, to_record
from seq2seq_desktop.ui.tabs.caption.saving import Saver
from seq2seq_desktop.ui.tabs.caption.stage import Stage
from seq2seq_desktop.ui.tabs.caption.thumbnails import Thumbnails
from seq2seq_desktop.ui.tabs.caption.wording import picture_kinds, state_of
from seq2seq_desktop.ui.tabs.task_tab import TaskTab
from seq2seq_desktop.ui.tabs.translate.files import readable_files
from seq2seq_desktop.ui.views.words import Word


class CaptionTab(TaskTab):
    """See `ui.tab.Tab`."""

    task = TASK
    parts: Parts
    send_asked = Signal(str, str)  # the task that a caption is for, the caption

    def __init__(self, bridge: Bridge, settings: Settings, parent: QWidget | None = None) -> None:
        """An empty tab."""
        super().__init__(bridge, settings, parent)
        self.thumbnails = Thumbnails(self.errands, self)
        self.parts = Parts(self, settings, self.thumbnails)
        self.stage = Stage(self.parts, self.thumbnails, self.errands, self)
        self.popup = self.stage.popup
        self.saver = Saver(self, self.parts.output.banner, self.errands)
        self.album: Album | None = None
        self._sent: Version | None = None  # to another tab
        self._connect()
        self._wire()

    def _connect(self) -> None:
        given, output = self.parts.input, self.parts.output
        given.files_given.connect(self.open_paths)
        given.image_given.connect(self.open_image)
        given.open_asked.connect(self.ask_for_files)
        given.folder_asked.connect(self.ask_for_folder)
        given.sample_asked.connect(self.open_sample)
        given.run_asked.connect(self.run_again)
        given.grid.chosen.connect(self._on_chosen)
        given.grid.edited.connect(self._on_edited)
        given.grid.cancel_asked.connect(self.cancel)
        output.edited.connect(self._on_written)
        output.send_asked.connect(self.send)
        output.beside_asked.connect(self.save_beside)
        output.inside_asked.connect(self.save_inside)
        self.stage.branched.connect(self._on_branch)
        self.stage.missing.connect(self._tell)
        self.saver.told.connect(self.status)
        self._paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        self._paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._paste.activated.connect(self.paste)
        for text in output.texts:  # they would take the key and do nothing with it
            text.installEventFilter(self)

    # What the window asks of a tab

    @property
    def busy(self) -> bool:
        """True while captions are written."""
        return self.album is not None and bool(self.album.jobs)

    def open_paths(self, given: list[Path]) -> None:
        """Caption these pictures, and those in these folders."""
        if given:
            self.errands.run(partial(readable_files, given, SUFFIXES), self._on_files, self._fail_to_open, "open")

    def open_image(self, image: QImage) -> None:
        """Caption a picture that lies in no file yet."""
        self.errands.run(partial(keep, image), lambda path: self._on_files([path]), self._fail_to_open, "open")

    def paste(self) -> None:
        """Caption what the clipboard holds: files or a picture."""
        if not self.parts.input.take(QGuiApplication.clipboard().mimeData()):
            self.status.emit(self.tr("There is no picture on the clipboard"))

    def cancel(self) -> None:
        """End what runs; what is there stays, marked."""
        self.errands.forget("open")
        if self.album is not None:
            self.album.give_up()
            for job in self.album.jobs:
                self._bridge.cancel(job)
            self._frames.start()

    def run_again(self) -> None:
        """Caption the same pictures once more with what is chosen now."""
        if self.album is not None:
            self._start(self.album.request.paths)

    def export(self) -> None:
        """Ask where to save the captions, and save them."""
        if self._has_captions() and self.album is not None:
            self.saver.as_one_file(self.album.captions())

    def save_beside(self) -> None:
        """Save a text file beside each picture."""
        if self._has_captions() and self.album is not None:
            self.saver.beside(self.album.captions())

    def save_inside(self) -> None:
        """Write the captions into the pictures, after a question."""
        if self._has_captions() and self.album is not None:
            self.saver.inside(self.album.captions())

    def _has_captions(self) -> bool:
        there = self.album is not None and bool(self.album.captions())
        if not there:
            self._tell_nothing()
        return there

    def _map_name(self) -> str:
        photo = self.stage.photo
        if photo is None or self.parts.map.sheet is None:
            return ""
        return str(photo.path.with_name(f"{photo.path.stem}-{self.tr('attention')}"))

    def undo(self) -> None:
        """Take back the last choice of a word, or the last edit, in whichever picture; it can come back."""
        if self.album is not None:
            self._go(self.album.undo())
            for job in self.album.abandoned():
                self._bridge.cancel(job)

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self.album is not None:
            self._go(self.album.redo())

    def send(self, task: str) -> None:
        """Give the caption that is shown to the tab of another task."""
        photo = self.stage.photo
        if photo is not None and photo.text:
            self._sent = photo.shown
            self.send_asked.emit(task, photo.text)

    @Slot(int)
    def light_sent(self, place: int) -> None:
        """Light the word at a character of the caption that was sent, and where it looked; -1: none."""
        photo = self.stage.photo
        if photo is not None and photo.shown is self._sent:
            words = photo.shown.words
            self.stage.point_at(next((i for i, word in enumerate(words) if word.start <= place < word.end), -1))

    def show_history(self, record: HistoryRecord) -> None:
        """Show an earlier result as if it had just come."""
        self.cancel()
        self._put(from_record(record))

    # Pictures

    def open_sample(self) -> None:
        """Caption the next sample."""
        sample = self._next_sample("*.*")
        if sample is not None:
            self.open_paths([sample])

    def ask_for_folder(self) -> None:
        """Let the user choose a folder of pictures."""
        name = QFileDialog.getExistingDirectory(self, self.tr("Open a folder of pictures"))
        if name:
            self.open_paths([Path(name)])

    def _file_kinds(self) -> str:
        return picture_kinds()

    def _on_files(self, files: list[Path]) -> None:
        if not files:
            self._tell(self.tr("There is no picture in it"), self.tr("Choose pictures, or their folder"))
            return
        self._start(tuple(files))

    def _start(self, paths: tuple[Path, ...]) -> None:
        """Begin with these pictures, in place of those before."""
        self.cancel()
        try:
            request = CaptionRequest(paths, self._options(paths), self.parts.input.begin.text().strip())
        except Seq2SeqError as error:
            self._fail(error)
            return
        for pane in (self.parts.input, self.parts.output):
            pane.banner.hide()
        album = Album(request)
        album.add_job(self._submit(request))
        self._put(album)

    def _submit(self, request: CaptionRequest) -> int:
        return self._bridge.submit(TASK, request, self.parts.options.chosen_model)

    def _options(self, paths: tuple[Path, ...]) -> DecodeOptions:
        """What is chosen; of very many pictures without what would fill the memory."""
        return self.parts.options.options(frugal=frugal(paths))

    def _keep_touched(self) -> None:
        """Write what the user made of the captions into the history, before other pictures take their place."""
        if self.album is not None and self.album.touched:
            self.album.touched = False
            self.result.emit(to_record(self.album, self.parts.options.chosen_model))

    def close_down(self) -> None:
        """Remember how things stand and wait for what is being read or written."""
        self._keep_touched()
        super().close_down()

    def _put(self, album: Album) -> None:
        """Show these pictures."""
        self._keep_touched()
        self.album = album
        album.changed.clear()
        self.stage.clear()
        self.parts.input.show_grid(not album.single)
        if album.single:
            self.stage.show(album.photos[0])
        else:
            self.parts.input.grid.show_album(album)
        self._frames.start()
        self._show_state()

    def _on_chosen(self, number: int) -> None:
        if self.album is not None and number < len(self.album.photos):
            self.stage.show(self.album.photos[number])

    # Captions

    def _on_event(self, job: int, event: Event) -> None:
        """Events only change what is known; `_on_frame` draws."""
        album = self.album
        if album is None or not album.has_job(job):
            return
        album.feed(job, event)
        if isinstance(event, Progress):
            left = -1.0 if event.seconds_left is None else event.seconds_left
            self.progress.emit(event.done, event.total, left)
        if isinstance(event, Finished | Failed):
            self._on_over(album)
        self._frames.start()

    def _on_over(self, album: Album) -> None:
        self._on_frame()
        failure = album.failure
        if album.outcome == "failed" and failure is not None:
            self._tell_failure(failure.problem, failure.remedy)
        elif album.single and album.photos[0].state == "refused":
            self._tell(album.photos[0].problem, album.photos[0].remedy)
        elif album.outcome == "paused" and not album.jobs:  # for a word that was chosen, which is there now
            self.go_on()
        elif album.outcome == "cancelled" and not album.jobs and not album.single:
            said = self.tr("Cancelled; what was there stays")
            self.parts.output.banner.show_text(said, self.tr("&Go on"), self.go_on)
        elif album.outcome == "done" and not album.jobs and not album.touched:
            self.result.emit(to_record(album, self.parts.options.chosen_model))

    def go_on(self) -> None:
        """Caption the pictures that have no caption yet, after it was cancelled or paused."""
        album = self.album
        if album is None or album.jobs:
            return
        self.parts.output.banner.hide()
        if (request := album.rest()) is not None:
            album.add_job(self._submit(request))
        self._frames.start()

    def _on_frame(self) -> None:
        """Draw what has changed since the last frame."""
        album = self.album
        if album is not None:
            if album.changed and not album.single:
                self.parts.input.grid.draw(album.changed)
            album.changed.clear()
            self.stage.frame()
        self._show_state()
        if not self.busy:
            self._frames.stop()

    def _on_branch(self, photo: Photo, version: Version, word: Word, token: int | None, typed: str) -> None:
        """Go on from a word that the user chose, beside what stands there."""
        if self.album is None:
            return
        interrupted = self.album.pause()
        request = self.album.branch(photo, version, word, token, typed)
        self.album.add_branch(self._submit(request), photo)
        for job in interrupted:
            self._bridge.cancel(job)
        self.stage.show(photo)
        self._frames.start()

    def _on_written(self, text: str) -> None:
        """Keep what the user made of the caption that is shown."""
        if self.stage.photo is not None:
            self._on_edited(self.stage.photo.number, text)

    def _on_edited(self, number: int, text: str) -> None:
        """Keep what the user made of the caption of a picture."""
        album = self.album
        if album is not None and number < len(album.photos):
            photo = album.photos[number]
            if album.edit(photo, text, self.tr("Edited")):
                self._go(photo)

    def _go(self, photo: Photo | None) -> None:
        """Show a picture whose caption is another now."""
        if photo is None:
            return
        if not self.parts.input.shows_grid or self.stage.photo is photo:
            self.stage.show(photo)
        else:
            self.parts.input.grid.choose(photo.number)
        self._on_frame()

    def _output(self) -> str:
        return self.album.output() if self.album is not None else ""

    def _show_state(self, text: str = "") -> None:
        """One quiet line under the caption: why it ended, if it was not by its own end."""
        if not text and self.album is not None:
            text = state_of(self.album)
        if text != self.parts.output.state.text():
            self.parts.output.state.setText(text)

    def _on_settled(self) -> None:
        """Look which models there are; the focus goes to the picture, so that one can be pasted."""
        self.errands.run(partial(bundles_of, TASK), self.parts.options.show_models, kind="models")
        if self.focusWidget() is None:
            self.parts.input.view.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """True where the key to paste was taken from a text that cannot be written into."""
        pastes = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Paste)
        if pastes and event.type() == QEvent.Type.KeyPress:
            self.paste()
            return True
        return super().eventFilter(watched, event)
