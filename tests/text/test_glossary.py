from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.text.glossary import Glossary, Term, read_glossary

TERMS = (
    Term("neural network", "réseau de neurones"),
    Term("network", "réseau"),
    Term("Apple", "Apple Inc."),
    Term("C++", "C++"),
    Term(".NET", ".NET"),
)


def found(text: str, glossary: Glossary | None = None) -> list[tuple[str, str]]:
    return [(text[match.start : match.end], match.target) for match in (glossary or Glossary(TERMS)).matches(text)]


def test_longest_term_counts() -> None:
    assert found("a neural network") == [("neural network", "réseau de neurones")]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("my network", "réseau"),
        ("Network", "Réseau"),
        ("NETWORK", "RÉSEAU"),
        ("apple", "Apple Inc."),
        ("APPLE", "APPLE INC."),
        ("Apple", "Apple Inc."),
        ("c++", "C++"),
        ("use .net now", ".NET"),
    ],
)
def test_case_is_kept(text: str, target: str) -> None:
    assert [value for _, value in found(text)] == [target]


@pytest.mark.parametrize("text", ["networks", "subnetwork", "e-network", "network-card", "neural", "ASP.NET"])
def test_only_whole_words_match(text: str) -> None:
    assert found(text) == []


def test_apostrophe_parts_words() -> None:
    glossary = Glossary((Term("école", "school"),), "fr", "en")
    assert found("L'école est là.", glossary) == [("école", "school")]


def test_direction_is_reversed_on_demand() -> None:
    glossary = Glossary(TERMS)
    assert glossary.directed("en", "fr") is glossary
    reverse = glossary.directed("fr", "en")
    assert reverse is not None
    assert found("Le réseau de neurones", reverse) == [("réseau de neurones", "neural network")]
    assert glossary.directed("de", "en") is None


@given(st.text(), st.lists(st.from_regex(r"\w[\w .+-]{0,6}", fullmatch=True), min_size=1, max_size=5))
def test_matches_never_overlap(text: str, words: list[str]) -> None:
    glossary = Glossary(tuple(Term(word, "x") for word in words))
    place = 0
    for match in glossary.matches(f"{text} {words[0]} {text}"):
        assert place <= match.start < match.end
        place = match.end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "terms.tsv"
    path.write_bytes("# mine\n\nsummer\tété\r\nparty\tfête\n".encode(encoding))
    assert read_glossary(path).terms == (Term("summer", "été"), Term("party", "fête"))


@pytest.mark.parametrize("line", ["dog,chien", "dog;chien", '"dog", "chien"', "dog\tchien\t"])
def test_separators(tmp_path: Path, line: str) -> None:
    path = tmp_path / "terms.csv"
    path.write_text(f"fr-FR\ten\n{line}" if "\t" in line else line)
    assert read_glossary(path).terms == (Term("dog", "chien"),)


def test_header_says_the_direction(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("fr\ten\nchien\tdog\n")
    assert read_glossary(path) == Glossary((Term("chien", "dog"),), "fr", "en")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dog\tchien\ncat\n", "line 2 has 1 columns"),
        ("# c\na\tb\tc\n", "line 2 has 3 columns"),
        ("dog\t???\n", "line 1: the term"),
        ("# only comments\n", "no terms"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_glossary(path)
