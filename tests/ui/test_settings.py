from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.engine.messages import Configure
from seq2seq_desktop.ui.settings import DEFAULTS, Settings

values = st.one_of(
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.binary(),
    st.lists(st.integers() | st.text(st.characters(exclude_categories=["Cs"]))),
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.booleans()),
)


@given(value=values)
def test_what_is_set_is_read_back_after_a_restart(value: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.ini"
    first = Settings(file)
    first.set("tab/value", value)
    assert first.save()
    assert Settings(file).get("tab/value", type(value)()) == value


def test_defaults_hold_until_something_is_chosen(settings: Settings) -> None:
    assert {key: settings.choice(key) for key in DEFAULTS} == DEFAULTS
    assert settings.configuration() == Configure("auto", "auto", 0, 10)


def test_only_a_real_change_is_told(settings: Settings, qtbot: Any) -> None:
    with qtbot.waitSignal(settings.changed) as told:
        settings.set("theme", "dark")
    assert told.args == ["theme"]
    with qtbot.assertNotEmitted(settings.changed):
        settings.set("theme", "dark")


@pytest.mark.parametrize(
    "line",
    ["threads=many", "threads=-5", 'threads="[1"', "theme=pink", 'history_on="\\"yes\\""', "\0\1\2", "[broken"],
)
def test_a_damaged_file_reads_as_defaults(tmp_path: Path, line: str) -> None:
    file = tmp_path / "settings.ini"
    file.write_text(f"[General]\n{line}\n", encoding="utf-8")
    settings = Settings(file)
    assert {key: settings.choice(key) for key in DEFAULTS} == DEFAULTS


def test_another_type_than_asked_for_reads_as_the_default(settings: Settings) -> None:
    settings.set("tab/beams", True)
    assert settings.get("tab/beams", 4) == 4
    settings.set("tab/width", 3)
    assert settings.get("tab/width", 0.5) == 3.0
