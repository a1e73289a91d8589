"""Summaries of a text of any length: sentences chosen by a pointer, or words written by a model that may copy."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from seq2seq_desktop.bundles.load import LoadedBundle, load_bundle
from seq2seq_desktop.bundles.sources import find_bundle
from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.filters import LogitFilter, SuppressTokens
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.decoding.pace import most_threads, paced
from seq2seq_desktop.errors import InputError, OptionError
from seq2seq_desktop.events import Condensed, Event, Finished, Progress, Reason, Segment, SegmentDone, Started, Step
from seq2seq_desktop.nn.pointer import START, STOP
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.summarize.catalogue import STYLES
from seq2seq_desktop.tasks.summarize.choosing import PART, Chooser, Chosen
from seq2seq_desktop.tasks.summarize.counting import Count
from seq2seq_desktop.tasks.summarize.faithful import Faithful
from seq2seq_desktop.tasks.summarize.rewriting import (
    FRAME,
    KINDS,
    Kind,
    Passage,
    divided,
    fitting,
    kind_tag,
    passage,
    piecewise,
)
from seq2seq_desktop.tasks.summarize.spec import BUNDLES, PARTS, SENTENCES, TASK, Branch, Style, SummarizeRequest
from seq2seq_desktop.tasks.summarize.telling import Sentences, Words, as_it_stands
from seq2seq_desktop.tasks.translate.language import unknown_language
from seq2seq_desktop.text.language import detect
from seq2seq_desktop.text.sentences import Sentence
from seq2seq_desktop.text.tokenizer import language_tag

_LONGEST: dict[Kind, int] = {"headline": 48, "abstract": 128}  # pieces that are written at most
_TOO_SHORT = 12  # pieces: a text with fewer is its own summary


def load(bundle: str = "", device: str = "cpu", precision: str = "auto", threads: int = 0) -> "SummarizeTask":
    """The task with a bundle's model, by name or folder; threads = 0: as many as make it fastest.

    The bundle serves its own style; for the other one, and to shorten what is too long for a model that rewrites,
    the shipped one is loaded when it is needed.

    Raises: BundleError, DeviceError, OptionError for a bundle that does something else.
    """
    return SummarizeTask(
        load_bundle(find_bundle(bundle or BUNDLES["extract"]), device, precision), precision, threads
    )


class SummarizeTask:
    """Two models that are loaded and ready, the second one when it is first needed."""

    def __init__(self, bundle: LoadedBundle, precision: str = "auto", threads: int = 0) -> None:
        bundle.check_task(TASK, "summaries", "summarize")
        if bundle.card.architecture not in STYLES:
            problem = f"{bundle.card.name} is {bundle.card.architecture!r}, an architecture that does not summarize"
            raise OptionError(problem, f"take a bundle with {' or '.join(STYLES)}")
        self.bundle = bundle
        self._latest: tuple[tuple[str, str, int], Chosen] | None = None
        self._asked = precision, threads
        self._models = {
            STYLES[bundle.card.architecture]: _Loaded(bundle, paced(bundle.model, bundle.device, threads))
        }
        self.languages: tuple[str, ...] = bundle.card.languages
        self.name = bundle.card.name
        self.device = str(bundle.device)
        self.precision = bundle.precision
        self.threads = threads or most_threads()

    @property
    def parameters(self) -> int:
        """How many weights the models in memory have."""
        return sum(one.bundle.card.parameters for one in self._models.values())

    def run(self, request: SummarizeRequest, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """The events of one summary.

        Raises: InputError for a text without words; OptionError for a language that the bundle lacks, a segment to
        branch in that is not there.
        """
        began = time.perf_counter()
        language = self._language(request)
        job = _Job(request, language, unknown_language(request.text, self.languages), cancelled)
        made = self._extract(job) if request.style == "extract" else self._rewrite(job)
        texts: dict[int, str] = {}
        tokens, reason = 0, "end"
        for event in made:
            if isinstance(event, SegmentDone):
                texts[event.segment] = event.hypotheses[0].text
                tokens += len(event.hypotheses[0].tokens)
                reason = event.reason if reason == "end" else reason
            yield event
        text = " ".join(texts[segment] for segment in sorted(texts) if texts[segment])
        yield Finished(_reason("cancelled" if cancelled() else reason), tokens, time.perf_counter() - began, text)

    def _language(self, request: SummarizeRequest) -> str:
        if request.language is not None and request.language not in self.languages:
            known = ", ".join(self.languages)
            raise OptionError(f"{self.name} does not know the language {request.language!r}", f"it has {known}")
        return request.language or detect(request.text, self.languages).language

    def _model(self, style: Style) -> "_Loaded":
        """The model of a style. Raises: BundleError if there is none."""
        if style not in self._models:
            precision, threads = self._asked
            bundle = load_bundle(find_bundle(BUNDLES[style]), self.device, precision)
            self._models[style] = _Loaded(bundle, paced(bundle.model, bundle.device, threads))
        return self._models[style]

    def _read(self, job: "_Job", most: int, chosen: Chosen) -> Iterator[Event]:
        """Progress while a long text is read; then `chosen` holds at most `most` sentences of it.

        A branch of the text that was read last does not read it again.
        """
        read = (job.request.text, job.language, most)
        if self._latest is not None and self._latest[0] == read:
            chosen.sentences, chosen.condensed = self._latest[1].sentences, self._latest[1].condensed
            return
        extractor = self._model("extract")
        chooser = Chooser(extractor.bundle, extractor.model)
        yield from chooser.condense(job.request.text, job.language, most, job.cancelled, chosen)
        if job.cancelled():
            return
        if not chosen.sentences:
            raise InputError("there is no sentence to summarize", "paste or open a text with words in it")
        self._latest = read, chosen

    def _extract(self, job: "_Job") -> Iterator[Event]:
        request, chosen = job.request, Chosen()
        least, most = SENTENCES[request.length]
        if request.sentences:
            least = most = request.sentences
        yield from self._read(job, max(PART, 2 * most), chosen)
        if not chosen.sentences:
            return
        segment = _segment(request.text, chosen.sentences)
        yield Started((segment,), job.unknown, chosen.condensed)
        _check(request.branch, 1)
        loaded = self._model("extract")
        # Each call runs by itself: inference mode must not reach whoever consumes the events.
        with torch.inference_mode():
            inputs = Chooser(loaded.bundle, loaded.model).inputs(chosen.sentences)
            memory = loaded.model.encode(inputs.to(loaded.bundle.device))
        options = replace(
            request.options, lamp=False, no_repeat_ngram=0, max_length=None, length_factor=0.0, length_extra=most + 1
        )
        telling = Sentences(segment)
        prefixes = [request.branch.prefix] if request.branch else ()
        special = SpecialTokens(START, STOP, START)
        for event in decode(
            loaded.model,
            memory,
            options,
            special=special,
            prefixes=prefixes,
            filters=[Count(least, most)],
            cancelled=job.cancelled,
        ):
            if isinstance(event, Step):
                yield telling.step(event)
            elif isinstance(event, SegmentDone):
                yield telling.done(event)

    def _rewrite(self, job: "_Job") -> Iterator[Event]:
        request, chosen = job.request, Chosen()
        loaded = self._model("rewrite")
        yield from self._read(job, PART * PARTS[request.length], chosen)
        if not chosen.sentences:
            return
        passages, condensed = self._passages(job, chosen)
        yield Started(tuple(one.segment for one in passages), job.unknown, condensed)
        _check(request.branch, len(passages))
        for number, one in enumerate(passages):
            if job.cancelled() or (request.branch and number != request.branch.segment):
                continue
            yield from self._rewritten(job, loaded, number, one)
            yield Progress(number + 1, len(passages), "parts")

    def _passages(self, job: "_Job", chosen: Chosen) -> tuple[list[Passage], Condensed | None]:
        """What is read together for each abstract, and what was left out of it."""
        request, loaded = job.request, self._model("rewrite")
        tokenizer, room = loaded.bundle.tokenizer, loaded.longest - FRAME
        kind: Kind = "headline" if request.length == "headline" else "abstract"
        parts = [piecewise(sentence, tokenizer) for sentence in chosen.sentences]
        extractor = self._model("extract")
        chooser = Chooser(extractor.bundle, extractor.model)
        passages, kept = [], 0
        # A headline is in the beginning of most texts; of what was left of a long one the weightiest comes first.
        in_order = kind == "headline" and chosen.condensed is None
        for run in divided(parts, PARTS[request.length], room):
            order = list(range(len(run)))
            if not in_order and sum(part.length for part in run) > room:
                order = chooser.ranked([part.sentence for part in run], len(run))
            taken = fitting(run, order, room)
            kept += len(taken)
            passages.append(passage(request.text, taken, job.language, kind, tokenizer))
        before = chosen.condensed
        if before is None and kept < len(parts):
            return passages, Condensed(1, 1, len(parts), kept)
        return passages, before and replace(before, kept=kept)

    def _rewritten(self, job: "_Job", loaded: "_Loaded", number: int, one: Passage) -> Iterator[Event]:
        """The events of one passage."""
        tokenizer, request = loaded.bundle.tokenizer, job.request
        words = Words(tokenizer, job.language, number, one.segment, one.ids)
        if len(one.ids) - FRAME < _TOO_SHORT and not request.branch:
            yield as_it_stands(words, one.source)
            return
        with torch.inference_mode():
            memory = loaded.model.encode(TokenBatch.of([list(one.ids)], tokenizer.pad, loaded.bundle.device))
        kind: Kind = "headline" if request.length == "headline" else "abstract"
        for event in decode(
            loaded.model,
            memory,
            _limited(request.options, _LONGEST[kind]),
            special=SpecialTokens(tokenizer.start, tokenizer.end, tokenizer.pad),
            prefixes=[self._prefix(request.branch, loaded)] if request.branch else (),
            filters=self._filters(job, loaded, one),
            cancelled=job.cancelled,
        ):
            if isinstance(event, Step):
                yield words.step(event)
            elif isinstance(event, SegmentDone):
                yield words.done(event)

    def _prefix(self, branch: Branch, loaded: "_Loaded") -> tuple[int, ...]:
        typed = loaded.bundle.tokenizer.encode(branch.typed).ids if branch.typed.strip() else ()
        return (*branch.prefix, *typed)

    def _filters(self, job: "_Job", loaded: "_Loaded", one: Passage) -> list[LogitFilter]:
        tokenizer = loaded.bundle.tokenizer
        tags = [tokenizer.id(language_tag(language)) for language in loaded.bundle.card.languages]
        tags += [tokenizer.id(kind_tag(kind)) for kind in KINDS]
        rules: list[LogitFilter] = [SuppressTokens(always=[*tags, *tokenizer.placeholders])]
        if job.request.faithful:
            rules.append(Faithful([one.source], tokenizer))
        return rules


@dataclass(frozen=True)
class _Loaded:
    """A bundle and its model, paced."""

    bundle: LoadedBundle
    model: Any

    @property
    def longest(self) -> int:
        """How many pieces it reads at most."""
        config: Any = self.bundle.model.config
        return int(config.longest)


@dataclass(frozen=True)
class _Job:
    """One request and what was found out about it."""

    request: SummarizeRequest
    language: str
    unknown: str
    cancelled: Callable[[], bool]


def _segment(text: str, found: Sequence[Sentence]) -> Segment:
    """The sentences as the one segment of an extract."""
    start, end = found[0].start, found[-1].end
    pieces = tuple(one.text for one in found)
    spans = tuple((one.start - start, one.end - start) for one in found)
    return Segment(text[start:end], pieces, spans, (False,) * len(pieces), start)


def _limited(options: DecodeOptions, most: int) -> DecodeOptions:
    """The options with a length that does not depend on the source."""
    return replace(options, max_length=min(options.max_length or most, most), length_factor=0.0, length_extra=most)


def _check(branch: Branch | None, segments: int) -> None:
    if branch and not 0 <= branch.segment < segments:
        raise OptionError(f"there is no segment {branch.segment} to branch in", "summarize again")


def _reason(reason: str) -> Reason:
    return reason  # type: ignore[return-value]
