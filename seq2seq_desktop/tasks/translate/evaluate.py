"""How well a bundle translates a test file."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import InputError
from seq2seq_desktop.events import Finished, Progress
from seq2seq_desktop.io.files import read_text
from seq2seq_desktop.metrics.translation import TranslationScores, score_translations
from seq2seq_desktop.tasks.translate.spec import TranslateRequest
from seq2seq_desktop.tasks.translate.task import TranslateTask
from seq2seq_desktop.text.normalise import normalise

_LENGTHS = (1, 6, 11, 16, 21, 31, 41)  # words of the shortest source in each class


@dataclass(frozen=True)
class TestPair:
    """A source sentence and what it may become."""

    source: str
    references: tuple[str, ...]  # one or more


@dataclass(frozen=True)
class Evaluation:
    """What was measured."""

    scores: TranslationScores
    outputs: tuple[str, ...]
    seconds: float  # of translating; loading and scoring are left out


@dataclass(frozen=True)
class LengthScores:
    """How well sentences of a certain length were translated."""

    shortest: int  # words of the source
    longest: int | None  # None for no limit
    sentences: int
    scores: TranslationScores

    @property
    def name(self) -> str:
        """The lengths as a reader writes them: "6-10", "41+"."""
        return f"{self.shortest}+" if self.longest is None else f"{self.shortest}-{self.longest}"


def read_test_pairs(path: Path, limit: int = 0) -> list[TestPair]:
    """The first `limit` pairs (0 for all) of a TSV file: source, then one or more references, tabs between.

    Raises: InputError with the number of a line that has no reference.
    """
    pairs = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        source, *references = [normalise(cell) for cell in line.split("\t")]
        references = [reference for reference in references if reference]
        if not source or not references:
            raise InputError(
                f"{path.name}, line {number}: no source with a reference", "write source, a tab, reference"
            )
        pairs.append(TestPair(source, tuple(references)))
        if len(pairs) == limit:
            break
    if not pairs:
        raise InputError(f"{path.name} is empty", "choose a file with lines of source, tab, reference")
    return pairs


def evaluate(
    task: TranslateTask,
    pairs: Sequence[TestPair],
    source: str,
    target: str,
    options: DecodeOptions,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Evaluation:
    """Scores of the whole way from text to text: cutting, protecting, decoding."""
    began = time.perf_counter()
    outputs = tuple(_translated(task, [pair.source for pair in pairs], source, target, options, progress))
    seconds = time.perf_counter() - began
    return Evaluation(score_translations(outputs, [pair.references for pair in pairs]), outputs, seconds)


def by_length(pairs: Sequence[TestPair], outputs: Sequence[str]) -> tuple[LengthScores, ...]:
    """The scores of `outputs` by the words of their sources; lengths that do not occur are left out.

    Words are what spaces part. This is where a fixed context vector shows its limit (Cho et al. 2014, "On the
    Properties of Neural Machine Translation", figure 4; Bahdanau et al. 2015, figure 2).
    """
    found = []
    for shortest, after in zip(_LENGTHS, (*_LENGTHS[1:], None), strict=True):
        places = [
            place
            for place, pair in enumerate(pairs)
            if shortest <= len(pair.source.split()) and (after is None or len(pair.source.split()) < after)
        ]
        if places:
            scores = score_translations([outputs[p] for p in places], [pairs[p].references for p in places])
            found.append(LengthScores(shortest, None if after is None else after - 1, len(places), scores))
    return tuple(found)


def _translated(
    task: TranslateTask,
    sources: Sequence[str],
    source: str,
    target: str,
    options: DecodeOptions,
    progress: Callable[[Progress], None],
) -> Iterator[str]:
    """The translation of each source; all go through as the lines of one text, so that they share batches."""
    text = "\n".join(sources)
    request = TranslateRequest(text, target, source, options, typeset=False, batch=32)
    for event in task.run(request):
        if isinstance(event, Progress):
            progress(event)
        elif isinstance(event, Finished):
            yield from event.text.split("\n")
