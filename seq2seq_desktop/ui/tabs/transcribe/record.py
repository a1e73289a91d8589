"""What was written down of a recording as a history record, and back: with its words, times and spectrogram."""

from pathlib import Path
from typing import Any

import numpy as np

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Alternative, Finished, Heard, Hypothesis, SegmentDone, Word
from seq2seq_desktop.tasks.transcribe.spec import TASK, TranscribeRequest
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.tabs.transcribe.stretch import Stretch
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript

PICTURES_KEPT = 40  # stretches of which spectrogram and mean attention are kept; of more recordings only the words


def to_record(transcript: Transcript, bundle: str = "") -> HistoryRecord:
    """All that is needed to show it again; the recording itself stays where it lies."""
    stretches = [stretch for stretch in transcript.all_stretches() if stretch.hypothesis is not None]
    arrays: dict[str, Any] = {}
    for number, stretch in enumerate(stretches if len(stretches) <= PICTURES_KEPT else []):
        if stretch.sound is not None:
            arrays[f"sound{number}"] = stretch.sound
        if stretch.attention is not None:
            mean = stretch.attention[: len(stretch.sentence.tokens)].mean(axis=(1, 2))
            arrays[f"attention{number}"] = mean.astype(np.float32)
    request = transcript.request
    return HistoryRecord(
        task=TASK,
        text=transcript.path.name,
        result=transcript.output(),
        bundle=bundle,
        options={
            "path": str(transcript.path),
            "language": request.language,
            "translate": request.translate,
            "stretches": [_packed(stretch) for stretch in stretches],
        },
        attention=arrays,
    )


def from_record(record: HistoryRecord) -> Transcript:
    """The transcript as it was. A record that lacks its words is shown as one piece of text."""
    options = record.options
    transcript = Transcript(_request(record))
    transcript.add_job(0)
    try:
        for number, item in enumerate(options["stretches"]):
            _feed(transcript, number, item, record)
    except (KeyError, TypeError, ValueError):
        transcript.stretches.clear()
    if not transcript.stretches:
        transcript.feed(0, Heard(0, 0.0, 0.0, np.zeros((1, 1), np.float32)))
        transcript.feed(0, SegmentDone(0, (Hypothesis((), (), 0.0, text=record.result),), "end"))
    transcript.feed(0, Finished("end", text=record.result))
    return transcript


def _request(record: HistoryRecord) -> TranscribeRequest:
    options = record.options
    path = Path(str(options.get("path", record.text)))
    try:
        return TranscribeRequest(path, options.get("language"), bool(options.get("translate")))
    except (OptionError, TypeError):
        return TranscribeRequest(path)


def _packed(stretch: Stretch) -> dict[str, Any]:
    sentence, hypothesis = stretch.sentence, stretch.hypothesis
    return {
        "start": round(stretch.start, 3),
        "end": round(stretch.end, 3),
        "language": stretch.language,
        "text": sentence.text,
        "tokens": sentence.tokens,
        "pieces": sentence.pieces[: len(sentence.tokens)],
        "probabilities": [round(value, 4) for value in sentence.probabilities],
        "alternatives": [
            [(other.token, round(other.probability, 4), other.piece) for other in step]
            for step in sentence.alternatives[: len(sentence.tokens)]
        ],
        "words": [
            (word.text, round(word.start, 3), round(word.end, 3), round(word.probability, 4), word.tokens)
            for word in (hypothesis.words if hypothesis is not None else ())
        ],
    }


def _feed(transcript: Transcript, number: int, item: dict[str, Any], record: HistoryRecord) -> None:
    """Take in one stretch of a record."""
    sound = record.attention.get(f"sound{number}")
    picture = sound if sound is not None and sound.ndim == 2 else None
    attention = record.attention.get(f"attention{number}")
    tokens = tuple(item["tokens"])
    fits = attention is not None and attention.ndim == 2 and len(attention) == len(tokens)
    words = tuple(Word(text, start, end, value, tuple(places)) for text, start, end, value, places in item["words"])
    blank = np.zeros((1, 1), np.float32)
    transcript.feed(0, Heard(number, item["start"], item["end"], blank, True, item["language"]))
    transcript.stretches[number].sound = picture
    hypothesis = Hypothesis(
        tokens,
        tuple(item["probabilities"]),
        0.0,
        attention[:, None, None] if attention is not None and fits else None,
        tuple(tuple(Alternative(*other) for other in step) for step in item["alternatives"]),
        tuple(item["pieces"]),
        item["text"],
        words=words,
    )
    transcript.feed(0, SegmentDone(number, (hypothesis,), "end"))
