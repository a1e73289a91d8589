"""The real window with the real worker and summarizers of a moment: from a document to a summary and its places.

Their weights are random, so no wording is expected: only that sentences and words come from where the window says.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from docx import Document as WordDocument
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from seq2seq_desktop.ui.app import offered_tabs
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import History
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.summarize.tab import SummarizeTab
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW

PATIENCE_MS = 60_000  # for the models to load and to read on a machine that does other things too
PEOPLE = ("My sister", "The old man", "Our teacher", "The doctor", "Her son", "The captain")
DEEDS = ("bought two books", "went to the sea", "was writing a letter", "lost the key", "saw three horses", "sleeps")
SENTENCES = [f"{person} {deed} on day {number}." for number, person in enumerate(PEOPLE) for deed in DEEDS]
STORY = "\n\n".join(" ".join(SENTENCES[at : at + 6]) for at in range(0, 36, 6))


class App:
    """A window on the screen with the Summarize tab in front, and what is asked of it again and again."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        settings = Settings(folder / "settings.ini")
        settings.set("threads", 1)
        self.bridge = Bridge()
        self.bridge.send(settings.configuration())
        entries = [entry for entry in offered_tabs() if entry.task == "summarize"]
        self.window = MainWindow(self.bridge, settings, History(folder / "history.sqlite"), entries)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.tab: SummarizeTab = self.window.tab

    @property
    def text(self) -> str:
        return self.tab.parts.summary.texts[NOW].text()

    @property
    def lit(self) -> list[str]:
        return self.tab.parts.document.text.lit

    def wait_for_the_end(self) -> None:
        stage = self.tab.stage
        self.qtbot.waitUntil(
            lambda: (
                not self.tab.busy and not self.tab.errands.busy and not stage.waiting and stage.summary is not None
            ),
            timeout=PATIENCE_MS,
        )
        assert self.tab._current.outcome == "done", self.tab._current.failure

    def summarize(self, text: str, style: str = "extract", length: str = "short") -> None:
        self.tab.parts.bar.choose(style, length)
        self.tab.take_text(text)
        self.wait_for_the_end()

    def hover(self, number: int, section: int = 0) -> None:
        self.tab.parts.summary.hovered.emit(NOW, section, number)


@pytest.fixture
def app(summarizers: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: Any) -> Iterator[App]:
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(summarizers))
    app = App(tmp_path, qtbot)
    yield app
    app.window.close()
    app.window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def save_as(monkeypatch: Any) -> Callable[[Path], None]:
    def answer(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    return answer


def test_from_a_sample_to_sentences_and_where_they_stand(app: App) -> None:
    app.tab.parts.document.sample.click()
    app.wait_for_the_end()
    document = app.tab.parts.document.text
    words = app.tab.parts.summary.words(NOW, 0)
    assert 1 <= len(words) <= 3
    for number, word in enumerate(words):
        app.hover(number)
        assert app.lit == [word.text]
    places = [document.whole().index(word.text) for word in words]
    assert places == sorted(places)  # in the order of the document
    assert document.sentences.weights.max() > 0
    document.point_at(places[0])
    assert app.tab.parts.summary.texts[NOW].lit == ((0, 0),)
    assert "%" in app.tab.parts.map.share.text()
    assert "words" in app.tab.parts.summary.facts.text()


def test_another_sentence_goes_on_from_there_and_back(app: App) -> None:
    app.summarize(STORY)
    first = app.text
    app.tab.parts.summary.clicked.emit(NOW, 0, 0)
    popup = app.tab.popup
    popup.close()
    assert popup.list.count() > 1
    other = next(
        item for number in range(1, popup.list.count()) if (item := popup.list.item(number)).text()[0] != "✓"
    )
    chosen = other.text()
    popup.list.itemClicked.emit(other)
    app.wait_for_the_end()
    assert chosen in app.text
    assert app.tab.parts.summary.texts[BEFORE].text() == first
    app.window.actions_by_name["undo"].trigger()
    assert app.text == first
    app.window.actions_by_name["redo"].trigger()
    assert chosen in app.text


def test_words_of_a_rewritten_summary_lead_into_the_text(app: App) -> None:
    app.summarize(STORY, "rewrite", "headline")
    section = app.tab.stage.version.sentences[0]
    assert section.tokens
    document = app.tab.parts.document.text
    for number, word in enumerate(app.tab.parts.summary.words(NOW, 0)):
        app.hover(number)
        assert app.lit
        assert document.words.weights.max() > 0
        if app.tab.stage.summary.is_copied(section, word):
            pieces = {piece.strip() for piece in section.pieces[word.first : word.last]}
            assert all(piece in " ".join(app.lit) for piece in pieces)


def test_a_word_document_goes_in_and_its_summary_comes_out(app: App, tmp_path: Path, save_as: Any) -> None:
    word = WordDocument()
    word.add_heading("Report", 1)
    for paragraph in STORY.split("\n\n"):
        word.add_paragraph(paragraph)
    word.save(str(tmp_path / "report.docx"))
    app.window.open_paths([tmp_path / "report.docx"])
    app.qtbot.waitUntil(lambda: app.tab._current is not None, timeout=PATIENCE_MS)
    app.wait_for_the_end()
    save_as(tmp_path / "out.docx")
    app.window.actions_by_name["export"].trigger()
    app.qtbot.waitUntil((tmp_path / "out.docx").exists, timeout=PATIENCE_MS)
    lines = [one.text for one in WordDocument(str(tmp_path / "out.docx")).paragraphs]
    assert lines[0] == "report"
    assert lines[1] == app.text


def test_a_book_is_read_in_parts_said_so_and_can_be_cancelled_with_the_window_alive(app: App) -> None:
    app.summarize(STORY)  # the model is loaded
    book = "\n\n".join(STORY.replace("day", f"chapter {number}, day") for number in range(60))
    beats: list[float] = []
    heart = QTimer(app.window, interval=5)
    heart.timeout.connect(lambda: beats.append(monotonic()))
    heart.start()
    told: list[float] = []
    app.tab.progress.connect(lambda done, total, left: told.append(done / total))
    app.tab.take_text(book)
    app.wait_for_the_end()
    heart.stop()
    assert told
    assert told == sorted(told)
    assert max(later - before for before, later in pairwise(beats)) < 2.0
    assert "parts" in app.tab.parts.summary.facts.text()
    assert len(app.tab.stage.summary.layout.spans) == 60 * 36
    app.hover(0)
    assert app.lit[0] in app.text
    app.tab.run_again()
    app.window.cancel()
    app.qtbot.waitUntil(lambda: not app.tab.busy, timeout=PATIENCE_MS)
    assert app.tab._current.outcome == "cancelled"


def test_a_folder_is_summarized_file_by_file(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in ("one.txt", "two.md"):
        (folder / name).write_text(STORY, encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    app.window.open_paths([folder])
    app.qtbot.waitUntil(lambda: bool(app.tab.queue.jobs) and not app.tab.busy, timeout=PATIENCE_MS)
    assert [job.state for job in app.tab.queue.jobs] == ["failed", "saved", "saved"]
    said = (folder / "one.summary.txt").read_text(encoding="utf-8").strip()
    assert said == (folder / "two.summary.txt").read_text(encoding="utf-8").strip()
    assert all(part in STORY for part in said.split(". ")[0:1])


def test_the_history_brings_a_summary_back(app: App) -> None:
    app.summarize(STORY)
    first = app.text
    app.summarize("One sentence stands here alone.")
    app.window.show_history(True)
    app.qtbot.waitUntil(lambda: app.window.history.list.count() >= 2, timeout=PATIENCE_MS)
    record = app.window.history.list.item(1)
    app.window.history.list.itemActivated.emit(record)
    app.qtbot.waitUntil(lambda: app.text == first, timeout=PATIENCE_MS)
    app.hover(0)
    assert app.lit[0] in first


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "x = [i for i in range(3)]\nprint(x)",
        "a\tb\n1\t2",
        "Roses are red,\nviolets blue",
        "Bonjour. Hello.",
    ],
    ids=["word", "code", "table", "poem", "mixed"],
)
def test_odd_texts_give_a_summary_or_a_clear_message(app: App, text: str) -> None:
    app.tab.take_text(text)
    app.qtbot.waitUntil(lambda: not app.tab.busy, timeout=PATIENCE_MS)
    banner = app.tab.parts.summary.banner
    assert app.text or (banner.isVisible() and banner.text)
