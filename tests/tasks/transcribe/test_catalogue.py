import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq_desktop.errors import DownloadError
from seq2seq_desktop.tasks.transcribe.catalogue import fetch, offered, transcribers


def test_bundles_that_write_speech_down_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seq2seq_desktop.bundles.card import Card, write_card

    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(tmp_path))
    assert transcribers() == ()
    for name, task in (("a-small-one", "transcribe"), ("whisper-base", "transcribe"), ("other", "translate")):
        (tmp_path / name).mkdir()
        write_card(tmp_path / name, Card(name, task, ("en",), licence="MIT"))
    assert [(one.name, one.languages, one.licence) for one in transcribers()] == [
        ("whisper-base", ("en",), "MIT"),
        ("a-small-one", ("en",), "MIT"),
    ]


def test_what_is_offered_has_a_size_and_a_licence() -> None:
    offer = offered()
    assert (offer.name, offer.licence) == ("whisper-base", "MIT")
    assert 100_000_000 < offer.bytes < 400_000_000


def test_fetching_without_a_network_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ2SEQ_DESKTOP_MODELS", str(tmp_path))
    with pytest.raises(DownloadError, match="could not be fetched"):
        list(fetch("whisper-base"))
    assert list(tmp_path.iterdir()) == []


def test_asking_what_there_is_loads_neither_torch_nor_the_network() -> None:
    code = (
        "import sys; from seq2seq_desktop.tasks.transcribe.catalogue import offered, transcribers; "
        "transcribers(); offered(); sys.exit(bool({'torch', 'http.client'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
