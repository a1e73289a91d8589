"""Captions as events: the order, the numbers, what is begun and branched, refused and cancelled."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from seq2seq_desktop.bundles.card import read_card
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Finished, Progress, Refused, Seen, SegmentDone, Started, Step
from seq2seq_desktop.tasks.caption.spec import Branch, CaptionRequest, captioning
from seq2seq_desktop.tasks.caption.task import CaptionTask, load

GREEDY = captioning(beams=1)
SHORT = replace(GREEDY, max_length=6)


def files(album: Path) -> tuple[Path, ...]:
    return tuple(sorted(album.iterdir()))


def of(kind: type, events: list[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def test_one_picture_is_told_step_by_step(tiny_captioner: CaptionTask, album: Path) -> None:
    events = list(tiny_captioner.run(CaptionRequest((album / "a.jpg",), SHORT)))
    assert [type(event) for event in events[:3]] == [Started, Seen, Step]
    started, seen = events[0], events[1]
    assert [segment.text for segment in started.segments] == ["a.jpg"]
    assert (seen.segment, seen.size, seen.box) == (0, (96, 64), (0.0, 0.0, 1.0, 1.0))
    steps, (done,) = of(Step, events), of(SegmentDone, events)
    assert all(step.attention.shape == (1, 1, seen.grid[0] * seen.grid[1]) for step in steps)
    assert all(np.isclose(step.attention.sum(), 1, atol=1e-3) for step in steps)
    best = done.hypotheses[0]
    assert best.text == of(Finished, events)[0].text == steps[len(best.tokens) - 1].text
    assert "".join(best.pieces).strip() == best.text
    assert best.text[:1] == best.text[:1].upper() != best.text[:1].lower()
    assert isinstance(events[-1], Finished)


def test_the_grid_has_the_proportions_of_the_picture(tiny_captioner: CaptionTask, album: Path) -> None:
    seen = of(Seen, list(tiny_captioner.run(CaptionRequest(files(album), SHORT))))
    grids = {one.segment: one.grid for one in seen}
    assert grids == {0: (6, 10), 1: (6, 10), 2: (10, 6), 3: (5, 12), 4: (8, 8)}


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_many_pictures_are_the_same_alone_and_together(tiny_captioner: CaptionTask, album: Path, batch: int) -> None:
    together = list(tiny_captioner.run(CaptionRequest(files(album), SHORT, batch=batch)))
    done = {event.segment: event.hypotheses[0].tokens for event in of(SegmentDone, together)}
    assert sorted(done) == [0, 1, 2, 3, 4]
    for number, path in enumerate(files(album)[:3]):
        alone = of(SegmentDone, list(tiny_captioner.run(CaptionRequest((path,), SHORT))))
        assert done[number] == alone[0].hypotheses[0].tokens
    for number in range(5):
        own = [event for event in together if getattr(event, "segment", None) == number]
        assert isinstance(own[0], Seen)
        assert isinstance(own[-1], SegmentDone)
    progress = of(Progress, together)
    assert (progress[-1].done, progress[-1].total, progress[-1].unit) == (5, 5, "pictures")
    assert together[-1].text.count("\n") == 4


def test_a_picture_that_cannot_be_read_is_refused_while_others_go_on(
    tiny_captioner: CaptionTask, album: Path, tmp_path: Path
) -> None:
    (tmp_path / "letter.jpg").write_text("no picture")
    paths = (album / "a.jpg", tmp_path / "letter.jpg", tmp_path / "gone.png", album / "b.png")
    events = list(tiny_captioner.run(CaptionRequest(paths, SHORT, batch=2)))
    assert {event.segment: event.problem.split()[0] for event in of(Refused, events)} == {
        1: "letter.jpg",
        2: str(tmp_path / "gone.png"),
    }
    assert sorted(event.segment for event in of(SegmentDone, events)) == [0, 3]
    assert of(Progress, events)[-1].done == 4
    first, second, third, last = events[-1].text.split("\n")
    assert first
    assert last
    assert (second, third) == ("", "")


def test_nothing_but_refused_pictures_still_ends(tiny_captioner: CaptionTask, tmp_path: Path) -> None:
    events = list(tiny_captioner.run(CaptionRequest((tmp_path / "a.png", tmp_path / "b.png"), SHORT)))
    assert [type(event) for event in events] == [Started, Refused, Refused, Progress, Finished]
    assert list(tiny_captioner.run(CaptionRequest((), SHORT)))[-1].reason == "end"


def test_every_caption_begins_as_asked(tiny_captioner: CaptionTask, album: Path) -> None:
    events = list(
        tiny_captioner.run(CaptionRequest(files(album)[:2], replace(GREEDY, max_length=12), begin="Two Boys."))
    )
    texts = [event.hypotheses[0].text for event in of(SegmentDone, events)]
    assert len(texts) == 2
    assert all(text.startswith("Two boys") for text in texts)


def test_a_branch_keeps_what_stood_before_and_the_number_of_the_picture(
    tiny_captioner: CaptionTask, album: Path
) -> None:
    first = of(SegmentDone, list(tiny_captioner.run(CaptionRequest(files(album), SHORT))))
    tokens = next(event for event in first if event.segment == 2).hypotheses[0].tokens
    other = tiny_captioner.tokenizer.encode("horse").ids
    branch = Branch(2, (tokens[0], *other))
    events = list(tiny_captioner.run(CaptionRequest(files(album), SHORT, branch=branch, begin="two")))
    assert {event.segment for event in events if isinstance(event, Seen | Step | SegmentDone)} == {2}
    (done,) = of(SegmentDone, events)
    assert done.hypotheses[0].tokens[: 1 + len(other)] == (tokens[0], *other)
    typed = Branch(2, (tokens[0],), typed="a dog")
    (done,) = of(SegmentDone, list(tiny_captioner.run(CaptionRequest(files(album), SHORT, branch=typed))))
    assert done.hypotheses[0].text.endswith("a dog") or " a dog" in done.hypotheses[0].text
    assert events[-1].text.split("\n")[2]


def test_a_beam_gives_the_best_first(tiny_captioner: CaptionTask, album: Path) -> None:
    options = replace(captioning(beams=4, n_best=3), max_length=6)
    (done,) = of(SegmentDone, list(tiny_captioner.run(CaptionRequest((album / "a.jpg",), options))))
    scores = [one.score for one in done.hypotheses]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def test_a_job_can_be_cancelled_between_and_within_pictures(tiny_captioner: CaptionTask, album: Path) -> None:
    asked = iter([False] * 3 + [True] * 1000)
    events = list(tiny_captioner.run(CaptionRequest(files(album), SHORT, batch=1), lambda: next(asked)))
    assert events[-1].reason == "cancelled"
    assert len(of(SegmentDone, events)) <= 1
    events = list(tiny_captioner.run(CaptionRequest(files(album), SHORT), lambda: True))
    assert [type(event) for event in events] == [Started, Finished]


def test_a_language_that_the_bundle_lacks_is_refused(tiny_captioner: CaptionTask, album: Path) -> None:
    assert list(tiny_captioner.run(CaptionRequest((album / "a.jpg",), SHORT, language="en")))
    with pytest.raises(OptionError, match="does not write 'fr'"):
        list(tiny_captioner.run(CaptionRequest((album / "a.jpg",), SHORT, language="fr")))


def test_a_request_is_checked(album: Path) -> None:
    with pytest.raises(OptionError, match="batch = 0"):
        CaptionRequest((album / "a.jpg",), batch=0)
    with pytest.raises(OptionError, match="no picture 1"):
        CaptionRequest((album / "a.jpg",), branch=Branch(1, ()))


def test_a_bundle_of_another_task_is_refused(tiny_bundle: Path) -> None:
    with pytest.raises(OptionError, match="not for captions"):
        load(str(tiny_bundle))


def test_int8_says_nearly_the_same(tiny_captioner: CaptionTask, tiny_captioner_bundle: Path, album: Path) -> None:
    small = load(str(tiny_captioner_bundle), precision="int8")
    assert small.precision.startswith(("int8", "float32"))
    request = CaptionRequest((album / "a.jpg",), replace(SHORT, alternatives=20))
    (exact,) = (next(iter(of(Step, list(task.run(request))))) for task in (tiny_captioner,))
    (near,) = (next(iter(of(Step, list(task.run(request))))) for task in (small,))
    assert np.abs(exact.attention - near.attention).max() < 0.1
    assert {one.token for one in exact.alternatives[:5]} & {one.token for one in near.alternatives[:10]}


def test_attention_can_be_made_uniform(tiny_captioner_bundle: Path, album: Path) -> None:
    task = load(str(tiny_captioner_bundle), precision="float32")
    task.eye.uniform = True
    steps = of(Step, list(task.run(CaptionRequest((album / "a.jpg",), SHORT))))
    assert all(np.allclose(step.attention, 1 / 60) for step in steps)


def test_the_events_leave_gradients_alone(tiny_captioner: CaptionTask, album: Path) -> None:
    for _ in tiny_captioner.run(CaptionRequest((album / "a.jpg",), SHORT)):
        assert not torch.is_inference_mode_enabled()
    assert read_card(tiny_captioner.bundle.folder).task == "caption"
