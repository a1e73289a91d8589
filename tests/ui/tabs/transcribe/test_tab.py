"""The Transcribe tab, played by hand: files, words as they come, times, branches, edits, saving."""

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QFileDialog, QLineEdit, QWidget

from seq2seq_desktop.engine.messages import ModelState
from seq2seq_desktop.errors import DownloadError
from seq2seq_desktop.events import Failed, Finished, Progress
from seq2seq_desktop.tasks.transcribe.spec import SEARCH
from seq2seq_desktop.ui.history import History
from seq2seq_desktop.ui.tabs.transcribe.layout import Parts
from seq2seq_desktop.ui.tabs.transcribe.record import from_record
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW


def text_of(tab, side=NOW):
    return tab.parts.text.texts[side].text()


def drop(widget, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, button, no_key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    widget.dropEvent(QDropEvent(QPointF(10, 10), copy, data, button, no_key))


@pytest.fixture
def save_as(monkeypatch):
    def answer(path: Path, kind: str = "") -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), kind))

    return answer


def test_a_dropped_file_is_written_down_as_it_is_heard(tab, listener, kit, tmp_path, qtbot):
    drop(tab.parts.sound, [tmp_path / "talk.mp3"])
    assert listener.request.path == tmp_path / "talk.mp3"
    assert listener.bundles[listener.last] == "whisper-base"
    listener.tell([kit.heard(0, 1.0, 3.0), *list(kit.steps(0, kit.FIRST))[:2]])
    qtbot.waitUntil(lambda: text_of(tab) == "Where is")
    assert tab.busy
    assert tab.parts.text.texts[NOW].sentence(0).tentative
    listener.tell(kit.written()[1:])
    qtbot.waitUntil(lambda: text_of(tab) == f"{kit.FIRST}\n\n{kit.SECOND}")
    assert not tab.busy
    assert not tab.parts.text.texts[NOW].sentence(1).tentative


def test_a_sample_can_be_tried(tab, listener):
    tab.parts.sound.sample.click()
    assert listener.request.path.exists()
    assert listener.request.path.name.endswith(".en.opus")
    assert not tab.parts.sound.sample.isVisible()


def test_a_beam_of_five_is_chosen_until_something_else_is(tab, listener, tmp_path):
    panel = tab.parts.options
    assert (panel.search.currentData(), panel.beams.value()) == ("beam", 5)
    tab.open_paths([tmp_path / "talk.wav"])
    assert listener.request.options == SEARCH
    panel.search.setCurrentIndex(panel.search.findData("greedy"))
    tab.open_paths([tmp_path / "talk.wav"])
    assert listener.request.options.search == "greedy"
    again = Parts(QWidget(tab), tab.parts.options._settings)
    assert again.options.search.currentData() == "greedy"


def test_what_is_chosen_goes_into_the_request(tab, listener, tmp_path):
    bar = tab.parts.bar
    bar.language.setCurrentIndex(bar.language.findData("fr"))
    bar.language.activated.emit(bar.language.currentIndex())
    bar.translate.setChecked(True)
    tab.parts.options.search.setCurrentIndex(tab.parts.options.search.findData("beam"))
    tab.parts.options.beams.setValue(3)
    tab.open_paths([tmp_path / "talk.wav"])
    request = listener.request
    assert (request.language, request.translate, request.options.search, request.options.beams) == (
        "fr", True, "beam", 3,
    )  # fmt: skip


def test_the_language_that_was_heard_is_said(done):
    assert "English" in done.parts.bar.note.text()


def test_pointing_at_a_word_lights_its_time_and_its_attention(done, kit):
    done.stage.choose_stretch(0)
    done.parts.text.hovered.emit(NOW, 0, 3)
    spectrogram = done.parts.map.spectrogram
    assert spectrogram.lit == 3
    assert spectrogram.words[3].text == "station?"
    assert (spectrogram.words[3].start, spectrogram.words[3].end) == (2.5, 3.0)
    row = spectrogram.alignment[3]
    assert row.argmax() in (15, 20)  # its two pieces look at columns 15 and 20
    done.parts.text.hovered.emit(NOW, 0, -1)
    assert spectrogram.lit is None
    assert done.parts.text.texts[NOW].lit == ()


def test_pointing_at_the_spectrogram_lights_the_word(done):
    done.stage.choose_stretch(0)
    done.parts.map.spectrogram.point_at(1)
    assert done.parts.text.texts[NOW].lit == ((0, 1),)
    assert done.parts.map.spectrogram.lit == 1


def test_the_layer_and_the_head_change_the_map(done):
    done.stage.choose_stretch(0)
    options, spectrogram = done.parts.options, done.parts.map.spectrogram
    mean = spectrogram.alignment.copy()
    options.layer.setCurrentIndex(2)
    options.head.setCurrentIndex(3)
    assert np.allclose(spectrogram.alignment, 1 / 1500)
    assert not np.allclose(spectrogram.alignment, mean)


def test_a_click_lets_the_word_be_heard_and_offers_others(done, heard_parts, kit):
    done.parts.text.clicked.emit(NOW, 0, 1)
    assert heard_parts == [("talk.wav", 1.45, 2.05)]
    assert done.popup.isVisible()
    assert "other1" in done.popup.list.item(1).text()
    done.popup.close()


def test_a_choice_becomes_a_version_beside_the_first(done, listener, kit, qtbot):
    done.parts.text.clicked.emit(NOW, 0, 1)
    done.popup.token_chosen.emit(9001)
    done.popup.close()
    branch = listener.request.branch
    where = kit.token(" Where")
    assert (branch.segment, branch.start, branch.end, branch.prefix) == (0, 1.0, 3.0, (where, 9001))
    assert listener.request.language == "en"
    listener.tell([*kit.stretch(0, "Where other1 my bag?", 1.0, 3.0), Finished("end")])
    qtbot.waitUntil(lambda: text_of(done).startswith("Where other1 my bag?"))
    assert text_of(done).endswith(kit.SECOND)
    assert text_of(done, BEFORE).startswith(kit.FIRST)
    words = done.parts.text.texts[NOW].sentence(0).words
    assert [word.dimmed for word in words] == [True, False, False, False]
    assert words[1].picked
    done.undo()
    assert text_of(done).startswith(kit.FIRST)
    done.redo()
    assert text_of(done).startswith("Where other1")


def test_a_choice_while_the_rest_is_written_interrupts_it_only_for_a_moment(
    tab, listener, heard_parts, kit, tmp_path, qtbot
):
    tab.open_paths([tmp_path / "talk.wav"])
    listener.tell([*kit.stretch(0, kit.FIRST, 1.0, 3.0), kit.heard(1, 6.0, 7.0), *list(kit.steps(1, "Nobody"))])
    qtbot.waitUntil(lambda: not tab.stage.waiting)
    tab.parts.text.clicked.emit(NOW, 0, 1)
    tab.popup.close()
    tab.popup.token_chosen.emit(9001)
    assert listener.cancelled == [1]
    listener.tell([*kit.stretch(0, "Where other1 my bag?", 1.0, 3.0), Finished("end")], 2)
    assert listener.last == 3
    assert (listener.request.start, listener.request.branch) == (3.0, None)
    listener.tell([*kit.stretch(0, kit.SECOND, 6.0, 7.0), Finished("end")], 3)
    qtbot.waitUntil(lambda: text_of(tab) == f"Where other1 my bag?\n\n{kit.SECOND}")
    assert not tab.busy
    assert tab.stage.transcript.outcome == "done"


def test_a_second_choice_takes_the_place_of_the_first(done, listener, kit, qtbot):
    for side, token in ((NOW, 9001), (BEFORE, 9002)):
        done.parts.text.clicked.emit(side, 0, token - 9000)
        done.popup.close()
        done.popup.token_chosen.emit(token)
    assert listener.cancelled == [2]
    listener.tell([*kit.stretch(0, "Where is other2 bag?", 1.0, 3.0), Finished("end")])
    assert len(listener.requests) == 3  # nothing is heard again
    assert done.stage.transcript.outcome == "done"


def test_a_typed_word_is_sent_as_it_is(done, listener, kit):
    done.parts.text.clicked.emit(NOW, 1, 1)
    done.popup.typed.emit("cares.")
    done.popup.close()
    assert listener.request.branch.typed == "cares."
    assert listener.request.branch.prefix == tuple(kit.token(piece) for piece in kit.pieces_of("Nobody"))
    assert listener.request.branch.segment == 1


def test_an_edit_keeps_the_times_of_words_that_stay(done, save_as, tmp_path, qtbot):
    pane = done.parts.text
    pane.edit.setChecked(True)
    assert pane.editor.toPlainText() == "Where is the station?\n\nNobody knows."
    pane.editor.setPlainText("Where is the big old station?\n\nNobody knows it.")
    pane.edit.setChecked(False)
    assert text_of(done) == "Where is the big old station?\n\nNobody knows it."
    save_as(tmp_path / "talk.json")
    done.export()
    qtbot.waitUntil((tmp_path / "talk.json").exists)
    words = json.loads((tmp_path / "talk.json").read_text())["passages"][0]["words"]
    assert [word["text"] for word in words] == ["Where", "is", "the", "big", "old", "station?"]
    assert (words[2]["start"], words[5]["start"]) == (2.0, 2.5)
    assert 2.0 < words[3]["start"] < words[3]["end"] <= words[4]["start"] < words[4]["end"] <= 2.5
    done.undo()
    assert text_of(done) == "Where is the station?\n\nNobody knows."


def test_an_edit_that_changes_nothing_is_no_version(done):
    done.parts.text.edit.setChecked(True)
    done.parts.text.edit.setChecked(False)
    assert len(done.stage.transcript.versions) == 1


@pytest.mark.parametrize("suffix", [".txt", ".srt", ".vtt", ".json", ".docx"])
def test_every_kind_of_file_can_be_saved(done, save_as, tmp_path, qtbot, suffix):
    save_as(tmp_path / f"talk{suffix}", f"(*{suffix})")
    done.export()
    qtbot.waitUntil((tmp_path / f"talk{suffix}").exists)
    if suffix == ".srt":
        assert "00:00:01,000 --> 00:00:03,000\nWhere is the station?" in (tmp_path / "talk.srt").read_text()


def test_a_full_folder_is_told_with_another_way(done, save_as, tmp_path, qtbot):
    save_as(tmp_path / "absent" / "talk.txt")
    done.export()
    qtbot.waitUntil(lambda: "absent" in done.parts.text.banner.text)


def test_the_map_is_saved_as_picture_and_table(done, save_as, tmp_path):
    done.stage.choose_stretch(0)
    for suffix in (".png", ".svg", ".csv"):
        save_as(tmp_path / f"map{suffix}", f"(*{suffix})")
        done.export_map()
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "map.svg").read_text()
    rows = (tmp_path / "map.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["Where", "is", "the", "station?"]


def test_copying_and_sending(done, kit, qtbot):
    done.copy_output()
    assert QGuiApplication.clipboard().text() == f"{kit.FIRST}\n\n{kit.SECOND}"
    with qtbot.waitSignal(done.send_asked) as sent:
        done.parts.text.sends[0].click()
    assert sent.args == ["translate", f"{kit.FIRST}\n\n{kit.SECOND}"]


def test_cancel_keeps_what_is_there_and_goes_on_from_it(tab, listener, kit, tmp_path, qtbot):
    tab.open_paths([tmp_path / "talk.wav"])
    listener.tell([*kit.stretch(0, kit.FIRST, 1.0, 3.0), kit.heard(1, 6.0, 7.0), *list(kit.steps(1, "Nobody"))])
    tab.cancel()
    assert listener.cancelled == [1]
    assert "Cancelled" in tab.parts.text.state.text()
    qtbot.waitUntil(lambda: text_of(tab) == f"{kit.FIRST}\n\nNobody")
    tab.go_on()
    assert listener.request.start == 3.0
    listener.tell([*kit.stretch(0, kit.SECOND, 6.0, 7.0), Finished("end")])
    qtbot.waitUntil(lambda: text_of(tab) == f"{kit.FIRST}\n\n{kit.SECOND}")


def test_a_failure_is_told_and_what_was_heard_stays(tab, listener, kit, tmp_path, qtbot):
    tab.open_paths([tmp_path / "talk.wav"])
    listener.tell([*kit.stretch(0, kit.FIRST, 1.0, 3.0), Failed("talk.wav is damaged", "copy it again")])
    assert "talk.wav is damaged. Copy it again." in tab.parts.text.banner.text
    qtbot.waitUntil(lambda: text_of(tab) == kit.FIRST)


def test_silence_says_so(tab, listener, tmp_path):
    tab.open_paths([tmp_path / "talk.wav"])
    listener.tell([Finished("end")])
    assert "No speech" in tab.parts.text.state.text()
    assert text_of(tab) == ""


def test_history_brings_words_times_and_pictures_back(tab, listener, heard_parts, kit, tmp_path, qtbot):
    history = History(tmp_path / "history.sqlite")
    with qtbot.waitSignal(tab.result) as result:
        tab.open_paths([tmp_path / "talk.wav"])
        listener.tell(kit.written())
    record = history.get(history.add(result.args[0]).id)
    history.close()
    tab.stage.clear()
    tab.show_history(record)
    qtbot.waitUntil(lambda: text_of(tab) == f"{kit.FIRST}\n\n{kit.SECOND}")
    tab.stage.choose_stretch(0)
    spectrogram = tab.parts.map.spectrogram
    assert [word.start for word in spectrogram.words] == [1.0, 1.5, 2.0, 2.5]
    assert spectrogram.alignment[0].argmax() == 0
    tab.parts.text.clicked.emit(NOW, 0, 0)
    assert heard_parts[-1] == ("talk.wav", 0.95, 1.55)
    tab.popup.close()
    assert from_record(record).stretches[0].sound.shape == (80, 200)


def test_a_record_of_another_version_still_shows_its_text(tab, kit):
    from seq2seq_desktop.ui.history import HistoryRecord

    tab.show_history(HistoryRecord("transcribe", "talk.wav", "Something said.", options={"stretches": [{}]}))
    assert text_of(tab) == "Something said."


def test_without_a_model_one_button_brings_it(tab, models, monkeypatch, qtbot, tmp_path, listener):
    models.clear()
    tab.models.look()
    offer = tab.parts.sound.offer
    assert offer.isVisible()
    assert "MIT" in offer.text.text()
    assert "145 MB" in offer.get.text()

    def fetch(name):
        assert name == "whisper-base"
        yield Progress(10, 100, "bytes")
        yield Progress(100, 100, "bytes")
        models.append(tab_model)

    tab_model = offer._model
    tab.download._fetch = fetch
    tab.open_paths([tmp_path / "talk.wav"])  # waits for the model
    assert not listener.requests
    offer.get.click()
    qtbot.waitUntil(lambda: not offer.isVisible())
    assert listener.request.path.name == "talk.wav"


def test_a_download_can_be_stopped_and_may_fail(tab, models, qtbot):
    models.clear()
    tab.models.look()
    offer, closed = tab.parts.sound.offer, []

    def endless(name):
        try:
            while True:
                yield Progress(1, 100, "bytes", 90.0)
        finally:
            closed.append(name)

    tab.download._fetch = endless
    offer.get.click()
    qtbot.waitUntil(lambda: "2 min" in offer.left.text())
    offer.stop.click()
    qtbot.waitUntil(offer.get.isVisible)
    assert closed == ["whisper-base"]

    def broken(name):
        raise DownloadError("whisper-base could not be fetched", "check the network connection")
        yield

    tab.download._fetch = broken
    offer.get.click()
    qtbot.waitUntil(lambda: "check the network" in tab.parts.sound.banner.text.lower())


def test_loading_is_said(tab, listener):
    listener.model_state.emit(ModelState("transcribe", "whisper-base", "loading"))
    assert "Loading" in tab.parts.text.state.text()


def test_the_tab_fits_the_smallest_window(tab, models, qtbot):
    for known in ([*models], []):
        models[:] = known
        tab.models.look()
        smallest = tab.minimumSizeHint()
        assert smallest.width() <= 640
        assert smallest.height() <= 400  # what the smallest window leaves for a tab


def test_every_control_can_be_named(done):
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit)
    done.parts.options.fold.setChecked(True)
    unnamed = [
        widget
        for widget in done.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.isVisibleTo(done)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox)
    ]
    assert unnamed == []
