"""What was said, as files: plain text, Word, subtitles with times, and JSON with every word's time and probability.

Source: W3C, WebVTT: The Web Video Text Tracks Format, section 4; SubRip has no specification and is written as
players read it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.events import Word
from seq2seq_desktop.io.blocks import one_line
from seq2seq_desktop.io.exports import save_text
from seq2seq_desktop.io.files import write_bytes
from seq2seq_desktop.io.subtitles import balanced

SUFFIXES = (".txt", ".srt", ".vtt", ".json", ".docx")
"""What a transcript can be saved as."""

LINE = 42  # characters of a line of subtitles that can be read in passing
_LINES = 2  # of a cue
_LONGEST = 7.0  # seconds that a cue stands at most
_SHORTEST = 1.0  # seconds that it stands at least, if the next one leaves it the time
_PARAGRAPH = 2.0  # seconds of silence that begin a new paragraph
_ENDS = (".", "?", "!", "…", "。", "？", "！")
_PAUSES = (",", ";", ":", "،", "、")


@dataclass(frozen=True)
class Passage:
    """A stretch of speech as it was written down."""

    start: float  # seconds from the beginning of the recording
    end: float
    text: str
    words: tuple[Word, ...] = ()  # in order; without them times are guessed from the letters
    gap: str | None = None  # what stands before it in a text; None: what the silence before it says


@dataclass(frozen=True)
class Cue:
    """What subtitles show at a time."""

    start: float  # seconds
    end: float
    lines: tuple[str, ...]


def gap_before(start: float, end_before: float | None) -> str:
    """What stands in a text before a passage that starts at `start`: nothing, a space, or a new paragraph."""
    if end_before is None:
        return ""
    return "\n\n" if start - end_before >= _PARAGRAPH else " "


def plain_text(passages: Sequence[Passage]) -> str:
    """The passages as one text; a long silence begins a new paragraph."""
    spoken = [passage for passage in passages if passage.text.strip()]
    ends = [None, *(passage.end for passage in spoken)]
    return "".join(map(_with_gap, spoken, ends)).strip()


def _with_gap(passage: Passage, end_before: float | None) -> str:
    gap = passage.gap if passage.gap is not None else gap_before(passage.start, end_before)
    return gap + passage.text.strip()


def cues(passages: Sequence[Passage]) -> list[Cue]:
    """The passages cut into pieces of at most two lines and seven seconds, where a speaker would pause."""
    pieces = [piece for passage in passages if passage.text.strip() for piece in _pieces(passage)]
    starts = [piece[0].start for piece in pieces[1:]]
    found = []
    for piece, following in zip(pieces, [*starts, float("inf")], strict=True):
        start = piece[0].start
        end = min(max(piece[-1].end, start + _SHORTEST), max(following, start))
        text = one_line(" ".join(word.text for word in piece) if piece[0].joined else _slice(piece))
        found.append(Cue(start, end, tuple(balanced(text, _LINES if len(text) > LINE else 1))))
    return found


def rendered(passages: Sequence[Passage], suffix: str, facts: Mapping[str, object] | None = None) -> str:
    """The text of a file of the kind `suffix` (".txt", ".srt", ".vtt" or ".json").

    Args:
        facts: what else is known, such as the language; only JSON has a place for it.

    Raises: InputError for another suffix.
    """
    if suffix == ".txt":
        return plain_text(passages) + "\n"
    if suffix == ".srt":
        shown = (f"{number}\n{_times(cue, ',')}\n{_safe(cue)}\n" for number, cue in enumerate(cues(passages), 1))
        return "\n".join(shown)
    if suffix == ".vtt":
        return "\n".join(["WEBVTT\n", *(f"{_times(cue, '.')}\n{_escaped(cue)}\n" for cue in cues(passages))])
    if suffix == ".json":
        return json.dumps(_tree(passages, facts or {}), ensure_ascii=False, indent=1) + "\n"
    problem = f"a transcript cannot be saved as {suffix or 'a file without suffix'}"
    raise InputError(problem, f"choose one of {', '.join(SUFFIXES)}")


def save_transcript(
    passages: Sequence[Passage], path: Path, overwrite: bool = False, facts: Mapping[str, object] | None = None
) -> None:
    """Nothing; `path` then holds the transcript as its suffix says, one of `SUFFIXES`.

    Raises:
        InputError: the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    suffix = path.suffix.lower()
    if suffix == ".docx":
        save_text(plain_text(passages).replace("\n\n", "\n"), path, overwrite)
    else:
        write_bytes(path, rendered(passages, suffix, facts).encode("utf-8", "replace"), overwrite)


@dataclass(frozen=True)
class _Timed:
    """A word with the place where it stands in its passage."""

    text: str
    start: float  # seconds
    end: float
    first: int  # characters of `passage`
    last: int
    passage: str
    joined: bool = False  # True where the words do not stand in the passage as they are


def _pieces(passage: Passage) -> list[list[_Timed]]:
    """The words of a passage in the groups that become cues."""
    words = list(_located(passage)) or list(_guessed(passage))
    return _split(words)


def _located(passage: Passage) -> Iterator[_Timed]:
    """The words where they stand in the text; a word that is not there makes all of them be joined by spaces."""
    words = [word for word in passage.words if word.text.strip()]
    place, places = 0, []
    for word in words:
        first = passage.text.find(word.text, place)
        place = first + len(word.text)
        places.append((first, place))
        if first < 0:
            break
    missing = any(first < 0 for first, _ in places)
    for word, (first, last) in zip(words, [(0, 0)] * len(words) if missing else places, strict=True):
        yield _Timed(word.text, word.start, max(word.start, word.end), first, last, passage.text, missing)


def _guessed(passage: Passage) -> Iterator[_Timed]:
    """The words of a text without times, as if each letter took as long."""
    length = max(1, len(passage.text))
    place, duration = 0, passage.end - passage.start
    for word in passage.text.split():
        first = passage.text.index(word, place)
        place = first + len(word)
        start, end = passage.start + duration * first / length, passage.start + duration * place / length
        yield _Timed(word, start, end, first, place, passage.text)


def _split(words: list[_Timed]) -> list[list[_Timed]]:
    """The words as they are if they fit a cue, else both parts of them on either side of the best place to cut."""
    length = sum(len(word.text) + 1 for word in words) if words[0].joined else words[-1].last - words[0].first
    fits = length <= _LINES * LINE and words[-1].end - words[0].start <= _LONGEST
    if fits or len(words) == 1:
        return [words]
    scores = [_score(index, words) for index in range(1, len(words))]
    cut = 1 + scores.index(max(scores))
    return [*_split(words[:cut]), *_split(words[cut:])]


def _score(index: int, words: Sequence[_Timed]) -> float:
    """How good a place the space before word `index` is to cut."""
    before = words[index - 1].text
    mark = 2.0 if before.endswith(_ENDS) else 1.0 if before.endswith(_PAUSES) else 0.0
    pause = min(1.0, max(0.0, words[index].start - words[index - 1].end))
    return mark + pause - 4.0 * abs(index / len(words) - 0.5)


def _slice(piece: Sequence[_Timed]) -> str:
    """The text from the first to the last word, with what belongs to them: quotes, a full stop."""
    text, first, last = piece[0].passage, piece[0].first, piece[-1].last
    while first > 0 and not text[first - 1].isspace():
        first -= 1
    while last < len(text) and not text[last].isspace() and not text[last].isalnum():
        last += 1
    return text[first:last]


def _clock(seconds: float, mark: str) -> str:
    milliseconds = max(0, round(1000 * seconds))
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{rest:03}"


def _times(cue: Cue, mark: str) -> str:
    return f"{_clock(cue.start, mark)} --> {_clock(cue.end, mark)}"


def _safe(cue: Cue) -> str:
    """The lines of a cue without what a reader of subtitles would take for times."""
    return "\n".join(line.replace("-->", "→") for line in cue.lines)


def _escaped(cue: Cue) -> str:
    """The lines of a cue for WebVTT, in which some characters have a meaning."""
    return "\n".join(line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in cue.lines)


def _tree(passages: Sequence[Passage], facts: Mapping[str, object]) -> dict[str, object]:
    return {
        **facts,
        "text": plain_text(passages),
        "passages": [
            {
                "start": round(passage.start, 3),
                "end": round(passage.end, 3),
                "text": passage.text.strip(),
                "words": [_word(word) for word in passage.words],
            }
            for passage in passages
        ],
    }


def _word(word: Word) -> dict[str, object]:
    return {
        "text": word.text,
        "start": round(word.start, 3),
        "end": round(word.end, 3),
        "probability": round(word.probability, 4),
    }
