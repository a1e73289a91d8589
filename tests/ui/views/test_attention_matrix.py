import csv
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.ui.views.attention_matrix import COLOUR_MAPS, AttentionMatrix

SOURCE, TARGET = ["the", "station", "?"], ["la", "gare"]
WEIGHTS = np.array([[0.7, 0.2, 0.1], [0.0, 0.25, 0.75]], np.float32)


@pytest.fixture
def matrix(qtbot):
    matrix = AttentionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(600, 300)
    matrix.show()
    qtbot.waitExposed(matrix)
    matrix.show_map(WEIGHTS, TARGET, SOURCE)
    matrix.draw()
    qtbot.wait(1)
    return matrix


def centre(matrix, row, column):
    point = matrix._view.mapFromScene(matrix.point_at(row, column))
    return QPoint(round(point.x()), round(point.y()))


def test_what_is_shown_is_what_was_given(matrix):
    np.testing.assert_array_equal(matrix.image, WEIGHTS)
    assert matrix.words == (TARGET, SOURCE)
    assert matrix._image.image.base is not None, "the image is a view of the canvas, not a copy"


def test_the_pointer_tells_cell_words_and_value(matrix, qtbot):
    qtbot.mouseMove(matrix._view.viewport(), centre(matrix, 0, 0))
    qtbot.wait(20)  # moves that follow each other faster than 100 a second are left out
    cells, values = [], []
    matrix.cell_hovered.connect(lambda row, column: cells.append((row, column)))
    matrix.value_hovered.connect(values.append)
    qtbot.mouseMove(matrix._view.viewport(), centre(matrix, 1, 2))
    qtbot.waitUntil(lambda: cells == [(1, 2)], timeout=1000)
    assert values == ["gare ← ?: 0.750"]


def test_arrow_keys_go_from_cell_to_cell_and_stop_at_the_edge(matrix, qtbot):
    cells = []
    matrix.cell_hovered.connect(lambda row, column: cells.append((row, column)))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(matrix, key)
    assert cells == [(0, 0), (1, 0), (1, 1), (0, 1)]


def test_zoom_shows_less_and_reset_shows_all(matrix, qtbot):
    view = matrix._plot.getViewBox()
    qtbot.keyClick(matrix, Qt.Key.Key_Plus)
    assert view.viewRect().width() < 3
    qtbot.keyClick(matrix, Qt.Key.Key_Home)
    assert (view.viewRect().width(), view.viewRect().height()) == (3, 2)


def test_growing_row_by_row_keeps_earlier_rows_and_shows_all(matrix):
    rng = np.random.default_rng(0)
    weights = rng.random((150, 90), dtype=np.float32)
    for rows in (1, 63, 64, 65, 150):
        matrix.show_map(weights[:rows], ["t"] * rows, ["s"] * 90)
        matrix.draw()
        np.testing.assert_array_equal(matrix.image, weights[:rows])
    assert matrix._plot.getViewBox().viewRect().height() == 150


def test_a_smaller_map_leaves_nothing_of_the_larger_one(matrix):
    matrix.show_map(WEIGHTS[:1, :2], ["la"], ["the", "station"])
    matrix.draw()
    assert matrix.image.shape == (1, 2)
    matrix.clear()
    matrix.draw()
    assert matrix.image.size == 0
    assert matrix._image.image is None


def test_lit_words_are_framed_and_bold(matrix):
    matrix.light(1, 2)
    assert (matrix.left.lit, matrix.top.lit) == (1, 2)
    assert matrix._row_mark.rect().top() == 1
    assert matrix._column_mark.rect().left() == 2
    matrix.light(None, None)
    assert not matrix._row_mark.isVisible()


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_brighter_means_more_in_every_colour_map(matrix, name):
    matrix.set_colour_map(name)
    table = matrix._bar.colorMap().getLookupTable(nPts=16, mode="float")
    luminance = table[:, :3] @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) > 0).all()


def test_exported_csv_holds_words_and_numbers(matrix, tmp_path):
    matrix.export(tmp_path / "map.csv")
    rows = list(csv.reader((tmp_path / "map.csv").read_text().splitlines()))
    assert rows[0] == ["", *SOURCE]
    assert [row[0] for row in rows[1:]] == TARGET
    np.testing.assert_allclose([[float(cell) for cell in row[1:]] for row in rows[1:]], WEIGHTS)


def test_exported_pictures_are_valid_and_not_blank(matrix, tmp_path):
    matrix.export(tmp_path / "map.png")
    image = QImage(str(tmp_path / "map.png"))
    assert image.width() >= 1000
    assert len({image.pixel(x, image.height() // 2) for x in range(0, image.width(), 20)}) > 3
    matrix.export(tmp_path / "map.svg")
    tree = ElementTree.parse(tmp_path / "map.svg")
    written = [element.text for element in tree.iter() if element.tag.endswith("}text")]
    assert set(SOURCE + TARGET) <= {text.strip() for text in written if text}


def test_an_unknown_kind_of_picture_is_refused(matrix, tmp_path):
    with pytest.raises(InputError, match="gif"):
        matrix.export(tmp_path / "map.gif")


def test_500_by_500_words_are_drawn_fast(matrix, qtbot):
    weights = np.random.default_rng(0).random((500, 500), dtype=np.float32)
    words = ["mot"] * 500
    matrix.show_map(weights, words, words)
    matrix.draw()
    qtbot.wait(1)
    matrix.show_map(weights, words, words)
    matrix.draw()
    np.testing.assert_array_equal(matrix.image, weights)
