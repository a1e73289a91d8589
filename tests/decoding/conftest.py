"""A scripted model behind the protocol of nn.state: what it says depends on all it has said, so a wrong row shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.events import Finished, Hypothesis, SegmentDone, Step
from seq2seq_desktop.nn.state import StepResult

START, END, PAD = 0, 1, 2
SPECIAL = SpecialTokens(start=START, end=END, pad=PAD)

Tokens = tuple[int, ...]
Rule = Callable[[Tokens, Tokens], tuple[np.ndarray, np.ndarray | None]]
"""(tokens said, source) -> log-probabilities (vocabulary,), attention (layers, heads, source)."""


@dataclass(frozen=True)
class Sources:
    """Padded sources, (batch, source)."""

    ids: Tensor
    keep_mask: Tensor


@dataclass(frozen=True)
class History:
    """What each row was fed, and its source."""

    fed: tuple[Tokens, ...]
    sources: tuple[Tokens, ...]
    width: int

    def select(self, parents: Tensor) -> "History":
        rows = parents.tolist()
        return History(tuple(self.fed[row] for row in rows), tuple(self.sources[row] for row in rows), self.width)


class ScriptedModel:
    """Follows a rule, and counts its steps and rows."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.rows: list[int] = []

    def encode(self, inputs: Sequence[Sequence[int]]) -> Sources:
        width = max(len(source) for source in inputs)
        ids = torch.tensor([[*source, *[PAD] * (width - len(source))] for source in inputs])
        keep_mask = torch.tensor([[place < len(source) for place in range(width)] for source in inputs])
        return Sources(ids, keep_mask)

    def start(self, memory: Sources) -> History:
        rows = zip(memory.ids.tolist(), memory.keep_mask.sum(dim=1).tolist(), strict=True)
        sources = tuple(tuple(ids[:length]) for ids, length in rows)
        return History(((),) * len(sources), sources, memory.ids.shape[1])

    def step(self, tokens: Tensor, state: History, need_weights: bool) -> StepResult:
        assert tokens.shape == (len(state.fed),), "one token for each row"
        fed = tuple((*said, token) for said, token in zip(state.fed, tokens.tolist(), strict=True))
        assert all(said[0] == START and END not in said for said in fed), "only live rows are stepped"
        self.rows.append(len(fed))
        pairs = list(zip(fed, state.sources, strict=True))
        known = {(said, source): self.rule(said[1:], source) for said, source in set(pairs)}
        given = [known[pair] for pair in pairs]
        log_probs = torch.tensor(np.stack([one for one, _ in given]), dtype=torch.float32)
        attention = self._padded([one for _, one in given], state.width) if need_weights else None
        return StepResult(log_probs, History(fed, state.sources, state.width), attention)

    def _padded(self, maps: Sequence[np.ndarray | None], width: int) -> Tensor | None:
        padded = [np.pad(one, ((0, 0), (0, 0), (0, width - one.shape[2]))) for one in maps if one is not None]
        return torch.tensor(np.stack(padded), dtype=torch.float32) if padded else None


def log_softmax(logits: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return np.log(powers / powers.sum(axis=-1, keepdims=True))


def random_rule(seed: int, vocabulary: int = 9, sharpness: float = 2.0) -> Rule:
    """A rule without rhyme or reason, but the same each time."""

    def rule(said: Tokens, source: Tokens) -> tuple[np.ndarray, np.ndarray]:
        numbers = np.random.default_rng([seed, *source, 999, *said])
        log_probs = log_softmax(sharpness * numbers.standard_normal(vocabulary))
        return log_probs, np.exp(log_softmax(numbers.standard_normal((2, 3, len(source)))))

    return rule


def script_rule(script: Sequence[int], vocabulary: int = 30, sure: float = 0.9) -> Rule:
    """A rule that says `script` and then the end token, each with probability `sure`; attention moves along."""

    def rule(said: Tokens, source: Tokens) -> tuple[np.ndarray, np.ndarray]:
        token = script[len(said)] if len(said) < len(script) else END
        probabilities = np.full(vocabulary, (1 - sure) / (vocabulary - 1))
        probabilities[token] = sure
        attention = np.zeros((1, 1, len(source)))
        attention[..., len(said) % len(source)] = 1
        return np.log(probabilities), attention

    return rule


@dataclass(frozen=True)
class Run:
    """The events of one decode, sorted by kind."""

    events: list[Any]

    @property
    def finished(self) -> Finished:
        assert isinstance(self.events[-1], Finished)
        return self.events[-1]

    def steps(self, segment: int = 0) -> list[Step]:
        return [event for event in self.events if isinstance(event, Step) and event.segment == segment]

    def done(self, segment: int = 0) -> SegmentDone:
        (done,) = [event for event in self.events if isinstance(event, SegmentDone) and event.segment == segment]
        return done

    def best(self, segment: int = 0) -> Hypothesis:
        return self.done(segment).hypotheses[0]


class Kit:
    """What the tests of decoding share."""

    special = SPECIAL
    model = ScriptedModel
    random_rule = staticmethod(random_rule)
    script_rule = staticmethod(script_rule)

    def run(self, rule: Rule | ScriptedModel, sources: Sequence[Sequence[int]] = ((5, 6, 7),), **given: Any) -> Run:
        """The events of decoding `sources`; options and the arguments of `decode` are given side by side."""
        model = rule if isinstance(rule, ScriptedModel) else ScriptedModel(rule)
        named = {name: given.pop(name) for name in ("prefixes", "filters", "cancelled") if name in given}
        options = DecodeOptions(**{"lamp": False, **given})
        return Run(list(decode(model, model.encode(sources), options, special=SPECIAL, **named)))


@pytest.fixture(scope="session")
def kit() -> Kit:
    return Kit()
