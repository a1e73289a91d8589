"""Picture, filmstrip and figure by themselves: where the heat lies, what is dimmed, what can be pointed at."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.ui.theme import LIGHT, palette
from seq2seq_desktop.ui.views.contact_sheet import Sheet, save_sheet
from seq2seq_desktop.ui.views.filmstrip import Filmstrip
from seq2seq_desktop.ui.views.heat import covered, heat, interest, placed, shade, smooth
from seq2seq_desktop.ui.views.picture import WHOLE, PictureView, as_image

ROWS, COLUMNS = 3, 4
GRID = (ROWS, COLUMNS)


def looks(*cells: int) -> np.ndarray:
    """A word a cell, each looking almost only there."""
    rows = np.full((len(cells), ROWS * COLUMNS), 0.001, np.float32)
    rows[np.arange(len(cells)), list(cells)] = 0.989
    return rows


def grey(width: int = 400, height: int = 300) -> QImage:
    return as_image(np.full((height, width, 3), 128, np.uint8))


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    view = PictureView()
    view.setPalette(palette(LIGHT))
    qtbot.addWidget(view)
    view.resize(500, 300)  # the picture fills the height: 400 px wide, 50 px free at each side
    view.show()
    qtbot.waitExposed(view)
    view.show_image(grey())
    view.show_looks(GRID, WHOLE, looks(0, 11))
    return view


@pytest.fixture
def film(qtbot: QtBot) -> Filmstrip:
    film = Filmstrip()
    film.setPalette(palette(LIGHT))
    qtbot.addWidget(film)
    film.resize(700, 140)
    film.show()
    qtbot.waitExposed(film)
    film.show_image(grey())
    film.show_words(("two", "dogs"), GRID, WHOLE, looks(0, 11))
    return film


def redness(image: QImage, x: float, y: float) -> int:
    colour = image.pixelColor(int(x), int(y))
    return colour.red() - colour.blue()


def pixels(widget: PictureView | Filmstrip) -> QImage:
    return widget.grab().toImage()


# Heat


def test_a_picture_of_rgb_is_what_it_was() -> None:
    source = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    image = as_image(source)
    assert [image.pixelColor(6, 4).red(), image.pixelColor(6, 4).blue()] == [source[4, 6, 0], source[4, 6, 2]]


def test_heat_is_smooth_and_strongest_in_its_cell() -> None:
    weights = looks(5)[0].reshape(GRID)
    fine = smooth(weights)
    row, column = np.unravel_index(fine.argmax(), fine.shape)
    size = fine.shape[0] // ROWS
    assert (row // size, column // size) == (1, 1)
    assert np.abs(np.diff(fine, axis=1)).max() < 0.1 * fine.max()  # no edges between cells
    assert np.allclose(smooth(np.full(GRID, 0.25, np.float32)), 0.25)


def test_heat_has_one_hue_and_its_own_opacity() -> None:
    weights = looks(0)[0].reshape(GRID)
    image = heat(weights, 0.5)
    assert 115 < opaque(image) <= 128
    assert opaque(heat(np.zeros(GRID, np.float32), 0.5)) == 0


def opaque(image: QImage) -> int:
    """The highest opacity in a picture."""
    return max(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))


def test_a_word_that_looks_nowhere_in_particular_is_faint() -> None:
    even = np.full(GRID, 1 / 12, np.float32)
    assert opaque(heat(even, 1.0)) == 0
    even[0, 0] *= 1.2
    assert 5 < opaque(heat(even / even.sum(), 1.0)) < 40
    assert interest(looks(3))[0].round(2).tolist() == [0, 0, 0, 1, *[0] * 8]


def test_what_no_word_looked_at_is_dark() -> None:
    assert covered(looks(0, 11)).round(2).tolist() == [1, *[0] * 10, 1]
    assert covered(np.full((2, 12), 1 / 12, np.float32)).tolist() == [0] * 12  # nothing in particular
    dark = shade(looks(0), GRID)
    assert dark.pixelColor(2, 2).alpha() < 40
    assert dark.pixelColor(dark.width() - 2, dark.height() - 2).alpha() > 180


def test_cells_cover_their_part_of_the_picture() -> None:
    assert placed((0.25, 0.0, 0.75, 1.0), QRectF(100, 10, 200, 50)) == QRectF(150, 10, 100, 50)


# The picture


def test_the_word_that_is_lit_shows_where_it_looked(view: PictureView) -> None:
    plain = pixels(view)
    assert abs(redness(plain, 90, 40)) < 5
    view.light(0)
    first = pixels(view)
    assert redness(first, 90, 40) > 60
    assert redness(first, 410, 260) < 15
    view.light(1)
    assert redness(pixels(view), 410, 260) > 60
    view.light(None)
    assert abs(redness(pixels(view), 410, 260)) < 5


def test_opacity_makes_the_heat_fainter(view: PictureView) -> None:
    view.light(0)
    strong = redness(pixels(view), 90, 40)
    view.set_opacity(0.2)
    assert 5 < redness(pixels(view), 90, 40) < strong / 2


def test_coverage_dims_what_no_word_looked_at(view: PictureView) -> None:
    view.set_coverage(True)
    image = pixels(view)
    assert image.pixelColor(250, 150).lightness() < 60
    assert image.pixelColor(90, 40).lightness() > 100
    view.set_coverage(False)
    assert pixels(view).pixelColor(250, 150).lightness() > 120


def test_a_grid_that_covers_the_middle_is_drawn_there(view: PictureView) -> None:
    view.show_looks(GRID, (0.25, 0.0, 0.75, 1.0), looks(0))
    view.light(0)
    image = pixels(view)
    assert redness(image, 165, 40) > 60
    assert abs(redness(image, 100, 40)) < 5
    assert view.cell_at(QPointF(100, 40)) == -1
    assert view.cell_at(QPointF(165, 40)) == 0


def test_pointing_tells_the_cell_and_frames_it(view: PictureView, qtbot: QtBot) -> None:
    told: list[int] = []
    view.cell_hovered.connect(told.append)
    for x, y in ((60, 10), (60, 290), (440, 290), (20, 150)):
        qtbot.mouseMove(view, QPoint(x, y))
    assert told == [0, 8, 11, -1]
    view.frame_cell(5)
    edge = view.cell_area(5)
    assert pixels(view).pixelColor(int(edge.left()) + 1, int(edge.center().y())).lightness() > 240


def test_arrows_go_from_cell_to_cell(view: PictureView, qtbot: QtBot) -> None:
    told: list[int] = []
    view.cell_hovered.connect(told.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert told == [7, 3, 2]  # from the middle: to the edge and no further


def test_zooming_keeps_what_is_under_the_pointer_and_dragging_moves_it(view: PictureView, qtbot: QtBot) -> None:
    corner = QPointF(60, 10)
    assert view.cell_at(corner) == 0
    view.zoom(2.0, corner)
    assert view.area.width() == pytest.approx(800)
    assert view.cell_at(corner) == 0
    assert view.cell_at(QPointF(440, 290)) not in (-1, 11)  # the far corner is out of sight
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(480, 280))
    for x, y in ((300, 200), (20, 10)):
        QTest.mouseMove(view, QPoint(x, y))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert view.cell_at(QPointF(480, 280)) == 11
    view.light(1)
    assert redness(pixels(view), 440, 240) > 60  # the heat moves with its picture
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert (view.scale, view.cell_at(corner)) == (1.0, 0)


def test_the_picture_never_leaves_its_view(view: PictureView, qtbot: QtBot) -> None:
    for _ in range(40):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    for middle in (QPointF(-9, -9), QPointF(9, 9)):
        view._look_at(middle)
        assert view.area.contains(QRectF(view.rect()))
    for _ in range(60):
        qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.area == QRectF(50, 0, 400, 300)


def test_a_map_that_does_not_fit_its_grid_is_not_drawn(view: PictureView) -> None:
    view.light(0)
    view.show_looks((2, 2), WHOLE, looks(0, 11))
    assert view.grid == (0, 0)
    assert view.cell_at(QPointF(250, 150)) == -1
    assert abs(redness(pixels(view), 90, 40)) < 5


def test_without_a_picture_there_is_a_sentence(view: PictureView) -> None:
    view.clear()
    blank = pixels(view)
    view.show_image(None, "Drop pictures here")
    assert pixels(view) != blank
    assert view.cell_at(QPointF(250, 150)) == -1


# The filmstrip


def test_each_thumbnail_has_the_heat_of_its_word(film: Filmstrip) -> None:
    image = film.frames.grab().toImage()
    first, second = (film.frames.frame_area(word) for word in range(2))
    assert redness(image, first.left() + 15, 12) > 50
    assert redness(image, second.left() + 15, 12) < 15
    assert redness(image, second.right() - 15, 100) > 50


def test_pointing_at_a_thumbnail_tells_its_word_and_a_click_too(film: Filmstrip, qtbot: QtBot) -> None:
    hovered, clicked = [], []
    film.word_hovered.connect(hovered.append)
    film.word_clicked.connect(clicked.append)
    middle = film.frames.frame_area(1).center()
    qtbot.mouseMove(film.frames, middle)
    qtbot.mouseClick(film.frames, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(film.frames, QPoint(2, 30))
    assert (hovered, clicked) == ([1, -1], [1])


def test_the_keyboard_goes_from_word_to_word(film: Filmstrip, qtbot: QtBot) -> None:
    clicked: list[int] = []
    film.word_hovered.connect(lambda word: film.light([word]))
    film.word_clicked.connect(clicked.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(film, key)
    assert clicked == [0]


def test_the_newest_word_stays_in_view_while_words_come(film: Filmstrip, qtbot: QtBot) -> None:
    words = [f"word{number}" for number in range(30)]
    film.show_words(words[:15], GRID, WHOLE, looks(*range(12), 0, 1, 2), growing=True)
    film.show_words(words, GRID, WHOLE, looks(*[0] * 30), growing=True)
    bar = film.horizontalScrollBar()
    assert bar.value() == bar.maximum() > 0
    film.show_words(words, GRID, WHOLE, looks(*[0] * 30))
    assert bar.value() == 0
    film.light([29])
    assert bar.value() > bar.maximum() // 2


# The figure


def sheet(words: int = 5) -> Sheet:
    names = [f"word{number}" for number in range(words)]
    return Sheet(grey(), "five words", names, GRID, WHOLE, looks(*range(words)), 0.7)


def test_a_figure_has_a_picture_a_word(tmp_path: Path, qapp: object) -> None:
    save_sheet(sheet(), tmp_path / "a.png", palette(LIGHT))
    save_sheet(sheet(), tmp_path / "a.svg", palette(LIGHT))
    image = QImage(str(tmp_path / "a.png"))
    made = sheet()
    assert image.size() == made.size * 2
    hot = sum(image.pixelColor(x, y).red() - image.pixelColor(x, y).blue() > 60
              for x in range(0, image.width(), 6) for y in range(0, image.height(), 6))  # fmt: skip
    assert hot > 50
    assert b"word4" in (tmp_path / "a.svg").read_bytes()


def test_a_table_has_a_row_a_word(tmp_path: Path, qapp: object) -> None:
    save_sheet(sheet(2), tmp_path / "a.csv", palette(LIGHT))
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0][:3] == ["five words", "row 1 column 1", "row 1 column 2"]
    assert [row[0] for row in rows[1:]] == ["word0", "word1"]
    assert float(rows[2][2]) == pytest.approx(0.989)


def test_other_kinds_are_refused(tmp_path: Path, qapp: object) -> None:
    with pytest.raises(InputError, match=r"a\.pdf"):
        save_sheet(sheet(), tmp_path / "a.pdf", palette(LIGHT))
