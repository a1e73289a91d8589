"""Generation through its events, with a model whose words mean nothing."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Finished, SegmentDone, Started, Step
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.generate.prompt import plain, read_prompt
from seq2seq_desktop.tasks.generate.spec import GenerateRequest, writing
from seq2seq_desktop.tasks.generate.task import GenerateTask

GREEDY = writing(temperature=0)
DRAWN = writing(1.0, seed=4)


def run(task: GenerateTask, prompt: str, length: int = 12, **given: Any) -> list[Any]:
    request = GenerateRequest(prompt, length, given.pop("options", DRAWN), **given)
    return list(task.run(replace(request, options=replace(request.options, lamp=False))))


def steps(events: list[Any]) -> list[Step]:
    return [event for event in events if isinstance(event, Step)]


def test_events_come_in_order_and_tell_the_text(tiny_writer: GenerateTask) -> None:
    events = run(tiny_writer, "The train")
    started, *middle, done, finished = events
    assert isinstance(started, Started)
    assert started.segments[0].text == "The train"
    assert started.segments[0].pieces == tuple("\nThe train")
    assert started.segments[0].spans[:3] == ((0, 0), (0, 1), (1, 2))
    assert all(isinstance(event, Step) for event in middle)
    assert isinstance(done, SegmentDone)
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.tokens) == ("length", 12)
    text = ""
    for index, step in enumerate(middle):
        text += step.piece
        assert (step.index, step.text, len(step.piece)) == (index, text, 1)
        assert step.attention is None
        assert step.probability == pytest.approx(
            next((other.probability for other in step.alternatives if other.token == step.token), step.probability)
        )
    assert finished.text == done.hypotheses[0].text == text
    assert done.hypotheses[0].pieces == tuple(text)


def test_the_likeliest_character_follows_at_temperature_0(tiny_writer: GenerateTask) -> None:
    events = run(tiny_writer, "Où", options=GREEDY)
    tokenizer, model = tiny_writer.tokenizer, tiny_writer.bundle.model
    ids = list(read_prompt("Où", tokenizer).ids)
    characters = torch.tensor([len(tokenizer.piece(token)) == 1 for token in range(tokenizer.vocabulary)])
    for step in steps(events):
        logits = model(TokenBatch.of([ids], tokenizer.pad), torch.tensor([[tokenizer.start]]))[0, -1]
        ids.append(int(logits.masked_fill(~characters, float("-inf")).argmax()))
        assert step.token == ids[-1]


def test_a_seed_gives_the_same_text_and_another_gives_another(tiny_writer: GenerateTask) -> None:
    first, again = (run(tiny_writer, "A", 40)[-1].text for _ in range(2))
    assert first == again
    assert run(tiny_writer, "A", 40, options=writing(1.0, seed=5))[-1].text != first
    assert (
        run(tiny_writer, "A", options=writing(1.0, top_k=1))[-1].text
        == run(tiny_writer, "A", options=GREEDY)[-1].text
    )


def test_what_is_kept_is_gone_on_from_as_it_was(tiny_writer: GenerateTask) -> None:
    whole = steps(run(tiny_writer, "My", 20))
    rest = steps(run(tiny_writer, "My", 20, prefix=tuple(step.token for step in whole[:8])))
    assert [step.token for step in rest] == [step.token for step in whole]
    other = next(o.token for o in whole[8].alternatives if o.token != whole[8].token and len(o.piece) == 1)
    branched = run(tiny_writer, "My", 20, prefix=(*(step.token for step in whole[:8]), other))
    assert [step.token for step in steps(branched)][:9] == [*(step.token for step in whole[:8]), other]
    typed = run(tiny_writer, "My", 20, prefix=tuple(step.token for step in whole[:2]), typed="book ☃")
    assert typed[-1].text[2:8] == "book ☃"


@settings(max_examples=25)
@given(prompt=st.text(max_size=30), temperature=st.floats(0, 5), seed=st.integers(0, 99))
def test_any_prompt_is_gone_on_from_with_whole_characters(
    tiny_writer: GenerateTask, prompt: str, temperature: float, seed: int
) -> None:
    events = run(tiny_writer, prompt, 5, options=writing(max(temperature, 0.01) if temperature else 0, seed=seed))
    assert len(events[-1].text) == 5
    assert "\ufffd" not in events[-1].text


@given(st.text())
def test_a_plain_prompt_is_plain_and_keeps_its_lines(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert once.count("\n") == text.replace("\r\n", "\n").count("\n")


def test_a_space_at_the_end_of_a_prompt_counts() -> None:
    assert plain("  It’s\t ") == " It's "
    assert plain("one\r\n \ntwo") == "one\n \ntwo"


def test_it_stops_within_a_step(tiny_writer: GenerateTask) -> None:
    seen: list[Any] = []
    events = tiny_writer.run(GenerateRequest("The", 1000, DRAWN), lambda: len(seen) >= 4)
    for event in events:
        seen += [event]
    assert seen[-1].reason == "cancelled"
    assert len(steps(seen)) <= 4
    assert seen[-1].text == "".join(step.piece for step in steps(seen))


def test_a_loop_is_ended_and_said(tiny_writer: GenerateTask) -> None:
    model = deepcopy(tiny_writer.bundle.model)
    model.output.weight.zero_()  # so that it says the same whatever it has read
    model.output.bias[tiny_writer.tokenizer.id("a")] = 60.0
    events = list(GenerateTask(replace(tiny_writer.bundle, model=model)).run(GenerateRequest("The", 2000)))
    assert events[-1].reason == "repetition"
    assert set(events[-1].text) == {"a"}
    assert len(steps(events)) < 50


@pytest.mark.parametrize("given", [{"length": 0}, {"length": 200_000}])
def test_a_length_that_makes_no_sense_is_refused(given: Any) -> None:
    with pytest.raises(OptionError, match="length"):
        GenerateRequest("x", **given)


def test_other_bundles_and_foreign_pieces_are_refused(tiny_bundle: Any, tiny_writer: GenerateTask) -> None:
    from seq2seq_desktop.tasks.generate.task import load

    with pytest.raises(OptionError, match="translate"):
        load(str(tiny_bundle))
    with pytest.raises(OptionError, match="999999"):
        run(tiny_writer, "x", prefix=(999_999,))
