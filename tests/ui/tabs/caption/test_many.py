"""Many pictures: the grid, finding, editing in place, going on, and what is saved of all of them."""

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QPlainTextEdit

from seq2seq_desktop.events import Finished, Progress
from seq2seq_desktop.io.descriptions import description_of
from seq2seq_desktop.ui.tabs.caption import album as album_module
from seq2seq_desktop.ui.tabs.caption import thumbnails
from seq2seq_desktop.ui.tabs.caption.photo_list import PHOTO
from seq2seq_desktop.ui.tabs.caption.tab import CaptionTab
from seq2seq_desktop.ui.widgets.output_pane import NOW

DOG, CATS = "a brown dog runs .", "Two cats sit on a wall ."


def shown(tab: CaptionTab) -> str:
    return tab.parts.output.texts[NOW].text()


def listed(tab: CaptionTab) -> list[str]:
    """The captions that the grid shows."""
    found = tab.parts.input.grid.filter
    return [found.index(row, 0).data() for row in range(found.rowCount())]


def write_over(tab: CaptionTab, row: int, text: str) -> None:
    """Edit a caption in the grid with the keyboard."""
    grid = tab.parts.input.grid
    grid.list.setCurrentIndex(grid.filter.index(row, 0))
    grid.list.setFocus()
    QTest.keyClick(grid.list, Qt.Key.Key_F2)
    editor = grid.list.findChildren(QPlainTextEdit)[-1]  # one that is closed may be there yet
    editor.setPlainText(text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


@pytest.fixture
def whole(many, captioner, kit) -> CaptionTab:
    """All pictures that can be read are captioned."""
    captioner.tell([*kit.captioned(3, "a red car ."), Progress(4, 4, "pictures"), Finished("end")])
    return many


# Looking


def test_a_folder_becomes_a_grid(tab, captioner, kit, qtbot):
    for name in ("b.png", "a.JPG", "sub/c.webp", ".hidden/d.png", "notes.txt"):
        if name.endswith("txt"):
            (kit.folder / name).write_text("x")
        else:
            kit.paint(name)
    tab.open_paths([kit.folder])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    assert [path.name for path in captioner.request.paths] == ["a.JPG", "b.png", "c.webp"]
    assert tab.parts.input.shows_grid
    assert "0 of 3" in tab.parts.input.grid.state.text()


def test_the_grid_shows_captions_states_and_small_pictures(many, qtbot):
    grid = many.parts.input.grid
    photos = [grid.model.index(row).data(PHOTO) for row in range(4)]
    assert [photo.state for photo in photos] == ["done", "done", "refused", "waiting"]
    assert listed(many) == [DOG, CATS, "", ""]
    qtbot.waitUntil(lambda: grid.model.index(3).data(Qt.ItemDataRole.DecorationRole) is not None)
    small = grid.model.index(3).data(Qt.ItemDataRole.DecorationRole)
    assert max(small.width(), small.height()) <= thumbnails.SIDE
    assert grid.model.index(2).data(Qt.ItemDataRole.DecorationRole) is None
    assert "c.jpg is no picture" in grid.model.index(2).data(Qt.ItemDataRole.ToolTipRole)
    many._on_frame()
    assert grid.state.text() == "2 of 4 captioned, about 2 s, 1 not readable"
    assert (grid.bar.value(), grid.bar.maximum()) == (3, 4)


def test_a_picture_that_is_chosen_is_shown_with_its_words(many, qtbot):
    grid = many.parts.input.grid
    grid.list.setCurrentIndex(grid.filter.index(1, 0))
    assert shown(many) == CATS
    assert many.parts.map.film.frames.words[1] == "cats"
    qtbot.waitUntil(lambda: many.parts.input.view.image is not None)
    grid.list.setCurrentIndex(grid.filter.index(2, 0))
    assert shown(many) == ""


def test_only_what_is_seen_is_read(tab, captioner, kit, qtbot, monkeypatch):
    read: list[Path] = []
    real = thumbnails.read_picture
    monkeypatch.setattr(thumbnails, "read_picture", lambda path, side: (read.append(path), real(path, side))[1])
    first = kit.paint("p000.png")
    for number in range(1, 300):
        shutil.copy(first, kit.folder / f"p{number:03}.png")
    tab.open_paths([kit.folder])
    qtbot.waitUntil(lambda: len(read) >= 3 and not tab.errands.busy)
    assert len(set(read)) < 60  # the others wait until they are scrolled to
    tab.parts.input.grid.list.scrollToBottom()
    qtbot.waitUntil(lambda: kit.folder / "p299.png" in read)


def test_finding_looks_at_captions_and_names(whole, qtbot):
    grid = whole.parts.input.grid
    qtbot.keyClicks(grid.search, "CATS")
    assert listed(whole) == [CATS]
    assert grid.state.text().startswith("1 found; 3 of 4")
    grid.search.setText("d.png car")
    assert listed(whole) == ["a red car ."]
    grid.search.setText("wall nothing")
    assert listed(whole) == []
    grid.search.clear()
    assert len(listed(whole)) == 4


# Cancel, go on, other words meanwhile


def test_cancel_keeps_what_is_there_and_the_rest_can_follow(many, captioner, kit, qtbot):
    qtbot.mouseClick(many.parts.input.grid.cancel, Qt.MouseButton.LeftButton)
    many._on_frame()
    assert [photo.state for photo in many.album.photos] == ["done", "done", "refused", "cancelled"]
    assert not many.parts.input.grid.cancel.isVisible()
    again = next(one for one in many.parts.output.banner.findChildren(QAbstractButton) if "Go on" in one.text())
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert [path.name for path in captioner.request.paths] == ["d.png"]
    with qtbot.waitSignal(many.result) as told:
        captioner.tell([*kit.captioned(0, "a red car ."), Progress(1, 1, "pictures"), Finished("end")])
    assert listed(many) == [DOG, CATS, "", "a red car ."]
    assert told.args[0].result.splitlines() == [f"a.png\t{DOG}", f"b.png\t{CATS}", "d.png\ta red car ."]


def test_a_word_that_is_chosen_does_not_wait_for_the_others(many, captioner, kit):
    first = captioner.last
    captioner.tell([kit.seen(3), *list(kit.steps(3, "a red car ."))[:2]])
    many.parts.output.texts[NOW].word_clicked.emit(0, 2)
    many.popup.close()
    many.popup.token_chosen.emit(9002)
    branch = captioner.last
    assert captioner.cancelled == [first]
    assert captioner.request.paths == (kit.folder / "a.png",)
    assert many.busy
    captioner.tell([kit.seen(0), kit.settled(0, "a brown or2 ."), Finished("end")], branch)
    assert captioner.last == branch + 1
    assert captioner.request.paths == (kit.folder / "d.png",)
    assert captioner.request.branch is None
    captioner.tell([*kit.captioned(0, "a red car ."), Finished("end")])
    assert listed(many) == ["a brown or2 .", CATS, "", "a red car ."]
    assert not many.busy


def test_a_word_that_is_chosen_in_the_last_moment_leaves_nothing_to_do(many, captioner, kit):
    captioner.tell(kit.captioned(3, "a red car ."))  # the last picture; the job is not over yet
    many.parts.output.texts[NOW].word_clicked.emit(0, 2)
    many.popup.close()
    many.popup.token_chosen.emit(9002)
    branch = captioner.last
    captioner.tell([kit.seen(0), kit.settled(0, "a brown or2 ."), Finished("end")], branch)
    assert captioner.last == branch
    assert many.album.outcome == "done"
    assert not many.busy


def test_what_was_cut_off_is_done_again(many, captioner, kit):
    captioner.tell([kit.seen(3), *list(kit.steps(3, "a red car ."))[:2]])
    half = replace(kit.settled(3, "a red"), reason="cancelled")  # as the model tells it when it is cancelled
    captioner.tell([half, Finished("cancelled")])
    assert many.album.photos[3].state == "cancelled"
    assert "Cancelled" in many.parts.output.banner.text
    many.go_on()
    assert captioner.request.paths == (kit.folder / "d.png",)
    assert many.album.photos[3].text == ""


def test_cancel_in_between_ends_both(many, captioner):
    many.parts.output.texts[NOW].word_clicked.emit(0, 2)
    many.popup.close()
    many.popup.token_chosen.emit(9002)
    jobs = captioner.last
    many.cancel()
    assert not many.busy
    assert captioner.last == jobs
    assert many.album.photos[3].state == "cancelled"


# Writing over


def test_a_caption_is_written_over_in_place_and_undone(whole):
    write_over(whole, 1, "Two tabby cats sit on a wall .")
    assert listed(whole)[1] == "Two tabby cats sit on a wall ."
    assert shown(whole) == "Two tabby cats sit on a wall ."
    write_over(whole, 0, "My dog .")
    whole.undo()
    assert listed(whole)[:2] == [DOG, "Two tabby cats sit on a wall ."]
    whole.undo()
    assert listed(whole)[:2] == [DOG, CATS]
    assert shown(whole) == CATS  # it goes to the picture that changed
    whole.redo()
    whole.redo()
    assert listed(whole)[:2] == ["My dog .", "Two tabby cats sit on a wall ."]


def test_a_caption_that_is_not_there_yet_cannot_be_written_over(many):
    grid = many.parts.input.grid
    for row in (2, 3):
        assert not grid.filter.flags(grid.filter.index(row, 0)) & Qt.ItemFlag.ItemIsEditable
    assert grid.filter.flags(grid.filter.index(0, 0)) & Qt.ItemFlag.ItemIsEditable


def test_a_double_click_opens_the_editor(whole, qtbot):
    grid = whole.parts.input.grid
    spot = grid.list.visualRect(grid.filter.index(0, 0)).center()
    qtbot.mouseClick(grid.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseDClick(grid.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    editor = grid.list.findChild(QPlainTextEdit)
    assert editor.toPlainText() == DOG
    assert editor.accessibleName()
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert listed(whole)[0] == DOG


def test_what_was_written_over_is_in_the_history(whole, captioner, kit, qtbot):
    write_over(whole, 0, "My dog runs .")
    with qtbot.waitSignal(whole.result) as told:
        whole.open_paths([kit.paint("x.png")])
    whole.show_history(told.args[0])
    assert listed(whole) == ["My dog runs .", CATS, "a red car ."]
    assert [word.text for word in whole.parts.output.words(NOW)] == ["My", "dog", "runs", "."]
    whole.parts.output.texts[NOW].point_at((0, 1))
    assert whole.parts.input.view.looks[1].argmax() == 2
    assert whole.album.captions()[0].edited


# Saving


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".txt"])
def test_all_captions_go_into_one_file(whole, kit, qtbot, monkeypatch, suffix):
    write_over(whole, 0, "My dog .")
    saved = kit.folder / f"all{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    whole.export()
    qtbot.waitUntil(saved.exists)
    text = saved.read_text()
    if suffix == ".csv":
        assert list(csv.reader(text.splitlines()))[1:3] == [["a.png", "My dog ."], ["b.png", CATS]]
    elif suffix == ".jsonl":
        lines = [json.loads(line) for line in text.splitlines()]
        assert lines[0] == {"file": "a.png", "caption": "My dog .", "others": [DOG], "edited": True}
        assert lines[1] == {"file": "b.png", "caption": CATS, "score": -0.5}
    else:
        assert text.splitlines() == ["a.png\tMy dog .", f"b.png\t{CATS}", "d.png\ta red car ."]


def test_text_files_go_beside_the_pictures_and_replace_nothing_unasked(whole, kit, qtbot):
    (kit.folder / "b.txt").write_text("mine")
    whole.parts.output.beside.trigger()
    banner = whole.parts.output.banner
    assert banner.text == "b.txt exists already."
    assert not (kit.folder / "a.txt").exists()
    replace = next(one for one in banner.findChildren(QAbstractButton) if one.text())
    qtbot.mouseClick(replace, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((kit.folder / "d.txt").exists)
    assert (kit.folder / "b.txt").read_text() == f"{CATS}\n"
    assert not (kit.folder / "c.txt").exists()


def test_captions_are_written_into_the_pictures_after_a_question(whole, kit, qtbot):
    said: list[str] = []
    whole.status.connect(said.append)
    before = (kit.folder / "a.png").read_bytes()
    whole.parts.output.inside.trigger()
    assert (kit.folder / "a.png").read_bytes() == before
    write = next(one for one in whole.parts.output.banner.findChildren(QAbstractButton) if one.text())
    qtbot.mouseClick(write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: said[-1:] == ["Written into 3 pictures"])
    assert description_of((kit.folder / "b.png").read_bytes()) == CATS


def test_pictures_that_take_no_caption_are_named_with_a_way_out(tab, captioner, kit, qtbot, tmp_path, monkeypatch):
    tab.open_paths([kit.paint("a.bmp"), kit.paint("b.png")])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    captioner.tell([*kit.captioned(0, DOG), *kit.captioned(1, CATS), Finished("end")])
    tab.parts.output.inside.trigger()
    banner = tab.parts.output.banner
    write = next(one for one in banner.findChildren(QAbstractButton) if one.text())
    qtbot.mouseClick(write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "a.bmp" in banner.text)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    elsewhere = next(one for one in banner.findChildren(QAbstractButton) if one.text())
    qtbot.mouseClick(elsewhere, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "a.txt").exists)
    assert description_of((kit.folder / "b.png").read_bytes()) == CATS
    assert not (tmp_path / "b.txt").exists()


def test_copying_takes_all_captions_with_their_names(whole):
    whole.copy_output()
    assert QGuiApplication.clipboard().text() == f"a.png\t{DOG}\nb.png\t{CATS}\nd.png\ta red car ."


def test_nothing_to_save_is_said(tab):
    said: list[str] = []
    tab.status.connect(said.append)
    for ask in (tab.export, tab.save_beside, tab.save_inside, tab.export_map):
        ask()
    assert said == ["There is nothing to save yet"] * 4


# Amounts


def test_of_very_many_pictures_only_the_captions_are_kept(tab, captioner, kit, qtbot, monkeypatch):
    monkeypatch.setattr(album_module, "STEERED", 2)
    tab.open_paths([kit.paint(f"{number}.png") for number in range(3)])
    qtbot.waitUntil(lambda: bool(captioner.requests))
    assert (captioner.request.options.alternatives, captioner.request.options.n_best) == (0, 1)


def test_a_record_of_many_brings_the_grid_back(many, captioner, kit, qtbot):
    with qtbot.waitSignal(many.result) as told:
        captioner.tell([*kit.captioned(3, "a red car ."), Progress(4, 4, "pictures"), Finished("end")])
    many.open_paths([kit.paint("x.png")])
    qtbot.waitUntil(lambda: not many.parts.input.shows_grid)
    many.show_history(told.args[0])
    assert listed(many) == [DOG, CATS, "a red car ."]
    many.parts.input.view.point_at(2)
    assert [word for _, word in many.parts.output.texts[NOW].lit] == [2]


def test_one_picture_closes_the_grid(many, captioner, kit, qtbot):
    many.open_paths([kit.paint("x.png")])
    qtbot.waitUntil(lambda: not many.parts.input.shows_grid)
    qtbot.waitUntil(lambda: many.parts.input.view.mapTo(many, QPoint(0, 0)).x() < 20)
