"""The program with a window: what happens from start to end, in order. Imports neither torch nor pyqtgraph."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject
from PySide6.QtWidgets import QApplication

from seq2seq_desktop import __version__, paths
from seq2seq_desktop.engine.messages import Unload
from seq2seq_desktop.tasks.catalogue import tasks_with_a_bundle
from seq2seq_desktop.ui.bridge import Bridge
from seq2seq_desktop.ui.crash import CrashLog, catch_unexpected, open_log
from seq2seq_desktop.ui.history import History
from seq2seq_desktop.ui.i18n import Language
from seq2seq_desktop.ui.icons import program_icon
from seq2seq_desktop.ui.main_window import MainWindow
from seq2seq_desktop.ui.quiet import QuietMoment
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.single_instance import SingleInstance
from seq2seq_desktop.ui.task_tabs import TabEntry
from seq2seq_desktop.ui.theme import Theme

_HERE = "seq2seq_desktop.ui.tabs"
TABS = (
    TabEntry("translate", str(QT_TRANSLATE_NOOP("TaskTabs", "Translate")), f"{_HERE}.translate.tab:TranslateTab"),
    TabEntry(
        "summarize",
        str(QT_TRANSLATE_NOOP("TaskTabs", "Summarize")),
        f"{_HERE}.summarize.tab:SummarizeTab",
        needs_bundle=True,
    ),
    TabEntry(
        "caption",
        str(QT_TRANSLATE_NOOP("TaskTabs", "Caption")),
        f"{_HERE}.caption.tab:CaptionTab",
        kinds="seq2seq_desktop.io.images:SUFFIXES",
        needs_bundle=True,
    ),
    TabEntry(
        "transcribe",
        str(QT_TRANSLATE_NOOP("TaskTabs", "Transcribe")),
        f"{_HERE}.transcribe.tab:TranscribeTab",
        kinds="seq2seq_desktop.io.audio:READABLE",
    ),
    TabEntry(
        "generate",
        str(QT_TRANSLATE_NOOP("TaskTabs", "Generate")),
        f"{_HERE}.generate.tab:GenerateTab",
        needs_bundle=True,
    ),
)
"""The tabs, from left to right."""

FIRST_TASK = "translate"
MODELS_VARIABLE = "SEQ2SEQ_DESKTOP_MODELS"


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code, after the window was closed: 0, also when the files went to a window that was open already."""
    files = _parsed(argv)
    app = make_application()
    instance = SingleInstance(parent=app)
    first = instance.claim()
    if not first and instance.hand_over(files):
        return 0
    open_log()
    crash_log = CrashLog()
    crashed = crash_log.start() if first else None
    session = Session(app)
    catch_unexpected(crash_log, session.tell_unexpected)
    instance.opened.connect(session.window.open_paths)
    session.start(files)
    if crashed is not None:
        session.offer_crash_log(crashed)
    code = app.exec()
    instance.release()
    crash_log.end()
    if not session.window.worker_ended:  # stuck in a driver; nothing of ours is left to save
        os._exit(code)
    return code


def make_application() -> QApplication:
    """The one application object, named and with its icon."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Seq2Seq Desktop")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(paths.APP)
    app.setWindowIcon(program_icon())
    return app


def offered_tabs() -> tuple[TabEntry, ...]:
    """The tabs for which there is a model, or which bring one themselves."""
    tasks = tasks_with_a_bundle()
    return tuple(entry for entry in TABS if not entry.needs_bundle or entry.task in tasks)


class Session(QObject):
    """The window with all it needs, and what follows when a setting changes."""

    def __init__(
        self,
        app: QApplication,
        settings: Settings | None = None,
        bridge: Bridge | None = None,
        tabs: Sequence[TabEntry] | None = None,
    ) -> None:
        """Put everything together; nothing is shown yet."""
        super().__init__(app)
        self._app = app
        self._models_at_start = os.environ.get(MODELS_VARIABLE, "")
        self.settings = settings or Settings()
        self._use_model_folder()
        self.theme = Theme(app, self.settings.theme)
        self.language = Language(app, self.settings.language)
        self.history = History(paths.user_data() / "history.sqlite")
        self.bridge = bridge or Bridge()
        self.bridge.send(self.settings.configuration())
        self.window = MainWindow(self.bridge, self.settings, self.history, offered_tabs() if tabs is None else tabs)
        self.settings.changed.connect(self._on_setting)

    def start(self, files: Sequence[Path] = ()) -> None:
        """Show the window, then load what is heavy when nobody types."""
        self.window.show()
        if self.history.set_aside is not None:
            sentence = self.tr("The history file was damaged. It was kept as {file}, and a new one begun.")
            self.window.notice.show_text(sentence.format(file=self.history.set_aside.name))
        elif not self.history.durable:
            sentence = self.tr("The history file {file} cannot be used now. Results are kept until the program ends.")
            self.window.notice.show_text(sentence.format(file=self.history.file))
        quiet = QuietMoment(self._app)
        quiet.reached.connect(lambda: self.bridge.warm_up(FIRST_TASK))
        self.bridge.devices.connect(self.window.tabs.make_rest)  # once what is heavy has been loaded
        if files:
            self.window.open_paths(list(files))

    def offer_crash_log(self, file: Path) -> None:
        """Say that the program ended unexpectedly last time, with a button that shows why."""
        sentence = self.tr("The program ended unexpectedly last time. A log of it is on this computer.")
        self.window.notice.show_text(sentence, self.tr("&Show the log"), lambda: self._show_log(file))

    def tell_unexpected(self, error: str) -> None:
        """Say that something failed that should not have; the window stays."""
        sentence = self.tr("Something unexpected went wrong ({error}). Your work is still here.")
        sentence = sentence.format(error=error[:200])
        show = self.tr("&Show the log")
        self.window.notice.show_text(sentence, show, lambda: self._show_log(paths.user_log()), danger=True)

    def _show_log(self, file: Path) -> None:
        from seq2seq_desktop.ui.crash_dialog import CrashDialog

        CrashDialog(file, self.window).open()

    def _on_setting(self, key: str) -> None:
        if key == "theme":
            self.theme.choose(self.settings.theme)
        elif key == "language":
            self.language.choose(self.settings.language)
        elif key == "model_folder":
            self._use_model_folder()
            self.bridge.send(Unload())

    def _use_model_folder(self) -> None:
        """Bundles are looked up through `paths.user_models`, which an environment variable overrides."""
        folder = self.settings.model_folder or self._models_at_start
        if folder:
            os.environ[MODELS_VARIABLE] = folder
        else:
            os.environ.pop(MODELS_VARIABLE, None)


def _parsed(argv: Sequence[str] | None) -> list[Path]:
    parser = argparse.ArgumentParser(prog=paths.APP, description="Open the window, with files if there are any.")
    parser.add_argument("files", nargs="*", type=Path, help="texts and documents to open")
    files: list[Path] = parser.parse_args(argv).files
    return files
