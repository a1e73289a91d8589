"""Files of documents with their summaries: JSON Lines, plain or xz, one object a line."""

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq_desktop.errors import InputError

_REMEDY = "give one object a line with the fields text and summary, or fetch the file again"


@dataclass(frozen=True)
class Summarized:
    """A document and what people made of it."""

    text: str
    language: str  # ISO 639-1
    references: tuple[str, ...]  # one or more


def read_summaries(path: Path, limit: int = 0, field: str = "summary") -> Iterator[Summarized]:
    """The first `limit` documents (0 for all) of a file; of the `field` "summary" all `references`, if there are any.

    A document without that field is left out.

    Raises: InputError with the number of a line that cannot be used.
    """
    found = 0
    for number, raw in enumerate(_lines(path), start=1):
        document = _document(raw, f"{path.name}, line {number}", field)
        if document is None:
            continue
        yield document
        found += 1
        if found == limit:
            return
    if not found:
        raise InputError(f"{path.name} holds no document with a {field}", _REMEDY)


def _lines(path: Path) -> Iterator[str]:
    try:
        if path.suffix == ".xz":
            with lzma.open(path, "rt", encoding="utf-8") as file:
                yield from file
        else:
            with path.open(encoding="utf-8") as file:
                yield from file
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "check the name of the file") from error
    except (lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is damaged ({error})", "fetch the file again") from error


def _document(raw: str, place: str, field: str) -> Summarized | None:
    try:
        values: Any = json.loads(raw)
        text, language = values["text"], values.get("lang", "en")
        own = values.get("references", ()) if field == "summary" else ()
        references = tuple(own) or ((values[field],) if values.get(field) else ())
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(f"{place}: no document with text and summary ({error})", _REMEDY) from error
    if not all(isinstance(item, str) for item in (text, language, *references)):
        raise InputError(f"{place}: text, lang and summaries are not all text", _REMEDY)
    return Summarized(text, language, references) if references else None
