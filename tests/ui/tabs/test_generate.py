"""The Generate tab, played by hand: writing, hovering, branching, cancelling; and its bars."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QFileDialog, QLineEdit, QWidget

from seq2seq_desktop.engine.messages import ModelState
from seq2seq_desktop.events import (
    Alternative,
    Event,
    Failed,
    Finished,
    Hypothesis,
    Segment,
    SegmentDone,
    Started,
    Step,
)
from seq2seq_desktop.tasks.generate.spec import GenerateRequest
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.generate.draft import spelt
from seq2seq_desktop.ui.tabs.generate.record import from_record
from seq2seq_desktop.ui.tabs.generate.tab import GenerateTab
from seq2seq_desktop.ui.views.candidate_bars import CandidateBars
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW

PROMPT, TEXT = "The ", "cat sat.\n"


class PlayedWriter(QObject):
    """Writes down what is submitted; the test says what happens."""

    event = Signal(int, object)
    model_state = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.requests: dict[int, GenerateRequest] = {}
        self.cancelled: list[int] = []
        self._numbers = count(1)

    def submit(self, task: str, request: GenerateRequest, bundle: str = "") -> int:
        assert task == "generate"
        job = next(self._numbers)
        self.requests[job] = request
        return job

    def cancel(self, job: int) -> None:
        if job not in self.cancelled:
            self.cancelled.append(job)
            self.event.emit(job, Finished("cancelled"))

    def tell(self, events: Sequence[Event], job: int = 0) -> None:
        for event in events:
            self.event.emit(job or self.last, event)

    @property
    def last(self) -> int:
        return max(self.requests)

    @property
    def request(self) -> GenerateRequest:
        return self.requests[self.last]


def token(piece: str) -> int:
    return ord(piece) if len(piece) == 1 else 1000


def written(text: str = TEXT, first: int = 0) -> Iterator[Step]:
    """The steps of a text; each character has 0.75, its upper case 0.25."""
    for index, piece in enumerate(text):
        others = (Alternative(token(piece), 0.75, piece), Alternative(token(piece.upper()), 0.25, piece.upper()))
        tokens = tuple(token(one) for one in text[: index + 1])
        yield Step(0, index, token(piece), 0.75, tokens, others, 0.5, piece=piece, text=text[: index + 1])


def whole(text: str = TEXT, prompt: str = PROMPT, reason: Any = "length") -> list[Event]:
    done = SegmentDone(0, (Hypothesis(tuple(map(token, text)), (0.75,) * len(text), -0.3, text=text),), reason)
    return [Started((Segment(prompt),)), *written(text), done, Finished(reason, len(text), 0.1, text)]


@pytest.fixture
def writer(qapp: Any) -> PlayedWriter:
    return PlayedWriter()


@pytest.fixture
def remembered(tmp_path: Path, qapp: Any) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def tab(writer: PlayedWriter, remembered: Settings, qtbot: Any) -> Iterator[GenerateTab]:
    tab = GenerateTab(writer, remembered)
    qtbot.addWidget(tab)
    tab.resize(900, 600)
    tab.show()
    qtbot.waitExposed(tab)
    yield tab
    tab.cancel()
    tab.close_down()


@pytest.fixture
def done(tab: GenerateTab, writer: PlayedWriter) -> GenerateTab:
    """A tab with a text that is written."""
    tab.parts.prompt.text.setPlainText(PROMPT)
    tab.run_again()
    writer.tell(whole())
    return tab


def shown(tab: GenerateTab, side: int = NOW) -> str:
    return tab.parts.output.texts[side].text()


# Writing


def test_the_button_writes_on_with_what_is_chosen(tab, writer, qtbot):
    tab.parts.prompt.text.setPlainText(PROMPT)
    options = tab.parts.options
    for field, value in (
        (options.temperature, 0.5), (options.top_k, 7), (options.top_p, 0.9), (options.length, 33), (options.seed, 4),
    ):  # fmt: skip
        field.setValue(value)
    assert not writer.requests
    qtbot.mouseClick(tab.parts.prompt.run, Qt.MouseButton.LeftButton)
    request = writer.request
    assert (request.prompt, request.length) == (PROMPT, 33)
    chosen = request.options
    assert (chosen.search, chosen.temperature, chosen.top_k, chosen.top_p, chosen.seed) == ("sample", 0.5, 7, 0.9, 4)
    assert tab.busy


def test_temperature_0_takes_the_likeliest_and_no_seed_is_another_text_each_time(tab, writer):
    tab.run_again()
    assert writer.request.options.seed is None
    tab.parts.options.temperature.setValue(0)
    tab.run_again()
    assert writer.request.options.search == "greedy"


def test_characters_and_columns_come_step_by_step(tab, writer):
    tab.parts.prompt.text.setPlainText(PROMPT)
    tab.run_again()
    events = whole()
    writer.tell(events[:1])
    for number, step in enumerate(events[1 : 1 + len(TEXT)], 1):
        writer.tell([step])
        tab._on_frame()
        assert shown(tab) == PROMPT + TEXT[:number]
        assert tab.parts.map.strip().image.shape[1] == number
        assert tab.parts.map.strip().words[1][-1] == TEXT[number - 1].replace(" ", "␣").replace("\n", "⏎")
        assert tab.parts.map.bars.rows[0] == (tab.parts.map.strip().words[1][-1], 0.75)
    writer.tell(events[-2:])
    assert not tab.busy
    assert tab.parts.output.state.text() == ""


def test_drawing_waits_for_the_clock(tab, writer, qtbot):
    tab.run_again()
    writer.tell(whole(prompt="")[:4])
    assert shown(tab) == ""
    qtbot.waitUntil(lambda: shown(tab) == "cat", timeout=2000)


def test_the_strip_follows_the_end_and_shows_all_when_it_is_over(tab, writer):
    tab.run_again()
    events = whole("abcde" * 40, "")
    writer.tell(events[:-2])
    tab._on_frame()
    assert tab.parts.map.strip().image.shape[1] == 80
    tab.parts.map.place_hovered.emit(199)
    assert tab.parts.output.texts[NOW].lit == ((0, 199),)
    writer.tell(events[-2:])
    assert tab.parts.map.strip().image.shape[1] == 200


def test_writing_again_replaces_what_runs(tab, writer):
    tab.run_again()
    first = writer.last
    tab.run_again()
    assert writer.cancelled == [first]
    writer.tell(whole("old", ""), first)
    assert shown(tab) == ""
    writer.tell(whole("new", ""))
    assert shown(tab) == "new"


def test_a_sample_is_written_on(tab, writer, qtbot):
    assert tab.parts.prompt.sample.isVisible()
    qtbot.mouseClick(tab.parts.prompt.sample, Qt.MouseButton.LeftButton)
    assert writer.request.prompt == tab.parts.prompt.text.toPlainText() != ""
    assert not tab.parts.prompt.sample.isVisible()


def test_a_file_is_a_beginning(tab, writer, qtbot, tmp_path):
    (tmp_path / "begin.txt").write_text("Once upon", encoding="utf-8")
    tab.open_paths([tmp_path / "begin.txt"])
    qtbot.waitUntil(lambda: bool(writer.requests), timeout=5000)
    assert writer.request.prompt == "Once upon"
    tab.open_paths([tmp_path / "gone.txt"])
    qtbot.waitUntil(lambda: "gone.txt" in tab.parts.prompt.banner.text, timeout=5000)


@pytest.mark.parametrize("reason", ["repetition", "cancelled"])
def test_an_early_end_is_said_and_what_is_there_stays(tab, writer, reason):
    tab.run_again()
    writer.tell(whole("ha", "", reason))
    assert shown(tab) == "ha"
    assert tab.parts.output.state.text()


def test_cancel_ends_it(tab, writer):
    tab.run_again()
    writer.tell(whole("ha", "")[:2])
    tab.cancel()
    assert writer.cancelled == [writer.last]
    assert not tab.busy
    assert shown(tab) == "h"


def test_a_failure_is_told_with_a_way_out(tab, writer, qtbot):
    tab.run_again()
    writer.tell([Failed("no room", "close something")])
    assert "No room." in tab.parts.output.banner.text
    again = next(b for b in tab.parts.output.banner.findChildren(QAbstractButton) if b.text())
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert len(writer.requests) == 2


def test_loading_is_said(tab, writer):
    writer.model_state.emit(ModelState("generate", "generate-chars", "loading"))
    assert tab.parts.output.state.text()
    writer.model_state.emit(ModelState("generate", "generate-chars", "ready"))
    assert not tab.parts.output.state.text()


# Pointing and branching


def test_pointing_at_a_character_shows_what_might_have_stood_there(done):
    text = done.parts.output.texts[NOW]
    text.point_at((0, 1))
    assert done.parts.map.bars.rows == (("a", 0.75), ("A", 0.25))
    assert text.lit == ((0, 1),)
    assert done.parts.map.strip().top.lit == 1
    text.point_at((-1, -1))
    assert text.lit == ()
    assert done.parts.map.bars.rows[0] == ("⏎", 0.75)


def test_pointing_at_the_strip_lights_the_character(done, qtbot):
    said = []
    done.status.connect(said.append)
    done.parts.map.strip().cell_hovered.emit(0, 4)
    assert done.parts.output.texts[NOW].lit == ((0, 4),)
    assert "%" in said[-1]


def test_a_click_offers_others_and_a_choice_goes_on_from_there(done, writer):
    done.parts.output.texts[NOW].word_clicked.emit(0, 4)
    assert done.popup.isVisible()
    assert done.popup.list.count() == 2
    done.popup.token_chosen.emit(ord("S"))
    done.popup.close()
    assert writer.request.prefix == (*map(ord, "cat "), ord("S"))
    assert writer.request.prompt == PROMPT
    assert shown(done) == PROMPT + "cat "
    assert shown(done, BEFORE) == PROMPT + TEXT
    writer.tell(whole("cat Sits"))
    assert shown(done) == PROMPT + "cat Sits"
    assert done.parts.output.texts[NOW].format_of(0, 4).fontUnderline()
    names = [done.parts.output.versions.tabText(place) for place in range(2)]
    assert names[1] == "s → S"
    done.undo()
    assert shown(done) == PROMPT + TEXT
    assert not done.parts.output.texts[BEFORE].isVisible()
    done.redo()
    assert shown(done) == PROMPT + "cat Sits"
    done.parts.output.versions.setCurrentIndex(0)
    assert shown(done) == PROMPT + TEXT


def test_what_is_typed_goes_on_from_there(done, writer):
    done.parts.output.texts[NOW].word_clicked.emit(0, 1)
    done.popup.typed.emit("ow ran")
    done.popup.close()
    assert (writer.request.prefix, writer.request.typed) == ((ord("c"),), "ow ran")


def test_the_character_that_stands_there_is_no_choice(done, writer):
    done.parts.output.texts[NOW].word_clicked.emit(0, 1)
    done.popup.token_chosen.emit(ord("a"))
    done.popup.close()
    assert len(writer.requests) == 1


def test_bytes_become_one_character_where_the_last_of_them_stands():
    assert spelt(["a", "<0xE2>", "<0x98>", "<0x83>", "b", "<0xFF>", "c"]) == ["a", "", "", "☃", "b", "", "c"]


# The rest


def test_the_whole_text_is_copied_and_saved(done, qtbot, tmp_path, monkeypatch):
    done.copy_output()
    assert QGuiApplication.clipboard().text() == PROMPT + TEXT
    for name, act in (("text.txt", done.export), ("map.csv", done.export_map), ("map.png", done.export_map)):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        act()
        qtbot.waitUntil((tmp_path / name).exists, timeout=5000)
    qtbot.waitUntil(lambda: not done.errands.busy, timeout=5000)
    assert (tmp_path / "text.txt").read_text(encoding="utf-8") == PROMPT + TEXT


def test_nothing_is_nothing_to_save(tab):
    said = []
    tab.status.connect(said.append)
    for act in (tab.export, tab.export_map):
        act()
    assert len(said) == 2
    tab.copy_output()
    assert len(said) == 2


def test_a_record_brings_everything_back(tab, writer, qtbot):
    tab.parts.prompt.text.setPlainText(PROMPT)
    tab.run_again()
    with qtbot.waitSignal(tab.result) as told:
        writer.tell(whole())
    record = told.args[0]
    assert (record.task, record.text, record.result) == ("generate", PROMPT, PROMPT + TEXT)
    tab.parts.prompt.text.clear()
    tab.show_history(record)
    assert tab.parts.prompt.text.toPlainText() == PROMPT
    assert shown(tab) == PROMPT + TEXT
    tab.parts.output.texts[NOW].point_at((0, 1))
    assert tab.parts.map.bars.rows == (("a", 0.75), ("A", 0.25))
    again = from_record(record).request
    assert (again.options, again.length) == (writer.request.options, writer.request.length)


def test_options_are_remembered(tab, writer, remembered, qtbot):
    tab.parts.options.temperature.setValue(1.25)
    tab.parts.options.fold.setChecked(True)
    tab.close_down()
    other = GenerateTab(writer, remembered)
    qtbot.addWidget(other)
    assert other.parts.options.temperature.value() == 1.25
    assert other.parts.options.fold.isChecked()
    other.close_down()


def test_every_control_has_an_accessible_name(done):
    kinds = QAbstractButton | QComboBox | QAbstractSpinBox | QLineEdit
    done.parts.options.fold.setChecked(True)
    inside = ("qt_spinbox_lineedit", "qt_toolbar_ext_button", "ScrollLeftButton", "ScrollRightButton")
    nameless = [
        one
        for one in done.findChildren(QWidget)
        if isinstance(one, kinds)
        and not one.accessibleName()
        and one.objectName() not in inside
        and one.isVisibleTo(one.parentWidget())
    ]
    assert not nameless
    panes = (done.parts.prompt.text, *done.parts.output.texts, done.parts.map.strip(), done.parts.map.bars)
    assert all(pane.accessibleName() for pane in panes)
    assert "75 %" in done.parts.map.bars.accessibleDescription()


def test_it_fits_900_by_600(done):
    assert done.minimumSizeHint().width() <= 900
    assert done.minimumSizeHint().height() <= 540


def test_bars_are_as_long_as_their_shares(qtbot):
    bars = CandidateBars()
    qtbot.addWidget(bars)
    bars.resize(bars.sizeHint())
    bars.show_candidates([("a", 0.5), ("b", 0.25)], "a")
    bars.show()
    picture = bars.grab().toImage()
    colour = picture.pixelColor(40, 12)

    def length(row: int) -> int:
        background = picture.pixelColor(picture.width() - 60, 180)
        return sum(picture.pixelColor(x, 12 + 24 * row) != background for x in range(36, picture.width() - 60))

    assert colour != picture.pixelColor(40, 36)  # the one that was written stands out
    assert abs(length(0) - 2 * length(1)) <= 3
    assert length(0) > 20
