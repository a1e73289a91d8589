"""Summarizers, loaded."""

from pathlib import Path

import pytest

from seq2seq_desktop.tasks.summarize.task import SummarizeTask, load


@pytest.fixture
def installed(summarizers: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, where the program looks for the user's bundles."""
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(summarizers))
    monkeypatch.setattr("seq2seq_desktop.bundles.sources.shipped.shipped_models", lambda: summarizers)
    return summarizers


@pytest.fixture
def task(installed: Path) -> SummarizeTask:
    """The summarizers, loaded."""
    return load(precision="float32", threads=1)
