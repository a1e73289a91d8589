"""Generation: a prompt is read, and the text goes on from it, character by character."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from seq2seq_desktop.bundles.load import LoadedBundle, load_bundle
from seq2seq_desktop.bundles.sources import find_bundle
from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import SpecialTokens
from seq2seq_desktop.decoding.pace import most_threads, paced
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Event, Finished, Hypothesis, Segment, SegmentDone, Started, Step
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.generate.prompt import plain, read_prompt
from seq2seq_desktop.tasks.generate.spec import BUNDLE, TASK, GenerateRequest
from seq2seq_desktop.text.tokenizer import Tokenizer


def load(bundle: str = "", device: str = "cpu", precision: str = "auto", threads: int = 0) -> "GenerateTask":
    """The task with a bundle's model, by name or folder; threads = 0: as many as make it fastest.

    Raises: BundleError, DeviceError.
    """
    return GenerateTask(load_bundle(find_bundle(bundle or BUNDLE), device, precision), threads)


class GenerateTask:
    """A writer that is loaded and ready."""

    def __init__(self, bundle: LoadedBundle, threads: int = 0) -> None:
        bundle.check_task(TASK, "generation", "generate")
        self.bundle = bundle
        self._model: Any = paced(bundle.model, bundle.device, threads)
        self.tokenizer: Tokenizer = bundle.tokenizer
        self.name = bundle.card.name
        self.device = str(bundle.device)
        self.precision = bundle.precision
        self.threads = threads or most_threads()
        self.parameters = bundle.card.parameters
        self._filters = (_Characters(self.tokenizer, bundle.device),)

    def run(self, request: GenerateRequest, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """The events of one text; the prompt is its only segment. Raises: OptionError."""
        began = time.perf_counter()
        tokenizer, prompt = self.tokenizer, plain(request.prompt)
        read = read_prompt(prompt, tokenizer)
        spans = tuple((max(start - 1, 0), end - 1) for start, end in read.spans)  # without the line break before it
        special = (True, *[False] * (len(read.ids) - 1))
        yield Started((Segment(prompt, read.pieces, spans, special),))
        # Each call runs by itself: inference mode must not reach whoever consumes the events.
        with torch.inference_mode():
            memory = self._model.encode(TokenBatch.of([list(read.ids)], tokenizer.pad, self.bundle.device))
        events = decode(
            self._model,
            memory,
            request.limited(),
            special=SpecialTokens(tokenizer.start, tokenizer.end, tokenizer.pad),
            prefixes=[self._prefix(request)],
            filters=self._filters,
            cancelled=cancelled,
        )
        yield from self._told(events, began)

    def _told(self, events: Iterator[Event], began: float) -> Iterator[Event]:
        """The decoder's events with pieces and text."""
        writing, text = Writing(self.tokenizer), ""
        for event in events:
            if isinstance(event, Step):
                yield writing.step(event)
            elif isinstance(event, SegmentDone):
                done = writing.done(event)
                text = done.hypotheses[0].text
                yield done
            elif isinstance(event, Finished):
                yield replace(event, seconds=time.perf_counter() - began, text=text)

    def _prefix(self, request: GenerateRequest) -> tuple[int, ...]:
        unknown = [token for token in request.prefix if not 0 <= token < self.tokenizer.vocabulary]
        if unknown:
            raise OptionError(f"there is no piece {unknown[0]} to branch with", "write the text again")
        return (*request.prefix, *self.tokenizer.encode(request.typed, continues=True).ids)


class Writing:
    """Puts pieces and text into the events of decoding, which knows only tokens; for one segment."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Nothing is written yet."""
        self._tokenizer = tokenizer
        self._tokens: tuple[int, ...] = ()
        self._text = ""

    def step(self, event: Step) -> Step:
        """The step in words."""
        return replace(
            event,
            piece=self._tokenizer.piece(event.token),
            text=self._spelt(event.tokens),
            alternatives=self._named(event.alternatives),
            beam=self._named(event.beam),
        )

    def done(self, event: SegmentDone) -> SegmentDone:
        """The outputs in words."""
        return replace(event, hypotheses=tuple(self._hypothesis(item) for item in event.hypotheses))

    def _hypothesis(self, hypothesis: Hypothesis) -> Hypothesis:
        return replace(
            hypothesis,
            pieces=tuple(self._tokenizer.piece(token) for token in hypothesis.tokens),
            text=self._tokenizer.decode(hypothesis.tokens, first=False),
            alternatives=tuple(self._named(step) for step in hypothesis.alternatives),
        )

    def _named(self, items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(item, piece=self._tokenizer.piece(item.token)) for item in items)

    def _spelt(self, tokens: tuple[int, ...]) -> str:
        """The text of tokens; that of a long text is not put together again for each character more."""
        piece = self._tokenizer.piece(tokens[-1]) if tokens else ""
        if len(piece) == 1 and tokens[:-1] == self._tokens:
            self._text += piece
        else:
            self._text = self._tokenizer.decode(tokens, first=False)
        self._tokens = tokens
        return self._text


class _Characters:
    """A rule: only whole characters are written, no special pieces and no bytes of a character without a piece."""

    def __init__(self, tokenizer: Tokenizer, device: torch.device) -> None:
        pieces = [tokenizer.piece(token) for token in range(tokenizer.vocabulary)]
        self._banned = torch.tensor([len(piece) != 1 for piece in pieces], device=device)

    def __call__(self, log_probs: Tensor, tokens: Sequence[tuple[int, ...]], segments: Sequence[int]) -> Tensor:
        return log_probs.masked_fill(self._banned, float("-inf"))
