"""The real window with the real worker and Whisper base: what a user does with sound, from a sample to a file.

No wording is expected beyond what any model worth having hears in a clear sentence.
"""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from seq2seq_desktop import paths
from seq2seq_desktop.engine.messages import Load
from seq2seq_desktop.io.audio import blocks, probe
from seq2seq_desktop.io.recording import Recording
from seq2seq_desktop.ui.app import TABS
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import History
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.player import Player
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.transcribe.tab import TranscribeTab
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW

PATIENCE_MS = 100_000  # for the model to load and to listen on a machine that does other things too
SAMPLE = paths.resources() / "samples" / "transcribe" / "01-boat.en.opus"


class App:
    """A window on the screen, and what is asked of it again and again."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        settings = Settings(folder / "settings.ini")
        settings.set("threads", 1)
        self.bridge = Bridge()
        self.bridge.send(settings.configuration())
        only = [entry for entry in TABS if entry.task == "transcribe"]
        self.window = MainWindow(self.bridge, settings, History(folder / "history.sqlite"), only)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.tab: TranscribeTab = self.window.tab

    @property
    def text(self) -> str:
        return self.tab.parts.text.texts[NOW].text()

    @property
    def before(self) -> str:
        return self.tab.parts.text.texts[BEFORE].text()

    def wait_for_the_end(self) -> None:
        self.qtbot.waitUntil(lambda: not self.tab.busy and not self.tab.stage.waiting, timeout=PATIENCE_MS)
        shown = self.tab.stage.transcript
        assert shown is not None
        assert shown.outcome == "done", shown.failure

    def place_of(self, said: str) -> tuple[int, int]:
        """The stretch and the number of the first word that is written like this."""
        for stretch in self.tab.stage.transcript.stretches:
            for number, word in enumerate(self.tab.parts.text.words(NOW, stretch.number)):
                if word.text.strip(".,").lower() == said:
                    return stretch.number, number
        raise AssertionError(f"{said} is not in {self.text}")


@pytest.fixture
def app(whisper_base: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: Any) -> Iterator[App]:
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(whisper_base.parent))
    monkeypatch.setattr(TranscribeTab, "_on_settled", lambda self: None)
    monkeypatch.setattr(Player, "play", lambda self, *part: None)
    app = App(tmp_path, qtbot)
    yield app
    app.window.close()
    app.window.deleteLater()
    QApplication.processEvents()


@pytest.mark.slow
def test_from_a_sample_to_words_with_times_another_wording_and_a_file(
    app: App, tmp_path: Path, monkeypatch: Any
) -> None:
    app.tab.parts.sound.sample.click()
    app.wait_for_the_end()
    assert "boat" in app.text.lower()
    assert "English" in app.tab.parts.bar.note.text()
    stretch, number = app.place_of("boat")
    app.tab.stage.choose_stretch(stretch)
    app.tab.parts.text.hovered.emit(NOW, stretch, number)
    spectrogram = app.tab.parts.map.spectrogram
    lit = spectrogram.words[spectrogram.lit]
    assert spectrogram.start <= lit.start < lit.end <= spectrogram.end
    times = [word.start for word in spectrogram.words]
    assert all(first <= second for first, second in pairwise(times))
    row = spectrogram.alignment[number]
    assert 0.1 < row.sum() < 1.01  # the rest looks at the silence after it

    first = app.text
    app.tab.parts.text.clicked.emit(NOW, stretch, number)
    app.tab.popup.close()
    app.tab.popup.typed.emit("ship")
    app.wait_for_the_end()
    assert "ship" in app.text.lower()
    assert app.before == first

    saved = tmp_path / "said.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    app.tab.export()
    app.qtbot.waitUntil(saved.exists)
    told = json.loads(saved.read_text())
    assert told["language"] == "en"
    assert "ship" in told["text"].lower()
    assert all(word["probability"] <= 1 for passage in told["passages"] for word in passage["words"])


@pytest.mark.slow
def test_from_the_microphone_to_words(
    app: App, whisper_base: Path, sound_server: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path / "user"))
    app.qtbot.waitUntil(lambda: sound_server.ready, timeout=PATIENCE_MS)
    app.tab.recorder.list_inputs()
    app.qtbot.waitUntil(lambda: app.tab.parts.sound.chosen_input == b"virtmic", timeout=PATIENCE_MS)
    with Recording(tmp_path / "speech.wav") as speech:
        for block in blocks(SAMPLE):
            speech.write(block)
    states: list[str] = []
    app.bridge.model_state.connect(lambda state: states.append(state.state))
    app.bridge.send(Load("transcribe", whisper_base.name))
    app.qtbot.waitUntil(lambda: "ready" in states, timeout=PATIENCE_MS)
    app.qtbot.mouseClick(app.tab.parts.sound.record, Qt.MouseButton.LeftButton)
    assert app.tab.recorder.recording
    spoken = sound_server.speak(speech.path)
    app.qtbot.waitUntil(lambda: bool(app.text), timeout=PATIENCE_MS)  # while it records
    app.qtbot.waitUntil(lambda: spoken.poll() == 0, timeout=PATIENCE_MS)
    app.qtbot.waitUntil(lambda: app.tab.recorder.seconds > (probe(speech.path).seconds or 0) + 1, timeout=PATIENCE_MS)
    assert app.bridge.busy  # it goes on listening until it is told to stop
    app.qtbot.mouseClick(app.tab.parts.sound.record, Qt.MouseButton.LeftButton)
    app.wait_for_the_end()
    assert "boat" in app.text.lower()
    (kept,) = paths.recordings().glob("*.wav")
    assert app.tab.stage.transcript.path == kept
    assert probe(kept).seconds > probe(speech.path).seconds
