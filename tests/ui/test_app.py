"""The program as a process: what it loads, how it starts, ends, and starts again."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from seq2seq_desktop.ui.app import MODELS_VARIABLE, Session, offered_tabs
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.quiet import QuietMoment
from seq2seq_desktop.ui.settings import Settings

HEAVY = {"torch", "pyqtgraph", "matplotlib", "tokenizers", "sacrebleu"}
REPORT = "import json; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from seq2seq_desktop.ui import app
app.FIRST_TASK = "none"  # the window alone; what the engine imports is tested elsewhere
app.TABS = ()

def look():
    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, app.MainWindow))
    print(window.isVisible(), window.notice.text)
    {then}

QTimer.singleShot(0, look)
sys.exit(app.main({arguments}))
"""


def run(code: str, user: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"SEQ2SEQ_DESKTOP_DATA": str(user), "QT_QPA_PLATFORM": "offscreen"} | more
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, env=environment
    )


def start(user: Path, then: str = "window.close()", arguments: str = "[]") -> "subprocess.CompletedProcess[str]":
    return run(START.format(then=then, arguments=arguments), user)


def complaints(done: "subprocess.CompletedProcess[str]") -> list[str]:
    return [line for line in done.stderr.splitlines() if "This plugin does not support" not in line]


def test_the_window_and_its_tabs_are_there_before_anything_heavy(tmp_path: Path) -> None:
    done = run(
        "import sys; from importlib import import_module; from seq2seq_desktop.ui.app import TABS; "
        f"[import_module(entry.where.partition(':')[0]) for entry in TABS]; {REPORT}",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert not HEAVY & set(json.loads(done.stdout))


def test_it_starts_shows_its_window_and_ends_without_a_trace(tmp_path: Path) -> None:
    done = start(tmp_path)
    assert (done.returncode, complaints(done)) == (0, [])
    assert done.stdout.split() == ["True"]
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {"history.sqlite", "settings.ini"}


def test_after_a_crash_the_log_is_offered_once(tmp_path: Path) -> None:
    crashed = start(tmp_path, then="import ctypes; ctypes.string_at(0)")
    assert crashed.returncode != 0
    again = start(tmp_path)
    assert again.returncode == 0
    assert "ended unexpectedly" in again.stdout
    assert "ended unexpectedly" not in start(tmp_path).stdout


def test_an_error_that_nothing_caught_leaves_the_window_open(tmp_path: Path) -> None:
    then = "QTimer.singleShot(200, lambda: (print(window.isVisible(), window.notice.text), window.close())); 1 / 0"
    done = start(tmp_path, then=then)
    assert done.returncode == 0
    assert "True Something unexpected went wrong (ZeroDivisionError: division by zero)" in done.stdout
    assert "ZeroDivisionError" in (tmp_path / "log.txt").read_text(encoding="utf-8")


def test_an_option_there_is_not_ends_with_a_usage_line(tmp_path: Path) -> None:
    done = run("from seq2seq_desktop.ui.app import main; main(['--nonsense'])", tmp_path)
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_the_tabs_there_are_are_offered_but_none_without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq_desktop.ui.app.tasks_with_a_bundle", lambda: frozenset({"generate"}))
    assert [entry.task for entry in offered_tabs()] == ["translate", "transcribe", "generate"]
    monkeypatch.setattr("seq2seq_desktop.ui.app.tasks_with_a_bundle", frozenset)
    assert [entry.task for entry in offered_tabs()] == ["translate", "transcribe"]


@pytest.mark.parametrize("size", [(900, 600), (640, 480)])
def test_the_real_tabs_fit_a_small_window(
    qapp: QApplication, settings: Settings, bridge: Bridge, qtbot: Any, size: tuple[int, int]
) -> None:
    session = Session(qapp, settings, bridge)
    session.window.show()
    session.window.resize(*size)
    qtbot.waitExposed(session.window)
    assert (session.window.width(), session.window.height()) == size
    session.window.close()
    session.window.deleteLater()


@pytest.fixture
def session(qapp: QApplication, settings: Settings, bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv(MODELS_VARIABLE, "/from/outside")
    session = Session(qapp, settings, bridge, tabs=[])
    yield session
    settings.set("theme", "system")
    settings.set("language", "en")
    session.window.close()
    session.window.deleteLater()
    session.deleteLater()
    QApplication.processEvents()


def test_theme_language_and_model_folder_hold_at_once(session: Session, settings: Settings, tmp_path: Path) -> None:
    settings.set("theme", "dark")
    assert session.theme.tokens.name == "dark"
    settings.set("language", "fr")
    QApplication.processEvents()
    assert session.window.actions_by_name["quit"].text() == "&Quitter"
    settings.set("model_folder", str(tmp_path))
    assert os.environ[MODELS_VARIABLE] == str(tmp_path)
    settings.set("model_folder", "")
    assert os.environ[MODELS_VARIABLE] == "/from/outside"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [((), 0.5), ((0.3,), 0.8), ((0.3, 0.6, 0.9), 1.4), (tuple(n / 10 for n in range(30)), 2.0)],
    ids=["nobody types", "one key", "a word", "no end of typing"],
)
def test_heavy_imports_wait_while_someone_types_but_not_for_ever(
    qapp: QApplication, keys: tuple[float, ...], expected: float
) -> None:
    now, reached = [0.0], []
    quiet = QuietMoment(qapp, lambda: now[0])
    quiet.reached.connect(lambda: reached.append(now[0]))
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    for tenth in range(30):
        now[0] = tenth / 10
        if now[0] in keys:
            QApplication.sendEvent(qapp, key)
        if not reached:
            quiet.look()
    quiet.deleteLater()
    assert reached == [pytest.approx(expected, abs=0.11)]
