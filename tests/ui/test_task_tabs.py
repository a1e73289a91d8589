import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from seq2seq_desktop.ui.task_tabs import TabEntry, TaskTabs

ENTRIES = (
    TabEntry("first", "First", "pages:First"),
    TabEntry("second", "Second", "pages:Second", kinds="pages:KINDS"),
    TabEntry("third", "Third", "pages:Third"),
)


class Page(QLabel):
    """A tab that knows how often it took the language."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.taken = 0

    def retranslate(self) -> None:
        self.taken += 1

    def close_down(self) -> None:
        self.setText("closed")


@pytest.fixture
def tabs(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[TaskTabs]:
    module = ModuleType("pages")
    for name in ("First", "Second", "Third"):
        setattr(module, name, type(name, (Page,), {}))
    module.KINDS = (".wav",)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pages", module)
    tabs = TaskTabs(ENTRIES, lambda entry, page: entry.make(page))
    yield tabs
    tabs.deleteLater()


def made(tabs: TaskTabs) -> list[str]:
    return [type(tab).__name__ for tab in tabs.made()]


def test_all_are_named_and_only_the_one_that_is_seen_is_made(tabs: TaskTabs) -> None:
    tabs.retranslate()
    tabs.setCurrentIndex(1)
    assert made(tabs) == []
    tabs.begin()
    assert made(tabs) == ["Second"]
    assert [tabs.tabText(index) for index in range(3)] == ["First", "Second", "Third"]
    assert tabs.tab(1).accessibleName() == "Second"
    tabs.setCurrentIndex(2)
    assert made(tabs) == ["Second", "Third"]


def test_each_is_made_once_and_told_of_before_it_is_shown(tabs: TaskTabs) -> None:
    told: list[Any] = []
    tabs.tab_made.connect(told.append)
    tabs.begin()
    assert tabs.tab(2) is tabs.tab(2)
    assert told == [tabs.tab(0), tabs.tab(2)]
    assert tabs.tab(3) is None
    assert tabs.tab(-1) is None


def test_the_rest_comes_one_by_one_while_the_window_lives(tabs: TaskTabs, qtbot: Any) -> None:
    tabs.begin()
    tabs.make_rest()
    assert made(tabs) == ["First", "Second"]
    qtbot.waitUntil(lambda: made(tabs) == ["First", "Second", "Third"])


def test_none_is_made_behind_a_window_that_closes(tabs: TaskTabs) -> None:
    tabs.begin()
    tabs.make_rest()
    tabs.close_down()
    QApplication.processEvents()
    assert made(tabs) == ["First", "Second"]
    assert [tab.text() for tab in tabs.made()] == ["closed", "closed"]


def test_a_language_reaches_those_that_there_are(tabs: TaskTabs) -> None:
    tabs.begin()
    tabs.retranslate()
    assert tabs.tab(0).taken == 1
    assert tabs.tab(1).taken == 0


def test_pages_are_found_by_task_and_files_by_kind(tabs: TaskTabs) -> None:
    assert tabs.of_task("second") == 1
    assert tabs.of_task("none") == -1
    assert ENTRIES[1].takes([Path("a.WAV"), Path("b.wav")])
    assert not ENTRIES[1].takes([Path("a.wav"), Path("b.txt")])
    assert not ENTRIES[1].takes([])
    assert not ENTRIES[0].takes([Path("a.wav")])
