"""What one tab gives to another, and how pointing is traced back: speech, its translation, the summary of that."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from seq2seq_desktop.events import Finished, Hypothesis, Segment, SegmentDone, Started
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import History
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.translate.tab import TranslateTab
from seq2seq_desktop.ui.task_tabs import TabEntry
from seq2seq_desktop.ui.widgets.output_pane import NOW
from seq2seq_desktop.ui.widgets.send_button import SendButton


class Speaker(QWidget):
    """A tab that only sends, and writes down what is lit."""

    status, progress, result = Signal(str), Signal(float, float, float), Signal(object)
    send_asked = Signal(str, str)
    busy = False

    def __init__(self, bridge: Bridge, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.lit: list[tuple[int, int]] = []
        self.to_nobody, self.to_translate = SendButton("knit", self), SendButton("translate", self)
        for button in (self.to_nobody, self.to_translate):
            button.show_for(True)

    def light_sent(self, place: int, end: int) -> None:
        self.lit.append((place, end))

    def retranslate(self) -> None:
        """Nothing to translate."""

    def close_down(self) -> None:
        """Nothing to end."""


class Taker(Speaker):
    """A tab that takes a text and points into it."""

    pointed = Signal(int, int)

    def take_text(self, text: str) -> None:
        self.text = text


@pytest.fixture
def window(bridge: Bridge, settings: Settings, tmp_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    entries = [
        TabEntry("transcribe", "Transcribe", f"{__name__}:Speaker"),
        TabEntry("translate", "Translate", "seq2seq_desktop.ui.tabs.translate.tab:TranslateTab"),
        TabEntry("summarize", "Summarize", f"{__name__}:Taker"),
    ]
    window = MainWindow(bridge, settings, History(tmp_path / "history.sqlite"), entries)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    window.deleteLater()
    QApplication.processEvents()


class Played(QObject):
    """A translation of two sentences, whatever is asked for."""

    def tell(self, tab: TranslateTab) -> None:
        (job,) = tab._current.jobs
        first = Segment("Le train part.", ("Le train", " part."), ((0, 8), (8, 14)), (False, False))
        second = Segment("Il neige.", ("Il", " neige."), ((0, 2), (2, 9)), (False, False), 15)
        tab._on_event(job, Started((first, second)))
        for index, pieces in enumerate(((" The", " train", " leaves", "."), (" It", " snows", "."))):
            rows = np.zeros((len(pieces), 1, 1, 2), np.float32)
            rows[:2, ..., 0] = 1.0
            rows[2:, ..., 1] = 1.0
            if index:
                rows[1, 0, 0] = (0.0, 1.0)
            text = "".join(pieces).strip()
            tokens = tuple(range(len(pieces)))
            hypothesis = Hypothesis(tokens, (0.9,) * len(pieces), -0.1, rows, (), pieces, text)
            tab._on_event(job, SegmentDone(index, (hypothesis,), "end"))
        tab._on_event(job, Finished("end", text="The train leaves. It snows."))


def test_a_button_is_there_only_where_its_tab_is(window: MainWindow) -> None:
    speaker = window.tabs.tab(0)
    assert not speaker.to_translate.isHidden()
    assert speaker.to_nobody.isHidden()
    speaker.to_translate.show_for(False)
    assert speaker.to_translate.isHidden()


def test_pointing_goes_back_through_all_tabs(window: MainWindow, monkeypatch: Any) -> None:
    monkeypatch.setattr(TranslateTab, "run_again", lambda self: self._translate(self._text()))
    speaker = window.tabs.tab(0)
    speaker.send_asked.emit("translate", "Le train part. Il neige.")
    middle = window.tab
    Played().tell(middle)
    middle.parts.target.sends[0].click()
    taker = window.tab
    assert taker.text == "The train leaves. It snows."
    taker.pointed.emit(taker.text.index("snows"), taker.text.index("snows") + 5)
    assert middle.parts.target.texts[NOW].lit == ((1, 1),)
    assert middle.parts.source.text.lit == ["neige."]
    assert speaker.lit[-1] == (18, 24)
    taker.pointed.emit(0, len("The train leaves."))
    assert middle.parts.target.texts[NOW].lit == ((0, 0), (0, 1), (0, 2), (0, 3))
    assert middle.parts.source.text.lit == ["Le train", "part."]
    assert speaker.lit[-1] == (0, 14)
    taker.pointed.emit(-1, -1)
    assert middle.parts.source.text.lit == []
    assert speaker.lit[-1] == (-1, -1)


def test_only_the_tab_that_sent_last_is_pointed_back_at(window: MainWindow) -> None:
    speaker, middle = window.tabs.tab(0), window.tabs.tab(1)
    speaker.send_asked.emit("summarize", "First.")
    middle.send_asked.emit("summarize", "Second.")
    window.tab.pointed.emit(3, 4)
    assert speaker.lit == []
    speaker.send_asked.emit("summarize", "Third.")
    window.tab.pointed.emit(4, 5)
    assert speaker.lit == [(4, 5)]


def test_another_version_of_the_translation_is_not_lit(window: MainWindow, monkeypatch: Any) -> None:
    monkeypatch.setattr(TranslateTab, "run_again", lambda self: self._translate(self._text()))
    window.tabs.tab(0).send_asked.emit("translate", "Le train part. Il neige.")
    middle = window.tab
    Played().tell(middle)
    middle.send("summarize")
    middle.run_again()
    Played().tell(middle)
    window.tab.pointed.emit(5, 6)
    assert middle.parts.target.texts[NOW].lit == ()
