"""One text through several bundles: events, failures beside results, cancelling, and the files made of it."""

import csv
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.engine import task as engine_task
from seq2seq_desktop.errors import InputError, OptionError
from seq2seq_desktop.events import Failed, Finished, OfBundle, SegmentDone, Started, Step
from seq2seq_desktop.tasks.translate.catalogue import translator, translators
from seq2seq_desktop.tasks.translate.compare import CompareTask, load
from seq2seq_desktop.tasks.translate.comparison import ATTENTION, SALIENCY, Compared, save_comparison
from seq2seq_desktop.tasks.translate.spec import CompareRequest, TranslateRequest
from seq2seq_desktop.tasks.translate.task import TranslateTask

TEXT = "Where is my book?"
SHORT = DecodeOptions(max_length=8, lamp=False)


@pytest.fixture(scope="module")
def comparing() -> CompareTask:
    task = engine_task.load("compare", "", "cpu", "float32", 1)
    assert isinstance(task, CompareTask)
    return task


def test_it_is_no_task_of_one_bundle() -> None:
    with pytest.raises(OptionError, match="tiny"):
        load("tiny")


def request(*bundles: object, text: str = TEXT, target: str = "fr") -> CompareRequest:
    return CompareRequest(
        TranslateRequest(text, target, "en", SHORT, batch=1, saliency=True), tuple(str(bundle) for bundle in bundles)
    )


def own_events(events: list, bundle: Path) -> list:
    return [one.event for one in events if isinstance(one, OfBundle) and one.bundle == str(bundle)]


@pytest.fixture(scope="module")
def results(comparing: CompareTask, tiny_bundle: Path, without_attention: Path) -> list[Compared]:
    found = {str(folder): Compared(translator(str(folder))) for folder in (tiny_bundle, without_attention)}
    for event in comparing.run(request(tiny_bundle, without_attention)):
        if isinstance(event, OfBundle):
            found[event.bundle].feed(event.event)
    return list(found.values())


def test_each_bundle_says_what_it_says_alone(
    comparing: CompareTask, tiny: TranslateTask, tiny_bundle: Path, without_attention: Path
) -> None:
    events = list(comparing.run(request(tiny_bundle, without_attention)))
    alone = [event for event in tiny.run(request("a", "b").request) if isinstance(event, Step)]
    mine = own_events(events, tiny_bundle)
    assert isinstance(mine[0], Started) or isinstance(mine[1], Started)
    assert [event.tokens for event in mine if isinstance(event, Step)] == [event.tokens for event in alone]
    assert isinstance(own_events(events, without_attention)[-1], Finished)
    assert isinstance(events[-1], Finished)
    assert events[-1].tokens == sum(
        event.event.tokens for event in events if isinstance(event, OfBundle) and isinstance(event.event, Finished)
    )


def test_bundles_stay_in_memory_until_others_are_asked_for(
    comparing: CompareTask, tiny_bundle: Path, without_attention: Path, tmp_path: Path
) -> None:
    list(comparing.run(request(tiny_bundle, without_attention)))
    both = comparing.parameters
    list(comparing.run(request(tiny_bundle, tmp_path / "gone")))
    assert 0 < comparing.parameters < both


def test_one_that_fails_leaves_the_others(comparing: CompareTask, tiny_bundle: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    events = list(comparing.run(request(gone, tiny_bundle)))
    failure = own_events(events, gone)[-1]
    assert isinstance(failure, Failed)
    assert "gone" in failure.problem
    assert isinstance(own_events(events, tiny_bundle)[-1], Finished)
    failed = own_events(list(comparing.run(request(tiny_bundle, gone, target="xx"))), tiny_bundle)[-1]
    assert isinstance(failed, Failed)


def test_cancelling_ends_all_within_a_step(
    comparing: CompareTask, tiny_bundle: Path, without_attention: Path
) -> None:
    seen: list = []
    for event in comparing.run(request(tiny_bundle, without_attention), lambda: len(seen) >= 3):
        seen.append(event)  # noqa: PERF402 (asked while the loop runs)
    steps = [one for one in seen if isinstance(one, OfBundle) and isinstance(one.event, Step)]
    assert len(steps) <= 3
    for bundle in (tiny_bundle, without_attention):
        assert own_events(seen, bundle)[-1].reason == "cancelled"
    assert seen[-1].reason == "cancelled"


@pytest.mark.parametrize("bundles", [(), ("a",), ("a", "a")])
def test_a_comparison_needs_two(bundles: tuple[str, ...]) -> None:
    with pytest.raises(OptionError, match="two"):
        request(*bundles)


def test_only_whole_bundles_that_know_the_languages_are_listed(
    tiny_bundle: Path, without_attention: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(tiny_bundle.parent))
    found = {one.name: one for one in translators("en", "fr")}
    assert {"tiny", "fixed"} <= set(found)
    assert found["fixed"].architecture == "recurrent"
    assert found["fixed"].bytes > 0
    assert not translators("en", "xx")


# What is made of it


def test_maps_are_named_for_what_they_are(results: list[Compared]) -> None:
    kinds = []
    for one in results:
        found = one.map(0)
        assert found is not None
        weights, kind = found
        assert weights.shape == (len(one.outputs[0].pieces), len(one.segments[0].pieces))
        np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-4)
        kinds.append(kind)
    assert kinds == [ATTENTION, SALIENCY]


def test_a_comparison_as_json_csv_and_page(results: list[Compared], tmp_path: Path) -> None:
    for name in ("a.json", "a.csv", "a.html"):
        save_comparison("<b> & " + TEXT, results, tmp_path / name)
    models = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["models"]
    assert [model["sentences"][0]["map"]["kind"] for model in models] == [ATTENTION, SALIENCY]
    assert [model["text"] for model in models] == [one.text for one in results]
    rows = list(csv.DictReader(StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
    assert [row["architecture"] for row in rows] == ["transformer", "recurrent"]
    assert float(rows[0]["tokens_per_second"]) > 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert SALIENCY in page
    assert "&lt;b&gt; &amp;" in page
    assert "http" not in page  # it needs nothing else
    with pytest.raises(InputError, match=r"a\.odt"):
        save_comparison(TEXT, results, tmp_path / "a.odt")


def test_a_bundle_that_failed_has_its_place_in_the_files(tiny_bundle: Path, tmp_path: Path) -> None:
    one = Compared(translator(str(tiny_bundle)))
    one.feed(Failed("weights are damaged", "add the bundle again"))
    save_comparison(TEXT, [one], tmp_path / "a.csv")
    save_comparison(TEXT, [one], tmp_path / "a.html")
    assert "weights are damaged" in (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert "weights are damaged" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert one.score is None
    assert one.map(0) is None


def test_only_the_newest_run_counts(results: list[Compared]) -> None:
    one = Compared(results[0].translator)
    one.feed(Failed("no"))
    one.feed(Started(results[0].segments))
    one.feed(SegmentDone(0, (results[0].outputs[0],), "end"))
    one.feed(Finished("end", 4, 2.0, "x"))
    assert one.failure is None
    assert one.tokens_per_second == 2.0
