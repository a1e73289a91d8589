"""How well a bundle summarizes a test file, beside summaries that need no model."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import InputError
from seq2seq_desktop.events import Finished, Progress
from seq2seq_desktop.metrics.copying import Copying, copying, words_of
from seq2seq_desktop.metrics.rouge import Rouge, score_summaries
from seq2seq_desktop.tasks.summarize.baselines import BASELINES, Baseline
from seq2seq_desktop.tasks.summarize.corpus import Summarized
from seq2seq_desktop.tasks.summarize.reading import sentences
from seq2seq_desktop.tasks.summarize.spec import Length, Style, SummarizeRequest
from seq2seq_desktop.tasks.summarize.task import SummarizeTask

_HEADLINE_WORDS = 15  # references with fewer words on average are headlines


@dataclass(frozen=True)
class Evaluation:
    """What was measured of one way to summarize."""

    rouge: Rouge
    copying: Copying
    outputs: tuple[str, ...]
    seconds: float  # of summarizing; loading and scoring are left out


@dataclass(frozen=True)
class Asked:
    """What summaries are asked for."""

    style: Style
    length: Length
    options: DecodeOptions
    faithful: bool = True


def usual_length(documents: Sequence[Summarized]) -> Length:
    """The length of summary that the references have: "headline" or "short"."""
    return "headline" if mean(len(words_of(one.references[0])) for one in documents) < _HEADLINE_WORDS else "short"


def sentence_count(one: Summarized) -> int:
    """How many sentences the first reference has, at least one: what every extract is held to."""
    return max(1, sum(1 for _ in sentences(one.references[0], one.language)))


def evaluate(
    task: SummarizeTask,
    documents: Sequence[Summarized],
    asked: Asked,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Evaluation:
    """Scores of the whole way from text to summary; an extract has as many sentences as the reference."""

    def summarize(one: Summarized) -> str:
        request = SummarizeRequest(
            one.text, asked.style, asked.length, one.language, asked.options, faithful=asked.faithful
        )
        if asked.style == "extract":
            request = replace(request, sentences=sentence_count(one))
        return _text(task.run(request))

    return _measured(summarize, documents, progress)


def evaluate_baseline(
    name: str, documents: Sequence[Summarized], progress: Callable[[Progress], None] = lambda _: None
) -> Evaluation:
    """The same for "lead", "textrank" or "lexrank", with as many sentences as the reference.

    Raises: OptionError if sumy is not installed.
    """
    baseline: Baseline = BASELINES[name]

    def summarize(one: Summarized) -> str:
        found = [sentence.text for sentence in sentences(one.text, one.language)]
        return " ".join(baseline(found, sentence_count(one), one.language))

    return _measured(summarize, documents, progress)


def _measured(
    summarize: Callable[[Summarized], str], documents: Sequence[Summarized], progress: Callable[[Progress], None]
) -> Evaluation:
    if not documents:
        raise InputError("there is no document to measure with", "choose a file with documents and summaries")
    began = time.perf_counter()
    outputs = []
    for number, one in enumerate(documents, start=1):
        outputs.append(summarize(one))
        left = (time.perf_counter() - began) / number * (len(documents) - number)
        progress(Progress(number, len(documents), "documents", left))
    seconds = time.perf_counter() - began
    rouge = score_summaries(outputs, [one.references for one in documents], documents[0].language)
    return Evaluation(rouge, copying(outputs, [one.text for one in documents]), tuple(outputs), seconds)


def _text(events: Iterable[object]) -> str:
    """The text at the end of a job."""
    return next(event.text for event in events if isinstance(event, Finished))
