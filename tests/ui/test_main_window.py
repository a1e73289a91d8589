import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QListView,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

from seq2seq_desktop.engine.messages import ModelState
from seq2seq_desktop.events import Event, Finished, Step
from seq2seq_desktop.ui import status_bar
from seq2seq_desktop.ui.about import AboutDialog, libraries
from seq2seq_desktop.ui.crash_dialog import CrashDialog
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.i18n import Language
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.settings_dialog import SettingsDialog
from seq2seq_desktop.ui.shortcuts import ShortcutsDialog

CONTROLS = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QProgressBar,
    QTabBar,
    QTextEdit,
)
RECORD = HistoryRecord("translate", "The cat sleeps.", "Le chat dort.")


def nameless(top: QWidget) -> list[str]:
    """The controls that a screen reader could not name; those that Qt makes inside its own controls do not count."""
    inside = (QAbstractSpinBox, QComboBox, QTabBar)
    controls = [child for child in top.findChildren(QWidget) if isinstance(child, CONTROLS)]
    ours = [
        child
        for child in controls
        if not isinstance(child, QScrollBar)
        and not child.objectName().startswith("qt_")
        and not any(isinstance(parent, inside) for parent in _parents(child))
        and not (isinstance(child.parent(), QLineEdit) and isinstance(child, QAbstractButton))
    ]
    return [
        f"{type(child).__name__} in {type(child.parent()).__name__}" for child in ours if not child.accessibleName()
    ]


def _parents(widget: QWidget) -> Iterator[Any]:
    parent = widget.parent()
    while parent is not None:
        yield parent
        parent = parent.parent()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_control_has_a_name(window: MainWindow, settings: Settings, tmp_path: Path, language: str) -> None:
    translators = Language(QApplication.instance(), language)  # type: ignore[arg-type]
    try:
        window.show_history(True)
        window.notice.show_text("Something", "&Do it")
        (tmp_path / "crash.log").write_text("why")
        dialogs: list[QWidget] = [
            SettingsDialog(settings, parent=window),
            ShortcutsDialog(window),
            AboutDialog(window),
            CrashDialog(tmp_path / "crash.log", window),
        ]
        assert [name for top in (window, *dialogs) for name in nameless(top)] == []
        assert all(top.accessibleName() for top in (window, *dialogs))
    finally:
        translators.choose("en")


@pytest.mark.parametrize(
    ("key", "modifier", "called"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, "run_again"),
        (Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier, "export"),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, "undo"),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, "redo"),
        (Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, "copy_output"),
    ],
)
@pytest.mark.parametrize("focus", ["window", "button"])
def test_keys_reach_the_current_tab(
    make_window: Callable[..., MainWindow], qtbot: Any, key: Any, modifier: Any, called: str, focus: str
) -> None:
    window = make_window(tabs=2)
    window.tabs.setCurrentIndex(1)
    target = window if focus == "window" else window._menu_button
    target.setFocus()
    qtbot.keyClick(target, key, modifier)
    assert window.tab.calls == [called]
    first: Any = window.tabs.tab(0)
    assert first.calls == []


def test_copy_and_undo_go_to_the_tab_when_the_field_has_nothing_for_them(window: MainWindow, qtbot: Any) -> None:
    editor = window.tab.editor
    window.activateWindow()
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(editor, Qt.Key.Key_C, control)
    qtbot.keyClick(editor, Qt.Key.Key_Z, control)
    assert window.tab.calls == ["copy_output", "undo"]
    qtbot.keyClicks(editor, "words")
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_C, control)
    qtbot.keyClick(editor, Qt.Key.Key_Z, control)
    assert window.tab.calls == ["copy_output", "undo"], "the field had something to copy and to undo"
    assert QApplication.clipboard().text() == "words"
    assert editor.toPlainText() == ""


def test_escape_and_the_button_cancel_what_runs(window: MainWindow, qtbot: Any) -> None:
    begun = threading.Event()
    job = window.bridge.submit("toy", endless(begun))
    assert begun.wait(5)
    window.tab.busy = True
    assert window.status.cancel.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.mouseClick(window.status.cancel, Qt.MouseButton.LeftButton)
    assert window.tab.calls == ["cancel", "cancel"]
    window.bridge.cancel(job)
    qtbot.waitUntil(lambda: not window.status.cancel.isEnabled())


def test_closing_during_work_takes_less_than_a_second(window: MainWindow) -> None:
    begun = threading.Event()
    window.bridge.submit("toy", endless(begun))
    assert begun.wait(5)
    start = monotonic()
    window.close()
    assert monotonic() - start < 1
    assert window.worker_ended


def test_the_status_bar_tells_model_speed_state_and_memory(window: MainWindow, qtbot: Any) -> None:
    def script(cancelled: Callable[[], bool]) -> Iterator[Event]:
        yield Step(0, 0, 5, 0.5, (5,))
        yield Finished("end", tokens=214, seconds=1.0)

    with qtbot.waitSignal(window.bridge.busy_changed, check_params_cb=lambda busy: not busy):
        window.bridge.submit("toy", script, "toy-en-fr")
    status = window.status
    assert status.model.text() == "toy-en-fr · float32 · GPU 0"
    assert status.speed.text() == "214 tok/s"
    assert status.said.whole.startswith("ready")
    assert "7.3 million parameters" in status.model.toolTip()
    assert re.search(r"Memory: [\d.,]+ [MG]B", status.model.toolTip())


def test_the_status_bar_tells_what_the_tab_says_and_time_left(window: MainWindow) -> None:
    window.tab.status.emit("cat → chat: 0.93")
    assert window.status.said.whole == "cat → chat: 0.93"
    window.tab.progress.emit(3.0, 12.0, 130.0)
    assert window.status.bar.value() == 250
    assert window.status.left.text() == "about 2 min"
    window.tab.progress.emit(0.0, 0.0, -1.0)
    assert window.status.bar.maximum() == 0
    assert window.status.left.text() == ""
    window.status.show_busy(False)
    assert not window.status.bar.isVisible()


def test_no_bar_runs_to_and_fro_where_less_motion_is_asked_for(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_bar, "motion_allowed", lambda: False)
    window.status.show_model(ModelState("toy", "", "loading", "cpu"))
    assert not window.status.bar.isVisible()
    window.tab.progress.emit(0.0, 0.0, -1.0)
    assert not window.status.bar.isVisible()
    window.tab.progress.emit(1.0, 4.0, 20.0)
    assert window.status.bar.isVisible()


def test_a_fall_back_to_the_cpu_is_said_in_a_sentence(window: MainWindow) -> None:
    sentence = "cuda:0 could not be used (out of memory), so the CPU does the work"
    window._on_model_state(ModelState("toy", "toy", "ready", "cpu", "int8", 2, message=sentence))
    assert window.notice.text == sentence
    assert window.status.model.text() == "toy · int8 · CPU 2 threads"
    assert window.status.said.whole == sentence


def test_a_model_that_cannot_be_loaded_is_said_with_the_remedy(window: MainWindow) -> None:
    state = ModelState("toy", "toy", "failed", message="config.json is missing", remedy="add it again")
    window._on_model_state(state)
    assert window.status.said.whole == "config.json is missing. add it again"
    assert window.status.model.text() == "no model in memory"


def test_size_splitter_tab_and_history_come_back(make_window: Callable[..., MainWindow], settings: Settings) -> None:
    first = make_window(tabs=2)
    first.resize(760, 620)
    first.tabs.setCurrentIndex(1)
    first.show_history(True)
    first.splitter.setSizes([400, 360])
    QApplication.processEvents()
    sizes = first.splitter.sizes()
    first.close()
    assert settings.save()
    second = make_window(tabs=2)
    assert (second.width(), second.height()) == (760, 620)
    assert second.tabs.currentIndex() == 1
    assert second.history.isVisible()
    assert second.splitter.sizes() == pytest.approx(sizes, abs=8)


def test_it_fits_900_by_600(window: MainWindow) -> None:
    window.resize(900, 600)
    window.show_history(True)
    assert window.minimumSizeHint().width() <= 900
    assert window.minimumSizeHint().height() <= 600
    window.status.show_status("a very long sentence " * 40)
    assert window.minimumSizeHint().width() <= 900


def test_files_are_opened_by_choice_and_by_a_second_start(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "letter.txt"
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(file)], ""))
    window.ask_for_files()
    window.open_paths([])
    assert window.tab.calls == [[file]]
    assert window.settings.get("window/last_folder", "") == str(tmp_path)


def test_settings_are_written_when_accepted_and_reach_the_worker(window: MainWindow, qtbot: Any) -> None:
    dialog = SettingsDialog(window.settings, window.devices, window)
    dialog.device.setCurrentIndex(dialog.device.findData("cpu"))
    dialog.threads.setValue(3)
    dialog.unload_minutes.setValue(0)
    dialog.accept()
    assert (window.settings.device, window.settings.threads, window.settings.unload_minutes) == ("cpu", 3, 0)
    with qtbot.waitSignal(window.bridge.model_state, check_params_cb=lambda state: state.state == "ready") as told:
        window.bridge.submit("toy", lambda cancelled: iter([Finished("end")]))
    assert (told.args[0].device, told.args[0].threads) == ("cpu", 3)


def test_settings_are_left_alone_when_cancelled(settings: Settings, qtbot: Any) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    dialog.theme.setCurrentIndex(2)
    dialog.reject()
    assert settings.theme == "system"


def test_a_model_folder_that_is_not_there_is_refused(settings: Settings, qtbot: Any, tmp_path: Path) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.model_folder.setText(str(tmp_path / "nowhere"))
    dialog.accept()
    assert "nowhere" in dialog.problem.text()
    assert dialog.isVisible()
    dialog.model_folder.setText(str(tmp_path))
    dialog.accept()
    assert settings.model_folder == str(tmp_path)


def test_gpus_are_offered_by_name_once_the_worker_knows_them(window: MainWindow, qtbot: Any) -> None:
    window.show_settings()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    with qtbot.waitSignal(window.bridge.devices):
        window.bridge.warm_up("toy")
    assert dialog.device.findText("Scripted GPU (cuda:0)") >= 0
    dialog.close()
    QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
    with qtbot.waitSignal(window.bridge.devices):  # nobody is there to hear it any more
        window.bridge.warm_up("toy")


def test_results_are_kept_found_and_opened_again(window: MainWindow, qtbot: Any) -> None:
    window.show_history(True)
    panel = window.history
    for record in (RECORD, HistoryRecord("translate", "A dog.", "Un chien.")):
        window.tab.result.emit(record)
    qtbot.waitUntil(lambda: panel.list.count() == 2)
    panel.search.setText("chat")
    qtbot.waitUntil(lambda: panel.list.count() == 1)
    panel.list.itemActivated.emit(panel.list.item(0))
    assert window.tab.calls[-1].result == "Le chat dort."


def test_nothing_is_kept_while_the_history_is_off(window: MainWindow, settings: Settings) -> None:
    window.show_history(True)
    window.history.keep.setChecked(False)
    assert not settings.history_on
    window.tab.result.emit(RECORD)
    window.history._writer.submit(lambda: None).result()
    window.history.refresh()
    assert window.history.list.count() == 0


def test_the_history_can_be_cleared_and_single_results_forgotten(
    window: MainWindow, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.show_history(True)
    panel = window.history
    for text in ("one", "two", "three"):
        panel.add(HistoryRecord("translate", text, text))
    qtbot.waitUntil(lambda: panel.list.count() == 3)
    panel.list.setCurrentRow(0)
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert panel.list.count() == 2
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    panel.clear_all.click()
    assert panel.list.count() == 2
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    panel.clear_all.click()
    assert panel.list.count() == 0


def test_the_language_changes_while_the_window_is_open(window: MainWindow, qapp: QApplication) -> None:
    language = Language(qapp, "en")
    english = {name: action.text() for name, action in window.actions_by_name.items()}
    language.choose("fr")
    QApplication.processEvents()
    assert window.tab.label.text() == "CPU 1 fil"
    assert window.status.said.whole == "prêt"
    same = {name for name, action in window.actions_by_name.items() if action.text() == english[name]}
    assert not same
    language.choose("en")
    QApplication.processEvents()
    assert {name: action.text() for name, action in window.actions_by_name.items()} == english


def test_the_shortcut_card_and_the_licences_open_by_key_and_menu(window: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    window.actions_by_name["about"].trigger()
    shown = {type(dialog).__name__ for dialog in window.findChildren(QDialog) if dialog.isVisible()}
    assert shown == {"ShortcutsDialog", "AboutDialog"}
    for dialog in window.findChildren(QDialog):
        dialog.close()


def test_every_library_has_its_licence_in_about() -> None:
    found = {name: licence for name, _, licence in libraries()}
    assert {"torch", "numpy", "PySide6-Essentials"} <= found.keys()
    assert all(found.values())


def test_tab_walks_through_every_control_of_the_settings(settings: Settings, qtbot: Any) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    wanted = {
        child
        for kind in (QComboBox, QCheckBox, QAbstractSpinBox)
        for child in dialog.findChildren(kind)
        if child.isEnabled()
    }
    reached, widget = set(), dialog.nextInFocusChain()
    while widget is not dialog:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.add(widget)
        widget = widget.nextInFocusChain()
    assert wanted <= reached
    assert dialog.model_folder in reached


def endless(begun: threading.Event) -> Callable[[Callable[[], bool]], Iterator[Event]]:
    def script(cancelled: Callable[[], bool]) -> Iterator[Event]:
        index = 0
        while not cancelled():
            yield Step(0, index, index, 0.5, (index,))
            begun.set()
            index += 1
        yield Finished("cancelled")

    return script
