from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from seq2seq_desktop.ui.i18n import Language
from seq2seq_desktop.ui.wording import about, megabytes, on_device, percent, whole


@pytest.fixture
def language(qapp: QApplication) -> Iterator[Language]:
    language = Language(qapp, "en")
    yield language
    language.choose("en")
    QLocale.setDefault(QLocale("en"))


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0, "about 1 s", "environ 1\u00a0s"),
        (42, "about 42 s", "environ 42\u00a0s"),
        (130, "about 2 min", "environ 2\u00a0min"),
        (5400, "about 1.5 h", "environ 1,5\u00a0h"),
    ],
)
def test_times_are_said_as_people_say_them(language: Language, seconds: float, english: str, french: str) -> None:
    assert about(seconds) == english
    language.choose("fr")
    assert about(seconds) == french


def test_sizes_have_a_unit_that_fits(language: Language) -> None:
    assert [megabytes(size) for size in (2_500_000, 999_000_000, 1_400_000_000)] == ["2 MB", "999 MB", "1.4 GB"]
    language.choose("fr")
    assert megabytes(1_400_000_000) == "1,4\u00a0Go"


def test_devices_are_said_with_their_threads(language: Language) -> None:
    places = [on_device("cpu", 1), on_device("cpu", 4), on_device("cuda:1", 4)]
    assert places == ["CPU 1 thread", "CPU 4 threads", "GPU 1"]


def test_whole_numbers_have_the_separators_of_the_language(language: Language) -> None:
    assert whole(119_700) == "119,700"
    language.choose("fr")
    assert whole(119_700).replace("\u202f", "\u00a0") == "119\u00a0700"


@pytest.mark.parametrize(("share", "said"), [(0.0, "0"), (0.004, "< 1"), (0.012, "1"), (0.5, "50"), (1.0, "100")])
def test_a_small_share_is_not_said_to_be_none(share: float, said: str) -> None:
    assert percent(share) == said
