"""The microphone in a process of its own, without a window: for the terminal, whose process loads no Qt.

    seq2seq-desktop --record FOLDER [MICROPHONE]

It prints one JSON object a line: {"recording": FILE} once the file grows; {"problem": ..., "remedy": ...} where it
cannot or where the microphone is lost; at the end {"kept": FILE}, which is whole then. It records until its standard
input ends, and so no longer than whoever started it lives.
"""

import json
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from seq2seq_desktop.errors import DeviceError, Seq2SeqError
from seq2seq_desktop.ui.microphone import Input, Microphone

_PATIENCE = 3.0  # seconds until the system has told which microphones there are
_POLL = 0.05  # seconds


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0, or 1 where nothing was recorded or the microphone was lost."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this ends it, after what was asked of it
    folder, name = Path(arguments[0]), "".join(arguments[1:2])
    app = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    try:
        return _Recording(app, folder, name).run()
    except Seq2SeqError as error:
        _tell(problem=error.problem, remedy=error.remedy)
        return 1


class _Recording(QObject):
    """One recording, until the standard input ends or the microphone is lost."""

    _ending = Signal()

    def __init__(self, app: QCoreApplication, folder: Path, name: str) -> None:
        super().__init__(app)
        self._app, self._microphone, self._code = app, Microphone(self), 0
        self._microphone.record(chosen(self._microphone, name).id, folder)
        self._microphone.lost.connect(self._on_lost)
        self._ending.connect(app.quit, Qt.ConnectionType.QueuedConnection)

    def run(self) -> int:
        """The exit code, after the recording."""
        recording = self._microphone.recording
        if recording is not None:
            _tell(recording=str(recording.path))
            threading.Thread(target=self._wait, daemon=True).start()
            self._app.exec()
            self._microphone.close()
            _tell(kept=str(recording.path))
        return self._code

    def _wait(self) -> None:
        """Until the input ends, beside Qt, which on Windows cannot watch it."""
        sys.stdin.buffer.read()
        self._ending.emit()

    def _on_lost(self, problem: str, remedy: str) -> None:
        _tell(problem=problem, remedy=remedy)
        self._code = 1
        self._ending.emit()


def chosen(microphone: Microphone, name: str) -> Input:
    """The microphone that `name` names, by its id or by a part of what it is called; "" is the usual one.

    Raises: DeviceError if there is none, or none of that name.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        inputs = microphone.inputs()
        found = [one for one in inputs if _answers(one, name)]
        if found:
            return found[0]
        if time.monotonic() > until:
            break
        QCoreApplication.processEvents()
        time.sleep(_POLL)
    if not inputs:
        raise DeviceError("no microphone was found", "plug one in, and see that the system lets programs use it")
    known = ", ".join(repr(one.name) for one in inputs)
    raise DeviceError(f"there is no microphone {name!r}", f"choose one of {known}, or name none for the usual one")


def _answers(one: Input, name: str) -> bool:
    return one.id == name.encode() or name.casefold() in one.name.casefold()


def _tell(**line: str) -> None:
    print(json.dumps(line), flush=True)
