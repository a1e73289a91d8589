"""Work beside the window: answers come in its thread, the newest of a kind counts, and once closed nothing begins."""

from threading import Event, current_thread, main_thread
from typing import Any

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.ui.widgets.errand import Errands


def test_answers_and_failures_come_on_the_window_s_thread(qtbot: Any) -> None:
    errands, told = Errands(), []

    def fail() -> None:
        raise InputError("no file", "choose one")

    errands.run(lambda: current_thread() is main_thread(), lambda inside: told.append((inside, current_thread())))
    errands.run(fail, told.append, lambda error: told.append(error.problem))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert (False, main_thread()) in told
    assert "no file" in told
    assert not errands.busy


def test_only_the_newest_of_a_kind_counts(qtbot: Any) -> None:
    errands, told, gate = Errands(), [], Event()
    errands.run(lambda: gate.wait(5) and "old", told.append, kind="open")
    errands.run(lambda: "new", told.append, kind="open")
    qtbot.waitUntil(lambda: told == ["new"])
    gate.set()
    qtbot.waitUntil(lambda: not errands.busy)
    assert told == ["new"]


def test_nothing_begins_after_it_was_closed(qtbot: Any) -> None:
    errands, begun = Errands(), []
    errands.close()
    errands.run(lambda: begun.append(1), begun.append)
    assert not errands.busy
    qtbot.wait(20)
    assert begun == []
