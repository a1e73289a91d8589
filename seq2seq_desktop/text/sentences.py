"""Sentences of a text with their exact places, so that a translation keeps the layout.

Markers, indentation, blank lines and the space between sentences are never part of a sentence and never reach a
model; `rebuild` puts them back around whatever replaces the sentences.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sentencex  # type: ignore[import-untyped]

LIMIT = 400  # characters of the longest segment; what models are trained on is shorter
_CELL = re.compile(r"[^\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")  # a line, or a column of a tab-separated one
_MARKER = re.compile(
    r"""\s*
    (?: > \s* )*                                   # quoted mail and Markdown
    (?: (?: \#{1,6} | [-*+•‣◦▪·–—] | \d{1,3}[.)] ) (?: \s+ | $ ) )?
    (?: \[ [ xX] \] \s+ )?                         # a task's box
    """,
    re.VERBOSE,
)
_CLAUSE = re.compile(r"[,;:)\]»–—…][\"'”’]*(?=\s)")
_ABBREVIATION = {  # what sentencex takes for the end of a sentence
    "fr": re.compile(
        r"(?<![\w'’-])(?:MM?|M[mlg][a-z]+|Mes?|Drs?|Prs?|St[es]?|art|chap|fig|env|av|apr|éd|vol|[A-Z](?:\.-[A-Z])?)\.$"
    ),
    "en": re.compile(r"(?<![\w'’-])(?:Messrs|[A-HJ-Z])\.$"),  # "I." ends sentences: "So do I."
}
_INITIAL = re.compile(r"(?<![\w'’-])[A-Z](?:\.-[A-Z])?\.$")


@dataclass(frozen=True)
class Sentence:
    """One stretch of a text for the model: no space around it, no line break in it."""

    text: str
    start: int  # in the whole text, in characters

    @property
    def end(self) -> int:
        """The place after the last character."""
        return self.start + len(self.text)


def split(text: str, language: str, limit: int = LIMIT) -> tuple[Sentence, ...]:
    """The sentences of `text` in order, each at most `limit` characters; a stretch without a letter is none.

    A longer sentence is cut after clause punctuation, else at a space, else anywhere.
    `language` is an ISO 639-1 code; one without rules of its own is cut by those of a related language.
    """
    return tuple(
        Sentence(text[start:end], start)
        for line in _CELL.finditer(text)
        for first, last in _line(text, line.start(), line.end(), language)
        for start, end in _cut(text, first, last, limit)
        if any(map(str.isalpha, text[start:end]))
    )


def rebuild(text: str, sentences: Sequence[Sentence], replacements: Sequence[str]) -> str:
    """`text` with each sentence replaced by the string at the same index, everything between them untouched."""
    parts, place = [], 0
    for sentence, replacement in zip(sentences, replacements, strict=True):
        parts += [text[place : sentence.start], replacement]
        place = sentence.end
    return "".join([*parts, text[place:]])


def _line(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """The bounds of the sentences of one line, its marker left out."""
    marker = _MARKER.match(text, start, end)
    start = marker.end() if marker else start
    if not any(map(str.isalpha, text[start:end])):
        return
    for piece in _joined(sentencex.segment(language, text[start:end]), language):
        yield start, start + len(piece)
        start += len(piece)


def _joined(pieces: Sequence[str], language: str) -> Iterator[str]:
    """`pieces` with those put together again that an abbreviation or a dot within a word had parted."""
    abbreviation = _ABBREVIATION.get(language, _INITIAL)
    whole = ""
    for piece in pieces:
        whole += piece
        bare = whole.rstrip()
        within_word = len(bare) == len(whole) and bare.endswith(".")
        if not within_word and not abbreviation.search(bare[-12:]):
            yield whole
            whole = ""
    if whole:
        yield whole


def _cut(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """The bounds of segments of at most `limit` characters, without space around them."""
    while True:
        start, end = _stripped(text, start, end)
        if end - start <= limit:
            break
        place = _place_to_cut(text, start, start + limit)
        yield _stripped(text, start, place)
        start = place
    if start < end:
        yield start, end


def _place_to_cut(text: str, start: int, latest: int) -> int:
    """Where a segment from `start` ends best, at most at `latest` and not in its first half."""
    middle = (start + latest) // 2
    clauses = [match.end() for match in _CLAUSE.finditer(text, middle, latest)]
    if clauses:
        return clauses[-1]
    spaces = [place for place in range(latest, max(middle, start), -1) if text[place].isspace()]
    return spaces[0] if spaces else latest


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds without the space at both ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
