"""What the user made of a text, stretch by stretch: words that stayed keep their times and what could stand there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from seq2seq_desktop.ui.tabs.transcribe.stretch import SaidWord, Stretch

_TOKEN = re.compile(r"\S+")
_ROOM = 0.05  # seconds that a word takes at least


@dataclass(frozen=True)
class _Token:
    """A run of characters without space, and which stretch it belongs to."""

    text: str
    start: int  # in its text, in characters
    end: int
    stretch: int


def rewritten(stretches: Sequence[Stretch], text: str) -> tuple[dict[int, Stretch], dict[int, str]]:
    """What the user made of the stretches by writing `text` in place of them all, by number.

    New versions of those whose words changed, and what stands before each that has words.
    """
    if not stretches:
        return {}, {}
    old = [token for stretch in stretches for token in _tokens(stretch)]
    new, kept = _matched(old, text)
    changes: dict[int, Stretch] = {}
    gaps: dict[int, str] = {}
    place = 0
    for stretch in stretches:
        mine = [index for index, token in enumerate(new) if token.stretch == stretch.number]
        start, end = (new[mine[0]].start, new[mine[-1]].end) if mine else (place, place)
        said, before = text[start:end], text[place:start]
        place = end
        if said:
            gaps[stretch.number] = before
        if said != stretch.text:
            words = _words(stretch, [(new[index], kept.get(index)) for index in mine], start)
            changes[stretch.number] = stretch.rewritten(said, words)
    return changes, gaps


def _tokens(stretch: Stretch) -> Iterator[_Token]:
    for match in _TOKEN.finditer(stretch.text):
        yield _Token(match.group(), match.start(), match.end(), stretch.number)


def _matched(old: Sequence[_Token], text: str) -> tuple[list[_Token], dict[int, _Token]]:
    """The tokens of the new text, each with the stretch it falls into; and the old ones that stayed, by place."""
    found = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    new: list[_Token] = []
    kept: dict[int, _Token] = {}
    for kind, first, last, begin, end in _changes([token.text for token in old], [one for one, _, _ in found]):
        for place in range(begin, end):
            share = first + (place - begin) * (last - first) // max(1, end - begin)
            twin = old[min(share, len(old) - 1)] if last > first else None
            beside = new[-1].stretch if new else old[0].stretch if old else 0
            new.append(_Token(*found[place], twin.stretch if twin is not None else beside))
            if kind == "equal":
                kept[place] = old[first + place - begin]
    return new, kept


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """As difflib's opcodes; what is the same at both ends is never taken for anything else."""
    least = min(len(old), len(new))
    head = next((place for place in range(least) if old[place] != new[place]), least)
    tail = next((place for place in range(least - head) if old[-1 - place] != new[-1 - place]), least - head)
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    yield "equal", 0, head, 0, head
    for kind, first, last, begin, end in middle.get_opcodes():
        yield kind, first + head, last + head, begin + head, end + head
    yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _words(stretch: Stretch, tokens: Sequence[tuple[_Token, _Token | None]], start: int) -> list[SaidWord]:
    """The words of a stretch's new text, which begins at `start` of the whole one."""
    words: list[SaidWord] = []
    for token, before in tokens:
        at = token.start - start
        if before is None:
            words.append(SaidWord(token.text, at, at + len(token.text), 0.0, 0.0))
            continue
        shift = at - before.start
        words += [
            replace(word, at=word.at + shift, to=word.to + shift)
            for word in stretch.words
            if before.start <= word.at and word.to <= before.end
        ]
    return _with_times(words, stretch)


def _with_times(words: list[SaidWord], stretch: Stretch) -> list[SaidWord]:
    """The same words; those the user typed share the time between their neighbours by their letters."""
    timed, index = list(words), 0
    while index < len(timed):
        last = index
        while last < len(timed) and not timed[last].timed:
            last += 1
        if last > index:
            begin = timed[index - 1].end if index else stretch.start
            end = timed[last].start if last < len(timed) else stretch.end
            if end - begin < _ROOM and index:  # no time between them: the word before gives half of its own
                begin = (timed[index - 1].start + timed[index - 1].end) / 2
            timed[index:last] = _spread(timed[index:last], begin, max(begin, end))
        index = last + 1
    return timed


def _spread(words: Sequence[SaidWord], begin: float, end: float) -> list[SaidWord]:
    letters = sum(len(word.text) for word in words)
    spread, place = [], 0
    for word in words:
        start = begin + (end - begin) * place / letters
        place += len(word.text)
        spread.append(replace(word, start=start, end=begin + (end - begin) * place / letters))
    return spread
