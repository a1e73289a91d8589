import re
import runpy
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from seq2seq_desktop import paths
from seq2seq_desktop.ui.i18n import NATIVE, Language, languages

FILES = sorted((paths.resources() / "translations").glob("*.ts"))
TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "scripts" / "translations.py"))
AGAIN = "run `python scripts/translations.py`"


def messages(file: Path) -> list[tuple[str, str, ET.Element]]:
    return [
        (context.findtext("name", ""), message.findtext("source", ""), message)
        for context in ET.parse(file).getroot().iter("context")
        for message in context.iter("message")
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_text_of_the_window_is_translated(file: Path, tmp_path: Path) -> None:
    fresh = tmp_path / file.name
    fresh.write_bytes(file.read_bytes())
    TOOL["collect"](fresh)
    assert {m[:2] for m in messages(fresh)} == {m[:2] for m in messages(file)}, AGAIN
    translations = [(source, message.find("translation")) for _, source, message in messages(fresh)]
    unfinished = [source for source, found in translations if found is None or found.get("type") or not found.text]
    assert unfinished == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_compiled_file_is_that_of_the_text(file: Path, tmp_path: Path) -> None:
    TOOL["compile_to"](file, tmp_path / "fresh.qm")
    assert (tmp_path / "fresh.qm").read_bytes() == file.with_suffix(".qm").read_bytes(), AGAIN


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_translation_takes_the_same_values_and_has_one_mnemonic_at_most(file: Path) -> None:
    for context, source, message in messages(file):
        text = message.findtext("translation", "")
        place = f"{context}: {source!r} -> {text!r}"
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", source)), place
        assert text.count("&") == source.count("&"), place
        assert ("…" in text) == ("…" in source), place


def test_switching_there_and_back(qapp: QApplication) -> None:
    language = Language(qapp, "fr")
    assert QCoreApplication.translate("shortcuts", "Quit") == "Quitter"
    language.choose("en")
    assert QCoreApplication.translate("shortcuts", "Quit") == "Quit"
    language.choose("tlh")
    assert language.code == NATIVE


def test_the_system_language_is_taken_where_there_is_one(qapp: QApplication, monkeypatch: Any) -> None:
    from PySide6.QtCore import QLocale

    monkeypatch.setattr(QLocale, "uiLanguages", lambda self, *_: ["tlh-Kz", "fr-CA", "en"])
    language = Language(qapp, "system")
    assert language.code == "fr"
    language.choose("en")


def test_both_languages_are_offered_by_their_own_names() -> None:
    assert languages() == {"en": "English", "fr": "Français"}


def test_french_has_its_no_break_spaces() -> None:
    texts = [message.findtext("translation", "") for _, _, message in messages(FILES[0])]
    assert [text for text in texts if re.search(r" [:;?!]", text)] == []
