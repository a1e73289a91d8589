import pytest

from seq2seq_desktop.tasks.translate.language import unknown_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("שלום", "he"),
        ("Привет, как дела?", "ru"),
        ("Wo ist der nächste Bahnhof?", "de"),
        ("Where is the station?", ""),
        ("Où est la gare ?", ""),
        ("Il tient", ""),  # two words that could be Italian
        ("I said שלום to her yesterday.", ""),
        ("🙂 12:30 !?", ""),
        ("", ""),
    ],
)
def test_only_a_language_outside_the_known_ones_is_named(text: str, language: str) -> None:
    assert unknown_language(text, ("en", "fr")) == language


def test_what_a_model_knows_is_not_unknown() -> None:
    assert unknown_language("Wo ist der nächste Bahnhof?", ("de", "en")) == ""
    assert unknown_language("Привет, как дела?", ("ru", "en")) == ""
