"""The one generator through which every architecture is decoded, with greedy, beam or sampling search."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import torch

from seq2seq_desktop.decoding.beam import Beam
from seq2seq_desktop.decoding.filters import LogitFilter, NoRepeatNgram
from seq2seq_desktop.decoding.greedy import Greedy
from seq2seq_desktop.decoding.lamp import LoopLamp
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.decoding.ranking import normalised, ranked
from seq2seq_desktop.decoding.rows import Look, Outcome, Row, finite, probability
from seq2seq_desktop.decoding.sampling import Sampling
from seq2seq_desktop.decoding.search import Choice, Offer, Search
from seq2seq_desktop.decoding.stepping import Ask, Stepper
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import BeamEntry, Finished, Reason, SegmentDone, Step
from seq2seq_desktop.nn.state import Memory, Seq2SeqModel


def decode(
    model: Seq2SeqModel,
    memory: Memory,
    options: DecodeOptions,
    *,
    special: SpecialTokens,
    prefixes: Sequence[Sequence[int]] = (),
    filters: Sequence[LogitFilter] = (),
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Step | SegmentDone | Finished]:
    """The events of decoding all segments of `memory` side by side; nothing is computed before the first is taken.

    A segment is one row of `memory`. Each step of it yields a `Step` with the leading hypothesis; the end token has
    its step too, but stands neither in `Step.tokens` nor in the hypotheses. After a segment's last step comes its
    `SegmentDone`, whose reason is that of its best hypothesis ("cancelled" if it was), after the last segment
    `Finished`, whose reason is the first that is not "end", whose tokens count the best hypotheses.

    `prefixes` holds for each segment the tokens that it must begin with (after the start token), or is empty. They
    have their steps as well, and a prefix that contains the end token ends there. To branch from a step, give what
    stood before it and the other token. A length limit cuts no prefix.

    `filters` are asked in their order; where they leave a row nothing to say, it ends. The start and pad tokens are
    never chosen. `cancelled` is asked before every step of the model.

    Attention maps end at the segment's last real source position: a batch's padding is cut off.

    Raises: OptionError if prefixes do not fit the segments or the vocabulary.
    """
    if prefixes and len(prefixes) != memory.keep_mask.shape[0]:
        problem = f"{len(prefixes)} prefixes for {memory.keep_mask.shape[0]} segments"
        raise OptionError(problem, "give one for each segment (it may be empty), or none at all")
    if options.no_repeat_ngram:
        filters = (*filters, NoRepeatNgram(options.no_repeat_ngram))
    segments = _segments(memory, options, special, prefixes)
    search = _search(options, len(segments), special)
    stepper = Stepper(model, memory, options, special, search, filters)
    return _events(_Batch(segments, stepper, search, options, special.end), cancelled)


def _events(batch: "_Batch", cancelled: Callable[[], bool]) -> Iterator[Step | SegmentDone | Finished]:
    began = perf_counter()
    reason: Reason = "end"
    tokens = 0
    while batch.segments:
        for event in batch.stop() if cancelled() else batch.advance():
            if isinstance(event, SegmentDone):
                tokens += len(event.hypotheses[0].tokens)
                reason = event.reason if reason == "end" else reason
            yield event
    yield Finished(reason, tokens, perf_counter() - began)


@dataclass
class _Segment:
    """One segment while it is decoded; `rows` are its live hypotheses in the order of the state's rows."""

    index: int
    limit: int  # tokens
    width: int  # source positions up to the last real one
    prefix: tuple[int, ...]
    rows: list[Row] = field(default_factory=lambda: [Row()])
    outcomes: list[Outcome] = field(default_factory=list)
    opened: bool = False  # True after the first step that was not forced

    @property
    def forced(self) -> int | None:
        """The token that must come next, or None."""
        length = len(self.rows[0].tokens)
        return self.prefix[length] if length < len(self.prefix) else None

    @property
    def full(self) -> bool:
        """True when the length limit is reached."""
        return len(self.rows[0].tokens) >= self.limit


class _Batch:
    """All segments that are not done yet."""

    def __init__(
        self, segments: list[_Segment], stepper: Stepper, search: Search, options: DecodeOptions, end: int
    ) -> None:
        self.segments = segments
        self._stepper = stepper
        self._search = search
        self._options = options
        self._end = end
        self._lamp: LoopLamp | None = None

    def advance(self) -> list[Step | SegmentDone]:
        """The events of one step of the model for all segments; those that are done leave the batch."""
        asked = [Ask(row, one.index, one.width, one.forced) for one in self.segments for row in one.rows]
        offers = self._stepper.step(asked)
        if self._options.lamp and self._lamp is None:
            self._lamp = LoopLamp(self._options.lamp_limits, self._stepper.vocabulary)
        events: list[Step | SegmentDone] = []
        parents: list[int] = []
        first = 0
        for segment in self.segments:
            count = len(segment.rows)
            step, own_parents = self._advance_one(segment, offers[first : first + count])
            parents += [first + parent for parent in own_parents]
            first += count
            events.append(step)
            if not segment.rows:
                events.append(self._done(segment))
        self.segments = [segment for segment in self.segments if segment.rows]
        if parents and parents != list(range(first)):
            self._stepper.select(parents)
        return events

    def stop(self) -> list[SegmentDone]:
        """The outputs of all segments as far as they have come; the batch is empty afterwards."""
        events = []
        for segment in self.segments:
            segment.outcomes += [self._outcome(row, "cancelled") for row in segment.rows]
            events.append(self._done(segment, "cancelled"))
        self.segments = []
        return events

    # One segment

    def _advance_one(self, segment: _Segment, offers: Sequence[Offer]) -> tuple[Step, list[int]]:
        """The segment's step, and the parent of each row that lives on."""
        choices = self._choices(segment, offers)
        rows = [
            segment.rows[choice.parent].extend(
                choice.token, choice.gain, choice.log_prob, offers[choice.parent].look, choice.lane
            )
            for choice in choices
        ]
        live = [place for place, choice in enumerate(choices) if choice.token != self._end]
        ended = [row for row, choice in zip(rows, choices, strict=True) if choice.token == self._end]
        segment.outcomes += [self._outcome(row, "end") for row in ended]
        segment.rows = [rows[place] for place in live]
        step = self._step(segment, rows[0], choices, offers[choices[0].parent].look)
        kept = self._kept(segment)
        segment.rows = [segment.rows[place] for place in kept]
        return step, [choices[live[place]].parent for place in kept]

    def _choices(self, segment: _Segment, offers: Sequence[Offer]) -> list[Choice]:
        token = segment.forced
        if token is not None:
            log_prob = offers[0].forced_log_prob
            return [Choice(0, token, finite(log_prob), log_prob)]
        opening, segment.opened = not segment.opened, True
        return self._search.advance(segment.rows, offers, opening)

    def _kept(self, segment: _Segment) -> list[int]:
        """Which of the segment's live rows go on; the others become outcomes, or are dropped as beaten."""
        if not segment.rows or segment.forced is not None:
            return list(range(len(segment.rows)))
        if segment.full:
            segment.outcomes += [self._outcome(row, "length") for row in segment.rows]
            return []
        kept = self._unlit(segment)
        if kept and self._search.finished(segment.rows, segment.outcomes, segment.limit):
            return []
        return kept

    def _unlit(self, segment: _Segment) -> list[int]:
        """The rows for which the lamp stays off; where rows compete, the leading one speaks for all."""
        everything = list(range(len(segment.rows)))
        if self._lamp is None or not segment.opened:
            return everything
        lit = []
        for place in everything if self._search.independent else everything[:1]:
            row = segment.rows[place]
            reason = self._lamp.reason(row, len(segment.prefix))
            if reason:
                segment.outcomes.append(self._outcome(self._lamp.trimmed(row, len(segment.prefix)), reason))
                lit.append(place)
        if lit and not self._search.independent:
            return []
        return [place for place in everything if place not in lit]

    def _outcome(self, row: Row, reason: Reason) -> Outcome:
        score = normalised(row.total, len(row.tokens), self._options.length_penalty)
        spoken = row.cut(len(row.tokens) - 1) if reason == "end" else row
        return Outcome(spoken, score, reason)

    def _done(self, segment: _Segment, reason: Reason | None = None) -> SegmentDone:
        best = ranked(segment.outcomes, self._options.n_best)
        hypotheses = tuple(outcome.hypothesis(self._options.alternatives > 0) for outcome in best)
        return SegmentDone(segment.index, hypotheses, reason or best[0].reason)

    def _step(self, segment: _Segment, leading: Row, choices: Sequence[Choice], look: Look) -> Step:
        choice = choices[0]
        ended = choice.token == self._end
        return Step(
            segment=segment.index,
            index=len(leading.tokens) - 1,
            token=choice.token,
            probability=probability(choice.log_prob),
            tokens=leading.tokens[:-1] if ended else leading.tokens,
            alternatives=look.alternatives(),
            entropy=look.entropy,
            attention=look.attention,
            beam=self._entries(segment, choices),
            gate=look.gate,
        )

    def _entries(self, segment: _Segment, choices: Sequence[Choice]) -> tuple[BeamEntry, ...]:
        if self._search.independent:
            return ()
        live = [choice for choice in choices if choice.token != self._end]
        penalty = self._options.length_penalty
        return tuple(
            BeamEntry(choice.parent, choice.token, normalised(row.total, len(row.tokens), penalty))
            for choice, row in zip(live, segment.rows, strict=True)
        )


def _segments(
    memory: Memory, options: DecodeOptions, special: SpecialTokens, prefixes: Sequence[Sequence[int]]
) -> list[_Segment]:
    """One for each row of `memory`."""
    keep_mask = memory.keep_mask
    positions = torch.arange(1, keep_mask.shape[1] + 1, device=keep_mask.device)
    lengths = keep_mask.sum(dim=1).tolist()
    widths = (keep_mask * positions).amax(dim=1).tolist() if keep_mask.numel() else lengths
    return [
        _Segment(index, options.limit(length), width, _until_end(prefixes[index] if prefixes else (), special.end))
        for index, (length, width) in enumerate(zip(lengths, widths, strict=True))
    ]


def _until_end(prefix: Sequence[int], end: int) -> tuple[int, ...]:
    """The prefix up to its first end token, which is kept."""
    tokens = tuple(prefix)
    return tokens[: tokens.index(end) + 1] if end in tokens else tokens


def _search(options: DecodeOptions, segments: int, special: SpecialTokens) -> Search:
    if options.search == "beam":
        return Beam(options)
    if options.search == "sample":
        return Sampling(options, segments, special.unspeakable)
    return Greedy()
