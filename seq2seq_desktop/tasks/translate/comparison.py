"""What several bundles made of one text, put together from their events, and as files. Without torch."""

import csv
import html
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.events import Event, Failed, Finished, Hypothesis, Segment, SegmentDone, Started
from seq2seq_desktop.io.files import write_bytes
from seq2seq_desktop.tasks.translate.catalogue import Translator

ATTENTION = "Attention (mean of all layers and heads)"
SALIENCY = "Saliency (input gradient), not attention"
SUFFIXES = (".csv", ".json", ".html")
_COLUMNS = ("model", "architecture", "parameters", "bytes", "seconds", "tokens_per_second", "score", "text", "error")


@dataclass
class Compared:
    """What one bundle made of the text so far."""

    translator: Translator
    segments: tuple[Segment, ...] = ()
    outputs: dict[int, Hypothesis] = field(default_factory=dict)  # by the number of the sentence
    finished: Finished | None = None
    failure: Failed | None = None

    def feed(self, event: Event) -> None:
        """Take in one of the bundle's own events."""
        match event:
            case Started(segments):
                self.segments, self.outputs = segments, {}
                self.finished = self.failure = None
            case SegmentDone(segment, hypotheses):
                self.outputs[segment] = hypotheses[0]
            case Finished():
                self.finished = event
            case Failed():
                self.failure = event

    @property
    def text(self) -> str:
        """The whole output, once it is finished."""
        return self.finished.text if self.finished is not None else ""

    @property
    def tokens_per_second(self) -> float:
        """The speed of decoding, 0 where it is not known."""
        done = self.finished
        return done.tokens / done.seconds if done is not None and done.seconds > 0 else 0.0

    @property
    def score(self) -> float | None:
        """The length-normalised log-probability, a mean over the sentences."""
        scores = [output.score for output in self.outputs.values() if output.tokens]
        return sum(scores) / len(scores) if scores else None

    def map(self, sentence: int) -> tuple[NDArray[np.float32], str] | None:
        """(target pieces, source pieces) of one sentence, and whether `ATTENTION` or `SALIENCY`; None for none."""
        output = self.outputs.get(sentence)
        if output is None:
            return None
        if output.attention is not None:
            return output.attention.mean(axis=(1, 2))[: len(output.pieces)], ATTENTION
        return None if output.saliency is None else (output.saliency, SALIENCY)

    def record(self) -> dict[str, Any]:
        """Everything as plain values for JSON."""
        one, done = self.translator, self.finished
        return {
            "model": one.name,
            "architecture": one.architecture,
            "parameters": one.parameters,
            "bytes": one.bytes,
            "error": self.failure.problem if self.failure else None,
            "reason": done.reason if done else None,
            "seconds": round(done.seconds, 4) if done else None,
            "tokens_per_second": round(self.tokens_per_second, 1) if done else None,
            "score": None if self.score is None else round(self.score, 4),
            "text": self.text,
            "sentences": [self._sentence(index) for index in sorted(self.outputs)],
        }

    def _sentence(self, index: int) -> dict[str, Any]:
        output, found = self.outputs[index], self.map(index)
        weights = None if found is None else [[round(float(weight), 4) for weight in row] for row in found[0]]
        return {
            "source": self.segments[index].text,
            "source_pieces": list(self.segments[index].pieces),
            "text": output.text,
            "pieces": list(output.pieces),
            "probabilities": [round(value, 4) for value in output.probabilities],
            "map": None if found is None else {"kind": found[1], "rows": weights},
        }


def save_comparison(text: str, results: Sequence[Compared], path: Path, overwrite: bool = False) -> None:
    """Nothing; `path` (.csv, .json or .html) then holds the text and what each bundle made of it.

    Raises: InputError if the suffix is another, the file exists and `overwrite` is False, or the disk refuses.
    """
    forms = {".csv": as_csv, ".json": as_json, ".html": as_html}
    form = forms.get(path.suffix.lower())
    if form is None:
        raise InputError(f"{path.name} cannot hold a comparison", f"choose one of {', '.join(SUFFIXES)}")
    write_bytes(path, form(text, results).encode("utf-8", "replace"), overwrite)


def as_json(text: str, results: Iterable[Compared]) -> str:
    """One object: the text and a list of the models."""
    return (
        json.dumps({"text": text, "models": [one.record() for one in results]}, ensure_ascii=False, indent=1) + "\n"
    )


def as_csv(text: str, results: Iterable[Compared]) -> str:
    """A table with a row for each bundle."""
    table = StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("source", *_COLUMNS))
    for one in results:
        record = one.record()
        writer.writerow((text, *("" if record[column] is None else record[column] for column in _COLUMNS)))
    return table.getvalue()


def as_html(text: str, results: Iterable[Compared]) -> str:
    """A page that needs nothing else: texts with unsure words shaded, maps as tables."""
    columns = "".join(f"<section>{_html_of(one)}</section>" for one in results)
    return f"<!doctype html><meta charset=utf-8><title>{html.escape(text[:80])}</title>{_STYLE}" + (
        f"<h1>{html.escape(text)}</h1><main>{columns}</main>\n"
    )


_STYLE = (
    "<style>body{font:16px/1.5 sans-serif;margin:24px}main{display:flex;gap:24px;flex-wrap:wrap}h1{font-size:20px}"
    "h2{font-size:16px;margin:0}small{color:#6b6f76}table{border-collapse:collapse;font-size:12px}"
    "td{width:16px;height:16px;padding:0}th{font-weight:400;text-align:right}"
    "thead th{writing-mode:vertical-rl;text-align:left}</style>"
)


def _html_of(one: Compared) -> str:
    """The column of one bundle."""
    record = one.record()
    facts = f"{one.translator.architecture}, {one.translator.parameters / 1e6:.1f} M parameters"
    if record["score"] is not None:
        facts += f", {record['seconds']} s, {record['tokens_per_second']} tokens/s, score {record['score']}"
    body = "".join(_html_sentence(one, index) for index in sorted(one.outputs))
    failure = f"<p>{html.escape(one.failure.problem)}</p>" if one.failure else ""
    return f"<h2>{html.escape(one.translator.name)}</h2><small>{html.escape(facts)}</small>{failure}{body}"


def _html_sentence(one: Compared, index: int) -> str:
    output, found = one.outputs[index], one.map(index)
    pieces = "".join(
        f'<span style="background:rgba(47,93,168,{0.35 * (1 - probability):.2f})" title="{probability:.3f}">'
        f"{html.escape(piece)}</span>"
        for piece, probability in zip(output.pieces, output.probabilities, strict=False)
    )
    table = ""
    if found is not None:
        head = "".join(f"<th>{html.escape(piece)}</th>" for piece in one.segments[index].pieces)
        rows = "".join(
            f"<tr><th>{html.escape(piece)}</th>{_html_cells(row)}</tr>"
            for piece, row in zip(output.pieces, found[0], strict=False)
        )
        table = f"<small>{found[1]}</small><table><thead><tr><th></th>{head}</tr></thead>{rows}</table>"
    return f"<p>{pieces}</p>{table}"


def _html_cells(row: NDArray[np.float32]) -> str:
    return "".join(f'<td style="background:rgba(68,1,84,{weight:.3f})" title="{weight:.3f}"></td>' for weight in row)
