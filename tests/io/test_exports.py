import csv
from pathlib import Path

import docx
import numpy as np
import pytest

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.io.exports import save_attention, save_text


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_text_is_saved_as_it_is(tmp_path: Path, name: str) -> None:
    save_text("Ça va ?\n\n  Oui.", tmp_path / name)
    assert (tmp_path / name).read_bytes().decode() == "Ça va ?\n\n  Oui."


def test_word_has_a_paragraph_a_line(tmp_path: Path) -> None:
    save_text("Ça va ?\n\nOui.\x00", tmp_path / "a.docx")
    assert [paragraph.text for paragraph in docx.Document(str(tmp_path / "a.docx")).paragraphs] == [
        "Ça va ?",
        "",
        "Oui.",
    ]


def test_lone_surrogates_do_not_stop_saving(tmp_path: Path) -> None:
    save_text("a\ud800b", tmp_path / "a.txt")
    save_text("a\ud800b", tmp_path / "a.docx")
    assert (tmp_path / "a.txt").read_text() == "a?b"


def test_other_formats_and_existing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be saved as"):
        save_text("x", tmp_path / "a.rtf")
    save_text("x", tmp_path / "a.txt")
    with pytest.raises(InputError, match="exists already"):
        save_text("y", tmp_path / "a.txt")


def test_attention_table(tmp_path: Path) -> None:
    weights = np.array([[0.25, 0.75], [1, 0]], dtype=np.float32)
    save_attention(weights, ["a, b", 'say "c"'], ["x", "y\n"], tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [["", "a, b", 'say "c"'], ["x", "0.25", "0.75"], ["y\n", "1", "0"]]


def test_attention_must_fit_its_pieces(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="do not fit 1 x 2"):
        save_attention(np.zeros((2, 1), np.float32), ["a", "b"], ["x"], tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists()
