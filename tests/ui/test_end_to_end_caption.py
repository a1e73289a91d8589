"""The real window with the real worker and captioners: from a picture to words, regions, other words and files.

Most of it runs on a captioner made in a moment, whose words mean nothing; one test is for the shipped one.
"""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from seq2seq_desktop import paths
from seq2seq_desktop.io.descriptions import description_of
from seq2seq_desktop.tasks.caption.spec import BUNDLE
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import History
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.caption import tab as tab_module
from seq2seq_desktop.ui.tabs.caption.tab import CaptionTab
from seq2seq_desktop.ui.task_tabs import TabEntry
from seq2seq_desktop.ui.widgets.output_pane import BEFORE, NOW

PATIENCE_MS = 60_000  # for the model to load and to look on a machine that does other things too
ENTRY = TabEntry("caption", "Caption", f"{tab_module.__name__}:{CaptionTab.__name__}", needs_bundle=True)


def paint(path: Path, seed: int = 0, size: tuple[int, int] = (320, 240)) -> Path:
    """A picture of a few shapes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(generator.integers(120, 255, 3).tolist()))
    for _ in range(6):
        left, top = generator.integers(0, size[0] - 60), generator.integers(0, size[1] - 60)
        colour = tuple(generator.integers(0, 255, 3).tolist())
        ImageDraw.Draw(image).ellipse((left, top, left + 60, top + 60), colour)
    image.save(path)
    return path


class App:
    """A window on the screen, and what is asked of it again and again."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        settings = Settings(folder / "settings.ini")
        settings.set("threads", 1)
        self.bridge = Bridge()
        self.bridge.send(settings.configuration())
        self.window = MainWindow(self.bridge, settings, History(folder / "history.sqlite"), [ENTRY])
        self.window.show()
        qtbot.waitExposed(self.window)
        self.tab: CaptionTab = self.window.tab
        self.tab.parts.options.length.setValue(8)

    @property
    def text(self) -> str:
        return self.tab.parts.output.texts[NOW].text()

    def caption(self, given: list[Path]) -> None:
        before = self.tab.album
        self.tab.open_paths(given)
        self.qtbot.waitUntil(lambda: self.tab.album is not before, timeout=PATIENCE_MS)
        self.wait_for_the_end()

    def wait_for_the_end(self) -> None:
        self.qtbot.waitUntil(lambda: not self.tab.busy and not self.tab.errands.busy, timeout=PATIENCE_MS)
        album = self.tab.album
        assert album is not None
        assert album.outcome == "done", album.failure
        self.tab._on_frame()


@pytest.fixture
def app(tiny_captioner_bundle: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: Any) -> Iterator[App]:
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path / "user"))
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(tmp_path / "models"))
    shutil.copytree(tiny_captioner_bundle, tmp_path / "models" / BUNDLE)
    app = App(tmp_path, qtbot)
    yield app
    app.window.close()
    app.window.deleteLater()
    QApplication.processEvents()


def test_from_a_picture_to_words_regions_and_another_word(app: App, tmp_path: Path) -> None:
    app.caption([paint(tmp_path / "a.png")])
    assert app.text
    photo = app.tab.album.photos[0]
    rows, columns = photo.grid
    assert rows * columns >= 49
    assert photo.seen.size == (320, 240)
    words = app.tab.parts.output.words(NOW)
    looks = photo.shown.looks()
    assert looks.shape == (len(words), rows * columns)
    assert np.allclose(looks.sum(axis=1), 1, atol=0.02)
    app.tab.parts.output.texts[NOW].point_at((0, 0))
    assert app.tab.parts.input.view.lit == 0

    first = app.text
    others = photo.shown.alternatives(words[0])
    app.tab.parts.output.clicked.emit(NOW, 0, 0)
    app.tab.popup.close()
    app.tab.popup.token_chosen.emit(others[1].token)
    app.wait_for_the_end()
    assert app.text != first
    assert photo.shown.sentence.tokens[0] == others[1].token
    assert app.tab.parts.output.texts[BEFORE].text() == first
    app.tab.undo()
    assert app.text == first


def test_a_caption_starts_as_it_was_asked_to(app: App, tmp_path: Path) -> None:
    app.tab.parts.input.begin.setText("two dogs")
    app.caption([paint(tmp_path / "a.png")])
    assert app.text.startswith("Two dogs")


def test_many_pictures_the_broken_one_among_them_and_what_is_saved(
    app: App, tmp_path: Path, monkeypatch: Any
) -> None:
    folder = tmp_path / "photos"
    for number in range(9):
        paint(folder / f"{number}.jpg", number, size=(200 + 40 * number, 240))
    (folder / "broken.jpg").write_text("no picture")
    app.caption([folder])
    album = app.tab.album
    assert [photo.state for photo in album.photos] == [*["done"] * 9, "refused"]
    assert "broken.jpg" in album.photos[9].problem
    assert len(album.captions()) == 9

    saved = folder / "all.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    app.tab.export()
    app.qtbot.waitUntil(saved.exists)
    rows = list(csv.reader(saved.read_text().splitlines()))
    assert rows[1] == ["0.jpg", album.photos[0].text]
    app.tab.saver._inside(album.captions())
    app.qtbot.waitUntil(lambda: not app.tab.errands.busy)
    assert description_of((folder / "3.jpg").read_bytes()) == album.photos[3].text


def test_cancel_and_go_on(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    for number in range(24):
        paint(folder / f"{number:02}.png", number)
    app.tab.open_paths([folder])
    app.qtbot.waitUntil(lambda: app.tab.album is not None and app.tab.album.states()["done"] > 0, timeout=PATIENCE_MS)
    app.window.cancel()
    app.qtbot.waitUntil(lambda: not app.tab.busy, timeout=PATIENCE_MS)
    album = app.tab.album
    assert album.outcome == "cancelled"
    assert 0 < album.states()["done"] < 24
    kept = {photo.path: photo.text for photo in album.photos if photo.state == "done"}
    app.tab.go_on()
    app.wait_for_the_end()
    assert album.states()["done"] == 24
    assert all(
        album.photos[number].text == kept.get(photo.path, photo.text) for number, photo in enumerate(album.photos)
    )


@pytest.mark.slow
def test_the_shipped_captioner_sees_what_is_there(tmp_path: Path, qtbot: QtBot, monkeypatch: Any) -> None:
    samples = sorted((paths.resources() / "samples" / "caption").glob("*.*"))
    if not (paths.shipped_models() / BUNDLE / "card.toml").is_file() or not samples:
        pytest.skip(f"{BUNDLE} is not shipped yet")
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_DATA", str(tmp_path / "user"))
    app = App(tmp_path, qtbot)
    app.caption(samples[:1])
    assert len(app.text.split()) >= 4
    photo = app.tab.album.photos[0]
    assert float(np.mean(photo.shown.sentence.probabilities)) > 0.2
    looks = photo.shown.looks()
    assert (looks.max(axis=1) > 2 / looks.shape[1]).any()  # it looks somewhere
    app.window.close()
    app.window.deleteLater()
    QApplication.processEvents()
