"""What is left of a crash: written by faulthandler while it happens, offered when the program starts again."""

import faulthandler
import logging
import sys
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from seq2seq_desktop import paths

KEPT = 5  # older crash logs
MOST_SHOWN = 100_000  # characters
LOG_BYTES = 1_000_000  # of log.txt before it starts again


class CrashLog:
    """One run's crash log. An orderly end leaves none, so what `start` finds is from a crash."""

    def __init__(self, folder: Path | None = None) -> None:
        """Use `folder`, or the user's own; nothing is touched before `start`."""
        self.file = (folder or paths.user_data()) / "crash.log"
        self._open: TextIO | None = None

    def start(self) -> Path | None:
        """Begin to write; where the log of a crash before this start was moved to, or None."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        found = self._keep_previous()
        self._open = self.file.open("w", encoding="utf-8")
        faulthandler.enable(self._open, all_threads=True)
        return found

    def write(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Add an error that nothing caught."""
        if self._open is not None:
            self._open.write("".join(traceback.format_exception(kind, error, trace)))
            self._open.flush()

    def end(self) -> None:
        """Stop writing; the log goes if there is nothing in it."""
        if self._open is None:
            return
        faulthandler.disable()
        self._open.close()
        self._open = None
        if not self.file.stat().st_size:
            self.file.unlink()

    def _keep_previous(self) -> Path | None:
        if not self.file.exists() or not self.file.stat().st_size:
            return None
        kept = self.file.with_name(f"crash-{int(self.file.stat().st_mtime)}.log")
        self.file.replace(kept)
        for old in sorted(self.file.parent.glob("crash-*.log"), key=_age)[:-KEPT]:
            old.unlink(missing_ok=True)
        return kept


def _age(file: Path) -> float:
    return file.stat().st_mtime


def read(file: Path) -> str:
    """The end of a crash log, readable whatever is in it."""
    return file.read_text(encoding="utf-8", errors="replace")[-MOST_SHOWN:]


def catch_unexpected(crash_log: CrashLog, tell: Callable[[str], None]) -> None:
    """From now on an error that nothing caught is written down and told; the window stays."""

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logging.getLogger(__name__).error("unexpected", exc_info=(kind, error, trace))
        crash_log.write(kind, error, trace)
        tell(f"{kind.__name__}: {error}")

    sys.excepthook = caught


def open_log() -> None:
    """Write what our own code logs into the user's log file, kept small."""
    logger = logging.getLogger("seq2seq_desktop")
    if logger.handlers:
        return
    paths.user_log().parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(paths.user_log(), maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
