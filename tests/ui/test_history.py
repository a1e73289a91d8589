import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.ui.history import History, HistoryRecord, packed, unpacked


@pytest.fixture
def history(tmp_path: Path) -> Any:
    history = History(tmp_path / "history.sqlite")
    yield history
    history.close()


def record(text: str = "The cat sleeps.", result: str = "Le chat dort.") -> HistoryRecord:
    attention = np.random.default_rng(1).random((3, 2, 2, 4), dtype=np.float32)
    options = {"beams": 4, "pieces": ["▁Le", "▁chat"], "target": "fr"}
    return HistoryRecord("translate", text, result, "toy", options, {"segment-0": attention})


def test_a_result_comes_back_with_its_attention_after_a_restart(history: History) -> None:
    stored = history.add(record())
    history.close()
    again = History(history.file).get(stored.id)
    assert again is not None
    assert (again.text, again.result, again.task, again.bundle, again.options) == (
        "The cat sleeps.",
        "Le chat dort.",
        "translate",
        "toy",
        record().options,
    )
    np.testing.assert_allclose(again.attention["segment-0"], record().attention["segment-0"], atol=1e-3)
    assert again.attention["segment-0"].dtype == np.float32
    assert again.time > 0


def test_the_newest_comes_first_and_every_word_must_be_there(history: History) -> None:
    for text, result in (("one cat", "un chat"), ("one dog", "un chien"), ("the été", "l'été à Orléans")):
        history.add(record(text, result))
    assert [found.text for found in history.search()] == ["the été", "one dog", "one cat"]
    assert [found.text for found in history.search("one chat")] == ["one cat"]
    assert [found.text for found in history.search("ETE orlea")] == ["the été"]
    assert history.search("nothing like this") == []


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Any:
    history = History(tmp_path_factory.mktemp("history") / "history.sqlite")
    history.add(record())
    yield history
    history.close()


@given(words=st.text())
def test_no_search_text_is_an_error(words: str, searched: History) -> None:
    assert len(searched.search(words)) <= 1


def test_forgetting_one_and_all(history: History) -> None:
    first, second = history.add(record("first")), history.add(record("second"))
    history.delete(first.id)
    assert [found.id for found in history.search()] == [second.id]
    assert history.search("first") == []
    history.clear()
    assert history.search() == []
    assert history.get(second.id) is None


def test_what_was_cleared_is_not_on_the_disk_any_more(history: History) -> None:
    history.add(record("a secret that nobody may read"))
    history.clear()
    left = b"".join(file.read_bytes() for file in history.file.parent.glob("history.sqlite*"))
    assert b"a secret" not in left


def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    file.write_bytes(b"this is no database at all" * 100)
    history = History(file)
    assert history.set_aside is not None
    assert history.set_aside.read_bytes().startswith(b"this is no database")
    assert history.search() == []
    history.close()


def test_a_file_that_cannot_be_opened_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite").mkdir()
    history = History(tmp_path / "history.sqlite")
    assert not history.durable
    assert history.set_aside is None
    stored = history.add(record())
    assert history.get(stored.id) is not None
    history.close()
    assert (tmp_path / "history.sqlite").is_dir()


def test_a_disk_that_is_full_is_said_with_the_file(history: History) -> None:
    with sqlite3.connect(history.file) as pages:
        count = pages.execute("PRAGMA page_count").fetchone()[0]
    pages.close()
    history._database.execute(f"PRAGMA max_page_count = {count}")
    with pytest.raises(InputError, match=r"history\.sqlite.*full"):
        history.add(record("x" * 1_000_000))
    assert history.search() == []


def test_damaged_attention_is_no_attention() -> None:
    blob = packed({"map": np.ones((2, 2), np.float32)})
    assert blob is not None
    assert unpacked(blob[: len(blob) // 2]) == {}
    assert unpacked(b"junk") == {}
    assert unpacked(None) == {}
    assert packed({}) is None
