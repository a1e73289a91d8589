"""What was done before: records in one SQLite file that can be searched and opened again with their attention."""

import io
import json
import sqlite3
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq_desktop.errors import InputError

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time REAL NOT NULL,
    task TEXT NOT NULL,
    bundle TEXT NOT NULL,
    text TEXT NOT NULL,
    result TEXT NOT NULL,
    options TEXT NOT NULL,
    attention BLOB
);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(text, result, tokenize = "unicode61 remove_diacritics 2");
PRAGMA user_version = 1;
"""
COLUMNS = "id, time, task, bundle, text, result, options"
LISTED = 500  # records a search gives at most


@dataclass(frozen=True)
class HistoryRecord:
    """One result, with all that its tab needs to show it again."""

    task: str
    text: str  # what went in
    result: str  # what came out
    bundle: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)  # JSON values: options, pieces, spans, ...
    attention: Mapping[str, NDArray[Any]] = field(default_factory=dict)  # arrays by names that the tab chooses
    time: float = 0.0  # seconds since 1970, UTC; 0: when it is added
    id: int = 0  # 0: not stored


class History:
    """The records on disk; may be used from several threads. Adding is durable when the call returns."""

    def __init__(self, file: Path) -> None:
        """Open or make the file; one that is damaged is moved aside, and `set_aside` says where to.

        Where the file can be neither read nor made, records live until the program ends: `durable` is False.
        """
        self.file = file
        self.set_aside: Path | None = None
        self._lock = RLock()
        file.parent.mkdir(parents=True, exist_ok=True)
        self.durable = True
        try:
            self._database = self._opened(file)
        except sqlite3.OperationalError:  # locked, or no right to it: nothing is wrong with what is in it
            self.durable = False
            self._database = self._opened(":memory:")
        except sqlite3.DatabaseError:
            self.set_aside = file.with_name(f"{file.stem}-damaged-{time.time_ns()}{file.suffix}")
            file.replace(self.set_aside)
            self._database = self._opened(file)

    def _opened(self, place: Path | str) -> sqlite3.Connection:
        database = sqlite3.connect(place, check_same_thread=False, timeout=5)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA secure_delete = ON")  # what the user clears is gone
            database.executescript(SCHEMA)
        except BaseException:
            database.close()
            raise
        return database

    def add(self, record: HistoryRecord) -> HistoryRecord:
        """The record as it was stored, with its time and number.

        Raises: InputError when the disk is full or the file cannot be written.
        """
        stored = replace(record, time=record.time or time.time())
        row = (stored.time, stored.task, stored.bundle, stored.text, stored.result, json.dumps(dict(stored.options)))
        with self._writing() as database:
            cursor = database.execute(
                f"INSERT INTO record ({COLUMNS}, attention) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
                (*row, packed(stored.attention)),
            )
            number = cursor.lastrowid or 0
            database.execute(
                "INSERT INTO words (rowid, text, result) VALUES (?, ?, ?)", (number, stored.text, stored.result)
            )
        return replace(stored, id=number)

    def search(self, words: str = "", limit: int = LISTED) -> list[HistoryRecord]:
        """The newest records that hold every word (its beginning, any accents), without their attention."""
        where, values = "", []
        if query := _query(words):
            where, values = "WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?)", [query]
        with self._lock:
            rows = self._database.execute(
                f"SELECT {COLUMNS} FROM record {where} ORDER BY time DESC, id DESC LIMIT ?", (*values, limit)
            ).fetchall()
        return [_record(row) for row in rows]

    def get(self, number: int) -> HistoryRecord | None:
        """The record with its attention, or None if it is gone."""
        with self._lock:
            row = self._database.execute(
                f"SELECT {COLUMNS}, attention FROM record WHERE id = ?", (number,)
            ).fetchone()
        return None if row is None else replace(_record(row[:-1]), attention=unpacked(row[-1]))

    def delete(self, number: int) -> None:
        """Forget one record."""
        with self._writing() as database:
            database.execute("DELETE FROM record WHERE id = ?", (number,))
            database.execute("DELETE FROM words WHERE rowid = ?", (number,))

    def clear(self) -> None:
        """Forget everything, also on disk."""
        with self._writing() as database:
            database.execute("DELETE FROM record")
            database.execute("DELETE FROM words")
        with self._lock:
            self._database.execute("VACUUM")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _writing(self) -> "_Transaction":
        return _Transaction(self._database, self._lock, self.file)


class _Transaction:
    """Commits what is done inside it, or nothing."""

    def __init__(self, database: sqlite3.Connection, lock: Any, file: Path) -> None:
        self._database, self._lock, self._file = database, lock, file

    def __enter__(self) -> sqlite3.Connection:
        self._lock.acquire()
        return self._database

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if error is None:
                self._database.commit()
            else:
                self._database.rollback()
        except sqlite3.Error as failure:
            error = failure
            self._database.rollback()
        finally:
            self._lock.release()
        if isinstance(error, sqlite3.OperationalError):
            raise InputError(
                f"{self._file.name}: the history could not be written ({error})", "see that the disk is not full"
            ) from error


def packed(arrays: Mapping[str, NDArray[Any]]) -> bytes | None:
    """The arrays as a compressed .npz, float32 as float16 (attention needs no more); None for none."""
    if not arrays:
        return None
    file = io.BytesIO()
    small = {name: array.astype(np.float16) if array.dtype == np.float32 else array for name, array in arrays.items()}
    np.savez_compressed(file, **small)  # type: ignore[arg-type]
    return file.getvalue()


def unpacked(blob: bytes | None) -> dict[str, NDArray[Any]]:
    """The arrays of `packed`, float16 as float32; nothing if the blob is damaged. Never unpickles."""
    if not blob:
        return {}
    try:
        with np.load(io.BytesIO(blob), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (ValueError, OSError, zipfile.BadZipFile, KeyError):
        return {}
    return {name: array.astype(np.float32) if array.dtype == np.float16 else array for name, array in arrays.items()}


def _query(words: str) -> str:
    """Every word as the beginning of a word, quoted so that nothing in it is an operator."""
    return " ".join('"' + word.replace('"', '""') + '"*' for word in words.replace("\0", " ").split())


def _record(row: tuple[Any, ...]) -> HistoryRecord:
    number, when, task, bundle, text, result, options = row
    return HistoryRecord(task, text, result, bundle, json.loads(options), {}, when, number)
