"""The map under both panes: the whole recording in a strip, one stretch of it as a spectrogram with its words."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from seq2seq_desktop.ui.icons import icon
from seq2seq_desktop.ui.tabs.transcribe.stretch import SaidWord, Stretch
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript, Version
from seq2seq_desktop.ui.views.spectrogram import AxisWord, Spectrogram
from seq2seq_desktop.ui.views.waveform import Waveform, loudness_of_picture
from seq2seq_desktop.ui.wording import clock


class MapPane(QWidget):
    """Strip and spectrogram; `draw` puts the newest state on the screen, once a frame."""

    stretch_asked = Signal(int)  # one on (1) or back (-1)
    play_asked = Signal()  # the stretch that is shown, or silence if it is heard
    value_hovered = Signal(str)
    export_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty pane."""
        super().__init__(parent)
        self.waveform, self.spectrogram = Waveform(self), Spectrogram(self)
        self.back, self.on, self.play, self.reset, self.export_button = (QToolButton(self) for _ in range(5))
        self.place = QLabel(self)
        self.place.setMinimumWidth(1)
        self.layer: int | None = None
        self.head: int | None = None
        self._words: tuple[SaidWord, ...] = ()
        self._drawn: object = None
        self._heard: dict[int, float] = {}  # up to which second each stretch stands in the strip
        self._place = (0, 0)
        self._stretch: Stretch | None = None
        self._playing = False
        self._lay_out()
        self.back.clicked.connect(lambda: self.stretch_asked.emit(-1))
        self.on.clicked.connect(lambda: self.stretch_asked.emit(1))
        self.play.clicked.connect(self.play_asked)
        self.reset.clicked.connect(self.spectrogram.reset_view)
        self.export_button.clicked.connect(self.export_asked)
        self.spectrogram.value_hovered.connect(self.value_hovered)
        self.retranslate()
        self.dress()
        self.show_place(0, 0, None)

    def _lay_out(self) -> None:
        self.tools = row = QHBoxLayout()
        row.setSpacing(4)
        for widget in (self.play, self.back, self.place, self.on):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.reset, self.export_button):
            row.addWidget(widget)
        for button in (self.play, self.back, self.on, self.reset, self.export_button):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.waveform)
        column.addWidget(self.spectrogram, 1)

    def retranslate(self) -> None:
        """Take the language of the window."""
        named = (
            (self.back, self.tr("Stretch before")),
            (self.on, self.tr("Next stretch")),
            (self.reset, self.tr("Show the whole stretch")),
            (self.export_button, self.tr("Save the map as PNG, SVG or CSV…")),
        )
        for button, name in named:
            button.setAccessibleName(name)
            button.setToolTip(name)
        self.back.setText("‹")
        self.on.setText("›")
        self.show_playing(self._playing)
        self.waveform.retranslate()
        self.spectrogram.retranslate()
        self.show_place(*self._place, self._stretch)

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.reset.setIcon(icon("reset"))
        self.export_button.setIcon(icon("export"))
        self.show_playing(self._playing)

    def show_playing(self, playing: bool) -> None:
        """Let the button say what it does now."""
        self._playing = playing
        name = self.tr("Be silent") if playing else self.tr("Hear this stretch")
        self.play.setIcon(icon("stop" if playing else "run"))
        self.play.setAccessibleName(name)
        self.play.setToolTip(name)

    def show_place(self, index: int, count: int, stretch: Stretch | None) -> None:
        """Say which stretch is shown."""
        self._place, self._stretch = (index, count), stretch
        text = self.tr("Stretch {index} of {count}").format(index=index + 1, count=count)
        if stretch is not None:
            text += f"  {clock(stretch.start, tenths=True)} – {clock(stretch.end, tenths=True)}"
        self.place.setText(text if count else "")
        for widget in (self.back, self.on):
            widget.setVisible(count > 1)
        self.play.setEnabled(stretch is not None)
        self.export_button.setEnabled(stretch is not None)
        self.back.setEnabled(index > 0)
        self.on.setEnabled(index < count - 1)

    def clear(self) -> None:
        """Show nothing."""
        self._words, self._drawn, self._heard = (), None, {}
        self.waveform.clear()
        self.spectrogram.clear()
        self.show_place(0, 0, None)

    def draw(self, transcript: Transcript, version: Version, index: int) -> None:
        """Draw what has changed of a recording, and of one of its stretches."""
        self._draw_strip(transcript, index)
        if index >= len(transcript.stretches):
            return
        stretch = transcript.stretch(version, index)
        state = (id(stretch), stretch.revision, self.layer, self.head, len(transcript.stretches))
        if state != self._drawn:
            self._drawn = state
            self._draw_stretch(stretch)
            self.show_place(index, len(transcript.stretches), stretch)

    def _draw_strip(self, transcript: Transcript, index: int) -> None:
        recorded = transcript.request.live  # then the strip stands there already
        for stretch in () if recorded else transcript.stretches[-20:] if self._heard else transcript.stretches:
            if stretch.sound is not None and self._heard.get(stretch.number) != stretch.end:
                self._heard[stretch.number] = stretch.end
                self.waveform.put(stretch.start, loudness_of_picture(stretch.sound))
        spans = [(stretch.start, stretch.end) for stretch in transcript.stretches]
        self.waveform.show_stretches(spans, spans[index] if index < len(spans) else None)
        self.waveform.show_total(transcript.total)

    def _draw_stretch(self, stretch: Stretch) -> None:
        self._words = stretch.words
        self.spectrogram.show_sound(stretch.start, stretch.end, stretch.sound)
        axis = [AxisWord(word.text, word.start, word.end) for word in self._words]
        self.spectrogram.show_words(axis, stretch.alignment(self._words, self.layer, self.head))

    @property
    def words(self) -> tuple[SaidWord, ...]:
        """The words of the stretch that is drawn."""
        return self._words

    def export(self, path: Path) -> None:
        """Nothing; `path` then holds the map. Raises: InputError."""
        self.spectrogram.export(path)
