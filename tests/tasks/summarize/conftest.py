"""Tiny summarizers made in a moment: their choices mean nothing, their way through the program is real."""

from pathlib import Path
from typing import Any

import pytest
import torch

from seq2seq_desktop.bundles.architectures import build
from seq2seq_desktop.bundles.card import Card
from seq2seq_desktop.bundles.save import save_bundle
from seq2seq_desktop.tasks.summarize.task import SummarizeTask, load
from seq2seq_desktop.text.tokenizer import Tokenizer

_TEXTS = ("The train leaves at noon.", "Le train part à midi.", "Where is my book?", "Où est mon livre ?") * 5
_SIZES: dict[str, dict[str, Any]] = {
    "summarize-extract": {"architecture": "sentence-pointer", "feed_forward": 32, "encoder_layers": 1, "channels": 2},
    "summarize-rewrite": {
        "architecture": "pointer-generator", "feed_forward": 32, "encoder_layers": 1, "decoder_layers": 1,
        "longest": 48,
    },
}  # fmt: skip


@pytest.fixture(scope="session")
def summarizers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the two bundles, by their usual names."""
    tokenizer = Tokenizer.train(_TEXTS, 420, ("en", "fr")).extended(("<headline>", "<abstract>"))
    folder = tmp_path_factory.mktemp("summarizers")
    for name, sizes in _SIZES.items():
        config = {**sizes, "width": 16, "heads": 2, "vocabulary": tokenizer.vocabulary, "pad": tokenizer.pad}
        with torch.random.fork_rng():
            torch.manual_seed(7)
            model = build(config)
        card = Card(name, "summarize", ("en", "fr"), "random weights")
        save_bundle(folder / name, card=card, model=model, tokenizer=tokenizer, config=config)
    return folder


@pytest.fixture
def installed(summarizers: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, where the program looks for the user's bundles."""
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(summarizers))
    monkeypatch.setattr("seq2seq_desktop.paths.shipped_models", lambda: summarizers)
    return summarizers


@pytest.fixture
def task(installed: Path) -> SummarizeTask:
    """The summarizers, loaded."""
    return load(precision="float32", threads=1)
