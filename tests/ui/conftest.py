"""For every test of the window: a scripted engine, a tab that records, and no thread may be left."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThread, Signal
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from seq2seq_desktop.engine.messages import Device
from seq2seq_desktop.engine.worker import Worker
from seq2seq_desktop.events import Event
from seq2seq_desktop.ui.bridge import Bridge, _WorkerThread
from seq2seq_desktop.ui.history import History, HistoryRecord
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.task_tabs import TabEntry


@pytest.fixture(autouse=True)
def _no_thread_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a thread behind."""
    before = set(threading.enumerate())
    started: list[QThread] = []

    def start(thread: QThread, *priority: QThread.Priority) -> None:
        started.append(thread)
        QThread.start(thread, *priority)

    monkeypatch.setattr(_WorkerThread, "start", start, raising=False)
    yield
    running = [thread for thread in started if isValid(thread) and thread.isRunning()]
    others = [
        thread
        for thread in threading.enumerate()
        if thread not in before and not thread.daemon and not isinstance(thread, threading._DummyThread)
    ]
    assert not running, "the worker's thread was left running"
    assert not others, f"left running: {others}"


class ScriptedModel:
    """A task whose requests are their own scripts: `request(cancelled)` yields the events."""

    def __init__(self, bundle: str, device: str, precision: str, threads: int) -> None:
        self.name, self.device, self.precision, self.threads = bundle or "toy", device, precision, threads
        self.parameters = 7_300_000

    def run(self, request: Any, cancelled: Callable[[], bool]) -> Iterator[Event]:
        return request(cancelled)


def scripted_worker(post: Callable[[Any], None]) -> Worker:
    def load(_task: str, bundle: str, device: str, precision: str, threads: int) -> ScriptedModel:
        return ScriptedModel(bundle, device, "float32" if precision == "auto" else precision, threads)

    return Worker(post, load, lambda task: None, lambda: (Device("cpu", "CPU"), Device("cuda:0", "Scripted GPU")))


class ScriptedTab(QWidget):
    """A tab that writes down what the window asks of it."""

    status = Signal(str)
    progress = Signal(float, float, float)
    result = Signal(object)

    def __init__(self, bridge: Bridge, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.bridge, self.busy = bridge, False
        self.calls: list[Any] = []
        self.editor, self.label = QPlainTextEdit(self), QLabel(self)
        self.editor.setAccessibleName("Source")
        column = QVBoxLayout(self)
        column.addWidget(self.editor)
        column.addWidget(self.label)

    def open_paths(self, paths: list[Path]) -> None:
        self.calls.append(paths)

    def show_history(self, record: HistoryRecord) -> None:
        self.calls.append(record)

    def retranslate(self) -> None:
        self.label.setText(QApplication.translate("wording", "CPU 1 thread"))

    def _noted(name: str) -> Callable[..., None]:  # type: ignore[misc]  # noqa: N805
        return lambda self: self.calls.append(name)

    cancel, run_again, export = _noted("cancel"), _noted("run_again"), _noted("export")
    close_down = _noted("close_down")
    undo, redo, copy_output = _noted("undo"), _noted("redo"), _noted("copy_output")


SCRIPTED = TabEntry("translate", "Scripted", f"{__name__}:ScriptedTab")


@pytest.fixture
def settings(tmp_path: Path, qapp: QApplication) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    bridge = Bridge(make_worker=scripted_worker)
    yield bridge
    assert bridge.close()


@pytest.fixture
def make_window(settings: Settings, tmp_path: Path, qtbot: Any) -> Iterator[Callable[..., MainWindow]]:
    """Makes windows with a scripted engine and a scripted tab, and closes them after the test."""
    made: list[MainWindow] = []

    def make(tabs: int = 1) -> MainWindow:
        bridge = Bridge(make_worker=scripted_worker)
        history = History(tmp_path / "history.sqlite")
        made.append(MainWindow(bridge, settings, history, [SCRIPTED] * tabs))
        made[-1].show()
        qtbot.waitExposed(made[-1])
        made[-1].activateWindow()
        qtbot.waitUntil(made[-1].isActiveWindow)
        return made[-1]

    yield make
    for window in made:
        window.close()
        window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def window(make_window: Callable[..., MainWindow]) -> MainWindow:
    return make_window()


class SoundServer:
    """A PulseAudio of the tests' own, with a microphone and a loudspeaker that are none."""

    NEEDED = ("pulseaudio", "paplay", "pactl")
    MODULES = (
        "module-null-sink sink_name=mic",
        "module-remap-source master=mic.monitor source_name=virtmic",
        "module-null-sink sink_name=speaker",
    )

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self.address = f"unix:{folder / 'native'}"
        self._environment = os.environ | {
            "PULSE_RUNTIME_PATH": str(folder), "HOME": str(folder), "PULSE_SERVER": self.address,
        }  # fmt: skip
        native = f"module-native-protocol-unix socket={folder / 'native'} auth-anonymous=1"
        loaded = [argument for module in (native, *self.MODULES) for argument in ("-L", module)]
        command = [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            "--disable-shm=yes",
        ]
        self._process = subprocess.Popen([*command, *loaded], env=self._environment, stderr=subprocess.DEVNULL)

    def ask(self, *arguments: str) -> str:
        ran = subprocess.run(["pactl", *arguments], env=self._environment, capture_output=True, text=True)
        return ran.stdout

    def load_modules(self) -> None:
        for module in self.MODULES:
            self.ask("load-module", *module.split())

    @property
    def ready(self) -> bool:
        return "virtmic" in self.ask("list", "short", "sources")

    def speak(self, path: Path) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(["paplay", "--device=mic", str(path)], env=self._environment)

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)


@pytest.fixture(scope="session")
def sound_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    """One for all tests of a process: QtMultimedia keeps its connection."""
    missing = [name for name in SoundServer.NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")
    server = SoundServer(tmp_path_factory.mktemp("sound") / "run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PULSE_SERVER", server.address)
        yield server
    server.end()
