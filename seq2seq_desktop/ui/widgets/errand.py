"""Work that must not hold up the window: one function, one thread, one answer."""

from collections.abc import Callable
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from seq2seq_desktop.errors import Seq2SeqError


class Errands(QObject):
    """Runs functions in short-lived threads; answers come on the window's thread, and only the newest of a kind."""

    _answered = Signal(int, object, object, object)  # number, what to call, answer, error

    def __init__(self, parent: QObject | None = None) -> None:
        """Nothing under way."""
        super().__init__(parent)
        self._threads: dict[int, Thread] = {}
        self._newest: dict[str, int] = {}
        self._kinds: dict[int, str] = {}
        self._count = 0
        self._closed = False
        self._answered.connect(self._on_answer, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Seq2SeqError], None] | None = None,
        kind: str = "",
    ) -> None:
        """Call `done` with what `work` gives, or `failed`; of a named kind only the newest answer counts.

        Once this is closed nothing is begun any more: its answer would come to a window that is gone.
        """
        if self._closed:
            return
        self._count += 1
        number = self._count
        self._kinds[number] = kind
        if kind:
            self._newest[kind] = number
        thread = Thread(target=self._work, args=(number, work, (done, failed)), name="errand", daemon=True)
        self._threads[number] = thread
        thread.start()

    @property
    def busy(self) -> bool:
        """True while an answer is awaited."""
        return bool(self._threads)

    def forget(self, kind: str) -> None:
        """Drop the answer of this kind that is under way."""
        self._newest.pop(kind, None)

    def close(self) -> None:
        """Wait for what is under way and drop the answers; a timer that is still running starts nothing new."""
        self._closed = True
        self._newest.clear()
        for thread in list(self._threads.values()):
            thread.join(timeout=5)
        self._threads.clear()

    def _work(self, number: int, work: Callable[[], Any], calls: tuple) -> None:
        answer, error = None, None
        try:
            answer = work()
        except Seq2SeqError as expected:
            error = expected
        except Exception as unexpected:  # a library that stumbles over a file must not take the window along
            error = Seq2SeqError(f"Something unexpected happened: {unexpected}", "try again, or with another file")
        try:
            self._answered.emit(number, calls, answer, error)
        except RuntimeError:  # the window is gone
            return

    def _on_answer(self, number: int, calls: tuple, answer: Any, error: Seq2SeqError | None) -> None:
        thread = self._threads.pop(number, None)
        kind = self._kinds.pop(number)
        if thread is None or (kind and self._newest.get(kind) != number):
            return
        thread.join()
        done, failed = calls
        if error is None:
            done(answer)
        elif failed is not None:
            failed(error)
