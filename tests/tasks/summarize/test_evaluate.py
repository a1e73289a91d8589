"""Test files in, scores out, beside the baselines."""

import json
import lzma
from pathlib import Path

import pytest

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import InputError
from seq2seq_desktop.tasks.summarize.baselines import BASELINES
from seq2seq_desktop.tasks.summarize.corpus import Summarized, read_summaries
from seq2seq_desktop.tasks.summarize.evaluate import Asked, evaluate, evaluate_baseline, sentence_count, usual_length
from seq2seq_desktop.tasks.summarize.task import SummarizeTask

TEXT = "The train to Lyon left at noon. It rained. The train was full of people from Lyon. Nobody sang. I slept."
DOCUMENT = Summarized(TEXT, "en", ("The train left. Nobody sang.", "It rained."))
FIELDS = {"text": TEXT, "lang": "en", "summary": "It rained.", "title": "Rain"}


def file_of(folder: Path, *objects: object, name: str = "test.jsonl.xz") -> Path:
    path = folder / name
    text = "".join(json.dumps(item) + "\n" for item in objects)
    path.write_bytes(lzma.compress(text.encode()) if name.endswith("xz") else text.encode())
    return path


def test_a_file_gives_documents_with_all_their_references(tmp_path: Path) -> None:
    path = file_of(tmp_path, {**FIELDS, "references": ["It rained.", "Rain."]}, FIELDS)
    first, second = read_summaries(path)
    assert first.references == ("It rained.", "Rain.")
    assert second == Summarized(TEXT, "en", ("It rained.",))
    assert [one.references for one in read_summaries(path, 1, "title")] == [("Rain",)]
    assert len(list(read_summaries(file_of(tmp_path, FIELDS, FIELDS, name="plain.jsonl"), 1))) == 1


def test_a_file_that_cannot_be_used_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 2"):
        list(read_summaries(file_of(tmp_path, FIELDS, [1, 2])))
    with pytest.raises(InputError, match="not all text"):
        list(read_summaries(file_of(tmp_path, {"text": 3, "summary": "x"})))
    with pytest.raises(InputError, match="no document with a title"):
        list(read_summaries(file_of(tmp_path, {"text": "a", "summary": "b"}), field="title"))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_summaries(tmp_path / "none.jsonl"))
    (tmp_path / "broken.xz").write_bytes(b"no xz")
    with pytest.raises(InputError, match="damaged"):
        list(read_summaries(tmp_path / "broken.xz"))


def test_references_say_what_is_asked_for() -> None:
    assert usual_length([DOCUMENT]) == "headline"
    assert usual_length([Summarized("x", "en", ("word " * 20,))]) == "short"
    assert sentence_count(DOCUMENT) == 2
    assert sentence_count(Summarized("x", "en", ("42",))) == 1


def test_an_extract_is_as_long_as_the_reference_and_invents_nothing(task: SummarizeTask) -> None:
    found = evaluate(task, [DOCUMENT, DOCUMENT], Asked("extract", "short", DecodeOptions()))
    assert found.outputs[0] == found.outputs[1]
    assert sum(found.outputs[0].count(mark) for mark in ".") == 2
    assert found.copying.faithfulness == found.copying.copy_rate == 1
    assert found.rouge.rouge1 > 0


def test_the_baselines_choose_as_many_sentences_from_the_same_ones() -> None:
    lead = evaluate_baseline("lead", [DOCUMENT])
    assert lead.outputs == ("The train to Lyon left at noon. It rained.",)
    rank = evaluate_baseline("textrank", [DOCUMENT]).outputs[0]
    assert "The train to Lyon left at noon." in rank
    assert "The train was full of people from Lyon." in rank


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_gives_what_there_is(name: str) -> None:
    assert BASELINES[name](["One here.", "Two here."], 5, "fr") == ["One here.", "Two here."]
    assert BASELINES[name]([], 1, "en") == []


def test_without_documents_there_is_nothing_to_measure(task: SummarizeTask) -> None:
    with pytest.raises(InputError, match="no document"):
        evaluate(task, [], Asked("extract", "short", DecodeOptions()))
