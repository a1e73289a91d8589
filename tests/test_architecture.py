"""What import-linter cannot see: which heavy libraries really come with an import, in a fresh interpreter."""

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
