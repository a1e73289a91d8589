"""What import-linter cannot see: heavy libraries that come in through others, and the guard against the network."""

import socket
import subprocess
import sys

import pytest


def imported_with(module: str) -> set[str]:
    """The top-level modules in `sys.modules` after importing `module` in a process of its own."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"import {module} failed:\n{done.stderr}"
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["seq2seq_desktop.engine", "seq2seq_desktop.training", "seq2seq_desktop.cli"])
def test_models_and_commands_run_without_qt(module: str) -> None:
    assert not imported_with(module) & {"PySide6", "shiboken6", "pyqtgraph"}


@pytest.mark.parametrize("module", ["seq2seq_desktop.io", "seq2seq_desktop.text", "seq2seq_desktop.metrics"])
def test_text_and_documents_are_read_without_torch(module: str) -> None:
    assert "torch" not in imported_with(module)


@pytest.mark.parametrize("address", [("example.org", 80), ("10.0.0.1", 80)])
def test_the_suite_cannot_reach_other_machines(address: tuple[str, int]) -> None:
    with socket.socket() as connection, pytest.raises(PermissionError):
        connection.connect(address)


def test_the_suite_can_still_speak_to_itself() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as connection,
    ):
        assert connection.getpeername() == server.getsockname()
