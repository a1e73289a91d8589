from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.bundles.card import BundleFile, Card, DataSource, Score, TrainingFacts, read_card, write_card
from seq2seq_desktop.errors import BundleError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
CARDS = st.builds(
    Card,
    name=TEXT,
    task=TEXT,
    languages=st.lists(TEXT, max_size=3).map(tuple),
    description=TEXT,
    limits=TEXT,
    parameters=st.integers(0, 2**40),
    training=st.builds(TrainingFacts, text=TEXT, seconds=NUMBER, tokens=st.integers(0, 2**40)),
    data=st.lists(st.builds(DataSource, name=TEXT, licence=TEXT), max_size=2).map(tuple),
    scores=st.lists(
        st.builds(Score, file=TEXT, command=TEXT, values=st.dictionaries(st.sampled_from(["bleu", "wer"]), NUMBER)),
        max_size=2,
    ).map(tuple),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("card")


@settings(max_examples=50)
@given(card=CARDS)
def test_a_card_comes_back_as_it_was_written(folder: Path, card: Card) -> None:
    write_card(folder, card)
    assert read_card(folder) == card


def edited(folder: Path, old: str, new: str) -> Path:
    path = folder / "card.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_layout_and_comments_are_free(tmp_path: Path) -> None:
    write_card(tmp_path, Card("tiny", "translate"))
    edited(tmp_path, 'name = "tiny"', "# what it is called\nname='tiny'")
    assert read_card(tmp_path).name == "tiny"


def test_a_changed_card_is_refused_until_it_is_written_again(tmp_path: Path) -> None:
    write_card(tmp_path, Card("tiny", "translate", use="research and personal use"))
    edited(tmp_path, "research and personal use", "whatever you like")
    with pytest.raises(BundleError, match=r"card\.toml was changed.*restore"):
        read_card(tmp_path)
    write_card(tmp_path, Card("tiny", "translate", use="research"))
    assert read_card(tmp_path).use == "research"


def test_a_card_of_another_format_says_so(tmp_path: Path) -> None:
    write_card(tmp_path, Card("tiny", "translate"))
    edited(tmp_path, "format = 1", "format = 2")
    with pytest.raises(BundleError, match=r"format = 2 is not known.*newer version of the program"):
        read_card(tmp_path)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a\\b", "..", "", "C:x"])
def test_a_card_cannot_name_files_elsewhere(tmp_path: Path, name: str) -> None:
    write_card(tmp_path, replace(Card("tiny", "translate"), files=(BundleFile(name, 1, "0" * 64),)))
    with pytest.raises(BundleError, match="no plain file name"):
        read_card(tmp_path)


@pytest.mark.parametrize(
    ("card", "told"),
    [
        (Card("tiny", 3), "task = 3 is of the wrong type"),  # type: ignore[arg-type]
        (Card("tiny", "translate", languages=(1,)), "languages"),  # type: ignore[arg-type]
        (Card("tiny", "translate", scores=(Score("f", "c", {"bleu": "high"}),)), "scores"),  # type: ignore[dict-item]
        (Card("tiny", "translate", data="free"), "data"),  # type: ignore[arg-type]
    ],
)
def test_a_field_of_the_wrong_type_is_named(tmp_path: Path, card: Card, told: str) -> None:
    write_card(tmp_path, card)
    with pytest.raises(BundleError, match=told):
        read_card(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"name = ", b"[[[", b"x = " + b"[" * 5000])
def test_what_is_no_card_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "card.toml").write_bytes(content)
    with pytest.raises(BundleError, match=r"card\.toml"):
        read_card(tmp_path)


def test_a_missing_card_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"card\.toml is missing.*models verify"):
        read_card(tmp_path)
