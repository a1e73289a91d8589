"""Comparing models: one sentence, two columns, one slider; played by hand and with real models."""

import csv
import json
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QWidget

from seq2seq_desktop.engine.messages import Configure
from seq2seq_desktop.events import Failed, Finished, OfBundle, Progress, SegmentDone
from seq2seq_desktop.tasks.translate.catalogue import Translator, translator
from seq2seq_desktop.tasks.translate.comparison import ATTENTION
from seq2seq_desktop.tasks.translate.spec import DecodeOptions, TranslateRequest
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.tabs.translate import compare
from seq2seq_desktop.ui.tabs.translate.compare_state import Comparison
from seq2seq_desktop.ui.widgets.word_text import WordText

OTHER = (" Où", " se", " trouve", " la", " station", " ?")
MODELS = tuple(
    Translator(name, ("en", "fr"), kind, 7_300_000, 9_000_000)
    for name, kind in (("a", "transformer"), ("b", "recurrent"))
)


def own(bundle, events):
    return [OfBundle(bundle, event) for event in events]


def without_attention(events, width):
    """The events of a model that has none, its saliency at the end."""
    for event in events:
        if isinstance(event, SegmentDone):
            best = event.hypotheses[0]
            rows = np.eye(len(best.tokens), width, 1, np.float32)
            event = replace(event, hypotheses=(replace(best, attention=None, saliency=rows),))
        elif hasattr(event, "attention"):
            event = replace(event, attention=None)
        yield event


@pytest.fixture
def offered(monkeypatch):
    """The models that are there."""
    found = list(MODELS)
    monkeypatch.setattr(compare, "translators", lambda *_: tuple(found))
    return found


@pytest.fixture
def opened(tab, played, offered, kit, qtbot):
    """A window in which the first comparison has been asked for."""
    tab._set_text(kit.SOURCE)  # the tab itself translates what is typed, not this
    tab.compare()
    qtbot.waitUntil(lambda: tab.comparing.busy)
    yield tab.comparing
    tab.comparing.close()


@pytest.fixture
def compared(opened, played, kit):
    """Both models are done; the second one has no attention."""
    width = len(kit.segment(kit.SOURCE).pieces)
    job = played.last
    played.tell(job, own("a", kit.translated()))
    played.tell(job, own("b", without_attention(kit.translated(pieces=OTHER), width)))
    played.tell(job, [Finished("end", 14, 0.2)])
    opened._on_frame()
    return opened


def texts(window):
    return [view.text.text() for view in window.views]


def test_both_models_are_asked_for_the_sentence_in_one_job(opened, played, kit):
    request = played.request
    assert request.bundles == ("a", "b")
    assert request.request.text == kit.SOURCE
    assert (request.request.source, request.request.target) == ("en", "fr")
    assert request.request.saliency


def test_texts_and_maps_stand_side_by_side_and_say_what_they_are(compared):
    assert texts(compared) == ["Où est la gare ?", "Où se trouve la station ?"]
    first, second = (view.map for view in compared.views)
    assert "Attention" in first.title
    assert second.title == "Saliency (input gradient), not attention"
    assert first.image.shape[0] == 5
    np.testing.assert_array_equal(second.image.argmax(axis=1)[:3], [0, 0, 1])
    facts = compared.views[1].facts.text().replace("\u00a0", " ")
    assert facts == "7.3 million parameters · 9 MB · 0.10 s · 70 tokens/s · score -0.10"


def test_words_come_live_in_the_column_of_their_model(opened, played, kit):
    played.tell(played.last, own("a", kit.translated()[:3]))
    opened._on_frame()
    assert texts(opened) == ["Où est", ""]
    assert "translating" in opened.views[0].facts.text()
    assert "waiting" in opened.views[1].facts.text()
    played.tell(played.last, own("b", [Progress(0, 0, message="loading")]))
    opened._on_frame()
    assert "loading" in opened.views[1].facts.text()


def test_one_slider_moves_all(compared, qtbot):
    assert (compared.bar.slider.value(), compared.bar.slider.maximum()) == (6, 6)
    compared.bar.slider.setValue(2)
    assert texts(compared) == ["Où est", "Où se"]
    for view in compared.views:
        assert view.map.image[:2].max() > 0
        assert view.map.image[2:].max() == 0
        assert view.map._row_mark.rect().top() == 1
        assert view.map._row_mark.isVisible()
    qtbot.keyClick(compared.bar.slider, Qt.Key.Key_Right)
    assert texts(compared) == ["Où est la", "Où se trouve"]
    qtbot.keyClick(compared, Qt.Key.Key_Left)
    assert texts(compared) == ["Où est", "Où se"]
    compared.bar.slider.setValue(0)
    assert texts(compared) == ["", ""]
    compared.bar.slider.setValue(6)  # the shorter one stays at its end
    assert texts(compared) == ["Où est la gare ?", "Où se trouve la station ?"]


def test_playing_goes_through_all_steps_and_stops(compared, qtbot):
    compared.bar._clock.setInterval(1)
    seen = []
    compared.bar.moved.connect(seen.append)
    qtbot.mouseClick(compared.bar.play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: seen[-1:] == [6])
    assert seen == [0, 1, 2, 3, 4, 5, 6]
    assert not compared.bar._clock.isActive()


def test_pointing_at_a_word_lights_its_partners_in_every_column(compared):
    compared.views[0].text.point_at((0, 2))  # "la" looked at "is"
    assert compared.source.lit == ["is"]
    assert compared.views[0].text.lit == ((0, 2),)
    assert compared.views[1].text.lit == ((0, 2),)  # "trouve" of the other model did so too
    assert compared.views[1].map._column_mark.rect().left() == 1
    compared.views[0].text.point_at((-1, -1))
    assert compared.source.lit == []
    assert compared.views[1].text.lit == ()


def test_pointing_at_a_source_word_or_a_cell_does_the_same(compared):
    compared.source.point_at(compared.source.whole().index("Where"))
    assert [view.text.lit for view in compared.views] == [((0, 0), (0, 1))] * 2
    compared.views[1].map.cell_hovered.emit(2, 1)
    assert compared.source.lit == ["is"]
    assert compared.views[0].text.lit == ((0, 2),)


def test_one_that_fails_says_so_in_its_column_alone(opened, played, kit):
    played.tell(played.last, own("a", [Failed("weights are damaged", "add it again")]))
    played.tell(played.last, [*own("b", kit.translated()), Finished("end")])
    opened._on_frame()
    assert "Weights are damaged. Add it again." in opened.views[0].banner.text
    assert texts(opened)[1] == "Où est la gare ?"
    assert not opened.views[1].banner.text
    assert not opened.busy


def test_escape_cancels_and_then_closes(opened, played, kit, qtbot):
    played.tell(played.last, own("a", kit.translated()[:3]))
    opened.leave()
    assert played.cancelled == [played.last]
    opened._on_frame()
    assert texts(opened)[0] == "Où est"
    assert all("cancelled" in view.facts.text() for view in opened.views)
    assert opened.isVisible()
    opened.leave()
    assert not opened.isVisible()


def test_cancelling_in_the_main_window_ends_the_comparison(tab, opened, played):
    assert tab.busy
    tab.cancel()
    assert not opened.busy


def test_another_sentence_takes_the_place_of_the_first(compared, played, kit, qtbot):
    compared.source.setPlainText("Hello !")
    compared.start()
    qtbot.waitUntil(lambda: compared.busy)
    compared._on_frame()
    assert played.request.request.text == "Hello !"
    assert texts(compared) == ["", ""]
    assert compared.views[1].map.image.size == 0


def test_the_models_that_were_chosen_are_remembered(compared, offered, remembered, played, qtbot):
    offered.append(Translator("c", ("en", "fr"), "convolutional", 1, 1))
    compared.start()
    qtbot.waitUntil(lambda: len(compared.choice.boxes) == 3)
    assert [box.isChecked() for box in compared.choice.boxes] == [True, True, True]
    compared.choice.boxes[0].setChecked(False)
    played.tell(played.last, [Finished("end")])
    compared.start()
    qtbot.waitUntil(lambda: len(played.requests) == 3)
    assert played.request.bundles == ("b", "c")
    assert remembered.get("translate/compared", []) == ["b", "c"]


def test_one_model_alone_is_said_to_be_too_few(tab, offered, played, kit, qtbot):
    del offered[1]
    tab._set_text(kit.SOURCE)  # the tab itself translates what is typed, not this
    tab.compare()
    qtbot.waitUntil(lambda: bool(tab.comparing.banner.text))
    assert "only one model" in tab.comparing.banner.text
    assert not played.requests
    tab.comparing.close()


def test_maps_and_texts_are_saved(compared, tmp_path: Path):
    for name in ("c.png", "c.svg", "c.html", "c.json", "c.csv"):
        compared.save_to(tmp_path / name)
        assert compared.said.text() == f"Saved as {name}"
    for view in compared.views:  # the whole map is in its window
        assert view.map._plot.sceneBoundingRect().width() <= view.map._view.width()
    picture = QImage(str(tmp_path / "c.png"))
    widths, heights = zip(*((view.map.width(), view.map.height()) for view in compared.views), strict=True)
    assert picture.width() == pytest.approx(2 * sum(widths), rel=0.1)
    assert picture.height() == pytest.approx(2 * max(heights), rel=0.2)
    assert "not attention" in (tmp_path / "c.svg").read_text()
    models = json.loads((tmp_path / "c.json").read_text())["models"]
    assert [model["model"] for model in models] == ["a", "b"]
    rows = csv.DictReader((tmp_path / "c.csv").read_text().splitlines())
    assert [row["text"] for row in rows] == ["Où est la gare ?", "Où se trouve la station ?"]
    compared.save_to(tmp_path / "gone" / "c.png")
    assert compared.banner.text


def test_it_speaks_french_and_every_control_has_a_name(compared, qapp):
    controls = [one for one in compared.findChildren(QWidget) if isinstance(one, QAbstractButton | QAbstractSlider)]
    assert controls
    shown = [one for one in controls if one.isVisible() and not one.objectName().startswith("qt_")]
    assert not [one for one in shown if not one.accessibleName() and not isinstance(one.parent(), WordText)]
    compared.retranslate()
    assert compared.windowTitle() == "Compare models"


def test_a_model_that_begins_again_on_another_device_forgets_what_it_said(kit):
    comparison = Comparison(TranslateRequest(kit.SOURCE, "fr", "en"), MODELS)
    for event in own("a", kit.translated()[:4]) + own("a", kit.translated()[:3]):
        comparison.feed(event)
    assert comparison.columns["a"].sentences[0].text == "Où est"
    assert comparison.steps == 2


def test_real_models_in_the_real_worker(tiny_bundle: Path, tmp_path: Path, remembered, monkeypatch, qtbot):
    for name in ("one", "two"):
        shutil.copytree(tiny_bundle, tmp_path / "models" / name)
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(compare, "translators", lambda *_: tuple(map(translator, ("one", "two"))))
    bridge = Bridge()
    bridge.send(Configure(device="cpu", precision="float32", threads=1))
    parent = QWidget()
    qtbot.addWidget(parent)
    asker = partial(partial, TranslateRequest, target="fr", source="en", options=DecodeOptions(max_length=8))
    window = compare.CompareWindow(bridge, remembered, asker, parent)
    try:
        window.open_with("Where is my book?")
        qtbot.waitUntil(lambda: window.comparison is not None and window.comparison.over, timeout=30_000)
        window._on_frame()
        first, second = texts(window)
        assert first == second != ""
        assert [one.compared.map(0)[1] for one in window.comparison.columns.values()] == [ATTENTION] * 2
    finally:
        window.close()
        window.errands.close()
        assert bridge.close()
