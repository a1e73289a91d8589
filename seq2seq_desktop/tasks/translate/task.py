"""Translation of text of any length: cut into sentences, decoded side by side, put back into its layout."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from seq2seq_desktop.bundles.load import LoadedBundle, load_bundle
from seq2seq_desktop.bundles.sources import find_bundle
from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.filters import LogitFilter, RequireTokens, SuppressTokens
from seq2seq_desktop.decoding.options import SpecialTokens
from seq2seq_desktop.decoding.pace import most_threads, paced
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import (
    Event,
    Finished,
    Hypothesis,
    Progress,
    Reason,
    SegmentDone,
    Started,
    Step,
)
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.translate.language import unknown_language
from seq2seq_desktop.tasks.translate.saliency import Saliency
from seq2seq_desktop.tasks.translate.sentences import Prepared, prepare, shown_piece, spell
from seq2seq_desktop.tasks.translate.spec import TASK, Branch, TranslateRequest
from seq2seq_desktop.text.language import detect
from seq2seq_desktop.text.normalise import typeset
from seq2seq_desktop.text.sentences import rebuild
from seq2seq_desktop.text.tokenizer import Tokenizer, language_tag

_WINDOW = 8  # batches within which sentences are sorted by length: less padding, results still nearly in order


def load(bundle: str = "", device: str = "cpu", precision: str = "auto", threads: int = 0) -> "TranslateTask":
    """The task with a bundle's model, by name or folder; threads = 0: as many as make it fastest.

    Raises: BundleError, DeviceError.
    """
    return TranslateTask(load_bundle(find_bundle(bundle or "translate-en-fr"), device, precision), threads)


class TranslateTask:
    """A translator that is loaded and ready."""

    def __init__(self, bundle: LoadedBundle, threads: int = 0) -> None:
        bundle.check_task(TASK, "translation", "translate")
        self.bundle = bundle
        self._model: Any = paced(bundle.model, bundle.device, threads)
        self._saliency = Saliency(bundle)
        self.tokenizer: Tokenizer = bundle.tokenizer
        self.languages: tuple[str, ...] = bundle.card.languages
        self.name = bundle.card.name
        self.device = str(bundle.device)
        self.precision = bundle.precision
        self.threads = threads or most_threads()
        self.parameters = bundle.card.parameters

    def direction(self, request: TranslateRequest) -> tuple[str, str]:
        """The source and target language of a request. Raises: OptionError if the bundle lacks them."""
        known = ", ".join(self.languages)
        for language in (request.target, request.source):
            if language is not None and language not in self.languages:
                raise OptionError(f"{self.name} does not know the language {language!r}", f"it has {known}")
        source = request.source
        if source is None:
            others = [language for language in self.languages if language != request.target]
            source = others[0] if len(others) == 1 else detect(request.text, others).language
        if source == request.target:
            raise OptionError(f"source and target are both {source!r}", f"choose two of {known}")
        return source, request.target

    def run(self, request: TranslateRequest, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """The events of one translation. Raises: OptionError for languages the bundle lacks."""
        began = time.perf_counter()
        source, target = self.direction(request)
        prepared = self._prepared(request, source, target, cancelled)
        yield Started(tuple(one.segment for one in prepared), unknown_language(request.text, self.languages))
        outputs = [one.sentence.text for one in prepared]
        tokens, reason = 0, "end"
        done = 0
        for batch in self._batches(prepared, request):
            for event in self._decoded(prepared, batch, request, target, cancelled):
                if isinstance(event, SegmentDone):
                    event, seconds = self._explained(event, prepared[event.segment], request)
                    began += seconds  # the speed that is told is that of decoding
                    outputs[event.segment] = event.hypotheses[0].text
                    reason = event.reason if reason == "end" else reason
                    tokens += len(event.hypotheses[0].tokens)
                    done += 1
                yield event
            yield _progress(done, len(prepared), began)
            if cancelled():
                reason = "cancelled"
                break
        text = self._whole(request, prepared, outputs)
        yield Finished(_reason(reason), tokens, time.perf_counter() - began, text)

    def _prepared(
        self, request: TranslateRequest, source: str, target: str, cancelled: Callable[[], bool]
    ) -> list[Prepared]:
        """The sentences of the text; those so far when it is cancelled, for a long text takes seconds."""
        found = []
        for one in prepare(request.text, source, target, self.tokenizer, request.glossary, request.protect):
            found.append(one)
            if cancelled():
                break
        return found

    def _whole(self, request: TranslateRequest, prepared: Sequence[Prepared], outputs: Sequence[str]) -> str:
        if request.branch:
            return outputs[request.branch.segment]
        return rebuild(request.text, [one.sentence for one in prepared], outputs)

    def _batches(self, prepared: Sequence[Prepared], request: TranslateRequest) -> Iterator[list[int]]:
        """Indexes of the sentences that are decoded together."""
        if request.branch:
            if not 0 <= request.branch.segment < len(prepared):
                raise OptionError(f"there is no sentence {request.branch.segment} to branch in", "translate again")
            yield [request.branch.segment]
            return
        size = max(1, request.batch)
        for first in range(0, len(prepared), size * _WINDOW):
            window = range(first, min(first + size * _WINDOW, len(prepared)))
            if len(window) > size:
                ordered = sorted(window, key=lambda index: len(prepared[index].ids))
                batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
                yield from sorted(batches, key=min)
            elif window:
                yield list(window)

    def _decoded(
        self,
        prepared: Sequence[Prepared],
        batch: list[int],
        request: TranslateRequest,
        target: str,
        cancelled: Callable[[], bool],
    ) -> Iterator[Event]:
        """The events of one batch, in the numbers and texts of the whole request."""
        for index in batch:
            if prepared[index].protected.verbatim:
                yield _copied(index, prepared[index], self.tokenizer)
        batch = [index for index in batch if not prepared[index].protected.verbatim]
        if not batch:
            return
        sentences = [prepared[index] for index in batch]
        device = self.bundle.device
        # Each call runs by itself: inference mode must not reach whoever consumes the events.
        with torch.inference_mode():
            inputs = TokenBatch.of([list(one.ids) for one in sentences], self.tokenizer.pad, device)
            memory = self._model.encode(inputs)
        events = decode(
            self._model,
            memory,
            request.options,
            special=SpecialTokens(self.tokenizer.start, self.tokenizer.end, self.tokenizer.pad),
            prefixes=[self._prefix(request.branch)] if request.branch else (),
            filters=self._filters(sentences),
            cancelled=cancelled,
        )
        words = _Words(self.tokenizer, target if request.typeset else "")
        for event in events:
            if isinstance(event, Step):
                yield words.step(event, batch[event.segment], sentences[event.segment])
            elif isinstance(event, SegmentDone):
                yield words.done(event, batch[event.segment], sentences[event.segment])

    def _explained(self, done: SegmentDone, one: Prepared, request: TranslateRequest) -> tuple[SegmentDone, float]:
        """The outputs, the best with its saliency if that is wanted and there is no attention; and the seconds."""
        best, *others = done.hypotheses
        wanted = request.saliency and request.options.attention and done.reason != "cancelled"
        if not wanted or best.attention is not None or not best.tokens or one.protected.verbatim:
            return done, 0.0
        began = time.perf_counter()
        best = replace(best, saliency=self._saliency.rows(one.ids, best.tokens))
        return replace(done, hypotheses=(best, *others)), time.perf_counter() - began

    def _prefix(self, branch: Branch) -> tuple[int, ...]:
        typed = self.tokenizer.encode(branch.typed).ids if branch.typed.strip() else ()
        return (*branch.prefix, *typed)

    def _filters(self, sentences: Sequence[Prepared]) -> list[LogitFilter]:
        tags = [self.tokenizer.id(language_tag(language)) for language in self.languages]
        placeholders = self.tokenizer.placeholders
        required = [{placeholders[number]: 1 for number in range(len(one.protected.values))} for one in sentences]
        return [SuppressTokens(always=tags), RequireTokens(required, placeholders, self.tokenizer.end)]


@dataclass(frozen=True)
class _Words:
    """Puts pieces and text into the events of decoding, which knows only tokens."""

    tokenizer: Tokenizer
    typeset_for: str  # language, "" for none

    def step(self, event: Step, index: int, one: Prepared) -> Step:
        """The step of sentence `index`."""
        return replace(
            event,
            segment=index,
            piece=self._piece(event.token, one),
            text=self._text(event.tokens, one),
            alternatives=self._named(event.alternatives, one),
            beam=self._named(event.beam, one),
        )

    def done(self, event: SegmentDone, index: int, one: Prepared) -> SegmentDone:
        """The outputs of sentence `index`."""
        return SegmentDone(index, tuple(self._hypothesis(item, one) for item in event.hypotheses), event.reason)

    def _hypothesis(self, hypothesis: Hypothesis, one: Prepared) -> Hypothesis:
        return replace(
            hypothesis,
            pieces=tuple(self._piece(token, one) for token in hypothesis.tokens),
            text=self._text(hypothesis.tokens, one),
            alternatives=tuple(self._named(step, one) for step in hypothesis.alternatives),
        )

    def _named(self, items: tuple[Any, ...], one: Prepared) -> tuple[Any, ...]:
        return tuple(replace(item, piece=self._piece(item.token, one)) for item in items)

    def _piece(self, token: int, one: Prepared) -> str:
        return shown_piece(token, one.protected.values, self.tokenizer)

    def _text(self, tokens: Sequence[int], one: Prepared) -> str:
        return typeset(spell(tokens, one.protected.values, self.tokenizer), self.typeset_for)


def _copied(index: int, one: Prepared, tokenizer: Tokenizer) -> SegmentDone:
    """A sentence without a word in it, as it stands, with the glossary's terms put in."""
    values = one.protected.values
    parts = [part.text if part.placeholder is None else values[part.placeholder] for part in one.protected.parts]
    tokens = tuple(tokenizer.encode("".join(parts)).ids)
    pieces = tuple(tokenizer.piece(token) for token in tokens)
    hypothesis = Hypothesis(tokens, (1.0,) * len(tokens), 0.0, pieces=pieces, text="".join(parts))
    return SegmentDone(index, (hypothesis,), "end")


def _progress(done: int, total: int, began: float) -> Progress:
    seconds = time.perf_counter() - began
    return Progress(done, total, "sentences", seconds / done * (total - done) if done else None)


def _reason(reason: str) -> Reason:
    return reason  # type: ignore[return-value]
