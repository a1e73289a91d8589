"""The row of tabs: each is named at once and made when it is first needed, so that the window stands early."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget


@dataclass(frozen=True)
class TabEntry:
    """What must be known of a tab before it is made."""

    task: str
    title: str  # the word on it, English; translated in the context "TaskTabs"
    where: str  # its class, "module:name"; see `ui.tab.Tab`
    kinds: str = ""  # "module:name" of the suffixes of files that are this tab's and no other's
    needs_bundle: bool = False  # it is left out where no bundle of the task is installed

    def make(self, *arguments: Any) -> Any:
        """The tab; imports its module."""
        return _attribute(self.where)(*arguments)

    def takes(self, files: Sequence[Path]) -> bool:
        """True if these files, one at least, are for this tab and no other."""
        kinds = _attribute(self.kinds) if self.kinds and files else ()
        return bool(files) and all(file.suffix.lower() in kinds for file in files)


class TaskTabs(QTabWidget):
    """A page an entry; `tab` is what stands on it."""

    tab_made = Signal(object)  # the `Tab`, before it is shown

    def __init__(
        self, entries: Sequence[TabEntry], make: Callable[[TabEntry, QWidget], Any], parent: QWidget | None = None
    ) -> None:
        """Empty pages; `make(entry, page)` gives the tab of a page."""
        super().__init__(parent, documentMode=True)
        self.entries = tuple(entries)
        self._make = make
        self._tabs: dict[int, Any] = {}
        self._pages = [QWidget(self) for _ in self.entries]
        for page in self._pages:
            self.addTab(page, "")
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self.make_rest)

    def tab(self, index: int) -> Any:
        """The tab of a page, made now if it was not yet; None for a page that is not there."""
        if not 0 <= index < len(self.entries):
            return None
        if index not in self._tabs:
            page = self._pages[index]
            tab = self._tabs[index] = self._make(self.entries[index], page)
            tab.setAccessibleName(self.tabText(index))
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(tab)
            self.tab_made.emit(tab)
        return self._tabs[index]

    def begin(self) -> None:
        """Make the current tab, and from now on each that becomes current."""
        self.currentChanged.connect(self.tab)
        self.tab(self.currentIndex())

    def make_rest(self) -> None:
        """Make the other tabs one by one, with the window alive in between."""
        missing = [index for index in range(len(self.entries)) if index not in self._tabs]
        if missing:
            self.tab(missing[0])
        if len(missing) > 1:
            self._rest.start()

    def close_down(self) -> None:
        """Make no more tabs, and end what those there are still do."""
        self._rest.stop()
        for tab in self.made():
            tab.close_down()

    def made(self) -> list[Any]:
        """The tabs that there are so far."""
        return list(self._tabs.values())

    def of_task(self, task: str) -> int:
        """The page of a task; -1: none."""
        return next((index for index, entry in enumerate(self.entries) if entry.task == task), -1)

    def retranslate(self) -> None:
        """Take the language of the window, in the tabs too."""
        for index, entry in enumerate(self.entries):
            title = QCoreApplication.translate("TaskTabs", entry.title)
            self.setTabText(index, title)
            if index in self._tabs:
                self._tabs[index].setAccessibleName(title)
                self._tabs[index].retranslate()


def _attribute(where: str) -> Any:
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)
