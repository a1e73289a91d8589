"""From one tab to another: what was said becomes a text to translate."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from seq2seq_desktop.ui.app import TABS
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import History
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.transcribe.tab import TranscribeTab
from seq2seq_desktop.ui.tabs.translate.tab import TranslateTab

TWO = [entry for entry in TABS if entry.task in ("translate", "transcribe")]


def test_pointing_at_a_word_in_the_other_tab_lights_when_it_was_said(done: TranscribeTab, qtbot: QtBot) -> None:
    with qtbot.waitSignal(done.send_asked) as sent:
        done.send("translate")
    text = sent.args[1]
    said: list[str] = []
    done.status.connect(said.append)
    done.light_sent(text.index("station"))
    assert done.parts.text.texts[0].lit == ((0, 3),)
    assert done.parts.map.spectrogram.lit == 3
    assert said[-1] == "said at 0:02.5"
    done.light_sent(text.index("knows") + 2)
    assert done.stage.index == 1
    assert said[-1] == "said at 0:06.5"
    done.light_sent(text.index("station"), text.index("knows") + 5)
    lit = done.parts.text.texts[0].lit
    assert lit[0] == (0, 3)
    assert lit[-1] == (1, 1)
    assert said[-1].startswith("said from 0:02.5 to 0:0")
    done.light_sent(-1)
    assert done.parts.text.texts[0].lit == ()


def test_recordings_that_the_window_is_given_go_to_their_tab(
    bridge: Bridge, settings: Settings, tmp_path: Path, monkeypatch: Any
) -> None:
    given: list[tuple[str, list[Path]]] = []
    for tab in (TranslateTab, TranscribeTab):
        monkeypatch.setattr(tab, "open_paths", lambda self, files: given.append((self.task, files)))
    monkeypatch.setattr(TranscribeTab, "_on_settled", lambda self: None)
    window = MainWindow(bridge, settings, History(tmp_path / "history.sqlite"), TWO)
    window.open_paths([Path("a.MP3"), Path("b.wav")])
    window.tabs.setCurrentIndex(0)
    window.open_paths([Path("a.txt"), Path("b.wav")])
    assert given == [("transcribe", [Path("a.MP3"), Path("b.wav")]), ("translate", [Path("a.txt"), Path("b.wav")])]
    window.close()
    window.deleteLater()
    QApplication.processEvents()


def test_one_click_puts_what_was_said_into_the_translate_tab(
    bridge: Bridge, settings: Settings, tmp_path: Path, qtbot: QtBot, monkeypatch: Any
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(TranslateTab, "run_again", lambda self: asked.append(self.parts.source.text.toPlainText()))
    monkeypatch.setattr(TranscribeTab, "_on_settled", lambda self: None)
    window = MainWindow(bridge, settings, History(tmp_path / "history.sqlite"), TWO)
    window.show()
    window.tabs.setCurrentIndex(1)
    window.tab.send_asked.emit("translate", "Where is the station?\n\nNobody knows.")
    assert isinstance(window.tab, TranslateTab)
    assert asked == ["Where is the station?\n\nNobody knows."]
    lit: list[tuple[int, int]] = []
    window.tab.pointed.connect(lambda place, end: lit.append((place, end)))
    window.tabs.tab(1).send_asked.emit("translate", "Where is the station?\n\nNobody knows.")
    window.tab.stage.pointed.emit(10, 14)
    window.tab.parts.source.text.insertPlainText("No! ")
    window.tab.stage.pointed.emit(12, 14)  # of another text
    assert lit == [(10, 14)]
    window.close()
    window.deleteLater()
    QApplication.processEvents()
