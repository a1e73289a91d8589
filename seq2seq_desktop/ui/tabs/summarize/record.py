"""A finished summary as a history record, and back: with its words and where each comes from."""

from dataclasses import asdict
from typing import Any

from numpy.typing import NDArray

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Alternative, Condensed, Finished, Hypothesis, Segment, SegmentDone, Started
from seq2seq_desktop.tasks.summarize.spec import TASK, SummarizeRequest
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.tabs.summarize.summary import Summary
from seq2seq_desktop.ui.views.sentence import Sentence

_MOST = 200_000  # characters of a document whose words are kept; of a longer one only the text


def to_record(summary: Summary) -> HistoryRecord:
    """All that is needed to show a finished summary again."""
    version, request = summary.versions[0], summary.request
    kept = version.sentences if len(summary.text) <= _MOST else []
    return HistoryRecord(
        task=TASK,
        text=request.text,
        result=summary.output(version),
        options={
            "style": request.style,
            "length": request.length,
            "title": summary.title,
            "condensed": None if summary.condensed is None else asdict(summary.condensed),
            "sections": [_packed(section) for section in kept],
        },
        attention={
            f"s{index}": section.attention[: len(section.tokens)]
            for index, section in enumerate(kept)
            if section.attention is not None
        },
    )


def from_record(record: HistoryRecord) -> Summary:
    """The summary as it was. A record that lacks its words is shown as one piece of text."""
    options = record.options
    summary = Summary(_request(record), str(options.get("title", "")))
    summary.add_job(0)
    try:
        attention = record.attention
        done = [_unpacked(item, attention.get(f"s{index}")) for index, item in enumerate(options["sections"])]
        condensed = Condensed(**options["condensed"]) if options.get("condensed") else None
    except (KeyError, TypeError, ValueError):
        done, condensed = [], None
    if not done:
        done = [(Segment(record.text), Hypothesis((), (), 0.0, text=record.result))]
    summary.feed(0, Started(tuple(segment for segment, _ in done), condensed=condensed))
    for number, (_, hypothesis) in enumerate(done):
        summary.feed(0, SegmentDone(number, (hypothesis,), "end"))
    summary.feed(0, Finished("end", text=record.result))
    return summary


def _request(record: HistoryRecord) -> SummarizeRequest:
    try:
        return SummarizeRequest(record.text, record.options["style"], record.options["length"])
    except (KeyError, OptionError):
        return SummarizeRequest(record.text)


def _packed(section: Sentence) -> dict[str, Any]:
    count = len(section.tokens)
    return {
        "segment": {**asdict(section.segment), "text": ""},  # the record has the whole text already
        "tokens": section.tokens,
        "pieces": section.pieces[:count],
        "text": section.text,
        "probabilities": [round(value, 4) for value in section.probabilities],
        "copied": [round(value, 4) for value in section.copied],
        "origins": section.origins,
        "alternatives": [
            [(other.token, round(other.probability, 4), other.piece) for other in step]
            for step in section.alternatives[:count]
        ],
    }


def _unpacked(item: dict[str, Any], attention: NDArray[Any] | None) -> tuple[Segment, Hypothesis]:
    raw = item["segment"]
    spans = tuple((start, end) for start, end in raw["spans"])
    segment = Segment(raw["text"], tuple(raw["pieces"]), spans, tuple(raw["special"]), raw["start"])
    tokens = tuple(item["tokens"])
    fits = attention is not None and attention.ndim == 4 and len(attention) == len(tokens)
    return segment, Hypothesis(
        tokens,
        tuple(item["probabilities"]),
        0.0,
        attention if fits else None,
        tuple(tuple(Alternative(*other) for other in step) for step in item["alternatives"]),
        tuple(item["pieces"]),
        item["text"],
        copied=tuple(item["copied"]),
        origins=tuple((start, end) for start, end in item["origins"]),
    )
