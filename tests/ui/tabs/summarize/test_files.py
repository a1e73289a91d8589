"""Many documents in the Summarize tab: a list with states, files beside the documents, one table of all."""

import csv

import pytest
from PySide6.QtWidgets import QFileDialog

from seq2seq_desktop.events import Failed, Finished, Hypothesis, Progress, Segment, SegmentDone, Started
from seq2seq_desktop.ui.widgets.output_pane import NOW


def shown(tab):
    return tab.parts.summary.texts[NOW].text()


def answer(played, said):
    """Summarize the document that is asked for into these words."""
    segment = Segment(played.request.text, (played.request.text,), ((0, len(played.request.text)),), (False,))
    done = SegmentDone(0, (Hypothesis((10,), (0.9,), -0.1, pieces=(said,), text=said),), "end")
    played.tell(played.last, [Started((segment,)), done, Finished("end", text=said)])


@pytest.fixture
def folder(tmp_path):
    """Two documents, one of them in a folder within, and something else."""
    (tmp_path / "in").mkdir()
    (tmp_path / "a.txt").write_text("The first document. It has some words.")
    (tmp_path / "in" / "b.md").write_text("# Second\n\nIt has some words, too.")
    (tmp_path / "c.png").write_bytes(b"none")
    return tmp_path


def run(tab, played, qtbot, *said):
    for words in said:
        qtbot.waitUntil(lambda: bool(played.open), timeout=20_000)
        answer(played, words)
    qtbot.waitUntil(lambda: not tab.busy, timeout=20_000)


def test_a_folder_becomes_a_list_and_each_summary_is_saved_beside_its_document(tab, played, qtbot, folder):
    tab.open_paths([folder])
    qtbot.waitUntil(lambda: bool(played.open), timeout=20_000)
    assert tab.parts.document.shows_list
    assert tab.parts.document.strip.isHidden()
    assert [job.path.name for job in tab.queue.jobs] == ["a.txt", "b.md"]
    assert not played.request.options.attention
    run(tab, played, qtbot, "First.", "Second.")
    assert (folder / "a.summary.txt").read_text() == "First.\n"
    assert (folder / "in" / "b.summary.txt").read_text() == "Second.\n"
    assert [job.state for job in tab.queue.jobs] == ["saved", "saved"]
    assert played.requests[2].text == "Second\n\nIt has some words, too."


def test_a_row_shows_its_summary_and_its_length_though_the_text_is_gone(tab, played, qtbot, folder):
    tab.open_paths([folder])
    run(tab, played, qtbot, "First.", "Second.")
    tab.parts.files.tree.setCurrentItem(tab.parts.files.tree.topLevelItem(0))
    assert shown(tab) == "First."
    assert "1 of 7 words" in tab.parts.summary.facts.text()
    assert tab.queue.jobs[0].summary.text == ""
    tab.parts.summary.hovered.emit(NOW, 0, 0)
    tab.parts.summary.clicked.emit(NOW, 0, 0)
    assert tab.popup.isHidden()


def test_the_kind_and_the_folder_of_the_files_can_be_chosen(tab, played, qtbot, folder, monkeypatch):
    out = folder / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    tab.parts.files.folder.click()
    tab.parts.files.kind.setCurrentIndex(1)
    tab.open_paths([folder / "a.txt", folder / "in" / "b.md"])
    run(tab, played, qtbot, "First.", "Second.")
    assert (out / "a.summary.md").read_text() == "# a\n\nFirst.\n"
    assert sorted(path.name for path in out.iterdir()) == ["a.summary.md", "b.summary.md"]


def test_nothing_that_is_there_is_overwritten(tab, played, qtbot, folder):
    (folder / "a.summary.txt").write_text("mine")
    tab.open_paths([folder / "a.txt", folder / "in" / "b.md"])
    run(tab, played, qtbot, "First.", "Second.")
    assert (folder / "a.summary.txt").read_text() == "mine"
    assert (folder / "a.summary-2.txt").read_text() == "First.\n"


def test_all_summaries_go_into_one_table(tab, played, qtbot, folder, monkeypatch):
    path = folder / "all.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    tab.open_paths([folder])
    run(tab, played, qtbot, "First.", "Second.")
    tab.export()
    qtbot.waitUntil(path.exists, timeout=20_000)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["document"], row["words"], row["summary"]) for row in rows] == [
        ("a", "7", "First."),
        ("b", "6", "Second."),
    ]


def test_progress_within_a_long_document_is_shown_in_its_row(tab, played, qtbot, folder):
    tab.open_paths([folder])
    qtbot.waitUntil(lambda: bool(played.open), timeout=20_000)
    played.tell(played.last, [Progress(30, 120, "characters")])
    tab._on_frame()
    tree = tab.parts.files.tree
    bar = tree.itemWidget(tree.topLevelItem(0), 2)
    assert (bar.value(), bar.maximum()) == (30, 120)
    assert tree.topLevelItem(0).text(1) == "being summarized"


def test_a_failure_stays_with_its_file(tab, played, qtbot, folder):
    (folder / "a.txt").write_bytes(b"")
    tab.open_paths([folder])
    qtbot.waitUntil(lambda: bool(played.open), timeout=20_000)
    played.tell(played.last, [Failed("there is no sentence to summarize", "open another")])
    qtbot.waitUntil(lambda: not tab.busy, timeout=20_000)
    assert [job.state for job in tab.queue.jobs] == ["failed", "failed"]
    assert "empty" in tab.queue.jobs[0].message
    assert "no sentence" in tab.parts.document.banner.text


def test_cancelling_ends_the_list_and_keeps_what_is_saved(tab, played, qtbot, folder):
    tab.open_paths([folder])
    qtbot.waitUntil(lambda: bool(played.open), timeout=20_000)
    answer(played, "First.")
    qtbot.waitUntil(lambda: len(played.requests) == 2, timeout=20_000)
    tab.cancel()
    assert [job.state for job in tab.queue.jobs] == ["saved", "cancelled"]
    assert not tab.busy


def test_back_to_the_text_brings_text_and_summary_back(tab, played, kit, qtbot, folder):
    tab._set_text(kit.TEXT)
    tab.run_again()
    played.tell(played.last, kit.extracted([1]))
    tab.open_paths([folder])
    run(tab, played, qtbot, "First.", "Second.")
    tab.parts.files.back.click()
    assert not tab.parts.document.shows_list
    assert shown(tab) == kit.SENTENCES[1]
    assert tab.parts.document.strip.isVisible()


def test_a_folder_without_documents_says_so(tab, played, qtbot, tmp_path):
    (tmp_path / "c.png").write_bytes(b"none")
    tab.open_paths([tmp_path])
    qtbot.waitUntil(lambda: "no document" in tab.parts.document.banner.text, timeout=20_000)
    assert not played.requests


def test_a_text_too_large_for_the_pane_is_summarized_from_the_list(tab, played, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("seq2seq_desktop.ui.tabs.summarize.tab.PANE_CHARACTERS", 1000)
    path = tmp_path / "long.txt"
    path.write_text("A sentence that is not short. " * 100)
    tab.open_paths([path])
    qtbot.waitUntil(lambda: bool(played.open), timeout=20_000)
    assert tab.parts.document.shows_list
    assert len(played.request.text) > 2000
    answer(played, "Short.")
    qtbot.waitUntil((tmp_path / "long.summary.txt").exists, timeout=20_000)
