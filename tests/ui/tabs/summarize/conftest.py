"""A tab, and events of both styles that look like real summaries."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from seq2seq_desktop.events import (
    Alternative,
    Condensed,
    Event,
    Finished,
    Hypothesis,
    Segment,
    SegmentDone,
    Started,
    Step,
)
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.summarize.tab import SummarizeTab

SENTENCES = (
    "The harbour of Ostrel was closed on Monday.",
    "A ferry had run aground in the fog.",
    "Nobody was hurt, said the mayor.",
    "The 214 passengers spent the night in the school.",
    "Trains were late as well.",
)
TEXT = " ".join(SENTENCES[:3]) + "\n\n" + " ".join(SENTENCES[3:])
FIRST = 10  # token of the first sentence of an extract
END = 2


def sentence_segment(text: str = TEXT, sentences: Sequence[str] = SENTENCES) -> Segment:
    """A document whose pieces are its sentences."""
    starts = [text.index(one) for one in sentences]
    spans = tuple((start, start + len(one)) for start, one in zip(starts, sentences, strict=True))
    return Segment(text, tuple(sentences), spans, (False,) * len(sentences))


def row(width: int, place: int, weight: float = 0.8, others: Sequence[int] = ()) -> NDArray[np.float32]:
    """(1, 1, width): looks mostly at one piece, and a little at some others."""
    weights = np.zeros((1, 1, width), np.float32)
    weights[..., place] = weight
    for other in others:
        weights[..., other] = (1 - weight) / len(others)
    return weights


def extracted(chosen: Sequence[int], text: str = TEXT, sentences: Sequence[str] = SENTENCES, end: bool = True,
              condensed: Condensed | None = None) -> list[Event]:  # fmt: skip
    """All events of an extract that chooses these sentences, in this order."""
    segment = sentence_segment(text, sentences)
    width = len(segment.pieces)
    tokens = tuple(FIRST + number for number in chosen)
    events: list[Event] = [Started((segment,), condensed=condensed)]
    rows = [row(width, number, others=[(number + 1) % width]) for number in chosen]
    others = [
        tuple(Alternative(FIRST + one, 0.6 if one == number else 0.1, sentences[one]) for one in
              sorted(range(width), key=lambda one: one != number))
        for number in chosen
    ]  # fmt: skip
    for place, number in enumerate(chosen):
        events.append(
            Step(0, place, tokens[place], 0.6, tokens[: place + 1], others[place], 0.5, rows[place],
                 piece=sentences[number], text=" ".join(sentences[one] for one in sorted(chosen[: place + 1])),
                 copied=1.0, origin=segment.spans[number])
        )  # fmt: skip
    if end:
        whole = " ".join(sentences[one] for one in sorted(chosen))
        best = Hypothesis(
            tokens, (0.6,) * len(tokens), -0.5, np.stack(rows), tuple(others),
            tuple(sentences[one] for one in chosen), whole,
            copied=(1.0,) * len(tokens), origins=tuple(segment.spans[one] for one in chosen),
        )  # fmt: skip
        events += [SegmentDone(0, (best,), "end"), Finished("end", len(tokens), 0.1, whole)]
    return events


def word_segment(text: str = TEXT, start: int = 0, end: int | None = None) -> Segment:
    """A stretch of a document whose pieces are its words, each with the space before it."""
    part = text[start:end]
    pieces, spans, place = ["<short>"], [(0, 0)], 0
    for word in part.split():
        at = part.index(word, place)
        pieces.append(part[place : at + len(word)])
        spans.append((place, at + len(word)))
        place = at + len(word)
    return Segment(part, (*pieces, "</s>"), (*spans, (0, 0)), (True, *[False] * (len(pieces) - 1), True), start)


WRITTEN = ((" Ferry", 0), (" aground", 13), (" in", 14), (" the", 15), (" fog", 16), (",", 0), (" 214", 24))
"""Pieces of a rewritten summary, and the source piece each was copied from; 0: the model's own."""


def rewritten(pieces: Sequence[tuple[str, int]] = WRITTEN, segment: Segment | None = None, end: bool = True,
              number: int = 0, started: bool = True) -> list[Event]:  # fmt: skip
    """All events of a summary in other words."""
    segment = segment or word_segment()
    width = len(segment.pieces)
    tokens = tuple(100 + place for place in range(len(pieces)))
    origins = [_origin(segment, source) for _, source in pieces]
    rows = [row(width, source or 10, 0.9, [place % (width - 2) + 1]) for place, (_, source) in enumerate(pieces)]
    copied = [0.9 if source else 0.1 for _, source in pieces]
    events: list[Event] = [Started((segment,))] if started else []
    others = [(Alternative(token, 0.8, piece), Alternative(500 + token, 0.1, " storm"))
              for token, (piece, _) in zip(tokens, pieces, strict=True)]  # fmt: skip
    for place, (piece, _) in enumerate(pieces):
        text = "".join(one for one, _ in pieces[: place + 1]).strip()
        events.append(
            Step(number, place, tokens[place], 0.8, tokens[: place + 1], others[place], 0.5, rows[place],
                 piece=piece, text=text, copied=copied[place], origin=origins[place])
        )  # fmt: skip
    if end:
        text = "".join(piece for piece, _ in pieces).strip()
        best = Hypothesis(
            tokens, (0.8,) * len(tokens), -0.3, np.stack(rows), tuple(others), tuple(piece for piece, _ in pieces),
            text, copied=tuple(copied), origins=tuple(origins),
        )  # fmt: skip
        events += [SegmentDone(number, (best,), "end"), Finished("end", len(tokens), 0.1, text)]
    return events


def _origin(segment: Segment, piece: int) -> tuple[int, int]:
    if not piece:
        return 0, 0
    start, end = segment.spans[piece]
    return segment.start + start, segment.start + end


class Kit:
    """What the tests of the tab share."""

    TEXT, SENTENCES, FIRST, WRITTEN = TEXT, SENTENCES, FIRST, WRITTEN
    extracted = staticmethod(extracted)
    rewritten = staticmethod(rewritten)
    sentence_segment = staticmethod(sentence_segment)
    word_segment = staticmethod(word_segment)
    row = staticmethod(row)


@pytest.fixture
def kit() -> Kit:
    return Kit()


@pytest.fixture
def tab(played: Any, tmp_path: Any, qtbot: Any) -> Iterator[SummarizeTab]:
    """A tab on the screen."""
    tab = SummarizeTab(played, Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(tab)
    tab.resize(1000, 700)
    tab.show()
    qtbot.waitExposed(tab)
    yield tab
    tab.cancel()
    tab.close_down()
