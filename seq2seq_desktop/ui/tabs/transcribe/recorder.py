"""Recording in the tab: the button, the level, the strip and the file that grows, until it is stopped or lost."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.io.recording import clipped, level
from seq2seq_desktop.ui.microphone import Microphone
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.transcribe.sound_pane import SoundPane
from seq2seq_desktop.ui.views.waveform import VALUE, Waveform, loudness

_KEY = "transcribe/input"
READY_MS = 20_000  # that an open microphone is kept open for a recording that does not begin


class Recorder(QObject):
    """Opens the microphone when the button is approached, so that the half second before the click is there."""

    begun = Signal(object)  # Path of the file that grows
    ended = Signal(object)  # Path of the finished file
    failed = Signal(str, str)  # problem, remedy
    ready = Signal()  # the microphone is open, nothing is kept

    def __init__(
        self, microphone: Microphone, pane: SoundPane, strip: Waveform, settings: Settings, parent: QObject
    ) -> None:
        """Not recording."""
        super().__init__(parent)
        self.microphone, self._pane, self._strip, self._settings = microphone, pane, strip, settings
        self._rest = np.zeros(0, np.float32)  # samples that do not fill a value of the strip yet
        self._ready = QTimer(self, singleShot=True, interval=READY_MS)
        self._ready.timeout.connect(self._on_idle)
        pane.record.approached.connect(self.get_ready)
        pane.record_asked.connect(self.toggle)
        pane.input_chosen.connect(self._on_input)
        microphone.heard.connect(self._on_heard)
        microphone.inputs_changed.connect(self.list_inputs)
        microphone.lost.connect(self._on_lost)

    @property
    def recording(self) -> bool:
        """True while it records."""
        return self.microphone.recording is not None

    @property
    def seconds(self) -> float:
        """How long the recording is."""
        recording = self.microphone.recording
        return recording.seconds if recording is not None else 0.0

    def list_inputs(self) -> None:
        """Show which microphones there are; none where sound cannot be used."""
        try:
            inputs = self.microphone.inputs()
        except Seq2SeqError:
            inputs = []
        self._pane.show_inputs(inputs, bytes.fromhex(self._stored))

    @property
    def _stored(self) -> str:
        stored = self._settings.get(_KEY, "")
        return stored if all(letter in "0123456789abcdef" for letter in stored) and len(stored) % 2 == 0 else ""

    def get_ready(self) -> None:
        """Listen, without keeping anything; what is wrong is told when somebody wants to record."""
        if self.recording:
            return
        try:
            self.microphone.open(self._pane.chosen_input)
        except Seq2SeqError:
            return
        self._ready.start()
        self.ready.emit()

    def toggle(self) -> None:
        """Begin, or end."""
        if self.recording:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Begin a recording."""
        try:
            path = self.microphone.record(self._pane.chosen_input)
        except Seq2SeqError as error:
            self.list_inputs()
            self.failed.emit(error.problem, error.remedy)
            return
        self._ready.stop()
        self._rest = np.zeros(0, np.float32)
        self._pane.show_recording(True)
        self._pane.show_elapsed(0)
        self.begun.emit(path)

    def stop(self) -> None:
        """End the recording; the microphone stays open for a while, for the next one."""
        path = self.microphone.stop()
        if path is not None:
            self._over(path)
            self._ready.start()

    def close(self) -> None:
        """Close the microphone; a recording is ended."""
        self.stop()
        self._ready.stop()
        self._on_idle()

    def _over(self, path: Path) -> None:
        self._pane.show_recording(False)
        self.ended.emit(path)

    def _on_input(self, wanted: bytes) -> None:
        self._settings.set(_KEY, wanted.hex())
        if self.microphone.is_open:
            self.get_ready()

    def _on_idle(self) -> None:
        if not self.recording:
            self.microphone.close()
            self._pane.level.clear()

    def _on_heard(self, samples: NDArray[np.float32], rate: int) -> None:
        """Show a block that is in the file already."""
        loud = level(samples)
        self._pane.level.show_level(loud.rms, loud.peak, clipped(samples) > 0)
        if not self.recording:
            return
        self._pane.show_elapsed(self.seconds)
        block = np.concatenate([self._rest, samples])
        values = loudness(block, rate)
        used = round(VALUE * rate) * len(values)
        self._rest = block[used:]
        self._strip.put(max(0.0, self.seconds - len(block) / rate), values)

    def _on_lost(self, problem: str, remedy: str) -> None:
        """The recording up to here is whole; whoever reads it goes on to its end."""
        path = self.microphone.stop()
        self._pane.level.clear()
        self._ready.stop()
        if path is not None:
            self._over(path)
        self.failed.emit(problem, remedy)
