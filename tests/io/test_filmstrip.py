"""Where a captioner looked, drawn: the heat lies where it was, the file is whole or not there."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.filmstrip import heated, save_filmstrip

GREY = np.full((40, 60, 3), 128, np.uint8)


def test_heat_lies_where_it_was_looked() -> None:
    heat = np.zeros((2, 3), np.float32)
    heat[0, 2] = 1
    shown = heated(GREY, heat, width=60).astype(int)
    assert shown.shape == (40, 60, 3)
    assert (np.abs(shown[30, 10] - 128) <= 2).all(), "unheated stays as it is"
    assert shown[8, 52, 0] > 200 > 90 > shown[8, 52, 2]


def test_a_strip_has_a_thumbnail_a_word(tmp_path: Path) -> None:
    maps = np.full((7, 2, 3), 1 / 6, np.float32)
    save_filmstrip(GREY, [f" word{number}" for number in range(7)], maps, tmp_path / "seven.png")
    save_filmstrip(GREY, ["one"], maps[:1], tmp_path / "one.png")
    with Image.open(tmp_path / "seven.png") as seven, Image.open(tmp_path / "one.png") as one:
        assert seven.size[0] > 4 * one.size[0] > 900
        assert seven.size[1] > 1.8 * one.size[1]
        title = np.asarray(one.convert("L"))[:40]
    assert title.min() < 100, "the word stands above"


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    maps = np.full((1, 2, 3), 1 / 6, np.float32)
    with pytest.raises(InputError, match=r"choose \.png"):
        save_filmstrip(GREY, ["one"], maps, tmp_path / "strip.txt")
    save_filmstrip(GREY, ["one"], maps, tmp_path / "strip.png")
    with pytest.raises(InputError, match="exists already"):
        save_filmstrip(GREY, ["one"], maps, tmp_path / "strip.png")
