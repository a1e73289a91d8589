"""Translation from text to text, with a model whose words mean nothing: what must hold for any model."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Finished, Progress, SegmentDone, Started, Step
from seq2seq_desktop.tasks.translate.spec import Branch, TranslateRequest
from seq2seq_desktop.tasks.translate.task import TranslateTask
from seq2seq_desktop.text.glossary import Glossary, Term

SHORT = DecodeOptions(max_length=12)


def outcome(task: TranslateTask, text: str, **changes: object) -> tuple[list[object], Finished]:
    request = replace(TranslateRequest(text, "fr", "en", SHORT), **changes)
    events = list(task.run(request))
    assert isinstance(events[-1], Finished)
    return events, events[-1]


def test_the_layout_between_sentences_is_kept(tiny: TranslateTask) -> None:
    text = "# Title\n\n- One thing.\n- Two things.\n\n   The end.  \n"
    events, finished = outcome(tiny, text)
    done = [event for event in events if isinstance(event, SegmentDone)]
    lines = finished.text.split("\n")
    assert len(done) == 4
    assert [line[:2] for line in lines] == ["# ", "", "- ", "- ", "", "  ", ""]
    assert lines[5].endswith("  ")


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "...!?", "12 + 30 = 42", "—"])
def test_a_text_without_words_comes_back_as_it_is(tiny: TranslateTask, text: str) -> None:
    assert outcome(tiny, text)[1].text == text


def test_what_is_only_an_address_is_not_put_through_the_model(tiny: TranslateTask) -> None:
    events, finished = outcome(tiny, "https://example.org/a?b=1")
    assert finished.text == "https://example.org/a?b=1"
    assert not [event for event in events if isinstance(event, Step)]


def test_no_protected_stretch_comes_twice_and_none_is_read_by_the_model(tiny: TranslateTask) -> None:
    glossary = Glossary((Term("train", "autorail"),), "en", "fr")
    text = "Write to anna@example.org on 2026-11-21 about the Train to {city} for 1,234.50 euros."
    events, finished = outcome(tiny, text, glossary=glossary, options=DecodeOptions(max_length=60, lamp=False))
    started = events[0]
    assert isinstance(started, Started)
    for value in ("anna@example.org", "2026-11-21", "{city}", "1,234.50"):
        assert value in started.segments[0].pieces
        assert finished.text.count(value) <= 1
    assert "Train" in started.segments[0].pieces
    assert finished.text.count("Autorail") <= 1


def test_without_protection_the_model_reads_everything(tiny: TranslateTask) -> None:
    events, _ = outcome(tiny, "Write to anna@example.org now.", protect=False)
    started = events[0]
    assert isinstance(started, Started)
    assert "anna@example.org" not in started.segments[0].pieces


def test_the_pieces_of_a_sentence_lie_where_they_stand_in_the_text(tiny: TranslateTask) -> None:
    text = "Où  est\u00a0mon “livre” ? See you@example.org…"
    events, _ = outcome(tiny, text, source="fr", target="en")
    started = events[0]
    assert isinstance(started, Started)
    for segment in started.segments:
        assert text[segment.start : segment.start + len(segment.text)] == segment.text
        assert len(segment.pieces) == len(segment.spans) == len(segment.special)
        assert segment.special == (True, *[False] * (len(segment.pieces) - 2), True)
        covered = {place for start, end in segment.spans[1:-1] for place in range(start, end)}
        letters = {place for place, character in enumerate(segment.text) if character.isalnum()}
        assert letters <= covered


def test_steps_and_attention_agree_with_the_result(tiny: TranslateTask) -> None:
    events, _ = outcome(tiny, "The train leaves at noon.")
    steps = [event for event in events if isinstance(event, Step)]
    done = next(event for event in events if isinstance(event, SegmentDone))
    best = done.hypotheses[0]
    started = events[0]
    assert isinstance(started, Started)
    assert [step.token for step in steps][: len(best.tokens)] == list(best.tokens)
    assert steps[len(best.tokens) - 1].text == best.text
    assert len(best.pieces) == len(best.tokens)
    for row, step in zip(best.attention, steps, strict=False):
        assert step.attention.shape == (2, 2, len(started.segments[0].pieces))
        np.testing.assert_allclose(row, step.attention)
        np.testing.assert_allclose(step.attention.sum(axis=-1), 1, rtol=1e-5)


@pytest.mark.parametrize("options", [SHORT, DecodeOptions(search="beam", beams=3, max_length=12)])
def test_many_sentences_together_give_what_each_gives_alone(tiny: TranslateTask, options: DecodeOptions) -> None:
    sentences = [
        f"{word} is my book number {n}?" for n, word in enumerate(["Where", "The train", "At noon", "It"] * 9)
    ]
    together = outcome(tiny, "\n".join(sentences), options=options, batch=8)[1].text.split("\n")
    assert together == [outcome(tiny, sentence, options=options)[1].text for sentence in sentences]


def test_progress_counts_to_the_number_of_sentences(tiny: TranslateTask) -> None:
    events, _ = outcome(tiny, "One.\nTwo.\nThree.", batch=2)
    seen = [event.done for event in events if isinstance(event, Progress)]
    assert seen == [2, 3]


def test_a_branch_keeps_its_prefix_and_leaves_other_sentences_alone(tiny: TranslateTask) -> None:
    text = "The train leaves at noon.\nWhere is my book?"
    events, _ = outcome(tiny, text)
    tokens = next(e for e in events if isinstance(e, SegmentDone) and e.segment == 1).hypotheses[0].tokens
    other = tiny.tokenizer.encode("livre").ids[0]
    branch = Branch(1, (*tokens[:2], other))
    events, finished = outcome(tiny, text, branch=branch)
    done = [event for event in events if isinstance(event, SegmentDone)]
    assert [event.segment for event in done] == [1]
    assert done[0].hypotheses[0].tokens[:3] == branch.prefix
    assert finished.text == done[0].hypotheses[0].text
    same = outcome(tiny, text, branch=Branch(1, tokens[:2]))[0]
    assert next(e for e in same if isinstance(e, SegmentDone)).hypotheses[0].tokens == tokens


def test_a_typed_word_is_in_the_output(tiny: TranslateTask) -> None:
    branch = Branch(0, (), "autorail")
    assert outcome(tiny, "The train leaves.", branch=branch)[1].text.startswith("autorail")


def test_cancelling_keeps_what_is_there(tiny: TranslateTask) -> None:
    request = TranslateRequest("One.\nTwo.\nThree.", "fr", "en", SHORT, batch=1)
    done: list[SegmentDone] = []
    finished = None
    for event in tiny.run(request, lambda: bool(done)):  # noqa: B023 (asked while the loop runs)
        done += [event] if isinstance(event, SegmentDone) else []
        finished = event
    assert isinstance(finished, Finished)
    assert finished.reason == "cancelled"
    assert finished.text.split("\n")[2] == "Three."


@pytest.mark.parametrize(("source", "target"), [("en", "de"), ("xx", "fr"), ("fr", "fr")])
def test_languages_the_bundle_lacks_are_named(tiny: TranslateTask, source: str, target: str) -> None:
    with pytest.raises(OptionError, match="en"):
        list(tiny.run(TranslateRequest("Hello.", target, source)))


def test_half_a_megabyte_on_one_line_is_cut_into_short_segments(tiny: TranslateTask) -> None:
    request = TranslateRequest("word " * 100_000, "fr", "en", SHORT)
    started = next(iter(tiny.run(request)))
    assert isinstance(started, Started)
    assert max(len(segment.pieces) for segment in started.segments) < 140


def test_a_megabyte_of_one_letter_comes_back_at_once_and_the_words_beside_it_do_not_wait(tiny: TranslateTask) -> None:
    noise = "x" * 1_000_000
    events, finished = outcome(tiny, f"My book {noise} and more.")
    started = events[0]
    assert isinstance(started, Started)
    assert [segment.text for segment in started.segments] == ["My book", "and more."]
    assert f" {noise} " in finished.text


def test_cancelling_while_a_long_text_is_read_ends_at_once(tiny: TranslateTask) -> None:
    text = "ab " * 333_333
    events = list(tiny.run(TranslateRequest(text, "fr", "en", SHORT), lambda: True))
    started, finished = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    assert len(started.segments) == 1
    assert finished.reason == "cancelled"


@pytest.mark.parametrize("emoji", ["🙂", "👩‍👩‍👧‍👦", "👍🏽❤️", "🇫🇷"])
def test_emoji_at_the_ends_stay_and_inside_are_placeholders(tiny: TranslateTask, emoji: str) -> None:
    events, finished = outcome(tiny, f"{emoji} My {emoji} book. {emoji}")
    started = events[0]
    assert isinstance(started, Started)
    assert emoji in started.segments[0].pieces
    assert "<0x" not in "".join(started.segments[0].pieces)
    assert finished.text.startswith(f"{emoji} ")
    assert finished.text.endswith(f" {emoji}")


def test_a_text_in_an_unknown_language_says_so(tiny: TranslateTask) -> None:
    assert outcome(tiny, "Guten Tag, wie geht es Ihnen heute?")[0][0].unknown_language == "de"
    assert outcome(tiny, "Good morning, how are you today?")[0][0].unknown_language == ""


@pytest.mark.parametrize(
    "text", ["שלום עולם, מה שלומך היום?" * 20, "你好，世界。" * 100, "🙂 hello 👩‍👩‍👧‍👦", "a\x00b\x07 word"]
)
def test_scripts_the_model_never_saw_end_in_a_text(tiny: TranslateTask, text: str) -> None:
    events, _ = outcome(tiny, text)
    started = events[0]
    assert isinstance(started, Started)
    assert all(len(segment.pieces) < 140 for segment in started.segments)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80), beams=st.sampled_from([1, 2]))
def test_any_text_gives_an_answer(tiny: TranslateTask, text: str, beams: int) -> None:
    options = DecodeOptions(search="beam" if beams > 1 else "greedy", beams=beams, max_length=8)
    events, finished = outcome(tiny, text, options=options)
    started = events[0]
    assert isinstance(started, Started)
    assert len([event for event in events if isinstance(event, SegmentDone)]) == len(started.segments)
    assert started.segments or finished.text == text
