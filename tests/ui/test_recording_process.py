"""The microphone without a window, as the terminal starts it: a real process, a real QtMultimedia."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seq2seq_desktop.io.audio import probe

PATIENCE = 20.0  # seconds


def started(folder: Path, name: str = "") -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "seq2seq_desktop", "--record", str(folder), name]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)


def told(process: "subprocess.Popen[str]") -> dict[str, str]:
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


def wait_until(met: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def speaking(sound_server: Any) -> None:
    wait_until(lambda: sound_server.ready)


def seconds(path: str) -> float:
    return (Path(path).stat().st_size - 44) / 32_000


@pytest.mark.parametrize("name", ["", "virtmic", "REMAPPED"])
def test_it_records_until_its_input_ends(speaking: None, tmp_path: Path, name: str) -> None:
    process = started(tmp_path, name)
    growing = told(process)["recording"]
    wait_until(lambda: seconds(growing) > 0.5)
    rest, _ = process.communicate(timeout=PATIENCE)  # closes its input
    assert process.returncode == 0
    kept = Path(json.loads(rest)["kept"])
    assert kept.parent == tmp_path
    assert ".recording-" not in kept.name
    assert (probe(kept).seconds or 0) > 0.5


def test_a_microphone_that_is_not_there_is_told_with_those_that_are(speaking: None, tmp_path: Path) -> None:
    process = started(tmp_path, "nobody's")
    line = told(process)
    assert "nobody's" in line["problem"]
    assert "Remapped" in line["remedy"]
    assert process.wait(PATIENCE) == 1
    process.communicate()
    assert not list(tmp_path.iterdir())


def test_without_any_microphone_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path / 'nobody'}")
    process = started(tmp_path)
    rest, _ = process.communicate(timeout=PATIENCE)
    lines = [json.loads(line) for line in rest.splitlines()]
    assert process.returncode in (0, 1)  # a machine may have one that needs no server
    assert "problem" in lines[0] if process.returncode else "recording" in lines[0]
