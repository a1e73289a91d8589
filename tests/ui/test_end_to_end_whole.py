"""The whole in one session: what is said becomes text, the text a translation, that a summary; and all the way back.

The listener is Whisper base, the translator the shipped one. The summarizers are the shipped ones, where there are
any, else some of a moment: which sentence they choose does not matter, only that it leads back to when it was said.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from seq2seq_desktop import paths
from seq2seq_desktop.engine.messages import Load
from seq2seq_desktop.io.audio import blocks, probe
from seq2seq_desktop.io.recording import Recording
from seq2seq_desktop.tasks.summarize.catalogue import summarizers as installed
from seq2seq_desktop.ui.app import TABS
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import History
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.player import Player
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.transcribe.tab import TranscribeTab
from seq2seq_desktop.ui.widgets.output_pane import NOW
from seq2seq_desktop.ui.wording import clock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (paths.shipped_models() / "translate-en-fr" / "card.toml").exists(), reason="no translator is shipped yet"
    ),
]

PATIENCE_MS = 150_000  # for each model to load and to work on a machine that does other things too
SAMPLE = paths.resources() / "samples" / "transcribe" / "02-market.en.opus"
CHAIN = ("transcribe", "translate", "summarize")


class App:
    """A window with the three tabs, and what is waited for again and again."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        settings = Settings(folder / "settings.ini")
        settings.set("threads", 1)
        self.bridge = Bridge()
        self.bridge.send(settings.configuration())
        entries = [entry for task in CHAIN for entry in TABS if entry.task == task]
        self.window = MainWindow(self.bridge, settings, History(folder / "history.sqlite"), entries)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.transcribe, self.translate, self.summarize = (self.window.tabs.tab(page) for page in range(3))
        self.translate.parts.direction.choose("en", "fr")

    def wait_for_the_end(self, tab: Any) -> None:
        self.qtbot.waitUntil(lambda: not (tab.busy or tab.stage.waiting), timeout=PATIENCE_MS)
        assert tab._current.outcome == "done", tab._current.failure


@pytest.fixture
def app(
    whisper_base: Path, summarizers: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[App]:
    models = tmp_path / "models"
    models.mkdir()
    (models / whisper_base.name).symlink_to(whisper_base)
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(models))
    for folder in () if installed() else sorted(summarizers.iterdir()):
        (models / folder.name).symlink_to(folder)
    monkeypatch.setattr(TranscribeTab, "_on_settled", lambda self: None)
    monkeypatch.setattr(Player, "play", lambda self, *part: None)
    app = App(tmp_path, qtbot)
    yield app
    app.window.close()
    app.window.deleteLater()
    QApplication.processEvents()


def pass_on(app: App) -> None:
    """From the transcript to the translation to the summary, with one click each."""
    to_translate, _ = app.transcribe.parts.text.sends
    to_translate.click()
    assert app.window.tab is app.translate
    assert app.translate.parts.source.text.whole() == app.transcribe._output()
    app.wait_for_the_end(app.translate)
    (to_summarize,) = app.translate.parts.target.sends
    to_summarize.click()
    assert app.window.tab is app.summarize
    assert app.summarize.parts.document.text.whole() == app.translate._output()
    app.wait_for_the_end(app.summarize)


def trace_back(app: App) -> None:
    """Pointing at each sentence of the summary lights its place, its source, and the words as they were said."""
    said: list[str] = []
    app.transcribe.status.connect(said.append)
    sentences = app.summarize.parts.summary.words(NOW, 0)
    assert sentences
    for number, sentence in enumerate(sentences):
        app.summarize.parts.summary.hovered.emit(NOW, 0, number)
        assert app.summarize.parts.document.text.lit == [sentence.text]
        lit = app.translate.parts.target.texts[NOW].lit
        assert lit
        assert all(app.translate.parts.target.words(NOW, one)[word].text in sentence.text for one, word in lit)
        sources = app.translate.parts.source.text.lit
        assert sources
        handles = app.transcribe.parts.text.texts[NOW].lit
        heard = [app.transcribe.parts.text.words(NOW, stretch)[word] for stretch, word in handles]
        spoken = {word.text.strip(".,").lower() for word in heard} | {""}
        assert {one.strip(".,").lower() for one in sources} <= spoken
        assert said[-1].startswith("said from " if len(heard) > 1 else "said at ")
        assert clock(heard[0].start, tenths=True) in said[-1]
    app.summarize.parts.summary.hovered.emit(NOW, -1, -1)
    for text in (app.translate.parts.target.texts[NOW], app.transcribe.parts.text.texts[NOW]):
        assert text.lit == ()


def test_from_a_recording_to_a_summary_and_back(app: App) -> None:
    app.transcribe.write_down(SAMPLE)
    app.wait_for_the_end(app.transcribe)
    pass_on(app)
    trace_back(app)


def test_from_the_microphone_to_a_summary_and_back(
    app: App, whisper_base: Path, sound_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path / "user"))
    app.qtbot.waitUntil(lambda: sound_server.ready, timeout=PATIENCE_MS)
    app.transcribe.recorder.list_inputs()
    app.qtbot.waitUntil(lambda: app.transcribe.parts.sound.chosen_input == b"virtmic", timeout=PATIENCE_MS)
    with Recording(tmp_path / "speech.wav") as speech:
        for block in blocks(SAMPLE):
            speech.write(block)
    states: list[str] = []
    app.bridge.model_state.connect(lambda state: states.append(state.state))
    app.bridge.send(Load("transcribe", whisper_base.name))
    app.qtbot.waitUntil(lambda: "ready" in states, timeout=PATIENCE_MS)
    record = app.transcribe.parts.sound.record
    app.qtbot.mouseClick(record, Qt.MouseButton.LeftButton)
    spoken = sound_server.speak(speech.path)
    app.qtbot.waitUntil(lambda: spoken.poll() == 0, timeout=PATIENCE_MS)
    seconds = (probe(speech.path).seconds or 0) + 1
    app.qtbot.waitUntil(lambda: app.transcribe.recorder.seconds > seconds, timeout=PATIENCE_MS)
    app.qtbot.mouseClick(record, Qt.MouseButton.LeftButton)
    app.wait_for_the_end(app.transcribe)
    pass_on(app)
    trace_back(app)
