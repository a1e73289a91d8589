from pathlib import Path

import pytest

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import InputError
from seq2seq_desktop.tasks.translate.evaluate import TestPair as Pair
from seq2seq_desktop.tasks.translate.evaluate import by_length, evaluate, read_test_pairs
from seq2seq_desktop.tasks.translate.spec import TranslateRequest
from seq2seq_desktop.tasks.translate.task import TranslateTask

OPTIONS = DecodeOptions(max_length=12)


def test_pairs_may_have_several_references(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("A cat.\tUn chat.\tUne chatte.\nA dog.\tUn chien.\n", encoding="utf-8")
    assert read_test_pairs(path) == [Pair("A cat.", ("Un chat.", "Une chatte.")), Pair("A dog.", ("Un chien.",))]
    assert len(read_test_pairs(path, limit=1)) == 1


def test_a_line_without_reference_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("A cat.\tUn chat.\nA dog.\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        read_test_pairs(path)


def test_a_models_own_output_scores_a_hundred(tiny: TranslateTask) -> None:
    sources = [f"Where is the book number {number}? It left." for number in range(5)]
    own = [list(tiny.run(TranslateRequest(s, "fr", "en", OPTIONS)))[-1].text for s in sources]
    pairs = [Pair(source, (output, "autre chose")) for source, output in zip(sources, own, strict=True)]
    result = evaluate(tiny, pairs, "en", "fr", OPTIONS)
    assert result.scores.bleu == pytest.approx(100)
    assert result.scores.chrf == pytest.approx(100)
    assert len(result.outputs) == 5


def test_scores_by_length_are_those_of_the_sentences_of_that_length() -> None:
    short, long = "one two three four five", " ".join(["word"] * 41)
    pairs = [
        Pair(short, ("un deux trois quatre cinq",)),
        Pair(long, ("le mot " * 20,)),
        Pair("six " * 6, ("six " * 6,)),
    ]
    found = by_length(pairs, ["un deux trois quatre cinq", "rien", "six " * 6])
    assert [(one.name, one.sentences) for one in found] == [("1-5", 1), ("6-10", 1), ("41+", 1)]
    assert [one.scores.bleu for one in found] == pytest.approx([100, 100, 0], abs=0.01)
