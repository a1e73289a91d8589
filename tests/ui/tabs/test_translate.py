"""The Translate tab, played by hand: typing, streaming, hovering, branching, cancelling."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget

from seq2seq_desktop.events import Failed, Finished, Progress, SegmentDone, Started
from seq2seq_desktop.tasks.translate.spec import Branch
from seq2seq_desktop.ui.tabs.translate.record import from_record
from seq2seq_desktop.ui.tabs.translate.tab import TranslateTab
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW


def shown(tab, side=NOW):
    return tab.parts.target.texts[side].text()


def type_in(tab, qtbot, text):
    tab.parts.source.text.setFocus()
    qtbot.keyClicks(tab.parts.source.text, text)


@pytest.fixture
def translated(tab, played, kit):
    """A tab with one sentence translated."""
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    played.tell(played.last, kit.translated())
    return tab


# Typing


def test_typing_translates_after_a_pause_and_only_then(tab, played, qtbot, kit):
    type_in(tab, qtbot, kit.SOURCE)
    assert not played.requests
    qtbot.waitUntil(lambda: bool(played.requests), timeout=2000)
    assert len(played.requests) == 1
    assert played.request.text == kit.SOURCE
    assert (played.request.source, played.request.target) == ("en", "fr")
    assert tab.busy


def test_typing_on_replaces_what_runs(tab, played, kit):
    tab.parts.source.text.setPlainText("One")
    tab.run_again()
    first = played.last
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    assert first in played.cancelled
    played.tell(played.last, kit.translated())
    assert shown(tab) == "Où est la gare ?"


def test_an_emptied_pane_shows_nothing(translated, played, qtbot):
    translated.parts.source.text.clear()
    qtbot.waitUntil(lambda: shown(translated) == "", timeout=2000)
    assert translated.parts.map.matrix().image.size == 0
    assert len(played.requests) == 1


def test_detection_finds_the_direction(tab, played, qtbot):
    tab.parts.direction.choose(None, "fr")
    tab.parts.source.text.setPlainText("Il pleut depuis ce matin et nous restons à la maison.")
    tab.run_again()
    qtbot.waitUntil(lambda: bool(played.requests), timeout=5000)
    assert (played.request.source, played.request.target) == ("fr", "en")
    assert "Français" in tab.parts.direction.note.text()


def test_swapping_asks_for_the_other_direction(translated, played, qtbot):
    qtbot.mouseClick(translated.parts.direction.swap, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(played.requests) == 2, timeout=2000)
    assert (played.request.source, played.request.target) == ("fr", "en")


def test_choosing_the_same_language_twice_moves_the_other_away(tab):
    tab.parts.direction.source.setCurrentIndex(2)
    assert tab.parts.direction.direction() == ("fr", "en")
    tab.parts.direction.target.setCurrentIndex(1)
    assert tab.parts.direction.direction() == ("en", "fr")


def test_a_sample_fills_the_pane(tab, played, qtbot):
    qtbot.mouseClick(tab.parts.source.sample, Qt.MouseButton.LeftButton)
    assert tab.parts.source.text.toPlainText()
    assert len(played.requests) == 1
    assert tab.parts.source.sample.isHidden() or not tab.parts.source.sample.isVisible()


def test_a_text_in_an_unknown_language_is_warned_of_while_it_is_translated(tab, played, kit):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    started, *rest = kit.translated()
    played.tell(played.last, [replace(started, unknown_language="he"), *rest])
    assert "עברית" in tab.parts.target.banner.text
    assert "English" in tab.parts.target.banner.text
    assert shown(tab) == "Où est la gare ?"
    tab.run_again()
    played.tell(played.last, kit.translated())
    assert not tab.parts.target.banner.text


def test_the_map_of_a_model_without_attention_is_saliency_and_says_so_in_the_history_too(tab, played, kit):
    tab._set_text(kit.SOURCE)
    tab.run_again()
    assert played.request.saliency
    started, *rest = kit.translated()
    done = next(event for event in rest if isinstance(event, SegmentDone))
    best = done.hypotheses[0]
    rows = np.eye(len(best.tokens), len(started.segments[0].pieces), 1, np.float32)
    plain = replace(done, hypotheses=(replace(best, attention=None, saliency=rows),))
    kept: list = []
    tab.result.connect(kept.append)
    played.tell(played.last, [started, *(replace(one, attention=None) for one in rest[:-2]), plain, rest[-1]])
    matrix = tab.parts.map.matrix()
    assert matrix.title == "Saliency (input gradient), not attention"
    assert matrix.image[2].argmax() == 1  # "la" depends on "is"
    tab.run_again()
    played.tell(played.last, kit.translated())
    assert matrix.title == ""
    tab.show_history(kept[0])
    assert matrix.title == "Saliency (input gradient), not attention"
    assert matrix.image[2].argmax() == 1


# Streaming


def test_words_and_rows_come_step_by_step(tab, played, kit):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    events = kit.translated()
    matrix = tab.parts.map.matrix()
    tab.parts.map.pieces.setChecked(True)
    for count, event in enumerate(events[:-2]):
        played.tell(played.last, [event])
        tab._on_frame()
        rows = matrix.image
        steps = min(count, len(kit.TARGET))
        assert rows.shape == (steps, 7) if steps else rows.size == 0
        for row in range(steps):
            mean = kit.attention(row, 9).mean(axis=(0, 1))
            np.testing.assert_allclose(rows[row], mean[1:8], atol=1e-6)
    assert shown(tab) == "Où est la gare ?"
    assert tab.parts.target.texts[NOW].sentence(0).tentative
    played.tell(played.last, events[-2:])
    assert not tab.parts.target.texts[NOW].sentence(0).tentative
    assert not tab.busy


def test_tentative_words_are_lighter_and_unsure_ones_shaded_and_underlined(tab, played, kit):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    events = kit.translated(probability=0.2)
    played.tell(played.last, events[:3])
    tab._on_frame()
    text = tab.parts.target.texts[NOW]
    light = text.format_of(0, 0)
    assert light.background().style() != Qt.BrushStyle.NoBrush
    assert light.fontUnderline() or light.underlineStyle() != light.UnderlineStyle.NoUnderline
    played.tell(played.last, events[3:])
    settled = text.format_of(0, 0)
    assert settled.foreground().color() != light.foreground().color()
    assert settled.background().style() == Qt.BrushStyle.NoBrush


def test_drawing_waits_for_the_clock(tab, played, kit, qtbot):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    played.tell(played.last, kit.translated()[:4])
    assert shown(tab) == ""
    qtbot.waitUntil(lambda: shown(tab) != "", timeout=1000)


def test_the_layout_between_sentences_is_the_sources(tab, played, kit):
    text = "# Good morning\n\n- How are you\n"
    first, second = kit.segment("Good morning", 2), kit.segment("How are you", 18)
    tab.parts.source.text.setPlainText(text)
    tab.run_again()
    width = len(first.pieces)
    played.tell(played.last, [Started((first, second)), kit.settled(0, (" Bonjour",), width=width)])
    tab._on_frame()
    assert shown(tab) == "# Bonjour"
    played.tell(played.last, [kit.settled(1, (" Ça", " va"), width=5), Finished("end")])
    assert shown(tab) == "# Bonjour\n\n- Ça va\n"
    assert tab.parts.map.place.isVisible()
    qt_text = tab.parts.target.texts[NOW]
    assert qt_text.word_at(qt_text.sentence_start(1)) == (1, 0)


def test_sentences_that_are_done_out_of_order_stand_in_order(tab, played, kit):
    segments = tuple(kit.segment("One two", start) for start in (0, 8, 16))
    tab.parts.source.text.setPlainText("One two\nOne two\nOne two")
    tab.run_again()
    played.tell(played.last, [Started(segments)])
    for index in (2, 0, 1):
        played.tell(played.last, [kit.settled(index, (f" mot{index}",), width=4)])
        tab._on_frame()
    assert shown(tab) == "mot0\nmot1\nmot2"


def test_characters_outside_the_basic_plane_keep_words_apart(tab, played, kit):
    tab.parts.source.text.setPlainText("Hi 😀 you")
    tab.run_again()
    one = kit.segment("Hi 😀 you")
    done = kit.settled(0, (" Salut", " 😀", " toi"), width=len(one.pieces))
    played.tell(played.last, [Started((one,)), done, Finished("end")])
    text = tab.parts.target.texts[NOW]
    assert text._cursor_over((0, 2)).selectedText() == "toi"
    text.point_at((0, 2))
    assert tab.parts.source.text.lit == ["you"]


def test_progress_reaches_the_status_bar(tab, played, kit, qtbot):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    with qtbot.waitSignal(tab.progress) as said:
        played.tell(played.last, [Progress(1, 4, "sentences", 12.0)])
    assert said.args == [1, 4, 12.0]


# Pointing


def test_pointing_at_a_target_word_lights_its_source_words_and_its_row(translated):
    translated.parts.target.texts[NOW].point_at((0, 3))
    assert translated.parts.target.texts[NOW].lit == ((0, 3),)
    assert translated.parts.source.text.lit == ["the", "station"]
    assert translated.parts.map.matrix().left.lit == 3
    translated.parts.target.texts[NOW].point_at((-1, -1))
    assert translated.parts.source.text.lit == []
    assert translated.parts.map.matrix().left.lit is None


def test_pointing_at_a_source_word_lights_its_target_words_and_its_column(translated, kit):
    translated.parts.source.text.point_at(kit.SOURCE.index("is"))
    assert translated.parts.source.text.lit == ["is"]
    assert translated.parts.target.texts[NOW].lit == ((0, 2),)
    assert translated.parts.map.matrix().top.lit == 1


def test_pointing_at_a_cell_lights_both_words(translated):
    matrix = translated.parts.map.matrix()
    matrix._point_to(3, 2)
    assert translated.parts.target.texts[NOW].lit == ((0, 3),)
    assert translated.parts.source.text.lit == ["the"]


def test_cells_of_pieces_light_whole_words(translated):
    translated.parts.map.pieces.setChecked(True)
    matrix = translated.parts.map.matrix()
    assert matrix.words[0] == ["Où", "est", "la", "gar", "e", "?"]
    matrix._point_to(4, 0)
    assert translated.parts.target.texts[NOW].lit == ((0, 3),)
    assert translated.parts.source.text.lit == ["Where"]


def test_the_mouse_over_a_word_points_at_it(translated, qtbot):
    text = translated.parts.target.texts[NOW]
    with qtbot.waitSignal(text.word_hovered) as said:
        qtbot.mouseMove(text.viewport(), text.word_box(0, 1).center())
    assert said.args == [0, 1]


def test_arrow_keys_go_from_word_to_word(translated, qtbot):
    text = translated.parts.target.texts[NOW]
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_Right)
    qtbot.keyClick(text, Qt.Key.Key_Right)
    assert text.lit == ((0, 1),)
    qtbot.keyClick(text, Qt.Key.Key_Left)
    assert text.lit == ((0, 0),)


def test_hidden_marks_can_be_shown(translated):
    translated.parts.map.specials.setChecked(True)
    targets, sources = translated.parts.map.matrix().words
    assert sources[0] == "<2fr>"
    assert sources[-1] == "</s>"
    assert targets[-1] == "</s>"
    np.testing.assert_allclose(translated.parts.map.matrix().image.sum(axis=1), 1, atol=1e-5)


def test_layer_and_head_choose_the_map(translated, kit):
    options = translated.parts.options
    assert (options.layer.count(), options.head.count()) == (3, 4)
    options.layer.setCurrentIndex(2)
    options.head.setCurrentIndex(3)
    image = translated.parts.map.matrix().image
    np.testing.assert_allclose(image[0], np.array([2, 1, 1, 2, 1]) / 9, atol=1e-6)  # of nine pieces, all alike
    options.head.setCurrentIndex(1)
    assert translated.parts.map.matrix().image[0].max() > 0.8


# Branching


def test_a_click_offers_the_words_that_could_stand_there(translated, qtbot):
    text = translated.parts.target.texts[NOW]
    qtbot.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, pos=text.word_box(0, 2).center())
    popup = translated.brancher.popup
    assert popup.isVisible()
    assert [popup.list.item(row).text() for row in range(popup.list.count())] == ["✓ la", "autre2"]
    popup.close()


def branch(tab, row=1):
    tab.parts.target.texts[NOW].word_clicked.emit(0, 2)
    tab.brancher.popup.list.itemActivated.emit(tab.brancher.popup.list.item(row))


def test_choosing_a_word_goes_on_from_there_beside_the_old_version(translated, played, kit):
    branch(translated)
    assert played.request.branch == Branch(0, (100, 101, 502))
    assert played.request.text == kit.SOURCE
    other = (" Où", " est", " autre2", " halte")
    one = kit.segment(kit.SOURCE)
    played.tell(played.last, [Started((one,)), *list(kit.steps(0, other, 9))])
    done = kit.settled(0, other, width=9)
    played.tell(played.last, [done, Finished("end", text="Où est autre2 halte")])
    assert shown(translated, NOW) == "Où est autre2 halte"
    assert shown(translated, BEFORE) == "Où est la gare ?"
    assert translated.parts.target.texts[BEFORE].isVisible()
    words = translated.parts.target.texts[NOW].sentence(0).words
    assert [word.dimmed for word in words] == [True, True, False, False]
    assert [word.picked for word in words] == [False, False, True, False]
    assert translated.parts.map.matrix(NOW).words[0] == ["Où", "est", "autre2", "halte"]
    assert translated.parts.map.matrix(BEFORE).words[0] == ["Où", "est", "la", "gare", "?"]
    assert translated.parts.target.versions.count() == 2


def test_a_word_of_ones_own_is_asked_for(translated, played, qtbot):
    translated.parts.target.texts[NOW].word_clicked.emit(0, 1)
    qtbot.keyClicks(translated.brancher.popup.field, "sont")
    qtbot.keyClick(translated.brancher.popup.field, Qt.Key.Key_Return)
    assert played.request.branch == Branch(0, (100,), "sont")


def test_choosing_the_word_that_stands_there_changes_nothing(translated, played):
    branch(translated, row=0)
    assert len(played.requests) == 1


def test_undo_takes_a_branch_away_and_redo_brings_it_back(translated, played, kit):
    branch(translated)
    done = kit.settled(0, (" Où", " est", " autre2"), width=9)
    played.tell(played.last, [done, Finished("end")])
    translated.undo()
    assert shown(translated) == "Où est la gare ?"
    assert not translated.parts.target.versions.isVisible()
    translated.undo()
    assert shown(translated) == "Où est la gare ?"
    translated.redo()
    assert shown(translated) == "Où est autre2"
    translated.parts.target.versions.setCurrentIndex(0)
    assert shown(translated) == "Où est la gare ?"


def test_a_branch_of_an_undone_branch_leaves_no_way_to_redo(translated, played, kit):
    branch(translated)
    played.tell(played.last, [kit.settled(0, (" Où",), width=9), Finished("end")])
    translated.undo()
    branch(translated)
    played.tell(played.last, [kit.settled(0, (" Oh",), width=9), Finished("end")])
    translated.redo()
    assert shown(translated) == "Oh"


def test_other_wordings_can_be_chosen(tab, played, kit):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    one = kit.segment(kit.SOURCE)
    done = kit.settled(0, kit.TARGET, (" Où", " se", " trouve", " la", " gare"), width=9)
    played.tell(played.last, [Started((one,)), done, Finished("end")])
    assert tab.parts.target.wordings.count() == 2
    tab.parts.target.wordings.activated.emit(1)
    assert shown(tab) == "Où se trouve la gare"
    assert tab.parts.map.matrix().words[0] == ["Où", "se", "trouve", "la", "gare"]


def test_the_tree_of_beams_opens_on_demand(tab, played, kit, qtbot):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    played.tell(played.last, kit.translated(beam=True))
    assert tab.parts.map.tree is None
    qtbot.mouseClick(tab.parts.map.beams, Qt.MouseButton.LeftButton)
    assert len(tab.parts.map.tree.nodes) == 12
    tab.parts.map.tree.window().close()


# Ending


def test_cancelling_keeps_and_marks_what_is_there(tab, played, kit):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    played.tell(played.last, kit.translated()[:4])
    tab.cancel()
    assert played.cancelled == [1]
    assert not tab.busy
    assert shown(tab) == "Où est la"
    assert "ancel" in tab.parts.target.state.text()


def test_a_failure_stands_in_the_pane_with_what_to_do(tab, played, kit, qtbot):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    played.tell(played.last, [*kit.translated()[:4], Failed("the model does not fit", "choose the CPU")])
    assert tab.parts.target.banner.text == "The model does not fit. Choose the CPU."
    assert shown(tab) == "Où est la"
    tab.parts.target.banner._button.click()
    assert len(played.requests) == 2


def test_events_of_other_tabs_are_left_alone(translated, played, kit):
    played.tell(99, kit.translated(pieces=(" Non",)))
    assert shown(translated) == "Où est la gare ?"


def test_a_model_that_loops_is_said_to_have_looped(tab, played, kit):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    played.tell(played.last, [*kit.translated()[:-1], Finished("repetition")])
    assert "repeat" in tab.parts.target.state.text()


# Results


def test_copying_puts_the_whole_output_on_the_clipboard(translated):
    translated.copy_output()
    assert QGuiApplication.clipboard().text() == "Où est la gare ?"


def test_a_result_can_be_shown_again_with_words_map_and_alternatives(tab, played, kit, qtbot):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    with qtbot.waitSignal(tab.result) as said:
        played.tell(played.last, kit.translated())
    record = said.args[0]
    assert (record.text, record.result) == (kit.SOURCE, "Où est la gare ?")
    image = tab.parts.map.matrix().image.copy()
    tab.parts.source.text.clear()
    tab.run_again()
    tab.show_history(record)
    assert tab.parts.source.text.toPlainText() == kit.SOURCE
    assert shown(tab) == "Où est la gare ?"
    np.testing.assert_allclose(tab.parts.map.matrix().image, image, atol=2e-3)
    branch(tab)
    assert played.request.branch == Branch(0, (100, 101, 502))


def test_a_record_without_words_still_shows_its_text(tab, kit):
    from seq2seq_desktop.ui.history import HistoryRecord

    tab.show_history(HistoryRecord("translate", "Hello", "Bonjour", options={"sentences": [{"broken": 1}]}))
    assert shown(tab) == "Bonjour"
    assert from_record(HistoryRecord("translate", "a", "b")).output() == "b"


def test_options_reach_the_request_and_are_remembered(tab, played, remembered, qtbot):
    options = tab.parts.options
    options.search.setCurrentIndex(1)
    options.beams.setValue(3)
    options.n_best.setValue(9)
    tab.parts.source.text.setPlainText("Hello")
    tab.run_again()
    assert (played.request.options.search, played.request.options.beams) == ("beam", 3)
    assert played.request.options.n_best == 3
    again = TranslateTab(played, remembered)
    qtbot.addWidget(again)
    assert again.parts.options.options() == options.options()
    again.close_down()


def test_a_changed_option_translates_again(translated, played, qtbot):
    translated.parts.options.no_repeat.setValue(3)
    qtbot.waitUntil(lambda: len(played.requests) == 2, timeout=2000)
    assert played.request.options.no_repeat_ngram == 3


def test_the_map_can_fill_the_tab(translated):
    translated.parts.toggle_full_map()
    assert not translated.parts.panes.isVisible()
    translated.parts.toggle_full_map()
    assert translated.parts.panes.isVisible()


def test_every_control_has_an_accessible_name(translated):
    kinds = QAbstractButton | QComboBox | QAbstractSpinBox | QLineEdit
    translated.parts.files.show_jobs([])
    controls = [one for one in translated.findChildren(QWidget) if isinstance(one, kinds)]
    inside = ("qt_spinbox_lineedit", "qt_toolbar_ext_button", "ScrollLeftButton", "ScrollRightButton")
    nameless = [
        one
        for one in controls
        if not one.accessibleName() and one.objectName() not in inside and one.isVisibleTo(one.parentWidget())
    ]
    assert not nameless
    panes = (translated.parts.source.text, *translated.parts.target.texts, translated.parts.map.matrix())
    assert all(pane.accessibleName() for pane in panes)


def test_it_fits_900_by_600(translated):
    translated.resize(900, 540)
    assert translated.minimumSizeHint().width() <= 900
    assert translated.minimumSizeHint().height() <= 540


def test_the_popup_stays_on_the_screen(tab):
    tab.brancher.popup.offer((), 0, QPoint(100_000, 100_000))
    assert tab.screen().availableGeometry().contains(tab.brancher.popup.geometry().topLeft())
    tab.brancher.popup.close()
