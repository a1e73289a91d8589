"""The Generate tab: the beginning of a text in, the rest out as it is written; what might have come below."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event, Failed, Finished, Started
from seq2seq_desktop.io.documents import Document, read_document
from seq2seq_desktop.io.exports import SUFFIXES, save_text
from seq2seq_desktop.tasks.generate.spec import TASK, GenerateRequest
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.history import HistoryRecord
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.generate.draft import Draft, Version
from seq2seq_desktop.ui.tabs.generate.layout import Parts
from seq2seq_desktop.ui.tabs.generate.record import from_record, to_record
from seq2seq_desktop.ui.tabs.task_tab import TaskTab
from seq2seq_desktop.ui.widgets.ask_where import ask_where
from seq2seq_desktop.ui.widgets.branch_popup import BranchPopup
from seq2seq_desktop.ui.wording import ending

LONGEST = 20_000  # characters of a file taken as a beginning: the end of it, which is what counts
_MAP_DELAY_MS = 150  # after the tab is shown: pyqtgraph is imported when the window stands


class GenerateTab(TaskTab):
    """See `ui.tab.Tab`."""

    task = TASK
    parts: Parts

    def __init__(self, bridge: Bridge, settings: Settings, parent: QWidget | None = None) -> None:
        """An empty tab."""
        super().__init__(bridge, settings, parent)
        self.parts, self.popup = Parts(self, settings), BranchPopup(self)
        self.draft: Draft | None = None
        self.version: Version | None = None  # of the draft, on the screen
        self._at: tuple[Version, int] | None = None  # where the popup is open
        self._connect()
        self._wire()

    def _connect(self) -> None:
        parts = self.parts
        parts.prompt.files_given.connect(self.open_paths)
        parts.prompt.sample_asked.connect(self.open_sample)
        parts.prompt.run_asked.connect(self.run_again)
        parts.output.place_hovered.connect(self._on_hover)
        parts.output.place_clicked.connect(self._on_click)
        parts.output.version_chosen.connect(self._on_version)
        parts.map.place_hovered.connect(partial(self._on_hover, 0))
        self.popup.token_chosen.connect(lambda token: self._branch(token))
        self.popup.typed.connect(lambda text: self._branch(None, text))

    def _on_settled(self) -> None:
        self.parts.map.strip()  # imports pyqtgraph

    # What the window asks of a tab

    @property
    def busy(self) -> bool:
        """True while a text is written."""
        return self.draft is not None and self.draft.job is not None

    def open_paths(self, given: list[Path]) -> None:
        """Take the text of the first file as the beginning."""
        if given:
            self.errands.run(partial(read_document, given[0]), self._on_document, self._fail_to_open, "open")

    def cancel(self) -> None:
        """End what runs; what is there stays, marked."""
        self.errands.forget("open")
        if self.draft is not None and self.draft.job is not None:
            self._bridge.cancel(self.draft.job)

    def run_again(self) -> None:
        """Write on from what stands in the pane, in place of what still runs."""
        self.cancel()
        try:
            prompt, options = self.parts.prompt.text.whole(), self.parts.options
            request = GenerateRequest(prompt, options.length.value(), options.writing())
        except Seq2SeqError as error:
            self._fail(error)
            return
        self.parts.output.banner.hide()
        self.draft = Draft(request, prompt)
        self._write(request)
        self._show(self.draft.versions[0])

    def export(self) -> None:
        """Ask where to save the text, and save it."""
        text = self._output()
        if not text:
            self._tell_nothing()
            return
        path = ask_where(self, self.tr("Save the text"), self.tr("text") + SUFFIXES[0], SUFFIXES)
        if path is not None:
            self._save(partial(save_text, text, path, True), path)

    def _map_name(self) -> str:
        return self.tr("characters") if self.version is not None and self.version.pieces else ""

    def undo(self) -> None:
        """Take the newest branch away; it can come back."""
        if self.draft is not None and (left := self.draft.undo()) is not None:
            self.cancel()
            self._show(left)

    def redo(self) -> None:
        """Bring the branch back that was taken away last."""
        if self.draft is not None and (back := self.draft.redo()) is not None:
            self._show(back)

    def show_history(self, record: HistoryRecord) -> None:
        """Show an earlier result as if it had just come."""
        self.cancel()
        self.draft = from_record(record)
        self.parts.prompt.text.setPlainText(record.text)
        self._show(self.draft.versions[0])

    # Writing

    def open_sample(self) -> None:
        """Put the next sample into the pane and write on."""
        sample = self._next_sample("*.txt")
        if sample is not None:
            self.parts.prompt.text.setPlainText(sample.read_text(encoding="utf-8"))
            self.run_again()

    def _write(self, request: GenerateRequest) -> None:
        if self.draft is not None:
            self.draft.expect(self._bridge.submit(TASK, request))
            self._frames.start()

    def _on_event(self, job: int, event: Event) -> None:
        """Events only change what is known; `_on_frame` draws."""
        draft = self.draft
        if draft is None or job != draft.job:
            return
        draft.feed(event)
        if isinstance(event, Started) and self.version is not None:  # the beginning as the model reads it
            self._show(self.version)
        if isinstance(event, Finished | Failed):
            self._on_over(draft)

    def _on_over(self, draft: Draft) -> None:
        if self.version is not None:
            self._show(self.version)
        if draft.outcome == "failed" and draft.failure is not None:
            self._tell_failure(draft.failure.problem, draft.failure.remedy)
        elif draft.outcome == "done" and len(draft.versions) == 1:
            self.result.emit(to_record(draft))

    def _on_frame(self) -> None:
        """Draw what has changed since the last frame."""
        draft = self.draft
        if draft is None or not draft.changed:
            if not self.busy:
                self._frames.stop()
            return
        draft.changed = False
        self.parts.output.draw()
        self.parts.map.show_version(self.version, draft.job is not None)

    def _show(self, version: Version) -> None:
        """Put a version on the panes."""
        if self.draft is None:
            return
        self.version, self.draft.changed = version, True
        self.parts.output.begin(self.draft, version)
        versions = self.draft.versions
        current = next((place for place, one in enumerate(versions) if one is version), -1)
        self.parts.output.versions.show_versions([one.name for one in versions], current)
        self._on_frame()
        self._show_state()

    def _output(self) -> str:
        """The beginning with what was written after it."""
        if self.draft is None or self.version is None or not self.version.pieces:
            return ""
        return self.draft.prompt + self.version.text

    # Other characters

    def _on_hover(self, side: int, place: int) -> None:
        """Light a character and its column, and show what might have stood there."""
        version = self.parts.output.version(side)
        known = version is not None and 0 <= place < len(version.pieces)
        self.parts.output.light_place(side, place if known else -1)
        if version is self.version:
            self.parts.map.show_place(place if known else -1)

    def _on_click(self, side: int, place: int) -> None:
        """Open what else could stand there."""
        version = self.parts.output.version(side)
        if version is None or not 0 <= place < len(version.pieces):
            return
        self._at = (version, place)
        corner = self.parts.output.corner_of(side, place)
        self.popup.offer(version.alternatives[place], version.tokens[place], corner)

    def _branch(self, token: int | None, typed: str = "") -> None:
        """Go on from another character, beside what stands there."""
        at, self._at = self._at, None
        if self.draft is None or at is None or at[0].tokens[at[1]] == token:
            return
        self.cancel()
        request = self.draft.branch(*at, token, typed)
        self._write(request)
        self._show(self.draft.versions[-1])

    def _on_version(self, index: int) -> None:
        if self.draft is not None and 0 <= index < len(self.draft.versions):
            self._show(self.draft.versions[index])

    # Failures and the rest

    def _on_document(self, document: Document) -> None:
        self.parts.prompt.banner.hide()
        text = "\n\n".join(block.text for block in document.blocks)
        self.parts.prompt.text.setPlainText(text[-LONGEST:])
        self.run_again()

    def _show_state(self, text: str = "") -> None:
        """One quiet line under the text: why it ended, if it was not at its length."""
        draft = self.draft
        if not text and draft is not None and draft.job is None:
            at_length = draft.finished is not None and draft.finished.reason == "length"
            text = "" if at_length else ending(draft.outcome, draft.finished)
        self.parts.output.state.setText(text)
