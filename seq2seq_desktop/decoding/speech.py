"""What a model of speech thinks of a window before it says a word: which language, and whether anybody speaks.

Source: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision", section 2.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from seq2seq_desktop.nn.state import Memory, Seq2SeqModel


@dataclass(frozen=True)
class FirstLook:
    """One window."""

    languages: tuple[tuple[int, float], ...]  # token and probability among the languages, the likeliest first
    no_speech: float  # probability that nobody speaks, 0..1


def first_look(
    model: Seq2SeqModel, memory: Memory, start: int, languages: Sequence[int], no_speech: int
) -> tuple[FirstLook, ...]:
    """The look of each row of `memory`, by one step after the token `start`.

    `languages` are the tokens to choose among, none where the model knows one language; `no_speech` is the token
    whose probability is that of silence.
    """
    rows = memory.keep_mask.shape[0]
    with torch.inference_mode():
        tokens = torch.full((rows,), start, device=memory.keep_mask.device)
        log_probs = model.step(tokens, model.start(memory), False).log_probs
        silence = log_probs[:, no_speech].exp().tolist()
        shares = torch.softmax(log_probs[:, list(languages)], dim=1).tolist()
    return tuple(
        FirstLook(tuple(sorted(zip(languages, share, strict=True), key=lambda pair: -pair[1])), min(quiet, 1.0))
        for share, quiet in zip(shares, silence, strict=True)
    )
