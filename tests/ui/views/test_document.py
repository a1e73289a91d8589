"""The document as its own map: what is shaded where, the strip of the whole length, and how long texts fare."""

from time import monotonic

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QTextCursor

from seq2seq_desktop.ui.theme import DARK, LIGHT, contrast
from seq2seq_desktop.ui.views.document import (
    ALONE_OPACITY,
    SENTENCE_OPACITY,
    VEIL,
    WORD_OPACITY,
    DocumentText,
    Heat,
    OverviewStrip,
    _over,
)

WORDS = "alpha beta gamma delta"


def heat(*entries):
    """Heat from (start, end, weight)."""
    spans = np.array([entry[:2] for entry in entries], np.int64).reshape(-1, 2)
    return Heat(spans, np.array([entry[2] for entry in entries], np.float32))


@pytest.fixture
def text(qtbot):
    widget = DocumentText()
    qtbot.addWidget(widget)
    widget.resize(500, 300)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def place_of(text, point):
    return text.cursorForPosition(point.toPoint()).position()


def test_a_stretch_is_shaded_where_its_words_stand(text):
    text.setPlainText(WORDS)
    text.show_heat(heat((6, 10, 1.0)), heat((0, 5, 0.0)))
    ((box, opacity),) = text.shades()
    assert opacity == pytest.approx(SENTENCE_OPACITY)
    assert place_of(text, box.topLeft() + QPointF(1, 3)) == 6
    assert place_of(text, box.topRight() + QPointF(-1, 3)) == 10


def test_what_was_looked_at_more_is_shaded_more_and_nothing_is_not(text):
    text.setPlainText(WORDS)
    text.show_heat(Heat(), heat((0, 5, 0.1), (6, 10, 0.9), (11, 16, 0.0)))
    (_, little), (_, much) = text.shades()
    assert 0 < little < much <= WORD_OPACITY


def test_sentences_are_shaded_more_where_no_words_are(text):
    text.setPlainText(WORDS)
    text.show_heat(heat((6, 10, 1.0)), Heat())
    assert text.shades()[0][1] == pytest.approx(ALONE_OPACITY)


def test_the_shade_is_painted_under_the_words(text):
    text.setPlainText(WORDS)
    before = text.viewport().grab().toImage()
    text.show_heat(heat((0, 5, 1.0)), Heat())
    after = text.viewport().grab().toImage()
    ((box, _),) = text.shades()
    inside, outside = box.topLeft().toPoint() + QPoint(1, 1), box.topRight().toPoint() + QPoint(40, 1)
    assert before.pixelColor(inside) != after.pixelColor(inside)
    assert before.pixelColor(outside) == after.pixelColor(outside)


def test_what_was_never_read_is_dimmed_and_comes_back(text):
    text.setPlainText("HHHHHHHH HHHHHHHH")
    text.show_unread(np.array([[0, 8]], np.int64))
    dimmed = _darkest(text.viewport().grab().toImage(), 0, 60)
    text.show_unread(np.zeros((0, 2), np.int64))
    assert dimmed > _darkest(text.viewport().grab().toImage(), 0, 60)


def _darkest(image, first, last):
    return min(image.pixelColor(x, y).lightness() for x in range(first, last) for y in range(4, 20))


def test_a_stretch_over_several_lines_has_a_box_on_each(text):
    text.setPlainText("word " * 60 + "\n\nlast")
    text.show_heat(heat((0, 307, 1.0)), Heat())
    heights = {round(box.top()) for box, _ in text.shades()}
    assert len(heights) >= 4


def test_only_what_is_in_view_is_measured_and_scrolling_measures_anew(text, qtbot):
    lines = [f"line {number}" for number in range(2000)]
    whole = "\n".join(lines)
    starts = np.cumsum([0, *(len(line) + 1 for line in lines[:-1])])
    text.setPlainText(whole)
    spans = np.stack([starts, starts + [len(line) for line in lines]], axis=1)
    text.show_heat(Heat(spans, np.ones(2000, np.float32)), Heat())
    assert 5 < len(text.shades()) < 60
    text.reveal(int(starts[1500]))
    first, last = text.in_view()
    assert first < starts[1500] < last
    boxes = [box for box, _ in text.shades()]
    assert all(-30 < box.top() < text.height() + 30 for box in boxes)
    assert len(boxes) > 5


def test_what_is_in_view_does_not_move_when_it_is_asked_for(text):
    text.setPlainText("\n".join(f"line {number}" for number in range(500)))
    text.reveal(10)
    assert text.verticalScrollBar().value() == 0


def test_characters_that_take_two_units_do_not_shift_the_shade(text):
    text.setPlainText("😀😀😀 alpha beta")
    text.show_heat(heat((4, 9, 1.0)), Heat())
    ((box, _),) = text.shades()
    cursor = QTextCursor(text.document())
    cursor.setPosition(place_of(text, box.topLeft() + QPointF(1, 3)))
    cursor.setPosition(place_of(text, box.topRight() + QPointF(-1, 3)), QTextCursor.MoveMode.KeepAnchor)
    assert cursor.selectedText() == "alpha"


@given(st.text(st.sampled_from("ab 😀é\n"), max_size=40), st.data())
@settings(max_examples=40, deadline=None)
def test_places_and_units_are_the_inverse_of_each_other(qapp, content, data):
    widget = DocumentText()
    widget.setPlainText(content)
    place = data.draw(st.integers(0, len(content)))
    assert widget._character(widget._unit(place)) == place
    assert widget._unit(place) == len(content[:place].encode("utf-16-le")) // 2


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_shaded_and_dimmed_words_can_be_read(tokens):
    def blend(over, under, opacity):
        mixed = (round(opacity * a + (1 - opacity) * b) for a, b in
                 zip(QColor(over).getRgb()[:3], QColor(under).getRgb()[:3], strict=True))  # fmt: skip
        return QColor(*mixed).name()

    ground = blend(tokens.accent, blend(tokens.accent, tokens.pane, SENTENCE_OPACITY), WORD_OPACITY)
    assert contrast(tokens.ink, ground) >= 4.5
    assert contrast(tokens.ink, blend(tokens.accent, tokens.pane, ALONE_OPACITY)) >= 4.5
    assert contrast(blend(tokens.pane, tokens.ink, VEIL), tokens.pane) >= 4.5


# The strip


@pytest.fixture
def strip(text, qtbot):
    strip = OverviewStrip(text)
    qtbot.addWidget(strip)
    strip.resize(14, 200)
    strip.show()
    qtbot.waitExposed(strip)
    return strip


def test_the_strip_shows_where_in_the_whole_length_something_was_looked_at(text, strip):
    text.setPlainText("x" * 99 + "\n" + "y" * 100)
    text.show_heat(heat((0, 50, 0.0), (100, 120, 1.0)), Heat())
    text.show_unread(np.array([[150, 200]], np.int64))
    opacity, unread = strip.profile(20)
    assert opacity[10] == pytest.approx(1.0)
    assert not opacity[:10].any()
    assert unread[15:].all()
    assert not unread[:15].any()


def test_a_click_on_the_strip_goes_there(text, strip, qtbot):
    text.setPlainText("\n".join(f"line {number}" for number in range(1000)))
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(5, 150))
    first, last = text.in_view()
    assert first <= strip.place_at(150) < last
    assert text.verticalScrollBar().value() > 600


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 5)), max_size=30), st.integers(1, 50))
@settings(max_examples=60, deadline=None)
def test_nothing_that_was_looked_at_is_missing_on_the_strip(lengths, rows):
    spans, place = [], 0
    for length, gap in lengths:
        spans.append((place, place + length))
        place += length + gap
    found = _over(np.array(spans, np.int64).reshape(-1, 2), np.ones(len(spans), np.float32), rows, max(1, place))
    assert bool(found.any()) == bool(spans)
    for start, _ in spans:
        assert found[min(rows - 1, start * rows // max(1, place))] == 1.0


def test_a_book_is_shaded_within_a_frame_or_two(text):
    """Ten times what a frame may take on a quiet machine, so that a busy one passes."""
    line = "The old lighthouse keeper closed the door and walked slowly down to the sea. " * 8
    lines = [line] * 1000
    whole = "\n\n".join(lines)
    starts = np.array([match * 77 + (match // 8) * 2 for match in range(8000)], np.int64)
    text.setPlainText(whole)
    before = monotonic()
    text.show_heat(Heat(np.stack([starts, starts + 76], axis=1), np.full(8000, 0.5, np.float32)), Heat())
    text.repaint()
    assert monotonic() - before < 0.3
    assert len(text.shades()) < 200
