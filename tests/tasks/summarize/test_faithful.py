"""Numbers and names come only from the source, whatever the model would say."""

from pathlib import Path

import pytest
import torch

from seq2seq_desktop.metrics.copying import invented
from seq2seq_desktop.tasks.summarize.faithful import Faithful
from seq2seq_desktop.text.tokenizer import Tokenizer

SOURCE = "L'actrice Emma Stone, 32 ans, a dit à 10:30 que 3.5 millions (12,5 %) d'euros COVID-19 iPhone sont à Paris."


@pytest.fixture(scope="module")
def tokenizer(summarizers: Path) -> Tokenizer:
    return Tokenizer.load(summarizers / "summarize-extract" / "tokenizer.json")


def sayable(rule: Faithful, text: str, tokenizer: Tokenizer, segment: int = 0) -> bool:
    """Whether every piece of `text`, and its end, may be said in turn."""
    ids = (*tokenizer.encode(text).ids, tokenizer.end)
    for place, token in enumerate(ids):
        kept = rule(torch.zeros(1, tokenizer.vocabulary), [ids[:place]], [segment])
        if kept[0, token] == float("-inf"):
            return False
    return True


@pytest.mark.parametrize(
    "text",
    ["Emma Stone a 32 ans", "3.5 millions", "3.5. Paris", "12,5 % d'euros", "Covid-19", "L'Emma", "iPhone", "10:30",
     "Stone-Emma", "PARIS", "que sont euros"],
)  # fmt: skip
def test_what_the_source_names_can_be_said(tokenizer: Tokenizer, text: str) -> None:
    assert not invented(text, SOURCE)
    assert sayable(Faithful([SOURCE], tokenizer), text, tokenizer)


@pytest.mark.parametrize(
    "text",
    ["Emma Watson", "33 ans", "3 ans", "3,5 millions", "10:3", "Pari", "eiPhone", "Parise", "320", "en 1999"],
)
def test_what_the_source_does_not_name_cannot(tokenizer: Tokenizer, text: str) -> None:
    assert invented(text, SOURCE)
    assert not sayable(Faithful([SOURCE], tokenizer), text, tokenizer)


def test_a_word_of_several_pieces_must_stand_in_the_source(tokenizer: Tokenizer) -> None:
    rule = Faithful([SOURCE], tokenizer)
    assert len(tokenizer.encode("actricel").ids) > 1
    assert not sayable(rule, "actricel", tokenizer)
    assert not sayable(rule, "actri sont", tokenizer)


def test_a_word_that_is_one_piece_is_free() -> None:
    worded = Tokenizer.train(["le train part à midi sont"] * 9, 600, ("fr",))
    assert len(worded.encode("train").ids) == 1
    assert "train" not in SOURCE
    assert sayable(Faithful([SOURCE], worded), "train sont", worded)
    assert not sayable(Faithful([SOURCE], worded), "trains", worded)


def test_each_text_of_a_batch_has_facts_of_its_own(tokenizer: Tokenizer) -> None:
    rule = Faithful(["Anna went to Lyon.", "Paul stayed in Rome."], tokenizer)
    assert sayable(rule, "Anna", tokenizer, 0)
    assert not sayable(rule, "Anna", tokenizer, 1)
    assert sayable(rule, "Rome", tokenizer, 1)


def test_nothing_becomes_likelier_and_the_input_stays(tokenizer: Tokenizer) -> None:
    before = torch.randn(2, tokenizer.vocabulary)
    kept = Faithful([SOURCE], tokenizer)(before, [(), tokenizer.encode("Em").ids], [0, 0])
    assert (kept <= before).all()
    assert torch.isfinite(before).all()
