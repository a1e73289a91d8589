"""The Caption tab, played by hand: one picture, its words and regions, other words, editing, history."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QWidget,
)

from seq2seq_desktop.engine.messages import ModelState
from seq2seq_desktop.events import Failed, Finished, Refused, Started
from seq2seq_desktop.tasks.caption.spec import Branch
from seq2seq_desktop.ui.tabs.caption import tab as tab_module
from seq2seq_desktop.ui.tabs.caption.record import from_record
from seq2seq_desktop.ui.tabs.caption.tab import CaptionTab
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW

DOG, LIT_CELL = 2, 2  # the third word looks at the third cell


def shown(tab: CaptionTab, side: int = NOW) -> str:
    return tab.parts.output.texts[side].text()


def lit(tab: CaptionTab, side: int = NOW) -> list[int]:
    return [word for _, word in tab.parts.output.texts[side].lit]


def click(tab: CaptionTab, word: int, side: int = NOW) -> None:
    tab.parts.output.texts[side].word_clicked.emit(0, word)


def choose(tab: CaptionTab, word: int, place: int) -> None:
    """Choose the other word that the played model offers for a place."""
    click(tab, word)
    tab.popup.close()
    tab.popup.token_chosen.emit(9000 + place)


# From a picture to words


def test_a_picture_is_asked_for_with_what_is_chosen(tab, captioner, kit, qtbot):
    options = tab.parts.options
    for field, value in ((options.beams, 7), (options.n_best, 2), (options.length, 12)):
        field.setValue(value)
    tab.parts.input.begin.setText(" two dogs ")
    path = kit.paint("a.png")
    tab.open_paths([path])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    request = captioner.request
    assert (request.paths, request.begin) == ((path,), "two dogs")
    chosen = request.options
    assert (chosen.search, chosen.beams, chosen.n_best, chosen.max_length) == ("beam", 7, 2, 12)
    assert tab.busy


def test_one_of_several_models_can_be_chosen_and_is_remembered(
    captioner, remembered, kit, qtbot, tmp_path, monkeypatch
):
    there = ["caption-en", "caption-mine"]
    monkeypatch.setattr(tab_module, "bundles_of", lambda task: tuple(there) if task == "caption" else ())

    def opened() -> CaptionTab:
        tab = CaptionTab(captioner, remembered)
        qtbot.addWidget(tab)
        tab.show()
        qtbot.waitUntil(lambda: tab.parts.options.chosen_model != "")
        tab.parts.options.fold.setChecked(True)
        return tab

    first = opened()
    assert first.parts.options.chosen_model == "caption-en"
    assert first.parts.options.model.isVisible()
    first.parts.options.model.setCurrentIndex(1)
    first.parts.options.model.activated.emit(1)
    first.open_paths([kit.paint("a.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    assert captioner.bundles[captioner.last] == "caption-mine"
    first.cancel()
    first.close_down()
    second = opened()
    assert second.parts.options.chosen_model == "caption-mine"
    second.close_down()
    there[:] = ["caption-mine"]
    third = opened()
    assert third.parts.options.chosen_model == "caption-mine"
    assert not third.parts.options.model.isVisible()
    third.close_down()


def test_words_come_one_by_one_with_their_heat(tab, captioner, kit, qtbot):
    tab.open_paths([kit.paint("a.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    captioner.tell([Started(()), kit.seen()])
    for number, step in enumerate(kit.steps(0, kit.TEXT)):
        captioner.tell([step])
        tab._on_frame()
        assert shown(tab) == " ".join(kit.TEXT.split()[: number + 1])
        assert tab.parts.input.view.lit == number
        assert tab.parts.map.film.lit == (number,)
    captioner.tell([kit.settled(0, kit.TEXT), Finished("end")])
    assert tab.parts.input.view.lit is None
    assert not tab.busy
    assert tab.parts.output.state.text() == ""


def test_drawing_waits_for_the_clock(tab, captioner, kit, qtbot):
    tab.open_paths([kit.paint("a.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    captioner.tell([Started(()), *kit.captioned()])
    assert shown(tab) == ""
    qtbot.waitUntil(lambda: shown(tab) == kit.TEXT)


def test_the_picture_is_read_no_larger_than_it_is_shown(tab, captioner, kit, qtbot):
    tab.open_paths([kit.paint("large.png", size=(2400, 1800))])
    view = tab.parts.input.view
    qtbot.waitUntil(lambda: view.image is not None and view.image.width() > 200)
    assert view.image.width() < 1200
    before = view.image.width()
    tab.resize(1900, 700)
    qtbot.waitUntil(lambda: view.image.width() > before)


def test_a_picture_that_is_zoomed_is_read_again_with_more_pixels(tab, captioner, kit, qtbot):
    tab.open_paths([kit.paint("large.png", size=(2400, 1800))])
    view = tab.parts.input.view
    qtbot.waitUntil(lambda: view.image is not None and 200 < view.image.width() < 1200)
    view.zoom(5.0)
    qtbot.waitUntil(lambda: view.image.width() == 2400)
    assert view.scale == 5.0


def test_a_picture_upside_down_is_shown_upright(tab, kit, qtbot):
    from PIL import Image

    picture = Image.new("RGB", (60, 40), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    picture.save(kit.paint("a.png").with_name("turned.jpg"), exif=exif)
    tab.open_paths([kit.folder / "turned.jpg"])
    view = tab.parts.input.view
    qtbot.waitUntil(lambda: view.image is not None)
    assert (view.image.width(), view.image.height()) == (40, 60)


def test_a_picture_that_cannot_be_read_is_told(tab, captioner, kit, qtbot):
    kit.folder.mkdir()
    broken = kit.folder / "broken.jpg"
    broken.write_text("no picture at all")
    tab.open_paths([broken])
    qtbot.waitUntil(lambda: bool(captioner.requests) and not tab.errands.busy)
    captioner.tell([Started(()), Refused(0, "broken.jpg is no picture", "open another"), Finished("end")])
    assert "broken.jpg is no picture. Open another." in tab.parts.input.banner.text
    assert not tab.busy


def test_a_folder_without_pictures_is_told(tab, captioner, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("x")
    tab.open_paths([tmp_path / "empty"])
    qtbot.waitUntil(lambda: "There is no picture in it" in tab.parts.input.banner.text)
    assert not captioner.requests


def test_cancel_keeps_what_is_there(tab, captioner, kit, qtbot):
    tab.open_paths([kit.paint("a.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    captioner.tell([Started(()), kit.seen(), *list(kit.steps(0, kit.TEXT))[:2]])
    tab.cancel()
    assert captioner.cancelled == [captioner.last]
    assert shown(tab) == "a brown"
    assert "Cancelled" in tab.parts.output.state.text()
    assert not tab.busy


def test_another_picture_replaces_what_runs(tab, captioner, kit, qtbot):
    tab.open_paths([kit.paint("a.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    first = captioner.last
    tab.open_paths([kit.paint("b.png")])
    qtbot.waitUntil(lambda: captioner.last != first)
    assert captioner.cancelled == [first]
    captioner.tell(kit.captioned(0, "old words"), first)
    captioner.tell(kit.done("new words"))
    assert shown(tab) == "new words"


def test_a_failure_is_told_with_a_way_out(tab, captioner, kit, qtbot):
    tab.open_paths([kit.paint("a.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    captioner.tell([Failed("no room", "close something")])
    assert "No room." in tab.parts.output.banner.text
    again = next(one for one in tab.parts.output.banner.findChildren(QAbstractButton) if one.text())
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert len(captioner.requests) == 2


def test_loading_is_said(tab, captioner):
    captioner.model_state.emit(ModelState("caption", "caption-en", "loading"))
    assert tab.parts.output.state.text()
    captioner.model_state.emit(ModelState("caption", "caption-en", "ready"))
    assert not tab.parts.output.state.text()


# One hover everywhere


def test_pointing_at_a_word_lights_its_region_and_its_thumbnail(one):
    said: list[str] = []
    one.status.connect(said.append)
    one.parts.output.texts[NOW].point_at((0, DOG))
    view = one.parts.input.view
    assert view.lit == DOG
    assert view.looks[DOG].argmax() == LIT_CELL
    assert one.parts.map.film.lit == (DOG,)
    assert said[-1] == "dog: probability 90 %"
    one.parts.output.texts[NOW].point_at((-1, -1))
    assert view.lit is None
    assert one.parts.map.film.lit == ()
    assert said[-1] == ""


def test_pointing_at_a_region_lights_the_words_that_looked_there(one):
    said: list[str] = []
    one.status.connect(said.append)
    view = one.parts.input.view
    view.point_at(LIT_CELL)
    assert lit(one) == [DOG]
    assert one.parts.map.film.lit == (DOG,)
    assert view.cell == LIT_CELL
    assert said[-1] == "Looked at here: dog 89.0 %"
    view.point_at(-1)
    assert (lit(one), view.cell) == ([], -1)


def test_pointing_at_a_thumbnail_lights_its_word(one, qtbot):
    film = one.parts.map.film
    qtbot.mouseMove(film.frames, film.frames.frame_area(1).center())
    assert lit(one) == [1]
    assert one.parts.input.view.lit == 1


def test_pointing_while_words_come_is_not_disturbed(tab, captioner, kit, qtbot):
    tab.open_paths([kit.paint("a.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    steps = list(kit.steps(0, kit.TEXT))
    captioner.tell([Started(()), kit.seen(), *steps[:2]])
    tab._on_frame()
    tab.parts.output.texts[NOW].point_at((0, 0))
    captioner.tell(steps[2:])
    tab._on_frame()
    assert tab.parts.input.view.lit == 0


def test_coverage_and_opacity_act_and_are_remembered(one, captioner, remembered, qtbot):
    view = one.parts.input.view
    one.parts.map.coverage.click()
    one.parts.map.opacity.setValue(40)
    assert view.coverage
    assert view.opacity == pytest.approx(0.4)
    one.parts.options.temperature.setValue(1.25)
    one.close_down()
    other = CaptionTab(captioner, remembered)
    qtbot.addWidget(other)
    assert other.parts.input.view.coverage
    assert other.parts.input.view.opacity == pytest.approx(0.4)
    assert other.parts.options.temperature.value() == 1.25
    other.close_down()


def test_f11_lets_the_picture_fill_the_tab(one, qtbot):
    before = one.parts.input.view.height()
    qtbot.keyClick(one, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: one.parts.input.view.height() > 1.4 * before)
    qtbot.keyClick(one, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: one.parts.input.view.height() < 1.2 * before)


# Other words


def test_a_click_offers_what_else_could_stand_there(one):
    click(one, DOG)
    assert one.popup.isVisible()
    names = [one.popup.list.item(row).text() for row in range(one.popup.list.count())]
    assert names == ["✓ dog", "or2"]
    one.popup.close()


def test_a_choice_becomes_a_version_beside_the_first(one, captioner, kit):
    choose(one, DOG, 2)
    request = captioner.request
    assert request.branch == Branch(0, (kit.token("a"), kit.token("brown"), 9002))
    assert request.begin == ""
    captioner.tell(
        [kit.seen(), *kit.steps(0, "a brown or2 sleeps .", first=2), kit.settled(0, "a brown or2 sleeps .")]
    )
    captioner.tell([Finished("end")])
    assert shown(one) == "a brown or2 sleeps ."
    assert shown(one, BEFORE) == kit.TEXT
    versions = one.parts.output.versions
    assert [versions.tabText(index) for index in range(versions.count())] == ["First version", "dog → or2"]
    picked = one.parts.output.texts[NOW].format_of(0, DOG)
    assert picked.fontUnderline()
    one.parts.output.texts[BEFORE].point_at((0, 3))
    assert one.parts.input.view.looks[3].argmax() == 3


def test_a_typed_word_goes_on_after_what_stays(one, captioner, kit):
    click(one, DOG)
    one.popup.close()
    one.popup.typed.emit("cat")
    assert captioner.request.branch == Branch(0, (kit.token("a"), kit.token("brown")), "cat")


def test_the_word_that_stands_there_is_no_choice(one, captioner, kit):
    click(one, DOG)
    one.popup.close()
    one.popup.token_chosen.emit(kit.token("dog"))
    assert len(captioner.requests) == 1


def test_undo_and_redo_go_through_versions(one, captioner, kit):
    choose(one, DOG, 2)
    captioner.tell([kit.seen(), kit.settled(0, "a brown or2 ."), Finished("end")])
    one.undo()
    assert shown(one) == kit.TEXT
    assert one.parts.output.texts[BEFORE].isHidden()
    one.redo()
    assert shown(one) == "a brown or2 ."
    one.undo()
    one.undo()
    assert shown(one) == kit.TEXT


def test_undo_of_what_still_comes_ends_it(one, captioner, kit):
    choose(one, DOG, 2)
    branch = captioner.last
    one.undo()
    assert captioner.cancelled == [branch]
    assert shown(one) == kit.TEXT
    assert not one.busy


def test_a_version_is_shown_when_its_tab_is_chosen(one, captioner, kit):
    choose(one, DOG, 2)
    captioner.tell([kit.seen(), kit.settled(0, "a brown or2 ."), Finished("end")])
    one.parts.output.versions.setCurrentIndex(0)
    assert shown(one) == kit.TEXT
    assert one.album.captions()[0].text == kit.TEXT


def test_other_captions_can_be_chosen(one):
    box = one.parts.output.wordings
    assert box.count() == 3
    assert box.itemText(1) == "2. a dog .  (-1.50)"
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert shown(one) == "a dog ."
    assert len(one.parts.map.film.frames.words) == 3


def test_a_caption_can_be_written_over_and_words_keep_where_they_looked(one, qtbot):
    one.parts.output.edit.click()
    editor = one.parts.output.editor
    assert editor.text() == one.album.photos[0].text
    editor.setText("My brown dog, Rex, runs.")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert shown(one) == "My brown dog, Rex, runs."
    words = [word.text for word in one.parts.output.words(NOW)]
    assert words == ["My", "brown", "dog", ",", "Rex", ",", "runs", "."]
    one.parts.output.texts[NOW].point_at((0, 2))
    assert one.parts.input.view.looks[2].argmax() == LIT_CELL
    click(one, 4)  # the model never wrote it
    assert not one.popup.isVisible()
    one.undo()
    assert shown(one) == "a brown dog runs ."


def test_editing_without_a_change_makes_no_version(one):
    one.parts.output.edit.click()
    one.parts.output.edit.click()
    assert len(one.album.photos[0].versions) == 1


# Paste, drop, copy, save


def test_a_picture_from_the_clipboard_is_kept_and_captioned(tab, captioner, tmp_path, qtbot):
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    tab.parts.input.view.setFocus()
    qtbot.keyClick(tab.parts.input.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(captioner.requests))
    path = captioner.request.paths[0]
    assert path.parent == tmp_path / "user" / "pictures"
    assert QImage(str(path)).size() == image.size()


def test_a_file_from_the_clipboard_is_captioned_wherever_the_focus_is(one, captioner, kit, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(kit.paint("b.png")))])
    QGuiApplication.clipboard().setMimeData(data)
    text = one.parts.output.texts[NOW]
    text.setFocus()
    qtbot.keyClick(text, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(captioner.requests) == 2)
    assert captioner.request.paths == (kit.folder / "b.png",)


def test_text_is_pasted_into_its_field(tab, captioner, qtbot):
    QGuiApplication.clipboard().setText("two dogs")
    begin = tab.parts.input.begin
    begin.setFocus()
    qtbot.keyClick(begin, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert begin.text() == "two dogs"
    assert not captioner.requests


def test_an_empty_clipboard_is_said(tab):
    said: list[str] = []
    tab.status.connect(said.append)
    QGuiApplication.clipboard().setText("words")
    tab.paste()
    assert said == ["There is no picture on the clipboard"]


def test_what_is_dropped_is_opened(tab, captioner, kit, qtbot):
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(kit.paint("b.png")))])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    tab.parts.input.dragEnterEvent(enter)
    assert enter.isAccepted()
    tab.parts.input.dropEvent(QDropEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))
    qtbot.waitUntil(lambda: bool(captioner.requests))


def test_the_caption_can_be_copied(one, kit):
    one.copy_output()
    assert QGuiApplication.clipboard().text() == kit.TEXT


def test_the_caption_is_saved_where_the_user_says(one, tmp_path, qtbot, monkeypatch, kit):
    saved = tmp_path / "said.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    one.export()
    qtbot.waitUntil(saved.exists)
    assert saved.read_text() == f"{kit.TEXT}\n"


def test_a_folder_that_refuses_is_said_with_a_way_out(one, tmp_path, qtbot, monkeypatch):
    places = [tmp_path / "gone" / "said.txt", tmp_path / "said.txt"]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(places.pop(0)), ""))
    one.export()
    qtbot.waitUntil(lambda: "was not saved" in one.parts.output.banner.text)
    again = next(button for button in one.parts.output.banner.findChildren(QAbstractButton) if button.text())
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "said.txt").exists)


def test_the_map_is_saved_as_a_figure(one, tmp_path, qtbot, monkeypatch):
    asked: list[str] = []

    def ask(*given: Any) -> tuple[str, str]:
        asked.append(given[2])
        return str(tmp_path / "map.png"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    qtbot.mouseClick(one.parts.map.export_button, Qt.MouseButton.LeftButton)
    assert Path(asked[0]).name == "a-attention.png"
    assert QImage(str(tmp_path / "map.png")).width() > 400


def test_the_caption_is_sent_on_and_pointing_there_comes_back(one, kit, qtbot):
    with qtbot.waitSignal(one.send_asked) as told:
        qtbot.mouseClick(one.parts.output.send, Qt.MouseButton.LeftButton)
    assert told.args == ["translate", kit.TEXT]
    one.light_sent(kit.TEXT.index("dog") + 1)
    assert lit(one) == [DOG]
    assert one.parts.input.view.lit == DOG
    one.light_sent(-1)
    assert one.parts.input.view.lit is None
    one.parts.output.edit.click()
    one.parts.output.editor.setText("another caption")
    one.parts.output.edit.click()
    one.light_sent(0)
    assert lit(one) == []


# History, samples, the frame


def test_a_record_brings_everything_back(tab, captioner, kit, qtbot):
    tab.open_paths([kit.paint("a.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    with qtbot.waitSignal(tab.result) as told:
        captioner.tell(kit.done())
    record = told.args[0]
    assert (record.task, record.text, record.result) == ("caption", "a.png", kit.TEXT)
    tab.stage.clear()
    tab.show_history(record)
    qtbot.waitUntil(lambda: tab.parts.input.view.image is not None)
    assert shown(tab) == kit.TEXT
    tab.parts.output.texts[NOW].point_at((0, DOG))
    assert tab.parts.input.view.looks[DOG].argmax() == LIT_CELL
    click(tab, DOG)
    assert tab.popup.list.count() == 2
    tab.popup.close()


def test_a_record_of_a_picture_that_is_gone_says_so(one, captioner, kit, qtbot):
    with qtbot.waitSignal(one.result) as told:
        one.run_again()
        captioner.tell(kit.done())
    (kit.folder / "a.png").unlink()
    one.thumbnails._known.clear()
    one.show_history(told.args[0])
    qtbot.waitUntil(lambda: "does not exist" in one.parts.input.banner.text)
    assert shown(one) == kit.TEXT


def test_a_damaged_record_shows_its_text(one, captioner, kit, qtbot):
    from dataclasses import replace

    with qtbot.waitSignal(one.result) as told:
        one.run_again()
        captioner.tell(kit.done())
    album = from_record(
        replace(told.args[0], options={"pictures": [{"path": "x.png", "text": "a cat", "tokens": 5}]})
    )
    assert (album.output(), album.outcome) == ("a cat", "done")
    assert from_record(replace(told.args[0], options={})).output() == kit.TEXT


def test_every_control_has_an_accessible_name(one):
    kinds = QAbstractButton | QComboBox | QAbstractSpinBox | QLineEdit | QAbstractSlider
    one.parts.options.fold.setChecked(True)
    inside = ("qt_spinbox_lineedit", "qt_toolbar_ext_button", "ScrollLeftButton", "ScrollRightButton")
    nameless = [
        widget
        for widget in one.findChildren(QWidget)
        if isinstance(widget, kinds)
        and not widget.accessibleName()
        and widget.objectName() not in inside
        and "ScrollBar" not in type(widget).__name__
        and widget.isVisibleTo(widget.parentWidget())
    ]
    assert not nameless
    panes = (one.parts.input.view, *one.parts.output.texts, one.parts.map.film, one.parts.input.grid.list)
    assert all(pane.accessibleName() for pane in panes)


def test_it_fits_900_by_600(one):
    one.parts.input.show_grid(True)
    assert one.minimumSizeHint().width() <= 900
    assert one.minimumSizeHint().height() <= 540
