"""Which grid a picture gets, how it is laid under it, and where pictures are found."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.images import Picture
from seq2seq_desktop.tasks.caption.pictures import CELL, GRIDS, MOST_CELLS, grid_of, laid
from seq2seq_desktop.tasks.caption.reading import read_captions
from seq2seq_desktop.tasks.caption.shelf import Shelf


@pytest.mark.parametrize(
    ("size", "grid"),
    [((500, 500), (8, 8)), ((500, 375), (7, 9)), ((375, 500), (9, 7)), ((500, 333), (6, 10)), ((1920, 800), (5, 12))],
)
def test_the_grid_has_the_proportions_of_the_picture(size: tuple[int, int], grid: tuple[int, int]) -> None:
    assert grid_of(*size) == grid


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_every_picture_has_a_grid_and_turning_it_turns_the_grid(width: int, height: int) -> None:
    rows, columns = grid_of(width, height)
    assert (rows, columns) in GRIDS
    assert 56 <= rows * columns <= MOST_CELLS
    if width != height:
        assert grid_of(height, width) == (columns, rows) or rows == columns


def test_the_whole_picture_is_laid_under_the_grid() -> None:
    pixels = np.zeros((100, 150, 3), np.uint8)
    pixels[:, 75:] = 255
    rows, columns = grid_of(150, 100)
    result = laid(Picture(pixels, (150, 100)))
    assert result.shape == (CELL * rows, CELL * columns, 3)
    assert result[:, : CELL * columns // 2 - 8].max() < 10
    assert result[:, CELL * columns // 2 + 8 :].min() > 245
    exact = np.full((CELL * 8, CELL * 8, 3), 7, np.uint8)
    assert (laid(Picture(exact, (256, 256))) == exact).all()


def packed(path: Path, names: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, content in names.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def test_pictures_are_found_in_folders_in_archives_and_in_folders_of_archives(album: Path, tmp_path: Path) -> None:
    content = {name: (album / name).read_bytes() for name in ("a.jpg", "b.png")}
    packed(tmp_path / "one.tar", {"a.jpg": content["a.jpg"]})
    packed(tmp_path / "two.tar", {"deep/b.png": content["b.png"]})
    for shelf, name in (
        (Shelf(album), "a.jpg"),
        (Shelf(tmp_path / "one.tar"), "a.jpg"),
        (Shelf(tmp_path), "a.jpg"),
        (Shelf(tmp_path), "b.png"),
    ):
        assert shelf.content(name) == content[name]
        assert shelf.read(name).size == (96, 64)


def test_what_is_not_there_is_said(album: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"z\.jpg is not in"):
        Shelf(album).read("z.jpg")
    (tmp_path / "broken.tar").write_text("no archive")
    for place in (tmp_path / "broken.tar", tmp_path / "none"):
        with pytest.raises(InputError, match=r"no folder and no \.tar"):
            Shelf(place)


def test_a_list_gives_every_picture_its_captions(tmp_path: Path) -> None:
    path = tmp_path / "captions.tsv"
    path.write_text("a.jpg\tone\nb.jpg\ttwo\na.jpg\tthree\nc.jpg\tfour\n")
    assert read_captions(path) == {"a.jpg": ("one", "three"), "b.jpg": ("two",), "c.jpg": ("four",)}
    assert list(read_captions(path, 2)) == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(("text", "place"), [("a.jpg one\n", "line 1"), ("a.jpg\tone\n\t two\n", "line 2")])
def test_a_list_with_a_bad_line_names_it(text: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "captions.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=place):
        read_captions(path)
