import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.text.glossary import Glossary, Term
from seq2seq_desktop.text.protect import protect, without_endless_words, without_symbols

GLOSSARY = Glossary((Term("network", "réseau"), Term("2026", "l'an 2026")))
FRAGMENTS = st.sampled_from(
    [
        "https://a.b/(c)",
        "me@x.org",
        "3.5",
        "2026-11-21",
        "{x}",
        "%s",
        "<b>",
        "`",
        "**",
        "[a](b)",
        "network",
        " ",
        "..",
        "é",
        "/",
        "AB-1234",
        "$5",
        "🙂",
        "👍🏽",
        "\u200d",
        "\ufe0f",
    ]
)


def values(text: str) -> tuple[str, ...]:
    return protect(text, limit=100).values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://a.b/c?d=e(f), or (http://x.y/z).", ("https://a.b/c?d=e(f)", "http://x.y/z")),
        ("Go to www.lemonde.fr! Or example.com.", ("www.lemonde.fr", "example.com")),
        ("Mail jo.doe+a@x-y.org.", ("jo.doe+a@x-y.org",)),
        ("It was 1995, 1,500 and 3.5 or 3,5.", ("1995", "1,500", "3.5", "3,5")),
        ("On 2026-11-21 or 21/11/2026 at 10:30 or 10h30.", ("2026-11-21", "21/11/2026", "10:30", "10h30")),
        ("Version v1.2.3 of AB-1234 and COVID-19.", ("v1.2.3", "AB-1234", "COVID-19")),
        ("Call +33 6 12 34 56 78 or (555) 123-4567.", ("+33 6 12 34 56 78", "(555) 123-4567")),
        ("It costs $5, €20.50 or 1 000 000 €.", ("$5", "€20.50", "1 000 000 €")),
        ("{name} has %s and %(x)d of ${VAR}", ("{name}", "%s", "%(x)d", "${VAR}")),
        ("A <b>bold</b> `x = 1` <code>y</code>", ("<b>", "</b>", "`x = 1`", "<code>y</code>")),
        ("A [link](http://a.b) in **bold**", ("[", "](http://a.b)", "**", "**")),
        ("@joe said #hello in report.pdf", ("@joe", "#hello", "report.pdf")),
        (r"in /usr/bin/x, ../a.txt and C:\a\b", ("/usr/bin/x", "../a.txt", r"C:\a\b")),
        ("I 🤍 you 👩‍👩‍👧‍👦👍🏽, ❤️ it ✓", ("🤍", "👩‍👩‍👧‍👦👍🏽", "❤️", "✓")),
        ("From 🇫🇷 to 🏴󠁧󠁢󠁥󠁮󠁧󠁿, press 1️⃣ or #️⃣", ("🇫🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "#️⃣")),
        ("IBAN DE89370400440532013000, ISBN 978-3-16-148410-0", ("DE89370400440532013000", "978-3-16-148410-0")),
    ],
)
def test_what_is_kept(text: str, expected: tuple[str, ...]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I have 3 cats and 120 dogs, and/or 1/2 fish.",
        "50% de 50 % des gens, 100 km/h",
        "the 1st, the 19th, the 1990s, A4, U.S., e.g. no. 5",
        "a < b and c > d, x*y, snake_case, e-mail, he/she. Then",
    ],
)
def test_what_is_left_to_the_model(text: str) -> None:
    assert values(text) == ()


@given(st.one_of(st.text(), st.lists(FRAGMENTS, max_size=30).map("".join)), st.integers(0, 10))
def test_parts_make_up_the_text(text: str, limit: int) -> None:
    protected = protect(text, GLOSSARY, limit)
    assert "".join(part.text for part in protected.parts) == text
    assert all(text[part.start :].startswith(part.text) and part.text for part in protected.parts)
    used = [part.placeholder for part in protected.parts if part.placeholder is not None]
    assert used == list(range(len(protected.values)))
    assert len(used) <= limit


def test_only_the_first_ten_have_placeholders() -> None:
    protected = protect(", ".join(str(1000 + number) for number in range(12)))
    assert protected.values == tuple(str(1000 + number) for number in range(10))
    assert protected.parts[-1].text == ", 1010, 1011"


def test_glossary_gives_the_target_term() -> None:
    assert protect("The Network of 1999", GLOSSARY).values == ("Réseau", "1999")


def test_glossary_wins_over_the_same_number_but_not_over_an_address() -> None:
    assert protect("In 2026", GLOSSARY).values == ("l'an 2026",)
    assert protect("https://network.com/network", GLOSSARY).values == ("https://network.com/network",)


def test_verbatim_where_nothing_is_left_to_translate() -> None:
    assert protect("https://a.b, 2026-11-21!").verbatim
    assert not protect("See https://a.b").verbatim


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "1 ",
        "<a",
        "`",
        "a.b",
        "/a",
        "[",
        "[a](",
        "{",
        "AB-",
        "a@",
        "-a",
        "12-",
        "&a",
        "🙂",
        "🙂\u200d",
        "1\ufe0f",
    ],
)
def test_time_grows_with_the_length_alone(unit: str) -> None:
    started = time.process_time()
    protect(unit * (100_000 // len(unit)))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "core"),
    [("❤️ See you 🙂!", "See you 🙂!"), ("  🎉🎉 So: 🎉 yes 🎉 🎉 ", "So: 🎉 yes"), ("Hello.", "Hello."), ("🙂", "")],
)
def test_symbols_at_the_ends_are_left_out(text: str, core: str) -> None:
    start, end = without_symbols(text)
    assert text[start:end] == core


@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_what_is_left_out_is_space_and_symbols(text: str) -> None:
    start, end = without_symbols(text)
    assert 0 <= start <= end <= len(text)
    assert not any(character.isalnum() for character in text[:start] + text[end:])


def test_endless_words_make_way_and_places_stay() -> None:
    noise = "x" * 101
    text = f"See {noise} and {'y' * 100}."
    assert without_endless_words(text) == f"See {chr(10) * 101} and {'y' * 100}."
