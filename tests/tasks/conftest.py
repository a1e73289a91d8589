"""A translator small enough to make in a moment: its output is nonsense, but its way through the program is real."""

from pathlib import Path

import pytest
import torch

from seq2seq_desktop.bundles.card import Card
from seq2seq_desktop.bundles.save import save_bundle
from seq2seq_desktop.nn.transformer import Transformer, TransformerConfig
from seq2seq_desktop.tasks.translate.task import TranslateTask, load
from seq2seq_desktop.text.tokenizer import Tokenizer

_TEXTS = ("The train leaves at noon.", "Le train part à midi.", "Where is my book?", "Où est mon livre ?") * 5


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bundle with random weights."""
    tokenizer = Tokenizer.train(_TEXTS, 420, ("en", "fr"))
    sizes = {"width": 32, "heads": 2, "encoder_layers": 1, "decoder_layers": 2, "feed_forward": 64}
    torch.manual_seed(3)
    config = TransformerConfig(tokenizer.vocabulary, pad=tokenizer.pad, **sizes)
    folder = tmp_path_factory.mktemp("bundles") / "tiny"
    save_bundle(
        folder,
        card=Card("tiny", "translate", ("en", "fr"), "random weights"),
        model=Transformer(config),
        tokenizer=tokenizer,
        config={"architecture": "transformer", "vocabulary": tokenizer.vocabulary, "pad": tokenizer.pad, **sizes},
    )
    return folder


@pytest.fixture(scope="session")
def tiny(tiny_bundle: Path) -> TranslateTask:
    return load(str(tiny_bundle), precision="float32")
