"""A finished translation as a history record, and back: with its words and its attention."""

from dataclasses import asdict
from typing import Any

from numpy.typing import NDArray

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Alternative, Finished, Hypothesis, Segment, SegmentDone, Started
from seq2seq_desktop.tasks.translate.spec import TASK, DecodeOptions, TranslateRequest
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.tabs.translate.translation import MAPS_KEPT, Translation
from seq2seq_desktop.ui.views.sentence import Sentence

_SIMPLE = ("search", "beams", "n_best", "temperature", "top_k", "top_p", "no_repeat_ngram")


def to_record(translation: Translation) -> HistoryRecord:
    """All that is needed to show a finished translation again; of long texts only the words."""
    sentences = translation.versions[0].sentences if translation.versions else []
    kept = sentences if len(sentences) <= MAPS_KEPT else []
    request = translation.request
    return HistoryRecord(
        task=TASK,
        text=request.text,
        result=translation.output(),
        options={
            "source": request.source,
            "target": request.target,
            "decode": {name: getattr(request.options, name) for name in _SIMPLE},
            "sentences": [_packed(sentence) for sentence in kept],
        },
        attention={
            f"s{index}": sentence.attention[: len(sentence.tokens)]
            for index, sentence in enumerate(kept)
            if sentence.attention is not None
        },
    )


def from_record(record: HistoryRecord) -> Translation:
    """The translation as it was. A record that lacks its words is shown as one piece of text."""
    options = record.options
    request = TranslateRequest(
        record.text, str(options.get("target", "")), options.get("source"), _decode_options(options.get("decode", {}))
    )
    translation = Translation(request)
    translation.add_job(0)
    try:
        done = [
            _unpacked(item, record.attention.get(f"s{number}")) for number, item in enumerate(options["sentences"])
        ]
    except (KeyError, TypeError, ValueError):
        done = []
    if not done:
        done = [(Segment(record.text), Hypothesis((), (), 0.0, text=record.result))]
    translation.feed(0, Started(tuple(segment for segment, _ in done)))
    for number, (_, hypothesis) in enumerate(done):
        translation.feed(0, SegmentDone(number, (hypothesis,), "end"))
    translation.feed(0, Finished("end", text=record.result))
    return translation


def _packed(sentence: Sentence) -> dict[str, Any]:
    return {
        "segment": asdict(sentence.segment),
        "tokens": sentence.tokens,
        "pieces": sentence.pieces[: len(sentence.tokens)],
        "text": sentence.text,
        "saliency": sentence.is_saliency,
        "probabilities": [round(value, 4) for value in sentence.probabilities],
        "alternatives": [
            [(other.token, round(other.probability, 4), other.piece) for other in step]
            for step in sentence.alternatives[: len(sentence.tokens)]
        ],
    }


def _unpacked(item: dict[str, Any], attention: NDArray[Any] | None) -> tuple[Segment, Hypothesis]:
    raw = item["segment"]
    segment = Segment(
        raw["text"],
        tuple(raw["pieces"]),
        tuple((start, end) for start, end in raw["spans"]),
        tuple(raw["special"]),
        raw["start"],
    )
    tokens = tuple(item["tokens"])
    fits = attention is not None and attention.ndim == 4 and len(attention) == len(tokens)
    kept = attention if fits else None
    is_saliency = bool(item.get("saliency"))
    return segment, Hypothesis(
        tokens,
        tuple(item["probabilities"]),
        0.0,
        None if is_saliency else kept,
        tuple(tuple(Alternative(*other) for other in step) for step in item["alternatives"]),
        tuple(item["pieces"]),
        item["text"],
        kept[:, 0, 0] if is_saliency and kept is not None else None,
    )


def _decode_options(values: dict[str, Any]) -> DecodeOptions:
    """The options of a record; today's where they no longer make sense."""
    try:
        return DecodeOptions(**{name: values[name] for name in _SIMPLE if name in values})
    except (OptionError, TypeError):
        return DecodeOptions()
