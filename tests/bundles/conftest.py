"""A tiny seeded bundle, as training would save it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from seq2seq_desktop.bundles.card import Card, DataSource, Score, TrainingFacts
from seq2seq_desktop.bundles.save import save_bundle
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.nn.transformer import Transformer, TransformerConfig
from seq2seq_desktop.text.tokenizer import Tokenizer

CARD = Card(
    name="tiny",
    task="translate",
    languages=("en", "fr"),
    description='A "tiny" model — for tests.\nSecond line.',
    licence="Apache-2.0",
    use="research and personal use",
    limits="says nothing of use",
    training=TrainingFacts("one step", 3600.0, 12, "tiny.toml"),
    data=(DataSource("made up", "CC0"), DataSource("häufig", "CC BY 2.0 FR")),
    scores=(Score("dev.tsv", "seq2seq-desktop evaluate tiny dev.tsv", {"bleu": 36.5, "chrf": 60.25}),),
)


@dataclass(frozen=True)
class Kit:
    """What a bundle is made of."""

    model: Transformer
    tokenizer: Tokenizer
    config: dict[str, Any]
    card: Card = CARD

    def save(self, folder: Path, **changes: Any) -> Path:
        parts = {"card": self.card, "model": self.model, "tokenizer": self.tokenizer, "config": self.config}
        save_bundle(folder, **{**parts, **changes})
        return folder

    def log_probs(self, model: Any) -> torch.Tensor:
        """Of a few steps with fixed tokens, (steps, vocabulary)."""
        with torch.inference_mode():
            state = model.start(model.encode(TokenBatch.of([[20, 21, 22, 23, 2]], pad=0)))
            rows = []
            for token in (1, 30, 31, 32):
                result = model.step(torch.tensor([token]), state, False)
                state = result.state
                rows.append(result.log_probs[0])
        return torch.stack(rows)


@pytest.fixture(scope="session")
def kit() -> Kit:
    tokenizer = Tokenizer.train(["one two three", "un deux trois"] * 4, 500, ["en", "fr"])
    sizes = {"vocabulary": tokenizer.vocabulary, "width": 32, "heads": 4, "encoder_layers": 1, "decoder_layers": 1}
    config = {"architecture": "transformer", **sizes, "feed_forward": 48}
    with torch.random.fork_rng():
        torch.manual_seed(7)
        model = Transformer(TransformerConfig(**{k: v for k, v in config.items() if k != "architecture"})).eval()
    return Kit(model, tokenizer, config)


@pytest.fixture(scope="session")
def saved(kit: Kit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that no test changes."""
    return kit.save(tmp_path_factory.mktemp("saved") / "tiny")


@pytest.fixture
def copied(saved: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the bundle, to be spoilt."""

    def copy(name: str = "tiny") -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for file in saved.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        return folder

    return copy
