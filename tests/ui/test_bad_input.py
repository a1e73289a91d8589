"""Files and disks that fail, in the real window: a clear message, no frozen window, and the work still there.

The translator is a toy that writes in capitals, so that nothing here waits for a model. What a single bad file says
in the tab alone is tested in tabs/test_files.py.
"""

import errno
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from docx import Document as WordDocument
from pypdf import PdfWriter
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from seq2seq_desktop.engine.messages import Device
from seq2seq_desktop.engine.worker import Worker
from seq2seq_desktop.events import Event, Finished, Hypothesis, Segment, SegmentDone, Started
from seq2seq_desktop.tasks.translate.spec import TranslateRequest
from seq2seq_desktop.ui.app import offered_tabs
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import History
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.widgets.output_pane import NOW

WORK = "What I have typed so far."
MEBIBYTE = 1024 * 1024
FROZEN = 1.0  # seconds without an answer that a user would notice


class Shouter:
    """A translator whose French is English in capitals: one sentence, one piece."""

    name, device, precision, threads, parameters = "shouter", "cpu", "float32", 1, 1

    def run(self, request: TranslateRequest, cancelled: Callable[[], bool]) -> Iterator[Event]:
        text = request.text
        yield Started((Segment(text, (text,), ((0, len(text)),), (False,)),))
        said = Hypothesis((1,), (1.0,), 0.0, pieces=(text.upper(),), text=text.upper())
        yield SegmentDone(0, (said,), "end")
        yield Finished("end", 1, 0.001, text.upper())


def shouting_worker(post: Callable[[Any], None]) -> Worker:
    return Worker(post, lambda *_: Shouter(), lambda _: None, lambda: (Device("cpu", "CPU"),))


@pytest.fixture
def window(settings: Settings, tmp_path: Path, qtbot: Any) -> Iterator[MainWindow]:
    """A window in which a text stands, translated."""
    window = MainWindow(
        Bridge(make_worker=shouting_worker), settings, History(tmp_path / "history.db"), offered_tabs()
    )
    window.show()
    qtbot.waitExposed(window)
    window.tab.parts.direction.choose("en", "fr")
    window.tab.parts.source.text.setPlainText(WORK)
    window.tab.run_again()
    qtbot.waitUntil(lambda: output(window) == WORK.upper(), timeout=5000)
    yield window
    window.close()
    window.deleteLater()
    QApplication.processEvents()


def output(window: MainWindow) -> str:
    text: str = window.tab.parts.target.texts[NOW].text()
    return text


def told(window: MainWindow, side: str) -> str:
    banner = getattr(window.tab.parts, side).banner
    return str(banner.text) if banner.isVisible() else ""


def work_is_there(window: MainWindow) -> bool:
    return window.tab.parts.source.text.whole() == WORK and output(window) == WORK.upper()


class Pulse:
    """Measures the longest time in which the window did not answer."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._timer = QTimer(interval=5)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> "Pulse":
        self._last = monotonic()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now = monotonic()
        self.longest, self._last = max(self.longest, now - self._last), now


def write_pdf(path: Path, password: str = "") -> None:
    """A PDF with a page and nothing on it."""
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(path)


def write_vast(path: Path) -> None:
    """A text of 100 MB that takes no room on the disk."""
    with path.open("wb") as file:
        file.write(b"Good morning. " * 5000)
        file.truncate(100 * MEBIBYTE)


def write_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "Good morning.")


BAD = {
    "vast.txt": (write_vast, "larger than 64 MiB"),
    "scan.pdf": (write_pdf, "has no text"),
    "secret.pdf": (lambda path: write_pdf(path, "key"), "password"),
    "archive.docx": (write_archive, "not a Word"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_and_the_work_stays(window: MainWindow, qtbot: Any, tmp_path: Path, name: str) -> None:
    write, says = BAD[name]
    write(tmp_path / name)
    with Pulse() as pulse:
        window.open_paths([tmp_path / name])
        qtbot.waitUntil(lambda: told(window, "source") != "", timeout=20_000)
    assert name in told(window, "source")
    assert says in told(window, "source")
    assert pulse.longest < FROZEN
    assert work_is_there(window)


def test_in_a_mixed_folder_the_good_are_done_and_the_bad_are_named(
    window: MainWindow, qtbot: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name, (write, _) in BAD.items():
        write(folder / name)
    (folder / "note.txt").write_text("Good morning.\n")
    (folder / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n")
    letter = WordDocument()
    letter.add_paragraph("Good morning.")
    letter.save(str(folder / "letter.docx"))
    with Pulse() as pulse:
        window.open_paths([folder])
        qtbot.waitUntil(lambda: len(window.tab.queue.jobs) == 7 and not window.tab.busy, timeout=30_000)
    jobs = {job.path.name: job for job in window.tab.queue.jobs}
    assert {name for name, job in jobs.items() if job.state == "failed"} == set(BAD)
    assert (folder / "note.fr.txt").read_text() == "GOOD MORNING.\n"
    assert "00:00:01,000 --> 00:00:02,000\nGOOD MORNING." in (folder / "film.fr.srt").read_text()
    assert [one.text for one in WordDocument(str(folder / "letter.fr.docx")).paragraphs] == ["GOOD MORNING."]
    tree = window.tab.parts.files.tree
    for row, job in enumerate(window.tab.queue.jobs):
        tree.setCurrentItem(tree.topLevelItem(row))
        assert tree.topLevelItem(row).text(1) == job.state
        if job.path.name in BAD:
            assert job.path.name in told(window, "source")
            assert BAD[job.path.name][1] in told(window, "source")
    assert pulse.longest < FROZEN
    window.tab.parts.files.back.click()
    assert work_is_there(window)


def test_a_file_that_vanishes_before_its_turn_is_named_and_the_rest_is_done(
    window: MainWindow, qtbot: Any, tmp_path: Path
) -> None:
    names = ("a.txt", "b.txt", "c.txt")
    for name in names:
        (tmp_path / name).write_text("Good morning.\n")
    window.tab.queue.changed.connect(lambda row: row == 0 and (tmp_path / "b.txt").unlink(missing_ok=True))
    window.open_paths([tmp_path / name for name in names])
    qtbot.waitUntil(lambda: bool(window.tab.queue.jobs) and not window.tab.busy, timeout=10_000)
    assert [job.state for job in window.tab.queue.jobs] == ["saved", "failed", "saved"]
    assert "b.txt does not exist" in window.tab.queue.jobs[1].message


def test_a_disk_that_goes_away_while_a_file_is_read_is_told(
    window: MainWindow, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "far.txt").write_text("Good morning.\n")
    opened = Path.open

    def pulled_out(path: Path, *how: Any, **more: Any) -> Any:
        file = opened(path, *how, **more)
        if path.name == "far.txt":
            file.close()
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return file

    monkeypatch.setattr(Path, "open", pulled_out)
    window.open_paths([tmp_path / "far.txt"])
    qtbot.waitUntil(lambda: "far.txt cannot be read" in told(window, "source"), timeout=5000)
    assert work_is_there(window)


# Saving


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the user chooses to save as; another text stands in it."""
    path = tmp_path / "out" / "translation.txt"
    path.parent.mkdir()
    path.write_text("an earlier text")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return path


def refusing(number: int) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> Any:
        raise OSError(number, os.strerror(number))

    return refuse


REFUSALS = {
    "the disk is full when the text is written": (os, "fsync", errno.ENOSPC, "the disk is full"),
    "the disk is full when the file is put in place": (os, "replace", errno.ENOSPC, "the disk is full"),
    "the quota is used up": (os, "fsync", errno.EDQUOT, "the disk is full"),
    "the folder is read-only": (tempfile, "mkstemp", errno.EACCES, "may not be written to"),
    "the disk is read-only": (tempfile, "mkstemp", errno.EROFS, "may not be written to"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refused_save_is_told_harms_nothing_and_can_be_tried_again(
    window: MainWindow, qtbot: Any, target: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    module, function, number, says = REFUSALS[case]
    with monkeypatch.context() as broken:
        broken.setattr(module, function, refusing(number))
        window.tab.export()
        qtbot.waitUntil(lambda: told(window, "target") != "", timeout=5000)
    assert says in told(window, "target")
    assert target.name in told(window, "target")
    assert work_is_there(window)
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert target.read_text() == "an earlier text"
    next(one for one in window.tab.parts.target.banner.findChildren(QPushButton) if one.isVisible()).click()
    qtbot.waitUntil(lambda: target.read_text() == WORK.upper(), timeout=5000)
    assert told(window, "target") == ""


def test_a_full_disk_in_the_middle_of_a_list_is_told_for_each_file(
    window: MainWindow, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Good morning.\n")
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOSPC))
    window.open_paths([tmp_path / "a.txt", tmp_path / "b.txt"])
    qtbot.waitUntil(lambda: bool(window.tab.queue.jobs) and not window.tab.busy, timeout=10_000)
    assert [job.state for job in window.tab.queue.jobs] == ["failed", "failed"]
    assert all("the disk is full" in job.message for job in window.tab.queue.jobs)
    assert "the disk is full" in told(window, "source")
    assert not list(tmp_path.glob("*.fr.txt"))
    window.tab.parts.files.back.click()
    assert work_is_there(window)
