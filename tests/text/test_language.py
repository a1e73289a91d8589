import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.text.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour", "fr"),
        ("Merci", "fr"),
        ("Hello", "en"),
        ("Thank you", "en"),
        ("BONJOUR À TOUS", "fr"),
        ("We came to the conclusion\nthat he should be fired.", "en"),
    ],
)
def test_language_of_short_texts(text: str, language: str) -> None:
    detection = detect(text)
    assert detection.language == language
    assert detection.confidence > 0.5
    assert detection.other is None


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Guten Tag, wie geht es Ihnen heute?", "de"),
        ("¿Dónde está la biblioteca, por favor?", "es"),
        ("你好吗", "zh"),
    ],
)
def test_another_language_is_said_to_be_another(text: str, other: str) -> None:
    detection = detect(text)
    assert detection.other == other
    assert detection.language in ("en", "fr")
    assert detect(text, ("en", other)).language == other


def test_no_letters_tell_nothing() -> None:
    assert detect("12345 !?").confidence == 0.5


@settings(max_examples=50)
@given(st.text(st.characters()))
def test_any_text_has_an_answer(text: str) -> None:
    detection = detect(text)
    assert detection.language in ("en", "fr")
    assert 0 <= detection.confidence <= 1


def test_threads_agree() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: detect(text).language, ["Bonjour à tous", "Good morning all"] * 20))
    assert found == ["fr", "en"] * 20


def test_import_loads_no_network_code() -> None:
    code = "import sys, seq2seq_desktop.text.language; sys.exit('requests' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
