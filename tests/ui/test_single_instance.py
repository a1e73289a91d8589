import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtNetwork import QLocalSocket

from seq2seq_desktop.ui.single_instance import SingleInstance

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from seq2seq_desktop.ui.single_instance import SingleInstance
app = QCoreApplication([])
second = SingleInstance(Path(sys.argv[1]))
sys.exit(0 if not second.claim() and second.hand_over([Path(name) for name in sys.argv[2:]]) else 3)
"""


@pytest.fixture
def first(tmp_path: Path, qapp: Any) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path)
    assert instance.claim()
    yield instance
    instance.release()


def test_a_second_start_hands_over_its_files(first: SingleInstance, tmp_path: Path, qtbot: Any) -> None:
    with qtbot.waitSignal(first.opened, timeout=20_000) as told:
        second = subprocess.Popen([sys.executable, "-c", SECOND, str(tmp_path), "letter.txt"], cwd=tmp_path)
    assert told.args == [[tmp_path.resolve() / "letter.txt"]]
    assert second.wait(20) == 0


def test_only_one_can_be_first_until_it_is_released(first: SingleInstance, tmp_path: Path) -> None:
    other = SingleInstance(tmp_path)
    assert not other.claim()
    first.release()
    assert other.claim()
    other.release()


def test_each_user_folder_has_its_own_window(first: SingleInstance, tmp_path: Path) -> None:
    other = SingleInstance(tmp_path / "other")
    assert other.claim()
    other.release()


@pytest.mark.parametrize("message", [b"not json\n", b"{}\n", b'["ok.txt", 3]\n', b"\xff\xfe\n"])
def test_a_message_that_makes_no_sense_does_no_harm(first: SingleInstance, qtbot: Any, message: bytes) -> None:
    socket = QLocalSocket()
    with qtbot.waitSignal(first.opened) as told:
        socket.connectToServer(first._name)
        assert socket.waitForConnected(2000)
        socket.write(message)
        socket.flush()
    assert all(path.name == "ok.txt" for path in told.args[0])
    socket.abort()


def test_a_lock_left_by_a_crash_is_no_obstacle(tmp_path: Path, qapp: Any) -> None:
    code = SECOND.partition("sys.exit")[0] + "second.claim(); import os; os._exit(1)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=60, env=dict(os.environ))
    assert (tmp_path / "window.lock").exists()
    instance = SingleInstance(tmp_path)
    assert instance.claim()
    instance.release()
