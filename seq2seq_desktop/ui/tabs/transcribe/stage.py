"""One recording on the panes: what is drawn each frame, which words and times light up together, what is heard."""

from time import monotonic

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.ui.player import Player
from seq2seq_desktop.ui.tabs.transcribe.map_pane import MapPane
from seq2seq_desktop.ui.tabs.transcribe.stretch import SaidWord, Stretch
from seq2seq_desktop.ui.tabs.transcribe.text_pane import TextPane
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript, Version
from seq2seq_desktop.ui.tabs.translate.options_panel import OptionsPanel
from seq2seq_desktop.ui.widgets.branch_popup import BranchPopup
from seq2seq_desktop.ui.widgets.output_pane import NOW

BUDGET = 0.008  # seconds of a frame that may go into writing stretches; what is left waits for the next frame
_AROUND = 0.05  # seconds that are heard before and after a word


class Stage(QObject):
    """Shows a `Transcript` on text and map; `frame` draws what changed since the last one."""

    branched = Signal(object, object)  # the request, the Version its events belong to

    def __init__(
        self, text: TextPane, map_pane: MapPane, options: OptionsPanel, player: Player, tab: QWidget
    ) -> None:
        """Nothing is shown yet."""
        super().__init__(tab)
        self._text, self._map, self._options, self._player = text, map_pane, options, player
        self.popup = BranchPopup(tab)
        self.transcript: Transcript | None = None
        self.version: Version | None = None
        self.index = 0  # of the stretch on the map
        self._follows = True  # True until the user chooses a stretch: the map goes where words come
        self._at: tuple[Version, int, SaidWord] | None = None  # where the popup is open
        self._connect()

    def _connect(self) -> None:
        spectrogram = self._map.spectrogram
        self._text.hovered.connect(self._on_word)
        self._text.clicked.connect(self._on_click)
        self._text.version_chosen.connect(self._on_version)
        self._text.edited.connect(self._on_edited)
        self._map.stretch_asked.connect(lambda step: self.choose_stretch(self.index + step))
        self._map.play_asked.connect(self._on_play)
        self._map.waveform.time_clicked.connect(self._on_strip)
        spectrogram.word_hovered.connect(lambda word: self._on_word(NOW, self.index, word))
        spectrogram.word_clicked.connect(lambda word: self._on_click(NOW, self.index, word))
        spectrogram.time_clicked.connect(self._on_time)
        self._options.map_changed.connect(self._on_head)
        self._player.moved.connect(self._on_heard)
        self.popup.token_chosen.connect(lambda token: self._branch(token=token))
        self.popup.typed.connect(lambda typed: self._branch(typed=typed))

    # What is shown

    def show(self, transcript: Transcript, version: Version | None = None) -> None:
        """Put a recording on the panes, at this version or its newest."""
        self._text.stop_editing()
        if transcript is not self.transcript:
            self.index, self._follows = 0, True
            self._player.stop()
            self._map.clear()
        self.transcript, self.version = transcript, version or transcript.versions[-1]
        if self.version.branched is not None:
            self.index = self.version.branched
        transcript.changed.clear()
        self._text.begin(transcript, self.version)
        self.unlight()
        self._draw_map()

    def clear(self) -> None:
        """Show nothing."""
        self._text.stop_editing()
        self._player.stop()
        self.transcript = self.version = None
        self.index, self._follows = 0, True
        self._text.clear()
        self._map.clear()

    def frame(self) -> None:
        """Draw what has changed."""
        shown = self.transcript
        if shown is None or self.version is None or not shown.changed:
            return
        changed, until = sorted(shown.changed), monotonic() + BUDGET
        for index in changed:
            self._text.draw([index])
            shown.changed.discard(index)
            if monotonic() > until:
                break
        if self._follows and changed[-1] > self.index:
            self.index = min(changed[-1], len(shown.stretches) - 1)
            self._map.spectrogram.light(None)
        self._draw_map()

    @property
    def waiting(self) -> bool:
        """True while something is known that is not drawn yet."""
        return self.transcript is not None and bool(self.transcript.changed)

    def choose_stretch(self, index: int) -> None:
        """Show the map of this stretch from now on; the newest again means all that come."""
        if self.transcript is None or not 0 <= index < len(self.transcript.stretches):
            return
        self._follows = index == len(self.transcript.stretches) - 1
        self.index = index
        self.unlight()
        self._text.reveal(index)
        self._draw_map()

    def _draw_map(self) -> None:
        if self.transcript is None or self.version is None:
            return
        stretch = self._stretch(self.version, self.index)
        if stretch is not None and stretch.attention is not None:
            self._options.show_heads(stretch.attention.shape[1], stretch.attention.shape[2])
        self._map.layer, self._map.head = self._options.chosen_head
        self._map.draw(self.transcript, self.version, self.index)

    def _stretch(self, version: Version, index: int) -> Stretch | None:
        if self.transcript is None or not 0 <= index < len(self.transcript.stretches):
            return None
        return self.transcript.stretch(version, index)

    def _on_head(self) -> None:
        self._draw_map()

    def _on_version(self, index: int) -> None:
        if self.transcript is not None and 0 <= index < len(self.transcript.versions):
            self.show(self.transcript, self.transcript.versions[index])

    def _on_edited(self, text: str) -> None:
        """What the user made of the text becomes a version."""
        if self.transcript is None or self.version is None or not self.transcript.stretches:
            return
        made = self.transcript.edit(self.version, text, self.tr("Edited"))
        if made is not None:
            self.show(self.transcript, made)

    # Words, times, and what is heard

    def unlight(self) -> None:
        """No word is pointed at."""
        self._text.light(NOW, ())
        self._map.spectrogram.light(None)

    def _on_word(self, side: int, index: int, number: int) -> None:
        """Light a word and its time; the map of another stretch than the one shown stays."""
        known = 0 <= number < len(self._text.words(side, index))
        self._text.light(side, [(index, number)] if known else ())
        self._map.spectrogram.light(number if known and side == NOW and index == self.index else None)

    def point_at(self, index: int, number: int) -> SaidWord | None:
        """The word, after it was lit on the text and the map, which goes where it is; None for none."""
        words = self._text.words(NOW, index)
        if not 0 <= number < len(words):
            self.unlight()
            return None
        if index != self.index:
            self.choose_stretch(index)
        self._on_word(NOW, index, number)
        return words[number] if words[number].timed else None

    def _on_click(self, side: int, index: int, number: int) -> None:
        """Let a word be heard, and offer what else could stand there."""
        words, version = self._text.words(side, index), self._text.version(side)
        if version is None or not 0 <= number < len(words):
            return
        if index != self.index and side == NOW:
            self.choose_stretch(index)
            self._on_word(side, index, number)
        self.hear(words[number])
        self._offer(version, index, words[number], side, number)

    def hear(self, word: SaidWord) -> None:
        """Play what the model listened to for a word."""
        if self.transcript is not None and word.timed:
            self._player.play(self.transcript.path, max(0.0, word.start - _AROUND), word.end + _AROUND)

    def _offer(self, version: Version, index: int, word: SaidWord, side: int, number: int) -> None:
        stretch = self._stretch(version, index)
        if self.transcript is None or stretch is None or not stretch.done or not word.steerable:
            return
        if not self.transcript.steerable or word.first >= len(stretch.sentence.tokens):
            return
        self._at = (version, index, word)
        corner = self._text.corner(side, index, number)
        self.popup.offer(stretch.alternatives(word), stretch.sentence.tokens[word.first], corner)

    def _branch(self, token: int | None = None, typed: str = "") -> None:
        at, self._at = self._at, None
        if self.transcript is None or at is None or at[0] not in self.transcript.versions:
            return
        version, index, word = at
        stretch = self.transcript.stretch(version, index)
        if stretch.sentence.tokens[word.first] == token:
            return
        request = self.transcript.branch_request(version, index, word, token, typed)
        self.branched.emit(request, self.transcript.branch(version, index, word, token, typed))

    def _on_play(self) -> None:
        """Let the stretch be heard, or be silent."""
        stretch = self._stretch(self.version, self.index) if self.version is not None else None
        if self._player.playing or stretch is None or self.transcript is None:
            self._player.stop()
        else:
            self._player.play(self.transcript.path, stretch.start, stretch.end)

    def _on_time(self, seconds: float) -> None:
        """Let the rest of the stretch be heard from a time on."""
        stretch = self._stretch(self.version, self.index) if self.version is not None else None
        if stretch is not None and self.transcript is not None:
            self._player.play(self.transcript.path, seconds, stretch.end)

    def _on_strip(self, seconds: float) -> None:
        """Show the stretch at a time, or the next one after it."""
        stretches = self.transcript.stretches if self.transcript is not None else []
        found = next((stretch.number for stretch in stretches if stretch.end > seconds), len(stretches) - 1)
        self.choose_stretch(found)

    def _on_heard(self, seconds: float | None) -> None:
        """Move the play heads; the word that is heard lights up."""
        self._map.spectrogram.show_play_head(seconds)
        self._map.waveform.show_play_head(seconds)
        self._map.show_playing(seconds is not None)
        if seconds is not None and not self.popup.isVisible():
            words = self._text.words(NOW, self.index)
            number = next((i for i, word in enumerate(words) if word.start <= seconds < word.end), -1)
            self._on_word(NOW, self.index, number)
