"""Bundles onto the disk, whole or not at all."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from torch import nn

from seq2seq_desktop.bundles.architectures import outline
from seq2seq_desktop.bundles.card import BundleFile, Card, write_card
from seq2seq_desktop.bundles.weights import SHARD_BYTES, check_fit, storable, to_shards
from seq2seq_desktop.text.tokenizer import Tokenizer


def save_bundle(
    folder: Path,
    *,
    card: Card,
    model: nn.Module,
    tokenizer: Tokenizer,
    config: Mapping[str, Any],
    precision: Literal["float16", "int8"] = "float16",
    shard_bytes: int = SHARD_BYTES,
) -> Card:
    """The card as it was written to the bundle `folder`; a bundle that was there is replaced.

    `config` names the `architecture` and its sizes. The card's architecture, parameters, precision and files are
    filled in here. What is written goes to a folder beside and is moved into place: nobody ever reads half a bundle.

    Raises: BundleError if the model's weights do not fit `config` or are no finite numbers.
    """
    check_fit(model.state_dict(), outline(config), "config")
    shards = to_shards(storable(model, precision), shard_bytes)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    try:
        part.chmod(0o755)
        (part / "config.json").write_bytes((json.dumps(dict(config), indent=2) + "\n").encode())
        tokenizer.save(part / "tokenizer.json")
        for number, shard in enumerate(shards, start=1):
            (part / f"weights-{number:05}-of-{len(shards):05}.safetensors").write_bytes(shard)
        card = replace(
            card,
            architecture=str(config["architecture"]),
            parameters=sum(tensor.numel() for tensor in model.state_dict().values()),
            precision=precision,
            files=tuple(_sealed(path) for path in sorted(part.iterdir())),
        )
        write_card(part, card)
        _move(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return card


def _sealed(path: Path) -> BundleFile:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return BundleFile(path.name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _move(part: Path, folder: Path) -> None:
    """Put `part` in the place of `folder`; if that fails the old bundle stays."""
    if not folder.exists():
        part.rename(folder)
        return
    old = part.with_suffix(".old")
    folder.rename(old)
    try:
        part.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
