"""Tiny translators of other architectures, over the tokenizer of the tiny one."""

from pathlib import Path
from typing import Any

import pytest
import torch

from seq2seq_desktop.bundles.architectures import build
from seq2seq_desktop.bundles.card import Card
from seq2seq_desktop.bundles.save import save_bundle
from seq2seq_desktop.text.tokenizer import Tokenizer


@pytest.fixture(scope="session")
def without_attention(tiny_bundle: Path) -> Path:
    """A recurrent translator with one fixed context vector, saved beside the tiny one."""
    tokenizer = Tokenizer.load(tiny_bundle / "tokenizer.json")
    config: dict[str, Any] = {
        "architecture": "recurrent", "vocabulary": tokenizer.vocabulary, "pad": tokenizer.pad, "width": 24,
        "hidden": 32, "attention": "none", "encoder_layers": 1, "decoder_layers": 1,
    }  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(5)
        model = build(config)
    folder = tiny_bundle.parent / "fixed"
    card = Card("fixed", "translate", ("en", "fr"), "random weights")
    save_bundle(folder, card=card, model=model, tokenizer=tokenizer, config=config)
    return folder
