"""Takes pictures of the real window with the shipped models: light, dark, small, French, at 200 %, each part of it.

    python scripts/screenshots.py [FOLDER]   default: docs/screenshots

Each picture is taken by a process of its own, because a scale factor holds for a whole process.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TEXT = (
    "The old lighthouse keeper closed the door and walked slowly down to the sea.\n"
    "Nobody had told him that the war was over."
)
SENTENCE = "My brother bought an old house near the sea last year, but he never lives there."  # for a comparison
PATIENCE_MS = 300_000  # for the model to load and to translate, on a machine that does other things too
SETTLE_MS = 1500  # after the last word: the map is drawn, the history written


@dataclass(frozen=True)
class Picture:
    """One picture: what it shows."""

    theme: str = "light"
    language: str = "en"
    size: tuple[int, int] = (1200, 800)
    scale: int = 1
    history: bool = False
    part: str = "translate"  # or another task, "compare", or "whole"


PICTURES = {
    "light": Picture(),
    "dark": Picture(theme="dark", history=True),
    "small": Picture(size=(900, 600)),
    "french": Picture(language="fr"),
    "scaled": Picture(size=(900, 600), scale=2, theme="dark"),
    "compare": Picture(part="compare"),
    "generate": Picture(part="generate"),
    "summarize": Picture(part="summarize"),
    "transcribe": Picture(part="transcribe"),
    "whole": Picture(size=(1200, 560), part="whole"),
    "caption": Picture(part="caption"),
}


def take_all(folder: Path) -> None:
    """Take every picture, each in a fresh process with a user folder of its own."""
    from seq2seq_desktop.paths import user_models

    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        with tempfile.TemporaryDirectory() as user:
            environment = os.environ | {
                "QT_QPA_PLATFORM": "offscreen",
                "QT_SCALE_FACTOR": str(picture.scale),
                "SEQ2SEQ_DESKTOP_DATA": user,
                "SEQ2SEQ_DESKTOP_MODELS": str(user_models()),
            }
            subprocess.run([sys.executable, __file__, "--one", name, str(folder)], env=environment, check=True)
        print(folder / f"{name}.png")


def take(name: str, folder: Path) -> None:
    """Take one picture in this process."""
    from PySide6.QtCore import QTimer

    from seq2seq_desktop.events import Failed, Finished
    from seq2seq_desktop.ui.app import Session, make_application
    from seq2seq_desktop.ui.settings import Settings

    picture = PICTURES[name]
    app = make_application()
    settings = Settings()
    for key, value in (("theme", picture.theme), ("language", picture.language), ("threads", 1)):
        settings.set(key, value)
    session = Session(app, settings)
    window = session.window
    failures: list[str] = []
    to_come = ["translate", "summarize"] if picture.part == "whole" else []

    def shoot() -> None:
        point(window, picture)
        shown = window.tab.comparing if picture.part == "compare" else window
        grabbed = stacked(window) if picture.part == "whole" else shown.grab()
        grabbed.save(str(folder / f"{name}.png"))
        window.close()

    def go_on() -> None:
        if to_come:
            window.tab.send(to_come.pop(0))
        else:
            shoot()

    def on_event(_job: int, event: object) -> None:
        if isinstance(event, Failed):
            failures.append(event.problem)
        if isinstance(event, Finished | Failed):
            QTimer.singleShot(SETTLE_MS, go_on)

    session.bridge.event.connect(on_event)
    session.start()
    window.resize(*picture.size)
    window.show_history(picture.history)
    QTimer.singleShot(SETTLE_MS, lambda: begin(window, picture))
    QTimer.singleShot(PATIENCE_MS, window.close)
    app.exec()
    if failures or not (folder / f"{name}.png").exists():
        sys.exit(f"{name}: {failures[0] if failures else 'it was not done in time'}")


def begin(window: Any, picture: Picture) -> None:
    """Let the window do what is to be seen."""
    from PySide6.QtWidgets import QPlainTextEdit

    if picture.part in ("caption", "generate", "summarize", "transcribe"):
        window.tabs.setCurrentIndex(window.tabs.of_task(picture.part))
        window.tab.open_sample()
    elif picture.part == "whole":
        window.tabs.setCurrentIndex(window.tabs.of_task("transcribe"))
        window.tabs.tab(window.tabs.of_task("summarize")).parts.bar.choose("extract", "headline")
        window.tab.open_paths([spoken(Path(os.environ["SEQ2SEQ_DESKTOP_DATA"]))])
    elif picture.part == "compare":
        window.tab.compare()
        window.tab.comparing.resize(*picture.size)
        window.tab.comparing.open_with(SENTENCE)
    else:
        window.tab.findChild(QPlainTextEdit).setPlainText(TEXT)


def spoken(folder: Path) -> Path:
    """A recording with both samples of speech, a second of silence between them."""
    import numpy as np

    from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks
    from seq2seq_desktop.io.recording import Recording

    with Recording(folder / "spoken.wav") as recording:
        for sample in sorted((ROOT / "resources" / "samples" / "transcribe").glob("*.en.opus")):
            for block in blocks(sample):
                recording.write(block)
            recording.write(np.zeros(SAMPLE_RATE, np.float32))
    return folder / "spoken.wav"


def point(window: Any, picture: Picture) -> None:
    """Point at a word, to show what lights up with it."""
    if picture.part == "caption":  # the word that looked most at one place
        looks = window.tab.stage.photo.shown.looks()
        window.tab.parts.output.texts[0].point_at((0, int(looks.max(axis=1).argmax())))
    elif picture.part in ("summarize", "whole"):
        window.tab.parts.map.coverage.setChecked(picture.part == "summarize")
        window.tab.parts.output.texts[0].point_at((0, 0))


def stacked(window: Any) -> Any:
    """The tabs through which a text went, the first at the top, as they stand now."""
    from PySide6.QtGui import QPainter, QPixmap
    from PySide6.QtWidgets import QApplication

    grabs = []
    for task in ("transcribe", "translate", "summarize"):
        window.tabs.setCurrentIndex(window.tabs.of_task(task))
        QApplication.processEvents()
        grabs.append(window.grab())
    whole = QPixmap(grabs[0].width(), sum(one.height() for one in grabs))
    painter, top = QPainter(whole), 0
    for one in grabs:
        painter.drawPixmap(0, top, one)
        top += one.height()
    painter.end()
    return whole


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        take(sys.argv[2], Path(sys.argv[3]))
    else:
        take_all(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "screenshots")
