"""Spectrogram, waveform and level meter by themselves: what is where, what is drawn, what can be pointed at."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.ui.theme import DARK, LIGHT, Theme, palette
from seq2seq_desktop.ui.views.spectrogram import AxisWord, Spectrogram
from seq2seq_desktop.ui.views.waveform import Waveform, loudness, loudness_of_picture
from seq2seq_desktop.ui.widgets.level_meter import LevelMeter
from seq2seq_desktop.ui.wording import clock

WORDS = (AxisWord("one", 10.0, 11.0), AxisWord("two", 11.0, 12.5), AxisWord("three", 13.0, 14.0))


def alignment() -> np.ndarray:
    """Three words, each looking at one column of fifty."""
    rows = np.zeros((3, 50), np.float32)
    rows[0, 5], rows[1, 20], rows[2, 40] = 0.9, 0.5, 0.8
    return rows


@pytest.fixture
def spectrogram(qtbot: QtBot) -> Spectrogram:
    view = Spectrogram()
    view.setPalette(palette(LIGHT))
    qtbot.addWidget(view)
    view.resize(500, 258)  # 200 px of sound
    view.show()
    qtbot.waitExposed(view)
    sound = np.zeros((80, 500), np.uint8)
    sound[:10] = 255  # low tones
    view.show_sound(10.0, 15.0, sound)
    view.show_words(WORDS, alignment())
    return view


def pixels(view: Spectrogram) -> QImage:
    return view.grab().toImage()


def blueness(image: QImage, x: int, y: int) -> int:
    colour = image.pixelColor(x, y)
    return colour.blue() - colour.red()


def test_times_are_what_people_read() -> None:
    assert [clock(5), clock(65), clock(3_725), clock(65.37, tenths=True)] == ["0:05", "1:05", "1:02:05", "1:05.3"]
    assert [clock(tenth / 10, tenths=True) for tenth in (222, 223, 599)] == ["0:22.2", "0:22.3", "0:59.9"]
    assert clock(59.99, tenths=True) == "0:59.9"


def test_low_tones_are_at_the_bottom(spectrogram: Spectrogram) -> None:
    spectrogram.show_words((), np.zeros((0, 0), np.float32))
    image = pixels(spectrogram)
    assert image.pixelColor(250, 195).lightness() < 100
    assert image.pixelColor(250, 20).lightness() > 200


def test_a_row_of_the_overlay_is_where_its_word_looked(spectrogram: Spectrogram) -> None:
    image = pixels(spectrogram)
    assert blueness(image, 55, 33) > 40  # the first word, top third
    assert blueness(image, 205, 100) > 40  # the second
    assert blueness(image, 300, 100) < 10
    assert blueness(image, 205, 33) < 10  # the first one did not look there


def test_a_word_that_is_lit_has_the_picture_to_itself(spectrogram: Spectrogram) -> None:
    spectrogram.light(2)
    image = pixels(spectrogram)
    assert blueness(image, 405, 20) > 40
    assert blueness(image, 405, 130) > 40
    assert blueness(image, 55, 33) < 10
    spectrogram.light(None)
    assert blueness(pixels(spectrogram), 55, 33) > 40


def test_pointing_at_sound_or_word_tells_the_word(spectrogram: Spectrogram, qtbot: QtBot) -> None:
    told: list[int] = []
    spectrogram.word_hovered.connect(told.append)
    spectrogram.word_hovered.connect(spectrogram.light)
    qtbot.mouseMove(spectrogram, QPoint(200, 100))  # at 12 s
    qtbot.mouseMove(spectrogram, spectrogram.word_point(2).toPoint())
    qtbot.mouseMove(spectrogram, QPoint(275, 100))  # at 12.75 s nobody speaks
    assert told == [1, 2, -1]


def test_the_value_under_the_pointer_is_told(spectrogram: Spectrogram, qtbot: QtBot) -> None:
    values: list[str] = []
    spectrogram.value_hovered.connect(values.append)
    spectrogram.light(1)
    qtbot.mouseMove(spectrogram, QPoint(205, 100))
    assert values[-1] == "0:12.0: 50.0 % of the attention of “two”"


def test_clicks_tell_a_word_or_a_time(spectrogram: Spectrogram, qtbot: QtBot) -> None:
    words: list[int] = []
    times: list[float] = []
    spectrogram.word_clicked.connect(words.append)
    spectrogram.time_clicked.connect(times.append)
    qtbot.mouseClick(spectrogram, Qt.MouseButton.LeftButton, pos=QPoint(50, 100))
    qtbot.mouseClick(spectrogram, Qt.MouseButton.LeftButton, pos=QPoint(450, 100))
    assert words == [0]
    assert times == [pytest.approx(14.5)]


def test_the_keyboard_goes_from_word_to_word(spectrogram: Spectrogram, qtbot: QtBot) -> None:
    clicked: list[int] = []
    spectrogram.word_hovered.connect(spectrogram.light)
    spectrogram.word_clicked.connect(clicked.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(spectrogram, key)
    assert clicked == [1]


def test_zooming_keeps_the_second_under_the_pointer(spectrogram: Spectrogram, qtbot: QtBot) -> None:
    spectrogram.zoom(0.5, 12.0)
    first, last = spectrogram.view
    assert last - first == pytest.approx(2.5)
    assert first < 12.0 < last
    assert spectrogram.second_at((12.0 - first) / 2.5 * spectrogram.width()) == pytest.approx(12.0)
    qtbot.keyClick(spectrogram, Qt.Key.Key_Home)
    assert spectrogram.view == (10.0, 15.0)
    spectrogram.zoom(100)
    assert spectrogram.view == (10.0, 15.0)


def test_words_that_would_overlap_take_another_row_or_none(spectrogram: Spectrogram) -> None:
    crowd = [AxisWord(f"word{index}", 10 + 0.05 * index, 10.05 + 0.05 * index) for index in range(80)]
    spectrogram.show_words(crowd, np.zeros((80, 50), np.float32))
    boxes = list(spectrogram._word_boxes().values())
    assert 5 < len(boxes) < 40
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_it_follows_the_theme(spectrogram: Spectrogram) -> None:
    before = pixels(spectrogram).pixelColor(250, 60).lightness()
    spectrogram.setPalette(palette(DARK))
    assert pixels(spectrogram).pixelColor(250, 60).lightness() < before - 100


def test_saving_with_a_strange_suffix_is_an_error(spectrogram: Spectrogram, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="png"):
        spectrogram.export(tmp_path / "map.bmp")
    spectrogram.export(tmp_path / "map.csv")
    with (tmp_path / "map.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows[0][1] == "10.00"
    assert float(rows[2][21]) == 0.5


def test_nothing_to_show_is_no_error(qtbot: QtBot) -> None:
    view = Spectrogram()
    qtbot.addWidget(view)
    view.show_sound(3.0, 4.0, None)
    view.show_words((AxisWord("gone", 3.0, 3.5),), np.zeros((1, 50), np.float32))
    view.grab()
    view.clear()
    view.grab()
    assert view.word_at(QPointF(10, 10)) == -1


def test_the_strip_marks_stretches_and_tells_times(qtbot: QtBot) -> None:
    strip = Waveform()
    qtbot.addWidget(strip)
    strip.resize(400, strip.height())
    strip.put(2.0, np.full(40, 0.8, np.float32))
    strip.show_total(20.0)
    strip.show_stretches(((2.0, 4.0), (10.0, 12.0)), (10.0, 12.0))
    times: list[float] = []
    strip.time_clicked.connect(times.append)
    strip.show()
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(100, 20))
    assert times == [pytest.approx(5.0, abs=0.1)]
    image = strip.grab().toImage()
    assert image.pixelColor(60, 28) != image.pixelColor(160, 20)  # sound, and none
    assert image.pixelColor(220, 10) != image.pixelColor(60, 3)  # the current stretch is darker
    assert "2 stretches" in strip.accessibleDescription()


def test_values_may_come_late_and_out_of_order() -> None:
    strip = Waveform()
    strip.put(100.0, np.ones(2, np.float32))
    strip.put(1.0, np.full(2, 0.5, np.float32))
    assert len(strip.values) == 2002
    assert strip.values[20:22] == pytest.approx([0.5, 0.5])
    assert strip.values[22:2000].max() == 0
    strip.clear()
    strip.put(0.1, np.ones(1, np.float32))
    assert strip.values == pytest.approx([0, 0, 1])


def test_loudness_of_samples_and_of_a_picture() -> None:
    samples = np.zeros(2000, np.float32)
    samples[900] = -0.7
    assert loudness(samples, 16_000) == pytest.approx([0.0, 0.7])
    picture = np.zeros((80, 12), np.uint8)
    picture[:, 5:10] = 255
    assert loudness_of_picture(picture) == pytest.approx([0.0, 1.0, 0.0])


def test_the_meter_says_level_and_warning(qtbot: QtBot, qapp) -> None:
    Theme(qapp, "light")
    meter = LevelMeter()
    qtbot.addWidget(meter)
    meter.resize(200, 24)
    meter.show_level(-30.0, -20.0, False)
    assert meter.accessibleDescription() == "-20 dB"
    quiet = meter.grab().toImage().pixelColor(50, 12)
    meter.show_level(-3.0, 0.0, True)
    assert meter.too_loud
    assert meter.grab().toImage().pixelColor(50, 12) != quiet
    meter.clear()
    assert not meter.too_loud
    assert meter.accessibleDescription() == "-60 dB"
