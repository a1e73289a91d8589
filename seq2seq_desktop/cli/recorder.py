"""The microphone for the terminal: a process beside this one records, so that no Qt is loaded here."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Self

from seq2seq_desktop.errors import DeviceError

_PATIENCE = 10.0  # seconds until the process has closed its file
_IN_A_GROUP_OF_ITS_OWN = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # on Windows, for Ctrl+C


def command() -> list[str]:
    """What starts the recording process: this program, as it was started itself."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "seq2seq_desktop"]
    return [*program, "--record"]


class Recorder:
    """A recording that grows until `stop`; `path` is its file meanwhile."""

    def __init__(self, folder: Path, microphone: str = "") -> None:
        """Records already; `microphone` is a part of a name, "" the usual one. Raises: DeviceError."""
        self._process = subprocess.Popen(
            [*command(), str(folder), microphone],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what Qt says of sound servers that are not there
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl+C is for us
            creationflags=_IN_A_GROUP_OF_ITS_OWN,
        )
        first = self._process.stdout.readline() if self._process.stdout is not None else ""
        told = json.loads(first) if first else {}
        if "recording" not in told:
            self.close()
            raise _error(told)
        self.path = Path(told["recording"])

    def stop(self) -> None:
        """Ask for the end; the file is closed soon after. Asking again does nothing."""
        stream, self._process.stdin = self._process.stdin, None
        if stream is not None:
            stream.close()

    def close(self) -> Path | None:
        """The finished file, None if there is none. Raises: DeviceError if the microphone was lost before `stop`."""
        self.stop()
        try:
            told, _ = self._process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            told, _ = self._process.communicate()
        lines = [json.loads(line) for line in told.splitlines()]
        lost = next((line for line in lines if "problem" in line), None)
        if lost is not None:
            raise _error(lost)
        return next((Path(line["kept"]) for line in lines if "kept" in line), None)

    def stopping(self, asked: Callable[[], bool]) -> Callable[[], bool]:
        """A question that is always False, and ends the recording once `asked` is True: the rest is written down."""

        def question() -> bool:
            if asked():
                self.stop()
            return False

        return question

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _error(told: dict[str, str]) -> DeviceError:
    remedy = "see with `seq2seq-desktop` whether the window can record"
    return DeviceError(told.get("problem", "the microphone cannot be opened"), told.get("remedy", remedy))
