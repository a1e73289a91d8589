"""Recording in the Transcribe tab: button and space bar, level, what is written while one speaks, what goes wrong."""

import os
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt

from seq2seq_desktop import paths
from seq2seq_desktop.events import Failed, Finished, Progress
from seq2seq_desktop.io.audio import blocks, probe
from seq2seq_desktop.io.recording import Recording
from seq2seq_desktop.ui.widgets.output_pane import NOW


def tone(seconds, loudness=0.3):
    return (loudness * np.sin(np.arange(round(16_000 * seconds)) * 0.1)).astype(np.float32)


def text_of(tab):
    return tab.parts.text.texts[NOW].text()


def test_the_button_records_and_what_is_said_appears(tab, listener, microphone, kit, qtbot):
    button = tab.parts.sound.record
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.recording
    assert listener.request.live
    assert listener.request.path == microphone.recording.path
    for _ in range(20):
        microphone.say(tone(0.1))
    assert tab.parts.sound.elapsed.text() == "0:02"
    assert len(tab.parts.map.waveform.values) == 40
    listener.tell([kit.heard(0, 0.5, 1.5, settled=False), *kit.steps(0, "Where is")])
    qtbot.waitUntil(lambda: text_of(tab) == "Where is")
    qtbot.waitUntil(lambda: tab.parts.text.state.text() == "0.5 s behind you")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.recording
    assert tab.busy  # the rest is still written down
    assert tab.parts.text.state.text().startswith("Writing down the rest")
    listener.tell([*kit.stretch(0, kit.FIRST, 0.5, 1.9), Progress(2.0, 2.0), Finished("end")])
    qtbot.waitUntil(lambda: text_of(tab) == kit.FIRST)
    assert probe(tab._current.path).seconds == pytest.approx(2.0)
    assert ".recording-" not in tab._current.path.name


def test_tentative_words_do_not_flicker_while_they_are_found_anew(tab, listener, kit, qtbot):
    tab.recorder.start()
    seen = [""]

    def draw():
        tab.stage.frame()
        if text_of(tab) != seen[-1]:
            seen.append(text_of(tab))

    for said, end in (("Where is", 1.0), ("Where is the station", 1.8)):
        listener.tell([kit.heard(0, 0.2, end, settled=False)])
        draw()
        for step in kit.steps(0, said):
            listener.tell([step])
            draw()
    assert all(len(after) >= len(before) for before, after in pairwise(seen))
    assert seen[-1] == "Where is the station"
    assert tab.parts.text.texts[NOW].sentence(0).tentative
    listener.tell([kit.heard(0, 0.2, 2.4, settled=False)])
    tab.cancel()  # in the middle of an attempt: what was there stays
    qtbot.waitUntil(lambda: not tab.stage.waiting)
    assert text_of(tab) == "Where is the station"


def test_words_that_attempts_agreed_on_are_firm_before_the_pause(tab, listener, kit, qtbot):
    tab.recorder.start()
    text = tab.parts.text.texts[NOW]

    def colours():
        tab.stage.frame()
        return [text.format_of(0, word).foreground().color() for word in range(len(text.sentence(0).words))]

    listener.tell([kit.heard(0, 0.2, 1.0, settled=False), *kit.steps(0, "Where is the")])
    tentative, *others = colours()
    assert others == [tentative] * 2
    agreed = replace(kit.heard(0, 0.2, 1.8, settled=False), agreed=2)
    said = list(kit.steps(0, "Where is a station"))
    listener.tell([agreed, *said])
    firm, *others = colours()
    assert firm != tentative
    assert others == [firm, *[tentative] * 2]
    listener.tell([replace(agreed, end=2.2), *said[:1]])  # at the beginning of the next attempt they stay firm
    tab.stage.frame()
    assert text.sentence(0).text[: text.sentence(0).firm] == "Where is"
    listener.tell([kit.settled(0, kit.FIRST, 0.2, 2.2)])
    assert colours() == [firm] * 4


def test_another_word_can_be_chosen_while_one_speaks(tab, listener, microphone, heard_parts, kit, qtbot):
    tab.recorder.start()
    live = listener.last
    listener.tell([*kit.stretch(0, kit.FIRST, 0.5, 1.9), *kit.stretch(1, kit.SECOND, 2.5, 3.5)])
    listener.tell([kit.heard(2, 4.0, 4.5, settled=False), *kit.steps(2, "Go")])
    qtbot.waitUntil(lambda: not tab.stage.waiting)
    tab.parts.text.clicked.emit(NOW, 0, 3)
    assert len(heard_parts) == 1
    assert tab.popup.isVisible()
    tab.popup.token_chosen.emit(9003)
    tab.popup.close()
    assert listener.cancelled == [live], "the model does one thing at a time"
    assert listener.request.branch.segment == 0
    assert not listener.request.live
    listener.tell([*kit.stretch(0, "Where is the other3", 0.5, 1.9), Finished("end")])
    assert listener.request.live, "it goes on listening ..."
    assert listener.request.start == 3.5, "... where it had settled"
    listener.tell(kit.stretch(0, "Go on.", 4.0, 5.0))
    qtbot.waitUntil(lambda: text_of(tab) == f"Where is the other3 {kit.SECOND} Go on.")
    assert microphone.recording is not None
    tab.recorder.stop()
    listener.tell([Finished("end")])
    assert not tab.busy


def test_what_was_no_speech_in_the_end_leaves_no_words(tab, listener, kit, qtbot):
    tab.recorder.start()
    listener.tell([*kit.stretch(0, kit.FIRST, 0.5, 1.9), kit.heard(1, 3.0, 3.5, settled=False), *kit.steps(1, "Hm")])
    qtbot.waitUntil(lambda: text_of(tab).endswith("Hm"))
    tab.recorder.stop()
    listener.tell([Finished("end")])
    qtbot.waitUntil(lambda: not tab.stage.waiting)
    assert text_of(tab).strip() == kit.FIRST
    assert tab.stage.transcript.output() == kit.FIRST


def test_space_starts_and_stops_unless_a_text_field_has_it(tab, listener, qtbot):
    tab.parts.map.spectrogram.setFocus()
    qtbot.keyClick(tab.parts.map.spectrogram, Qt.Key.Key_Space)
    assert tab.recorder.recording
    qtbot.keyClick(tab.parts.map.spectrogram, Qt.Key.Key_Space)
    assert not tab.recorder.recording
    listener.tell([Finished("end")])
    tab.parts.text.editor.show()
    qtbot.keyClick(tab.parts.text.editor, Qt.Key.Key_Space)
    assert not tab.recorder.recording


def test_space_on_the_button_toggles_once(tab, qtbot):
    tab.parts.sound.record.setFocus()
    qtbot.keyClick(tab.parts.sound.record, Qt.Key.Key_Space)
    assert tab.recorder.recording


def test_the_level_moves_and_too_loud_is_said(tab, microphone):
    meter = tab.parts.sound.level
    tab.recorder.get_ready()
    microphone.say(tone(0.1, 0.1))
    assert meter.peak == pytest.approx(-20, abs=0.5)
    assert not meter.too_loud
    microphone.say(np.ones(1600, np.float32))
    assert meter.too_loud
    assert "too loud" in meter.accessibleDescription()


def test_coming_near_the_button_opens_the_microphone_and_nothing_is_kept(tab, microphone, listener, tmp_path):
    tab.parts.sound.record.approached.emit()
    assert microphone.is_open
    microphone.say(tone(1))
    assert not (tmp_path / "recordings").exists()
    assert not listener.requests
    tab.hide()
    assert not microphone.is_open


def test_the_chosen_microphone_is_used_and_remembered(tab, microphone, listener):
    tab.recorder.list_inputs()
    inputs = tab.parts.sound.inputs
    inputs.setCurrentIndex(1)
    inputs.activated.emit(1)
    tab.recorder.start()
    assert microphone.opened[-1] == b"b"
    tab.recorder.stop()
    tab.parts.sound.inputs.clear()
    tab.recorder.list_inputs()
    assert tab.parts.sound.chosen_input == b"b"


def test_no_microphone_is_one_clear_sentence(tab, microphone, listener):
    microphone.there = []
    tab.recorder.start()
    assert "No microphone was found. Plug one in." in tab.parts.sound.banner.text
    assert not listener.requests
    assert not tab.busy


def test_unplugged_while_recording_the_recording_stays_and_is_written_down(tab, microphone, listener, kit, qtbot):
    tab.recorder.start()
    microphone.say(tone(3))
    microphone.lost.emit("the microphone was unplugged", "what was recorded until then is kept")
    assert not tab.parts.sound.record.recording
    assert "unplugged. What was recorded until then is kept." in tab.parts.sound.banner.text
    assert not listener.cancelled
    listener.tell([*kit.stretch(0, kit.FIRST, 0.5, 2.9), Finished("end")])
    qtbot.waitUntil(lambda: text_of(tab) == kit.FIRST)
    assert probe(tab._current.path).seconds == pytest.approx(3.0)


def test_a_model_that_fails_does_not_end_the_recording(tab, microphone, listener, qtbot):
    tab.recorder.start()
    listener.tell([Failed("there was not enough memory", "close other programs")])
    microphone.say(tone(2))
    assert tab.recorder.recording
    assert "not enough memory" in tab.parts.text.banner.text
    tab.recorder.stop()  # then it is tried once more
    assert not listener.request.live
    assert listener.request.start == 0.0
    assert sum(map(len, blocks(listener.request.path))) == 32_000


def test_escape_ends_recording_and_writing(tab, microphone, listener):
    tab.recorder.start()
    microphone.say(tone(1))
    tab.cancel()
    assert not tab.recorder.recording
    assert not tab.busy
    assert len(listener.requests) == 1
    assert len(list(microphone.folder.glob("*.wav"))) == 1


def test_recording_works_without_a_model(tab, models, microphone, listener):
    models.clear()
    tab.models.look()
    tab.recorder.start()
    microphone.say(tone(1))
    tab.recorder.stop()
    assert not listener.requests
    assert len(list(microphone.folder.glob("*.wav"))) == 1


def test_closing_ends_the_recording_whole(tab, microphone):
    tab.recorder.start()
    microphone.say(tone(1))
    tab.close_down()
    (path,) = microphone.folder.glob("*.wav")
    assert probe(path).seconds == pytest.approx(1.0)


def test_a_recording_that_a_crash_cut_off_is_offered(tab, listener, qtbot, monkeypatch):
    recording = Recording.start(paths.recordings())
    recording.write(tone(2))
    abandoned = recording.path.with_name(recording.path.name.replace(str(os.getpid()), "999999999"))
    os.link(recording.path, abandoned)
    recording.close()
    monkeypatch.undo()
    from seq2seq_desktop.io.recording import unfinished

    assert unfinished(abandoned.parent) == (abandoned,)
    tab._on_unfinished((abandoned,))
    assert "cut off" in tab.parts.sound.banner.text
    tab.parts.sound.banner._button.click()
    qtbot.waitUntil(lambda: bool(listener.requests))
    assert sum(map(len, blocks(listener.request.path))) == 32_000
