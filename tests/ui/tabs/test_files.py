"""Files in and out of the Translate tab: one, many, a folder, and all that goes wrong with them."""

import os
from pathlib import Path

import pytest
from docx import Document as WordDocument
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from seq2seq_desktop.events import Finished, Started
from seq2seq_desktop.ui.tabs.translate.files import readable_files


@pytest.fixture
def save_as(monkeypatch):
    """Answers the question for a file name."""

    def answer(path: Path, kind: str = "") -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), kind))

    return answer


def told(tab, side="source"):
    return getattr(tab.parts, side).banner.text


def drop(widget, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, button, no_key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    widget.dropEvent(QDropEvent(QPointF(10, 10), copy, data, button, no_key))


def answer(played, kit, job=None):
    """Translate every line of the request into one word."""
    number = played.last if job is None else job
    text = played.requests[number].text
    segments, place = [], 0
    for line in text.split("\n"):
        if line:
            segments.append(kit.segment(line, place))
        place += len(line) + 1
    done = [kit.settled(index, (f" mot{index}",), width=len(one.pieces)) for index, one in enumerate(segments)]
    played.tell(number, [Started(tuple(segments)), *done, Finished("end")])


def test_a_file_in_an_unknown_language_is_saved_with_a_warning(tab, played, kit, qtbot, tmp_path):
    paths = [tmp_path / name for name in ("a.txt", "b.txt")]
    for path in paths:
        path.write_text("Hallo zusammen\n")
    tab.open_paths(paths)
    for _ in paths:
        qtbot.waitUntil(lambda: bool(played.open))
        segment = kit.segment(played.request.text)
        done = kit.settled(0, (" mot",), width=len(segment.pieces))
        language = "de" if played.last == 1 else ""
        played.tell(played.last, [Started((segment,), language), done, Finished("end")])
    qtbot.waitUntil(lambda: not tab.busy, timeout=3000)
    assert [job.state for job in tab.queue.jobs] == ["saved", "saved"]
    assert "Deutsch" in tab.queue.jobs[0].message
    assert not tab.queue.jobs[1].message
    assert "Deutsch" in told(tab)


def test_a_dropped_file_is_translated_and_saved_in_its_own_layout(tab, played, kit, qtbot, tmp_path, save_as):
    path = tmp_path / "letter.md"
    path.write_text("# Dear all\n\nHow are you\n")
    drop(tab.parts.source, [path])
    qtbot.waitUntil(lambda: bool(played.requests), timeout=3000)
    assert tab.parts.source.text.toPlainText() == "Dear all\n\nHow are you"
    answer(played, kit)
    save_as(tmp_path / "lettre.md")
    tab.export()
    qtbot.waitUntil((tmp_path / "lettre.md").exists, timeout=3000)
    assert (tmp_path / "lettre.md").read_text() == "# mot0\n\nmot1\n"


def test_a_pasted_file_is_opened_not_its_name(tab, played, qtbot, tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("Good morning")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    assert tab.parts.source.text.canInsertFromMimeData(data)
    tab.parts.source.text.insertFromMimeData(data)
    qtbot.waitUntil(lambda: tab.parts.source.text.toPlainText() == "Good morning", timeout=3000)


def test_subtitles_keep_their_times(tab, played, kit, qtbot, tmp_path, save_as):
    path = tmp_path / "film.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nGood morning\n\n2\n00:00:03,000 --> 00:00:04,000\nBye\n")
    tab.open_paths([path])
    qtbot.waitUntil(lambda: bool(played.requests), timeout=3000)
    answer(played, kit)
    save_as(tmp_path / "film.fr.srt", "SRT (*.srt)")
    tab.export()
    qtbot.waitUntil((tmp_path / "film.fr.srt").exists, timeout=3000)
    written = (tmp_path / "film.fr.srt").read_text()
    assert "00:00:03,000 --> 00:00:04,000\nmot1" in written


def test_an_edited_document_is_saved_as_text(tab, played, kit, qtbot, tmp_path, save_as):
    path = tmp_path / "letter.md"
    path.write_text("# Dear all\n")
    tab.open_paths([path])
    qtbot.waitUntil(lambda: bool(played.requests), timeout=3000)
    tab.parts.source.text.setPlainText("Dear all of you")
    tab.run_again()
    answer(played, kit)
    save_as(tmp_path / "out", "DOCX (*.docx)")
    tab.export()
    qtbot.waitUntil((tmp_path / "out.docx").exists, timeout=3000)
    assert [one.text for one in WordDocument(str(tmp_path / "out.docx")).paragraphs] == ["mot0"]


def test_several_files_become_a_list_and_are_saved_beside_their_sources(tab, played, kit, qtbot, tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"Text {name[0]}\n")
    tab.open_paths([tmp_path / "a.txt", tmp_path / "b.txt"])
    qtbot.waitUntil(lambda: len(played.requests) == 1, timeout=3000)
    assert tab.parts.source.shows_list
    assert tab.parts.files.tree.topLevelItemCount() == 2
    assert tab.busy
    assert not played.request.options.attention
    answer(played, kit)
    qtbot.waitUntil(lambda: len(played.requests) == 2, timeout=3000)
    answer(played, kit)
    qtbot.waitUntil(lambda: not tab.busy, timeout=3000)
    assert [job.state for job in tab.queue.jobs] == ["saved", "saved"]
    assert (tmp_path / "b.fr.txt").read_text() == "mot0\n"
    assert (tmp_path / "b.txt").read_text() == "Text b\n"
    assert tab.parts.files.tree.topLevelItem(0).text(1) == "saved"


def test_a_very_long_file_goes_through_the_list_instead_of_the_pane(tab, played, kit, qtbot, tmp_path):
    path = tmp_path / "book.txt"
    path.write_text("Good morning. " * 20_000)
    tab.open_paths([path])
    qtbot.waitUntil(lambda: len(played.requests) == 1, timeout=10_000)
    assert tab.parts.source.shows_list
    assert not tab.parts.source.text.toPlainText()
    answer(played, kit)
    qtbot.waitUntil(lambda: not tab.busy, timeout=10_000)
    assert (tmp_path / "book.fr.txt").exists()


def test_nothing_is_overwritten(tab, played, kit, qtbot, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Text a\n")
    (tmp_path / "in" / "a.fr.txt").write_text("mine")
    tab.open_paths([tmp_path / "in" / "a.txt", tmp_path / "in" / "gone.txt"])
    qtbot.waitUntil(lambda: len(played.requests) == 1, timeout=3000)
    answer(played, kit)
    qtbot.waitUntil(lambda: not tab.busy, timeout=3000)
    assert (tmp_path / "in" / "a.fr.txt").read_text() == "mine"
    assert (tmp_path / "in" / "a.fr-2.txt").read_text() == "mot0\n"


def test_a_folder_of_mixed_files_skips_what_it_cannot_read_and_goes_on(tab, played, kit, qtbot, tmp_path):
    folder = tmp_path / "mixed"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.docx").write_bytes(b"this is no Word file")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "deep" / "z.txt").write_text("Good morning\n")
    tab.open_paths([folder])
    qtbot.waitUntil(lambda: len(played.requests) == 1, timeout=3000)
    answer(played, kit)
    qtbot.waitUntil(lambda: not tab.busy, timeout=3000)
    assert [(job.path.name, job.state) for job in tab.queue.jobs] == [("a.docx", "failed"), ("z.txt", "saved")]
    tab.parts.files.tree.setCurrentItem(tab.parts.files.tree.topLevelItem(0))
    assert "a.docx" in told(tab)


def test_cancelling_the_list_stops_it_and_keeps_what_is_saved(tab, played, kit, qtbot, tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("Text\n")
    tab.open_paths([tmp_path / name for name in ("a.txt", "b.txt", "c.txt")])
    qtbot.waitUntil(lambda: len(played.requests) == 1, timeout=3000)
    answer(played, kit)
    qtbot.waitUntil(lambda: len(played.requests) == 2, timeout=3000)
    tab.cancel()
    assert [job.state for job in tab.queue.jobs] == ["saved", "cancelled", "cancelled"]
    assert played.cancelled == [2]
    assert not tab.busy
    qtbot.mouseClick(tab.parts.files.back, Qt.MouseButton.LeftButton)
    assert tab.parts.source.text.isVisible()


def test_files_go_into_the_chosen_folder(tab, played, kit, qtbot, tmp_path, monkeypatch):
    target = tmp_path / "out"
    target.mkdir()
    (tmp_path / "a.txt").write_text("Text\n")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(target))
    tab.ask_for_folder()
    (tmp_path / "only").mkdir()
    (tmp_path / "a.txt").rename(tmp_path / "only" / "a.txt")
    tab.open_paths([tmp_path / "only"])
    qtbot.waitUntil(lambda: len(played.requests) == 1, timeout=3000)
    answer(played, kit)
    qtbot.waitUntil(lambda: not tab.busy, timeout=3000)
    assert (target / "a.fr.txt").read_text() == "mot0\n"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("fake.docx", b"no Word file at all", "fake.docx"),
        ("empty.txt", b"", "empty"),
        ("junk.txt", bytes(range(32)) * 99, "not text"),
        ("scan.pdf", b"%PDF-1.4 broken", "scan.pdf"),
        ("photo.jpg", b"\xff\xd8\xff", "kind"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_and_the_work_stays(tab, played, qtbot, tmp_path, name, content, says):
    tab.parts.source.text.setPlainText("My work")
    (tmp_path / name).write_bytes(content)
    tab.open_paths([tmp_path / name])
    qtbot.waitUntil(lambda: told(tab) != "", timeout=5000)
    assert says in told(tab)
    assert tab.parts.source.text.toPlainText() == "My work"


def test_a_file_that_vanished_says_so(tab, qtbot, tmp_path):
    tab.open_paths([tmp_path / "gone.txt"])
    qtbot.waitUntil(lambda: "gone.txt" in told(tab), timeout=3000)


def test_an_empty_folder_says_so(tab, qtbot, tmp_path):
    (tmp_path / "empty").mkdir()
    tab.open_paths([tmp_path / "empty"])
    qtbot.waitUntil(lambda: told(tab) != "", timeout=3000)
    assert not tab.parts.source.shows_list


def test_a_save_that_fails_says_so_and_offers_another_place(tab, played, kit, qtbot, tmp_path, save_as):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    played.tell(played.last, kit.translated())
    save_as(tmp_path / "missing" / "out.txt")
    tab.export()
    qtbot.waitUntil(lambda: told(tab, "target") != "", timeout=3000)
    assert "missing" in told(tab, "target")
    assert tab.parts.target.texts[0].text() == "Où est la gare ?"
    save_as(tmp_path / "out.txt")
    tab.parts.target.banner._button.click()
    qtbot.waitUntil((tmp_path / "out.txt").exists, timeout=3000)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder_says_so(tab, played, kit, qtbot, tmp_path, save_as):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    played.tell(played.last, kit.translated())
    save_as(folder / "out.txt")
    tab.export()
    qtbot.waitUntil(lambda: "may not be written" in told(tab, "target"), timeout=3000)


def test_the_map_is_saved_in_all_three_kinds(tab, played, kit, tmp_path, save_as):
    tab.parts.source.text.setPlainText(kit.SOURCE)
    tab.run_again()
    played.tell(played.last, kit.translated())
    for suffix, begins in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".csv", b",Where,is")):
        save_as(tmp_path / f"map{suffix}")
        tab.export_map()
        assert (tmp_path / f"map{suffix}").read_bytes().startswith(begins)


def test_nothing_to_save_is_said_quietly(tab, qtbot):
    with qtbot.waitSignal(tab.status) as said:
        tab.export()
    assert said.args[0]


def test_a_glossary_reaches_the_request(tab, played, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "terms.tsv"
    path.write_text("station\tgare\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    tab.parts.source.text.setPlainText("The station")
    tab.ask_for_glossary()
    qtbot.waitUntil(lambda: bool(played.requests), timeout=3000)
    assert [term.target for term in played.request.glossary.terms] == ["gare"]
    assert "terms.tsv" in tab.parts.direction.glossary.text()


def test_a_broken_glossary_names_its_line(tab, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "terms.tsv"
    path.write_text("a\tb\nonly one\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    tab.ask_for_glossary()
    qtbot.waitUntil(lambda: "line 2" in told(tab), timeout=3000)


def test_folders_give_readable_files_in_order_without_hidden_ones(tmp_path):
    (tmp_path / ".git").mkdir()
    for name in ("b.txt", "a.md", "c.jpg", ".git/x.txt"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in readable_files([tmp_path])] == ["a.md", "b.txt"]


def test_words_of_a_listed_file_cannot_be_branched(tab, played, kit, qtbot, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Text\n")
    tab.open_paths([tmp_path / "in"])
    qtbot.waitUntil(lambda: len(played.requests) == 1, timeout=3000)
    answer(played, kit)
    qtbot.waitUntil(lambda: not tab.busy, timeout=3000)
    tab._on_frame()
    assert tab.parts.target.texts[0].text() == "mot0"
    tab.parts.target.texts[0].word_clicked.emit(0, 0)
    assert not tab.brancher.popup.isVisible()
