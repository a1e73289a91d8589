"""The tensor half of decoding: one step of the model, and what of it the searches and views need, as plain numbers.

Everything here runs under inference mode, and nothing leaves it but lists and numpy arrays: the mode must not leak
to whoever takes the events.
"""

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from seq2seq_desktop.decoding.filters import LogitFilter
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.decoding.rows import Array, Look, Row
from seq2seq_desktop.decoding.search import Offer, Search
from seq2seq_desktop.decoding.top import top_ids
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.state import Memory, Seq2SeqModel

IMPOSSIBLE = float("-inf")
ZERO_LOG = -1e4  # stands for log 0 in p * log p, whose limit at p = 0 is 0


class Ask(NamedTuple):
    """One row of the next step."""

    row: Row
    segment: int
    width: int  # source positions of the segment up to the last real one
    forced: int | None  # the token that must come next


class _Numbers(NamedTuple):
    """What one step gives for one row, as lists that one transfer brought over."""

    likeliest: list[float]
    likeliest_log_probs: list[float]
    tokens: list[float]  # those that the search takes its own from
    log_probs: list[float]
    scores: list[float]
    entropy: float
    end: float
    forced: float


class Stepper:
    """The model's state during one decode, moved on step by step."""

    def __init__(
        self,
        model: Seq2SeqModel,
        memory: Memory,
        options: DecodeOptions,
        special: SpecialTokens,
        search: Search,
        filters: Sequence[LogitFilter],
    ) -> None:
        """A decode of all rows of `memory`; the model starts with the first step."""
        self._model = model
        self._memory = memory
        self._options = options
        self._special = special
        self._unspeakable = frozenset(special.unspeakable)
        self._search = search
        self._filters = filters
        self._device = memory.keep_mask.device
        self._state: Any = None
        self.vocabulary = 0  # tokens; known after the first step

    def step(self, asked: Sequence[Ask]) -> list[Offer]:
        """What can follow each row, in the order of the state's rows.

        Raises: OptionError for a forced token outside the vocabulary.
        """
        with torch.inference_mode():
            log_probs, attention, gates = self._forward(asked)
            numbers = self._numbers(log_probs, asked)
        maps = None if attention is None else attention.mean(axis=(1, 2)) if self._options.lamp else None
        peaks = [0.0] * len(asked) if maps is None else maps.max(axis=1).tolist()
        return [
            self._offer(
                one,
                attention[place, ..., : ask.width] if attention is not None else None,
                maps[place, : ask.width] if maps is not None else None,
                peaks[place],
                gates[place],
            )
            for place, (ask, one) in enumerate(zip(asked, numbers, strict=True))
        ]

    def select(self, parents: Sequence[int]) -> None:
        """Let row i of the next step continue row parents[i] of the last one."""
        with torch.inference_mode():
            self._state = self._state.select(torch.tensor(parents, device=self._device))

    def _forward(self, asked: Sequence[Ask]) -> tuple[Tensor, Array | None, Sequence[float | None]]:
        """Log-probabilities (rows, vocabulary), attention (rows, layers, heads, source) if it is wanted, gates."""
        if self._state is None:
            self._state = self._model.start(self._memory)
        last = [ask.row.tokens[-1] if ask.row.tokens else self._special.start for ask in asked]
        result = self._model.step(torch.tensor(last, device=self._device), self._state, self._options.attention)
        self._state = result.state
        self.vocabulary = result.log_probs.shape[1]
        gates = [None] * len(asked) if result.gate is None else result.gate.tolist()
        if result.attention is None or not self._options.attention:
            return result.log_probs, None, gates
        # A copy, for events own their arrays: the model may use its buffer again.
        return result.log_probs, np.array(result.attention.cpu().numpy(), dtype=np.float32), gates

    def _numbers(self, log_probs: Tensor, asked: Sequence[Ask]) -> list[_Numbers]:
        """Everything that is needed of the distributions; one search for the likeliest serves all where it can."""
        scores = self._filtered(log_probs, asked)
        wanted = self._search.width + len(self._unspeakable) if self._search.width else 0
        likeliest = top_ids(log_probs, max(self._options.alternatives, wanted))
        numbers = self._brought(log_probs, scores, likeliest, likeliest, asked)
        if scores is not log_probs and not all(_hold_the_best(one, wanted) for one in numbers):
            numbers = self._brought(log_probs, scores, likeliest, top_ids(scores, wanted), asked)
        return numbers

    def _brought(
        self, log_probs: Tensor, scores: Tensor, likeliest: Tensor, candidates: Tensor, asked: Sequence[Ask]
    ) -> list[_Numbers]:
        """The numbers of each row, brought over in one transfer."""
        tokens = self._search.propose(scores, candidates, [ask.segment for ask in asked])
        columns = [
            self._entropy(log_probs),
            log_probs.narrow(1, self._special.end, 1),
            self._forced(log_probs, asked),
            likeliest,
            log_probs.gather(1, likeliest),
        ]
        if tokens is not likeliest:
            columns += [tokens, log_probs.gather(1, tokens)]
        if scores is not log_probs:
            columns.append(scores.gather(1, tokens))
        edges = [0, *accumulate(column.shape[1] for column in columns)]
        # Ids become float32 here, which is exact up to 2 ** 24.
        table = torch.cat(columns, dim=1).tolist()
        return [
            _numbers_of([line[first:last] for first, last in pairwise(edges)], scores is not log_probs)
            for line in table
        ]

    def _filtered(self, log_probs: Tensor, asked: Sequence[Ask]) -> Tensor:
        if not self._filters:
            return log_probs
        tokens = [ask.row.tokens for ask in asked]
        segments = [ask.segment for ask in asked]
        for rule in self._filters:
            log_probs = rule(log_probs, tokens, segments)
        return log_probs

    def _entropy(self, log_probs: Tensor) -> Tensor:
        """The entropy of each row in nats, (rows, 1); 0 where it is not asked for."""
        if not self._options.entropy:
            return log_probs.new_zeros((log_probs.shape[0], 1))
        probabilities = torch.softmax(log_probs, dim=1)  # as exp, but twice as fast on the CPU
        entropy = _dot(probabilities, log_probs).neg_()
        if not math.isfinite(entropy.sum().item()):  # 0 * log 0
            entropy = _dot(probabilities, log_probs.clamp(min=ZERO_LOG)).neg_()
        return entropy

    def _forced(self, log_probs: Tensor, asked: Sequence[Ask]) -> Tensor:
        """The log-probability of each row's forced token, (rows, 1); of no meaning where none is forced."""
        forced = [ask.forced for ask in asked]
        if not any(token is not None for token in forced):
            return log_probs[:, :1]
        for token in forced:
            if token is not None and not 0 <= token < self.vocabulary:
                problem = f"a prefix holds token {token}, outside the vocabulary of {self.vocabulary}"
                raise OptionError(problem, "use tokens of this model")
        index = torch.tensor([[token or 0] for token in forced], device=self._device)
        return log_probs.gather(1, index)

    def _offer(
        self, numbers: _Numbers, attention: Array | None, mean: Array | None, peak: float, gate: float | None
    ) -> Offer:
        tokens = [int(token) for token in numbers.tokens]
        scores = [
            IMPOSSIBLE if token in self._unspeakable else score
            for token, score in zip(tokens, numbers.scores, strict=True)
        ]
        shown = self._options.alternatives
        likeliest, log_probs = numbers.likeliest[:shown], numbers.likeliest_log_probs[:shown]
        look = Look(likeliest, log_probs, numbers.entropy, attention, mean, peak, gate)
        return Offer(tokens, scores, numbers.log_probs, self._special.end, numbers.end, numbers.forced, look)


def _numbers_of(parts: list[list[float]], filtered: bool) -> _Numbers:
    """The numbers of one row from its `parts` in the order of `Stepper._brought`; what is not there is as before."""
    (entropy,), (end,), (forced,), likeliest, likeliest_log_probs, *rest = parts
    scores = rest.pop() if filtered else None
    tokens, log_probs = rest or (likeliest, likeliest_log_probs)
    own = log_probs if scores is None else scores
    return _Numbers(likeliest, likeliest_log_probs, tokens, log_probs, own, entropy, end, forced)


def _hold_the_best(numbers: _Numbers, wanted: int) -> bool:
    """True where the `wanted` best scores are among the row's tokens, if those were the likeliest of all.

    No filter makes a token likelier, so what is not among them scores at most as the least likely of them.
    """
    if numbers.tokens is not numbers.likeliest or not wanted:
        return True
    floor = numbers.likeliest_log_probs[-1]
    return sum(score >= floor for score in numbers.scores) >= wanted


def _dot(left: Tensor, right: Tensor) -> Tensor:
    """The products of rows (rows, columns), added up: (rows, 1)."""
    return torch.bmm(left.unsqueeze(1), right.unsqueeze(2)).squeeze(2)
