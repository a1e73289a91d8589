"""Summaries with models whose choices mean nothing: what must hold for any model."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import BundleError, InputError, OptionError
from seq2seq_desktop.events import Event, Finished, Hypothesis, Progress, SegmentDone, Started, Step
from seq2seq_desktop.metrics.copying import invented
from seq2seq_desktop.nn.pointer import FIRST
from seq2seq_desktop.tasks.summarize.spec import Branch, Length, Style, SummarizeRequest
from seq2seq_desktop.tasks.summarize.task import SummarizeTask, load
from seq2seq_desktop.tasks.translate.task import TranslateTask

TEXT = (
    "Old Trains\n\nThe train to Lyon leaves at noon.  Anna  Petit wrote “3 books” about it. Where is my book?\n"
    "- It cost 12.50 euros in 1999.\n- Nobody knows."
)
POEM = "Roses in the rain\nlean upon the wall,\n\nno one saw them bloom,\nno one saw them fall."
CODE = "def add(a, b):\n    return a + b\n\nclass A:\n    def __init__(self):\n        self.x = [1, 2]\n"
TABLE = "name\tage\tcity\nAnna\t31\tLyon\nPaul\t29\tParis\n" * 3
MIXED = "The rain stopped. Le soleil revint sur la ville. We walked home. Personne ne disait rien."


def ran(task: SummarizeTask, text: str = TEXT, **changes: object) -> list[Event]:
    request = replace(SummarizeRequest(text), **changes)
    return list(task.run(request))


def parts(events: list[Event]) -> tuple[Started, list[Hypothesis], Finished]:
    (started,) = [event for event in events if isinstance(event, Started)]
    best = [event.hypotheses[0] for event in events if isinstance(event, SegmentDone)]
    assert isinstance(events[-1], Finished)
    return started, best, events[-1]


def test_an_extract_is_sentences_of_the_text_in_its_order(task: SummarizeTask) -> None:
    started, (best,), finished = parts(ran(task, length="short"))
    (segment,) = started.segments
    for piece, (start, end) in zip(segment.pieces, segment.spans, strict=True):
        assert TEXT[segment.start + start : segment.start + end] == piece
    chosen = sorted(best.tokens)
    assert 1 <= len(chosen) <= 3
    assert finished.text == best.text == " ".join(segment.pieces[token - FIRST] for token in chosen)
    assert [TEXT[start:end] for start, end in best.origins] == list(best.pieces)
    assert set(best.copied) == {1.0}


@pytest.mark.parametrize("count", [1, 2, 4, 99])
def test_an_extract_has_as_many_sentences_as_asked_for(task: SummarizeTask, count: int) -> None:
    started, (best,), _ = parts(ran(task, sentences=count))
    assert len(best.tokens) == min(count, len(started.segments[0].pieces)) == len(set(best.tokens))


@pytest.mark.parametrize("length", ["headline", "short", "medium", "long"])
def test_each_length_of_an_extract_keeps_its_bounds(task: SummarizeTask, length: Length) -> None:
    text = " ".join(f"Sentence {number} is here." for number in range(40))
    least, most = {"headline": (1, 1), "short": (1, 3), "medium": (4, 7), "long": (8, 15)}[length]
    _, (best,), _ = parts(ran(task, text, length=length))
    assert least <= len(best.tokens) <= most


def test_each_step_tells_what_it_chose_and_where_it_looked(task: SummarizeTask) -> None:
    events = ran(task, length="headline")
    started, (best,), _ = parts(events)
    steps = [event for event in events if isinstance(event, Step)]
    segment = started.segments[0]
    assert steps[0].piece == best.pieces[0] == steps[0].text
    assert TEXT[slice(*steps[0].origin)] == steps[0].piece
    assert steps[0].attention is not None
    assert steps[0].attention.shape == (1, 1, len(segment.pieces))
    assert steps[0].attention.sum() == pytest.approx(1, abs=1e-4)
    assert {one.piece for one in steps[0].alternatives} <= {*segment.pieces, ""}


def test_a_rewritten_word_points_to_where_it_was_copied_from(task: SummarizeTask) -> None:
    started, (best,), _ = parts(ran(task, style="rewrite", faithful=False))
    (segment,) = started.segments
    assert len(segment.pieces) == len(segment.spans) == len(segment.special)
    assert len(best.pieces) == len(best.tokens) == len(best.copied) == len(best.origins) == len(best.gates)
    for piece, share, (start, end) in zip(best.pieces, best.copied, best.origins, strict=True):
        assert 0 <= share <= 1
        assert (start, end) == (0, 0) or TEXT[start:end].strip() == piece.strip().replace('"', TEXT[start:end])
    for piece, span, special in zip(segment.pieces, segment.spans, segment.special, strict=True):
        if not special:
            found = TEXT[segment.start + span[0] : segment.start + span[1]]
            assert found.strip("“” ") == piece.strip('" ')


def test_a_rewritten_summary_names_nothing_new(task: SummarizeTask) -> None:
    for seed in range(6):
        options = DecodeOptions(search="sample", seed=seed, lamp=False, temperature=1.5)
        _, best, _ = parts(ran(task, style="rewrite", options=options))
        assert not invented(best[0].text, TEXT)


def test_longer_rewrites_have_an_abstract_for_each_part(task: SummarizeTask) -> None:
    text = " ".join(f"The train number {number} leaves at noon from Lyon." for number in range(30))
    for length, most in (("headline", 1), ("short", 1), ("medium", 3), ("long", 6)):
        events = ran(task, text, style="rewrite", length=length, options=DecodeOptions(max_length=12))
        started, best, finished = parts(events)
        assert len(started.segments) == len(best) == most
        assert started.condensed is not None
        assert started.condensed.sentences == 30
        assert started.condensed.kept < 30
        starts = [segment.start for segment in started.segments]
        assert starts == sorted(starts)
        assert finished.text == " ".join(one.text for one in best if one.text)
        for segment in started.segments:
            assert len(segment.pieces) <= 48


def test_a_text_that_fits_is_read_whole(task: SummarizeTask) -> None:
    assert parts(ran(task))[0].condensed is None
    assert parts(ran(task, "The train leaves at noon. It is late.", style="rewrite"))[0].condensed is None


@pytest.mark.parametrize("style", ["extract", "rewrite"])
def test_a_long_text_is_read_in_parts_and_says_so(task: SummarizeTask, style: Style) -> None:
    text = "\n\n".join(
        " ".join(f"Sentence {number} of page {page} says little." for number in range(20)) for page in range(60)
    )
    events = ran(task, text, style=style, length="short")
    started, best, _ = parts(events)
    before = list(itertools.takewhile(lambda event: not isinstance(event, Started), events))
    assert before
    assert all(isinstance(event, Progress) for event in before)
    shares = [event.done / event.total for event in before if isinstance(event, Progress)]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1, abs=0.01)
    assert started.condensed is not None
    assert started.condensed.sentences == 1200
    assert started.condensed.parts >= 20
    assert started.condensed.rounds >= 2
    segment = started.segments[0]
    if style == "extract":
        for piece, (start, end) in zip(segment.pieces, segment.spans, strict=True):
            assert text[segment.start + start : segment.start + end] == piece
        assert len(segment.pieces) == started.condensed.kept <= 60
        assert best[0].text in text or len(best[0].tokens) > 1


@pytest.mark.parametrize("style", ["extract", "rewrite"])
def test_a_branch_goes_on_from_its_prefix(task: SummarizeTask, style: Style) -> None:
    first = parts(ran(task, style=style, sentences=3 if style == "extract" else None))[1][0]
    other = next(token for token in (FIRST, FIRST + 1, FIRST + 2) if token != first.tokens[1])
    if style == "rewrite":
        other = next(one.token for one in first.alternatives[1] if one.token not in (first.tokens[1], 2))
    prefix = (first.tokens[0], other)
    if prefix[0] == prefix[1] and style == "extract":
        prefix = (first.tokens[0], FIRST + 3)
    again = parts(ran(task, style=style, branch=Branch(0, prefix), faithful=False))[1][0]
    assert again.tokens[:2] == prefix


def test_a_branch_does_not_read_a_long_text_again(task: SummarizeTask) -> None:
    text = " ".join(f"Sentence {number} is here." for number in range(200))
    first = ran(task, text)
    assert isinstance(first[0], Progress)
    again = ran(task, text, branch=Branch(0, (FIRST,)))
    assert isinstance(again[0], Started)
    assert again[0] == parts(first)[0]


def test_typed_words_are_gone_on_from(task: SummarizeTask) -> None:
    branch = Branch(0, (), "Nobody knows the train")
    assert parts(ran(task, style="rewrite", branch=branch))[1][0].text.startswith("Nobody knows the train")


@pytest.mark.parametrize("style", ["extract", "rewrite"])
def test_cancelling_ends_the_job(task: SummarizeTask, style: Style) -> None:
    text = " ".join(f"Sentence {number} is here." for number in range(500))
    for after in (0, 1, 3):
        asked = itertools.count()
        events = list(task.run(SummarizeRequest(text, style), lambda n=after, c=asked: next(c) >= n))  # type: ignore[misc]
        assert isinstance(events[-1], Finished)
        assert events[-1].reason == "cancelled"


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "12 + 30 = 42", "—", "..."])
@pytest.mark.parametrize("style", ["extract", "rewrite"])
def test_a_text_without_words_is_refused(task: SummarizeTask, text: str, style: Style) -> None:
    with pytest.raises(InputError, match="no sentence to summarize"):
        ran(task, text, style=style)


@pytest.mark.parametrize("style", ["extract", "rewrite"])
def test_one_word_is_its_own_summary(task: SummarizeTask, style: Style) -> None:
    assert parts(ran(task, "Hello", style=style))[2].text == "Hello"


@pytest.mark.parametrize("text", [POEM, CODE, TABLE, MIXED], ids=["poem", "code", "table", "mixed"])
@pytest.mark.parametrize("style", ["extract", "rewrite"])
def test_what_is_no_prose_gives_a_summary_that_points_into_it(task: SummarizeTask, text: str, style: Style) -> None:
    started, best, finished = parts(ran(task, text, style=style))
    assert finished.reason != "cancelled"
    for segment in started.segments:
        for start, end in segment.spans:
            assert 0 <= start <= end <= len(segment.text)
    if style == "extract":
        assert all(piece in text for piece in best[0].pieces)


def test_a_language_that_is_not_known_is_told(task: SummarizeTask) -> None:
    german = "Der Zug nach Hamburg fährt heute später ab. Niemand weiß, warum. Die Reisenden warten am Bahnsteig."
    assert parts(ran(task, german))[0].unknown_language == "de"
    with pytest.raises(OptionError, match="'de'"):
        ran(task, german, language="de")


@given(st.text(max_size=300))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_ends_in_a_summary_or_a_refusal(task: SummarizeTask, text: str) -> None:
    for style in ("extract", "rewrite"):
        try:
            started, best, finished = parts(ran(task, text, style=style, options=DecodeOptions(max_length=8)))
        except InputError:
            continue
        for segment in started.segments:
            assert text[segment.start : segment.start + len(segment.text)] == segment.text
        for one in best:
            assert one.attention is None or np.isfinite(one.attention).all()
        assert isinstance(finished.text, str)


def test_a_wrong_request_is_refused() -> None:
    for changes in ({"style": "poem"}, {"length": "tiny"}, {"sentences": 0}):
        with pytest.raises(OptionError):
            SummarizeRequest("x", **changes)  # type: ignore[arg-type]


def test_a_segment_that_is_not_there_cannot_be_branched_in(task: SummarizeTask) -> None:
    with pytest.raises(OptionError, match="no segment 4"):
        ran(task, branch=Branch(4, ()))


def test_a_bundle_that_does_something_else_is_refused(tiny: TranslateTask) -> None:
    with pytest.raises(OptionError, match="not for summaries"):
        SummarizeTask(tiny.bundle)


def test_a_rewriter_brings_the_pointer_when_it_is_needed(installed: Path) -> None:
    task = load("summarize-rewrite", precision="float32")
    assert task.name == "summarize-rewrite"
    before = task.parameters
    assert parts(ran(task, style="rewrite"))[2].text
    assert task.parameters > before


def test_without_the_other_bundle_the_error_names_it(summarizers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq_desktop.bundles.sources.shipped.shipped_models", lambda: summarizers / "none")
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(summarizers / "none"))
    task = load(str(summarizers / "summarize-extract"), precision="float32")
    assert parts(ran(task))[2].text
    with pytest.raises(BundleError, match="summarize-rewrite"):
        ran(task, style="rewrite")
