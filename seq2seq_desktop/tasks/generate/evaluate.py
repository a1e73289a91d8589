"""How well a model foresees a text it has never read."""

import math
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.files import read_text
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.generate.prompt import LINE_BREAK, plain
from seq2seq_desktop.text.tokenizer import Tokenizer

_ROWS = 32  # parts of the text that are read side by side
_SHORTEST = 64  # pieces of a part, as far as the text has them: a part is read without the one before it


def read_test_text(path: Path, limit: int = 0) -> str:
    """The text of the first `limit` lines (0 for all) of a file; of a line with tabs the first column.

    Raises: InputError.
    """
    lines = [line.partition("\t")[0] for line in read_text(path).splitlines()]
    return LINE_BREAK.join(lines[:limit] if limit else lines) + LINE_BREAK


@torch.inference_mode()
def bits_per_character(model: Any, tokenizer: Tokenizer, text: str) -> float:
    """The mean of -log2 p over the characters of `text`, the first one of each part left out.

    A text is read in up to 32 parts side by side, each from an empty state.

    Raises: InputError for a text of fewer than two characters.
    """
    text = plain(text)
    ids = torch.tensor(tokenizer.encode(text, continues=True).ids)
    if len(text) < 2:
        raise InputError("there is no text to measure", "choose a file with two characters or more")
    rows = max(1, min(_ROWS, len(ids) // _SHORTEST))
    length = -(-len(ids) // rows)
    nats = sum(_nats(model, tokenizer, group) for group in _equal(torch.split(ids, length)))
    return nats / math.log(2) / (len(text) - rows)


def _equal(parts: tuple[torch.Tensor, ...]) -> list[torch.Tensor]:
    """The parts as (rows, length) tensors: all that are of one length, then the rest."""
    whole = [part for part in parts if len(part) == len(parts[0])]
    return [torch.stack(whole), *(part[None] for part in parts if len(part) != len(parts[0]))]


def _nats(model: Any, tokenizer: Tokenizer, ids: torch.Tensor) -> float:
    """The sum of -log p over ids (rows, length) but the first column."""
    ids = ids.to(next(model.parameters()).device)
    if ids.shape[1] < 2:
        return 0.0
    source, target = ids[:, :1], ids[:, 1:]
    target_in = torch.cat((torch.full_like(source, tokenizer.start), target[:, :-1]), dim=1)
    logits = model(TokenBatch(source, torch.ones_like(source, dtype=torch.bool)), target_in)
    return float(F.cross_entropy(logits.flatten(0, 1).float(), target.flatten(), reduction="sum"))
