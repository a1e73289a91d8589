"""Finished captions as a history record, and back: with their words and where those looked."""

from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from seq2seq_desktop.events import Alternative, Event, Finished, Hypothesis, Seen, SegmentDone
from seq2seq_desktop.tasks.caption.spec import TASK, CaptionRequest
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.tabs.caption.album import Album
from seq2seq_desktop.ui.tabs.caption.photo import Photo
from seq2seq_desktop.ui.views.words import Word

KEPT = 60  # pictures of which is kept where every word looked; of more only the captions


def to_record(album: Album, bundle: str = "") -> HistoryRecord:
    """All that is needed to show the captions again; the pictures stay where they lie."""
    done = [photo for photo in album.photos if photo.state == "done"]
    whole = len(done) <= KEPT
    return HistoryRecord(
        task=TASK,
        text=", ".join(photo.path.name for photo in album.photos),
        result=album.output(),
        bundle=bundle,
        options={
            "begin": album.request.begin,
            "pictures": [_packed(photo) if whole else _plain(photo) for photo in done],
        },
        attention={
            f"p{number}": photo.shown.sentence.attention[: len(photo.shown.sentence.tokens)]
            for number, photo in enumerate(done if whole else [])
            if photo.shown.sentence.attention is not None
        },
    )


def from_record(record: HistoryRecord) -> Album:
    """The captions as they were. A record that lacks its words shows what it has."""
    items = [item for item in record.options.get("pictures", []) if isinstance(item, Mapping) and "path" in item]
    paths = tuple(Path(str(item["path"])) for item in items) or (Path(record.text),)
    album = Album(CaptionRequest(paths, begin=str(record.options.get("begin", ""))))
    album.add_job(0)
    for number, item in enumerate(items or [{"text": record.result}]):
        for event in _events(number, item, record.attention.get(f"p{number}")):
            album.feed(0, event)
        _write_over(album.photos[number], item)
    album.feed(0, Finished("end", text=record.result))
    return album


def _write_over(photo: Photo, item: Mapping[str, Any]) -> None:
    """What the user wrote in place of the caption, if it was kept."""
    try:
        words = tuple(Word(*word) for word in item.get("words") or ())
    except TypeError:
        return
    if words:
        photo.shown.edited = (str(item.get("text", "")), words)


def _plain(photo: Photo) -> dict[str, Any]:
    return {"path": str(photo.path), "text": photo.text}


def _packed(photo: Photo) -> dict[str, Any]:
    sentence, seen = photo.shown.sentence, photo.seen
    return {
        **_plain(photo),
        "seen": [seen.size, seen.grid, seen.box] if seen is not None else None,
        "words": [astuple(word) for word in edited[1]] if (edited := photo.shown.edited) is not None else None,
        "tokens": sentence.tokens,
        "pieces": sentence.pieces[: len(sentence.tokens)],
        "probabilities": [round(value, 4) for value in sentence.probabilities],
        "alternatives": [
            [(other.token, round(other.probability, 4), other.piece) for other in step]
            for step in sentence.alternatives[: len(sentence.tokens)]
        ],
    }


def _events(number: int, item: Mapping[str, Any], attention: NDArray[Any] | None) -> list[Event]:
    """What would have happened to one picture; only its text where the rest is not there or makes no sense."""
    text = str(item.get("text", ""))
    try:
        size, grid, box = item["seen"]
        seen = Seen(number, tuple(size), tuple(grid), tuple(box))
        tokens = tuple(item["tokens"])
        others = tuple(tuple(Alternative(*other) for other in step) for step in item["alternatives"])
        shape = (len(tokens), 1, 1, grid[0] * grid[1])
        looks = attention if attention is not None and attention.shape == shape else None
        pieces, known = tuple(item["pieces"]), tuple(item["probabilities"])
        return [seen, SegmentDone(number, (Hypothesis(tokens, known, 0.0, looks, others, pieces, text),), "end")]
    except (KeyError, TypeError, ValueError, IndexError):
        return [SegmentDone(number, (Hypothesis((), (), 0.0, text=text),), "end")]
