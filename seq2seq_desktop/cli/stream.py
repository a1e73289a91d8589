"""Words on the terminal as they are found."""

from typing import TextIO

from seq2seq_desktop.events import Event, Finished, SegmentDone, Started, Step


class Streamer:
    """Prints what each event adds, with the layout between the sentences; for one sentence after another."""

    def __init__(self, text: str, stream: TextIO) -> None:
        self._source, self._stream = text, stream
        self._place = 0  # in the source, up to which everything is printed
        self._printed = ""  # of the current sentence
        self._started: Started | None = None
        self._current = -1

    def show(self, event: Event) -> None:
        """Print what is new."""
        if isinstance(event, Started):
            self._started = event
        elif isinstance(event, Step):
            self._add(event.segment, event.text.removesuffix("\ufffd"))
        elif isinstance(event, SegmentDone):
            self._add(event.segment, event.hypotheses[0].text)
        elif isinstance(event, Finished):
            self._write(self._source[self._place :])
            self._write("" if self._source.endswith("\n") else "\n")

    def _add(self, segment: int, text: str) -> None:
        if self._started and segment != self._current:
            one = self._started.segments[segment]
            self._write(self._source[self._place : one.start])
            self._place = one.start + len(one.text)
            self._current, self._printed = segment, ""
        if text.startswith(self._printed):
            self._write(text[len(self._printed) :])
            self._printed = text

    def _write(self, text: str) -> None:
        if text:
            self._stream.write(text)
            self._stream.flush()
