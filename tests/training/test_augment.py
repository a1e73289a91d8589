from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.text.tokenizer import PLACEHOLDERS
from seq2seq_desktop.training.augment import Augmenter
from seq2seq_desktop.training.recipe import Augmentation


def changed(source: str, target: str, seed: int = 0, **options: Any) -> tuple[str, str]:
    return Augmenter(Augmentation(**options))(source, target, np.random.default_rng(seed))


@given(st.lists(st.from_regex(r"[1-9][0-9]{0,3}([.,:][0-9]{1,2})?", fullmatch=True), unique=True), st.integers(0, 99))
def test_both_sides_get_the_same_numbers(numbers: list[str], seed: int) -> None:
    source, target = "a " + " b ".join(numbers), "x " + " y ".join(reversed(numbers))
    ours, theirs = changed(source, target, seed, new_number=1.0)
    found = ours.split()[1::2]
    assert sorted(found) == sorted(theirs.split()[1::2])
    assert [[c.isdigit() for c in number] for number in found] == [
        [c.isdigit() for c in number] for number in numbers
    ]
    assert not any(number.startswith("0") for number in found)


def test_a_number_inside_another_one_is_left_alone() -> None:
    source, target = changed("12.5 and 12", "12 et 12,5", new_number=1.0)
    assert source.startswith("12.5 and ")
    assert target.endswith(" et 12,5")
    assert source.rpartition(" ")[2] == target.partition(" ")[0] != "12"


def test_both_sides_get_the_same_invented_name() -> None:
    source, target = changed("I saw Peter.", "J'ai vu Peter.", new_name=1.0)
    name = source.removeprefix("I saw ").removesuffix(".")
    assert name != "Peter"
    assert name.istitle()
    assert target == f"J'ai vu {name}."


def test_a_name_that_stands_twice_or_once_only_is_kept() -> None:
    pair = ("Peter met Peter and Anna", "Peter a vu Marie")
    assert changed(*pair, new_name=1.0) == pair


def test_both_sides_get_the_same_placeholders_each_once() -> None:
    source, target = changed("from 3 to 17", "de 3 à 17", placeholder=1.0)
    first, second = source.split()[1], source.split()[3]
    assert first != second
    assert {first, second} <= set(PLACEHOLDERS)
    assert target == f"de {first} à {second}"


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("lower_case", ("he left. ok!", "Il est parti. OK !")),
        ("upper_case", ("HE LEFT. OK!", "IL EST PARTI. OK !")),
        ("no_final_mark", ("He left. OK", "Il est parti. OK")),
    ],
)
def test_case_and_final_marks(option: str, expected: tuple[str, str]) -> None:
    assert changed("He left. OK!", "Il est parti. OK !", **{option: 1.0}) == expected


def test_without_options_nothing_changes() -> None:
    pair = ("Peter has 12.", "Peter en a 12.")
    assert changed(*pair) == pair
