"""The Transcribe tab: speech in, from the microphone or from files; words out as they are heard, the sound below."""

from bisect import bisect_left, bisect_right
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from seq2seq_desktop import paths
from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Failed, Finished, Heard, Progress
from seq2seq_desktop.io.audio import READABLE
from seq2seq_desktop.io.recording import finish, unfinished
from seq2seq_desktop.io.transcripts import SUFFIXES, save_transcript
from seq2seq_desktop.tasks.transcribe import catalogue
from seq2seq_desktop.tasks.transcribe.catalogue import Transcriber
from seq2seq_desktop.tasks.transcribe.spec import TASK, TranscribeRequest
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.microphone import Microphone
from seq2seq_desktop.ui.player import Player
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.task_tab import TaskTab
from seq2seq_desktop.ui.tabs.transcribe.file_queue import SoundQueue
from seq2seq_desktop.ui.tabs.transcribe.layout import Parts
from seq2seq_desktop.ui.tabs.transcribe.offer import Download, Fetch, ModelDesk
from seq2seq_desktop.ui.tabs.transcribe.record import from_record, to_record
from seq2seq_desktop.ui.tabs.transcribe.recorder import Recorder
from seq2seq_desktop.ui.tabs.transcribe.stage import Stage
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript, Version
from seq2seq_desktop.ui.tabs.transcribe.wording import state_of
from seq2seq_desktop.ui.tabs.translate.files import readable_files
from seq2seq_desktop.ui.views.spectrogram import PICTURES
from seq2seq_desktop.ui.widgets.ask_where import ask_where
from seq2seq_desktop.ui.widgets.output_pane import NOW
from seq2seq_desktop.ui.wording import clock

_SOUND_DELAY_MS = 150  # after the tab is shown: QtMultimedia is loaded when the window stands


class TranscribeTab(TaskTab):
    """See `ui.tab.Tab`."""

    task = TASK
    map_suffixes = PICTURES
    parts: Parts
    send_asked = Signal(str, str)  # the task that a text is for, the text

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        parent: QWidget | None = None,
        microphone: Microphone | None = None,
        fetch: Fetch = catalogue.fetch,
    ) -> None:
        """An empty tab."""
        super().__init__(bridge, settings, parent)
        self.parts = Parts(self, settings)
        self.player = Player(self.errands, self)
        self.recorder = Recorder(
            microphone or Microphone(self), self.parts.sound, self.parts.map.waveform, settings, self
        )
        self.stage = Stage(self.parts.text, self.parts.map, self.parts.options, self.player, self)
        self.popup = self.stage.popup
        self.queue = SoundQueue(self._submit, bridge.cancel, self.errands, self._file_request, self)
        self.download = Download(self.errands, fetch, self)
        self.models = ModelDesk(self.parts.sound.offer, self.parts.sound.banner, self.download, self)
        self._current: Transcript | None = None  # what is in the panes, unless a file of the list is
        self._sent: tuple[Transcript, Version] | None = None  # to the Translate tab
        self._looked = False  # for recordings that a crash left behind
        self._connect()
        self._wire()
        self.models.look()

    def _connect(self) -> None:
        parts, sound, text = self.parts, self.parts.sound, self.parts.text
        sound.files_given.connect(self.open_paths)
        sound.open_asked.connect(self.ask_for_files)
        sound.sample_asked.connect(self.open_sample)
        self.models.known.connect(self._on_models)
        self.models.arrived.connect(self._on_model_there)
        text.send_asked.connect(self.send)
        parts.files.chosen.connect(self._on_row)
        parts.files.folder_asked.connect(self.ask_for_folder)
        parts.files.closed.connect(self._close_list)
        parts.files.pause_asked.connect(self._on_pause)
        parts.files.kind.activated.connect(self._on_kind)
        self.stage.branched.connect(self._on_branch)
        self.queue.changed.connect(self._on_file)
        self.queue.shown.connect(self.stage.show)
        self.queue.failed.connect(lambda _, problem, remedy: self._tell(problem, remedy))
        self.recorder.begun.connect(self._on_recording)
        self.recorder.ended.connect(self._on_recorded)
        self.recorder.failed.connect(self._on_lost)
        self.recorder.ready.connect(self._on_ready)
        self.player.failed.connect(lambda problem, remedy: text.banner.tell(problem, remedy))

    # What the window asks of a tab

    @property
    def busy(self) -> bool:
        """True while something is recorded or written down."""
        writes = self._current is not None and bool(self._current.jobs)
        return writes or self.queue.busy or self.recorder.recording

    def open_paths(self, given: list[Path]) -> None:
        """Write down one file in the pane; several files or a folder become a list."""
        if not given:
            return
        if len(given) == 1 and not given[0].is_dir():
            self._stop()
            self._close_list()
            self.write_down(given[0])
        else:
            work = partial(readable_files, given, READABLE)
            self.errands.run(work, self._on_files, self._fail_to_open, "open")

    def cancel(self) -> None:
        """End what runs; what is there stays, marked."""
        self._stop()
        self.player.stop()

    def _stop(self) -> None:
        self.errands.forget("open")
        self.recorder.stop()
        self.queue.cancel()
        for job in self._current.jobs if self._current is not None else ():
            self._bridge.cancel(job)

    def run_again(self) -> None:
        """Write the recording down once more with what is chosen now, or go through the list again."""
        if self.parts.sound.shows_list:
            self._on_files([job.path for job in self.queue.jobs])
        elif self._current is not None and not self.recorder.recording:
            path = self._current.path
            self._stop()
            self.write_down(path)

    def export(self) -> None:
        """Ask where to save the text, and save it."""
        shown = self.stage.transcript
        if shown is None or not shown.output(self.stage.version):
            self._tell_nothing()
            return
        path = ask_where(self, self.tr("Save the text"), str(shown.path.with_suffix(".txt")), SUFFIXES)
        if path is not None:
            passages, facts = shown.passages(self.stage.version), shown.facts()
            self._save(partial(save_transcript, passages, path, True, facts), path)

    def _map_name(self) -> str:
        return self.tr("spectrogram")

    def undo(self) -> None:
        """Take the newest version away; it can come back."""
        self._go(self._current.undo() if self._current is not None else None)

    def redo(self) -> None:
        """Bring the version back that was taken away last."""
        self._go(self._current.redo() if self._current is not None else None)

    def send(self, task: str) -> None:
        """Give the text to the tab of another task."""
        shown, version = self.stage.transcript, self.stage.version
        if shown is not None and version is not None and (text := shown.whole(version)):
            self._sent = (shown, version)
            self.send_asked.emit(task, text)

    @Slot(int, int)
    def light_sent(self, place: int, end: int = -1) -> None:
        """Light the words of a stretch of the text that was sent, and say when they were said; -1: none."""
        if self._sent is None or self._sent != (self.stage.transcript, self.stage.version):
            return
        transcript, version = self._sent
        words = transcript.places(version) if place >= 0 else []
        first = bisect_right(words, place, key=lambda word: word[0]) - 1
        last = bisect_left(words, end, key=lambda word: word[0]) - 1
        found = [word[2:] for word in words[first : max(first, last) + 1]] if first >= 0 else []
        said = self.stage.point_at(*(found[0] if found else (-1, -1)))
        if len(found) > 1:
            self.parts.text.light(NOW, found)
        if said is not None:
            until = self.parts.text.words(NOW, found[-1][0])[found[-1][1]]
            one, several = self.tr("said at {time}"), self.tr("said from {time} to {end}")
            times = {"time": clock(said.start, tenths=True), "end": clock(until.end, tenths=True)}
            self.status.emit((several if len(found) > 1 else one).format(**times))

    def show_history(self, record: HistoryRecord) -> None:
        """Show an earlier result as if it had just come."""
        self._stop()
        self._close_list()
        self._current = from_record(record)
        self._show_current()

    def close_down(self) -> None:
        """Remember how things stand; end the recording and wait for what is being read or written."""
        self.recorder.close()
        self.player.stop()
        self.download.cancel()
        super().close_down()

    # Models and the microphone

    def _on_models(self, known: tuple[Transcriber, ...]) -> None:
        self.parts.bar.offer(known)
        self.parts.bar.setEnabled(bool(known))
        self.parts.sound.show_offer(not known)

    def _on_model_there(self) -> None:
        self.status.emit(self.tr("The model is here"))
        if self._current is not None and not self._current.stretches:
            self.run_again()

    def _on_settled(self) -> None:
        """Load QtMultimedia without holding up the window, then list the microphones."""
        load = partial(import_module, "PySide6.QtMultimedia")
        self.errands.run(load, self._on_sound, self._on_no_sound, "sound")
        if not self._looked:
            self._looked = True
            self.errands.run(partial(unfinished, paths.recordings()), self._on_unfinished)

    def _on_sound(self, _: object) -> None:
        self.recorder.list_inputs()

    def _on_no_sound(self, _: Seq2SeqError) -> None:
        self.parts.sound.show_inputs((), b"")

    def _on_ready(self) -> None:
        self.status.emit(self.tr("The microphone is on; nothing is kept until you record"))

    def _on_recording(self, path: Path) -> None:
        """Write down what is said while it is said."""
        self.player.stop()
        self.queue.cancel()
        self._close_list()
        for job in self._current.jobs if self._current is not None else ():
            self._bridge.cancel(job)
        self.parts.sound.banner.hide()
        self.write_down(path, live=True)

    def _on_recorded(self, path: Path) -> None:
        """The file is whole now; the rest of it is still being written down."""
        if self._current is not None:
            self._current.moved(path)
            self.parts.sound.show_source(path)
            if not self._current.jobs and self.parts.bar.isEnabled():  # it ended early: a failure, a choice
                self.go_on()
        self._show_state()

    def _on_lost(self, problem: str, remedy: str) -> None:
        self.parts.sound.banner.tell(problem, remedy)

    def _on_unfinished(self, found: tuple[Path, ...]) -> None:
        if found and self._current is None:
            sentence = self.tr("A recording was cut off when the program ended last time. It was kept.")
            call = partial(self._finish, found[-1])
            self.parts.sound.banner.show_text(sentence, self.tr("&Write it down"), call)

    def _finish(self, path: Path) -> None:
        self.errands.run(partial(finish, path), lambda whole: self.open_paths([whole]), self._fail_to_open)

    # Files

    def open_sample(self) -> None:
        """Write down a sample, in the language of the window if there is one."""
        samples = sorted((paths.resources() / "samples" / TASK).glob("*.opus"))
        language = f".{QLocale().name()[:2]}.opus"
        mine = [sample for sample in samples if sample.name.endswith(language)]
        if samples:
            self.open_paths([*mine, *samples][:1])

    def _file_kinds(self) -> str:
        patterns = " ".join(f"*{kind}" for kind in READABLE)
        return f"{self.tr('Sound and video')} ({patterns});;{self.tr('All files')} (*)"

    def ask_for_folder(self) -> None:
        """Let the user choose where the texts of files go."""
        name = QFileDialog.getExistingDirectory(self, self.tr("Save the texts into"))
        if name:
            self.queue.folder = Path(name)
            self.parts.files.show_folder(self.queue.folder)

    def _on_files(self, files: list[Path]) -> None:
        if not files:
            self._tell(
                self.tr("There is no recording in it"), self.tr("Choose sound or video files, or their folder")
            )
            return
        self._stop()
        self.stage.clear()
        self.parts.sound.banner.hide()
        self.parts.sound.show_list(self.parts.files)
        self._on_kind()
        self.queue.start(files)
        self.parts.files.show_jobs(self.queue.jobs)
        self._frames.start()

    def _on_file(self, row: int) -> None:
        if row < len(self.parts.files.jobs):
            self.parts.files.show_job(row)
        self.parts.files.show_paused(self.queue.paused)
        self._frames.start()

    def _on_row(self, row: int) -> None:
        job = self.queue.jobs[row] if row < len(self.queue.jobs) else None
        if job is not None and job.transcript is not None:
            self.stage.show(job.transcript)
        if job is not None and job.message:
            self._tell(job.message)

    def _on_pause(self) -> None:
        if self.queue.paused:
            self.queue.resume()
        else:
            self.queue.pause()

    def _on_kind(self) -> None:
        self.queue.suffix = self.parts.files.kind.currentData()

    def _close_list(self) -> None:
        self.queue.cancel()
        if self.parts.sound.shows_list:
            self.parts.sound.show_list(None)
            self.stage.clear()
            if self._current is not None:
                self._show_current()

    # Writing down

    def _request(self, path: Path, live: bool = False) -> TranscribeRequest:
        bar = self.parts.bar
        options = self.parts.options.options()
        return TranscribeRequest(path, bar.chosen_language, bar.into_english, live, options=options)

    def _file_request(self, path: Path) -> TranscribeRequest:
        """The request for a file of a list: without what only views need."""
        request = self._request(path)
        return replace(request, options=replace(request.options, attention=False, alternatives=0))

    def _submit(self, request: TranscribeRequest) -> int:
        return self._bridge.submit(TASK, request, self.parts.bar.chosen_model)

    def write_down(self, path: Path, live: bool = False) -> None:
        """Start with this recording, in place of what was there."""
        try:
            request = self._request(path, live)
        except Seq2SeqError as error:
            self._fail(error)
            return
        self.parts.text.banner.hide()
        self._current = Transcript(request)
        if self.parts.bar.isEnabled():
            self._current.add_job(self._submit(request))
        else:
            self._current.outcome = "cancelled"
        self._show_current()

    def _show_current(self) -> None:
        if self._current is None:
            return
        self.parts.sound.show_source(None if self.recorder.recording else self._current.path)
        self.stage.show(self._current)
        self._frames.start()
        self._show_state()

    def _on_event(self, job: int, event: Event) -> None:
        """Events only change what is known; `_on_frame` draws."""
        current = self._current
        mine = current is not None and current.has_job(job)
        if not mine and not self.queue.feed(job, event):
            return
        if mine and current is not None:
            current.feed(job, event)
            if isinstance(event, Finished | Failed):
                self._on_over(current)
        if isinstance(event, Progress) and not self.recorder.recording:
            left = -1.0 if event.seconds_left is None else event.seconds_left
            self.progress.emit(event.done, event.total, left)
        if isinstance(event, Heard | Finished):
            shown = self.stage.transcript
            self.parts.bar.show_language(shown.language if shown is not None else "")
        self._frames.start()

    def _on_over(self, transcript: Transcript) -> None:
        self._on_frame()
        self._show_state()
        failure = transcript.failure
        if transcript.outcome == "paused" and not transcript.jobs:  # for a branch, which is there now
            self.go_on()
        elif transcript.outcome == "failed" and failure is not None:
            self._tell_failure(failure.problem, failure.remedy)
        elif transcript.outcome == "cancelled" and not transcript.jobs and not transcript.request.live:
            said = self.tr("Cancelled; what was there stays")
            self.parts.text.banner.show_text(said, self.tr("&Go on"), self.go_on)
        elif transcript.outcome == "done" and not transcript.jobs and len(transcript.versions) == 1:
            self.result.emit(to_record(transcript, self.parts.bar.chosen_model))

    def go_on(self) -> None:
        """Write down the rest of a recording after it was cancelled or paused."""
        current = self._current
        if current is not None and not current.jobs:
            request = current.resumed(live=self.recorder.recording)
            current.add_job(self._submit(request), start=request.start)
            self._show_current()

    def _on_frame(self) -> None:
        self.stage.frame()
        running = self.queue.running
        if running is not None and self.queue.jobs.index(running) < len(self.parts.files.jobs):
            self.parts.files.show_job(self.queue.jobs.index(running))
        self._show_state()
        if not self.busy and not self.stage.waiting:
            self._frames.stop()

    def _on_branch(self, request: TranscribeRequest, made: Version) -> None:
        """Go on from a word that the user chose, beside what stands there; what is being written waits meanwhile."""
        if self._current is None:
            return
        interrupted = self._current.pause() if self._current.jobs else []
        self._current.add_job(self._submit(request), made)
        for job in interrupted:
            self._bridge.cancel(job)
        self.stage.show(self._current, made)
        self._frames.start()

    def _go(self, version: Version | None) -> None:
        if version is not None and self._current is not None and not self.parts.sound.shows_list:
            self.stage.show(self._current, version)
            self._show_state()

    def _output(self) -> str:
        shown = self.stage.transcript
        return shown.output(self.stage.version) if shown is not None else ""

    # What is said

    def _show_state(self, text: str = "") -> None:
        """One quiet line under the text: how it ended, or how far behind the speaker it is."""
        current, shown = self._current, self.stage.transcript
        if not text and current is not None and shown is current:
            text = state_of(current, self.recorder.seconds if self.recorder.recording else None)
        pane = self.parts.text
        if text != pane.state.text():
            pane.state.setText(text)
        there = shown is not None and bool(shown.stretches)
        pane.edit.setVisible(there and shown is current and current is not None and not current.jobs)
        for button in pane.sends:
            button.show_for(there)

    # Keys and times

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space records and stops, wherever the focus is but in a text field or on a button, which take it first."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self.recorder.toggle()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Look for microphones soon after the tab has been painted, and for models that came meanwhile."""
        super().showEvent(event)
        if not self.parts.bar.isEnabled():
            self.models.look()
        if self.focusWidget() is None:
            self.parts.sound.record.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Close a microphone that nobody records with."""
        super().hideEvent(event)
        if not self.recorder.recording:
            self.recorder.close()
