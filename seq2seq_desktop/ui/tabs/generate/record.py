"""A finished text as a history record, and back: with what might have stood at each place."""

from typing import Any

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import Alternative, Finished
from seq2seq_desktop.tasks.generate.spec import TASK, GenerateRequest, writing
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.tabs.generate.draft import Draft, Version


def to_record(draft: Draft) -> HistoryRecord:
    """All that is needed to show a finished text again."""
    version, options = draft.versions[0], draft.request.options
    return HistoryRecord(
        task=TASK,
        text=draft.request.prompt,
        result=draft.prompt + version.text,
        options={
            "length": draft.request.length,
            "prompt": draft.prompt,
            "writing": {
                "temperature": options.temperature if options.search == "sample" else 0.0,
                "top_k": options.top_k,
                "top_p": options.top_p,
                "seed": options.seed,
            },
            "tokens": list(version.tokens),
            "pieces": list(version.pieces),
            "probabilities": [round(value, 4) for value in version.probabilities],
            "alternatives": [
                [(other.token, round(other.probability, 4), other.piece) for other in step]
                for step in version.alternatives
            ],
        },
    )


def from_record(record: HistoryRecord) -> Draft:
    """The text as it was. A record that lacks its characters is shown as the prompt alone."""
    values = record.options
    draft = Draft(_request(record), values.get("prompt", record.text))
    try:
        draft.versions = [
            Version(
                tokens=list(values["tokens"]),
                pieces=list(values["pieces"]),
                probabilities=list(values["probabilities"]),
                alternatives=[tuple(Alternative(*other) for other in step) for step in values["alternatives"]],
            )
        ]
    except (KeyError, TypeError):
        draft.prompt = record.result
    draft.outcome, draft.finished = "done", Finished("end", text=record.result)
    return draft


def _request(record: HistoryRecord) -> GenerateRequest:
    """What was asked for; today's options where those of the record no longer make sense."""
    values: dict[str, Any] = dict(record.options.get("writing", {}))
    try:
        return GenerateRequest(record.text, record.options.get("length", 400), writing(**values))
    except (OptionError, TypeError):
        return GenerateRequest(record.text)
