import faulthandler
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from seq2seq_desktop.ui.crash import CrashLog, read

CRASH = """
import ctypes, sys
from pathlib import Path
from seq2seq_desktop.ui.crash import CrashLog
CrashLog(Path(sys.argv[1])).start()
ctypes.string_at(0)
"""


@pytest.fixture(autouse=True)
def _give_the_handler_back() -> Iterator[None]:
    yield
    faulthandler.enable(sys.__stderr__)


def test_an_orderly_end_leaves_nothing(tmp_path: Path) -> None:
    log = CrashLog(tmp_path)
    assert log.start() is None
    log.end()
    assert list(tmp_path.iterdir()) == []
    assert log.start() is None
    log.end()


def test_a_real_crash_is_found_at_the_next_start(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], check=False, timeout=60)
    assert done.returncode != 0
    log = CrashLog(tmp_path)
    found = log.start()
    log.end()
    assert found is not None
    assert "string_at" in read(found)
    assert log.start() is None, "it is offered once"
    log.end()


def test_an_error_that_nothing_caught_is_found_too(tmp_path: Path) -> None:
    log = CrashLog(tmp_path)
    log.start()
    log.write(ValueError, ValueError("never seen before"), None)
    log.end()
    found = log.start()
    log.end()
    assert found is not None
    assert "never seen before" in read(found)


def test_only_the_last_few_crashes_are_kept(tmp_path: Path) -> None:
    for second in range(8):
        old = tmp_path / f"crash-{second}.log"
        old.write_text("old")
        os.utime(old, (second, second))
    (tmp_path / "crash.log").write_text("new")
    log = CrashLog(tmp_path)
    found = log.start()
    log.end()
    kept = sorted(file.name for file in tmp_path.glob("crash-*.log"))
    assert len(kept) == 5
    assert found is not None
    assert read(found) == "new"
