"""Summaries as files: one with its name and note, many as a table."""

import csv
from pathlib import Path

import pytest
from docx import Document as WordDocument

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.summaries import TABLES, Summarized, save_summaries, save_summary

ONE = Summarized("Harbour", "A ferry ran aground.\n\nNobody was hurt.", 7, 90, "7 of 90 words.")
TWO = Summarized("Le port, fermé", "Un bac s’est échoué.", 5, 40)


def lines(path: Path) -> list[str]:
    if path.suffix == ".docx":
        return [one.text for one in WordDocument(str(path)).paragraphs]
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line]


def test_plain_text_holds_the_summary_alone(tmp_path: Path) -> None:
    save_summary(ONE, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "A ferry ran aground.\n\nNobody was hurt.\n"


@pytest.mark.parametrize("suffix", [".md", ".docx"])
def test_other_kinds_have_name_paragraphs_and_note(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    save_summary(ONE, path)
    title, *rest = lines(path)
    assert title.removeprefix("# ") == "Harbour"
    assert rest == ["A ferry ran aground.", "Nobody was hurt.", "7 of 90 words."]


def test_a_summary_of_a_text_without_a_name_has_no_title(tmp_path: Path) -> None:
    save_summary(Summarized("", "Short.", 1, 9), tmp_path / "a.md")
    assert lines(tmp_path / "a.md") == ["Short."]


def test_a_table_has_a_row_a_document(tmp_path: Path) -> None:
    save_summaries([ONE, TWO], tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["document"] for row in rows] == ["Harbour", "Le port, fermé"]
    assert rows[0]["summary"] == ONE.text
    assert (rows[1]["words"], rows[1]["summary words"]) == ("40", "5")


@pytest.mark.parametrize("suffix", TABLES[1:])
def test_other_kinds_have_a_heading_a_document(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"all{suffix}"
    save_summaries([ONE, TWO], path)
    found = [line.removeprefix("## ") for line in lines(path)]
    assert found == ["Harbour", "A ferry ran aground.", "Nobody was hurt.", "Le port, fermé", "Un bac s’est échoué."]


@pytest.mark.parametrize("save", [lambda path: save_summary(ONE, path), lambda path: save_summaries([ONE], path)])
def test_nothing_is_overwritten_unasked_and_other_kinds_are_refused(tmp_path: Path, save) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.md"
    path.write_text("mine")
    with pytest.raises(InputError, match=r"a\.md exists"):
        save(path)
    assert path.read_text() == "mine"
    with pytest.raises(InputError, match=r"\.odt"):
        save(tmp_path / "a.odt")
