"""How fast the window is and how much memory it takes, with the shipped translator.

    python tests/benchmarks/ui.py [--only start,words,frames,matrix,memory] [--translations 1000] [--runs 5]

Each part runs in fresh processes with a user folder of their own: on Xvfb where it is installed, else on Qt's
offscreen platform. Prints a table, then one JSON line. Figures are only worth something on a quiet machine, so the
load at the start stands among them.
"""

import argparse
import gc
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PERIOD = 16  # ms of the timer whose lateness is measured
WARM_UP = 100  # short translations before memory is first looked at
LONG = 320  # sentences of the text that streams while frames are watched
CANCELS = 10
UPDATES = 30  # of a matrix of one size
PATIENCE = 60  # seconds for anything that is waited for
BEGUN = "SEQ2SEQ_DESKTOP_BENCHMARK_BEGUN"  # when the parent started the process, by the wall clock

GOALS = {
    "window_seconds": ("process start to window painted", 0.5),
    "first_word_seconds": ("process start to first translated word", 3.5),
    "frame_gap_p99_ms": ("99th percentile of the lateness of a 16 ms timer while words stream", 16),
    "frame_gap_max_ms": ("longest gap of that timer", 50),
    "import_gap_ms": ("longest gap while torch is imported", 300),
    "map_gap_ms": ("longest gap from the first paint until then: the map is made", None),
    "load_gap_ms": ("longest gap while the model is loaded", None),
    "matrix_60_ms": ("one update of a 60 x 60 map, painted", None),
    "matrix_500_ms": ("one update of a 500 x 500 map, painted", None),
    "cancel_ms": ("Esc to the cancelled state, the slowest of ten", 100),
    "memory_ready_mb": ("memory with the model loaded, after the warm-up", None),
    "memory_growth_mb": ("growth over that by the translations", 20),
    "idle_memory_mb": ("memory after the model was unloaded", None),
}
"""What each figure is, and what it should stay under."""

PEOPLE = ("My sister", "The old man", "Our teacher", "The doctor", "Her son", "The captain", "A friend", "The king")
DEEDS = (
    "bought two books in the small shop near the station",
    "went to the sea with his dog on a cold morning",
    "was writing a long letter when the telephone rang and nobody was at home",
    "never eats meat but likes fish and warm bread",
    "lost the key of the house in the park last night and had to sleep in the garden",
    "asked me why the train had left without us",
    "sleeps on the train because the way is long",
    "saw three white horses behind the church when the snow was deep and the sky was clear",
)
TIMES = ("today", "in the spring", "after the war", "before dinner", "on Monday")


def sentences(count: int) -> list[str]:
    """`count` sentences, the first 320 of which differ."""
    made = [f"{person} {deed} {when}." for when in TIMES for deed in DEEDS for person in PEOPLE]
    return [made[index % len(made)] for index in range(count)]


# The parts, each in a process of its own


class App:
    """The program as the user starts it, with what the parts measure on it."""

    def __init__(self, threads: int) -> None:
        from seq2seq_desktop.ui.app import Session, make_application
        from seq2seq_desktop.ui.settings import Settings

        self.qt = make_application()
        settings = Settings()
        settings.set("threads", threads)
        self.session = Session(self.qt, settings)
        self.window = self.session.window
        self.tab = self.window.tab
        self.bridge = self.session.bridge

    @property
    def target(self) -> Any:
        """The pane of the translation."""
        return self.tab.parts.target.texts[0]

    def show(self) -> None:
        """Come up, and wait until the window has been painted."""
        painted = Painted(self.window)
        self.session.start()
        self.wait(lambda: painted.done)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the window live until the condition holds."""
        from PySide6.QtCore import QEventLoop, QTimer

        until = time.monotonic() + PATIENCE
        loop, timer = QEventLoop(), QTimer(interval=2)

        def look() -> None:
            if condition() or time.monotonic() > until:
                loop.quit()

        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        if time.monotonic() > until:
            raise TimeoutError(f"nothing came in {PATIENCE} s")

    def pause(self, seconds: float) -> None:
        """Let the window live for a while."""
        until = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > until)

    def begin(self, text: str) -> None:
        """Start to translate, without the pause that follows typing."""
        self.tab.parts.source.text.setPlainText(text)
        self.tab.run_again()

    def translate(self, text: str) -> None:
        """Translate and wait for the end."""
        self.begin(text)
        self.wait(lambda: self.tab.busy)
        self.wait(lambda: not self.bridge.busy)

    def ready(self) -> "App":
        """This, with everything loaded that is loaded on first use."""
        self.show()
        self.translate("Good morning.")
        self.pause(1)
        return self

    def close(self) -> None:
        """End the worker's thread."""
        self.window.close()


def Painted(window: Any) -> Any:  # noqa: N802  (a class that must wait for Qt's import)
    """An object whose `done` becomes true, and `at` the wall clock, when `window` was painted for the first time."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Filter(QObject):
        done, at = False, 0.0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                QTimer.singleShot(0, self.on_painted)  # not before all its children were painted too
            return False

        def on_painted(self) -> None:
            self.done, self.at = True, time.time()

    found = Filter(window)
    window.installEventFilter(found)
    return found


class Ticks:
    """A timer of 16 ms that writes down when it was called."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.times = [time.perf_counter()]
        self._timer = QTimer(interval=PERIOD, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(lambda: self.times.append(time.perf_counter()))
        self._timer.start()

    def cut(self) -> list[float]:
        """The gaps since the last cut, in ms."""
        self.times.append(time.perf_counter())
        gaps = [1000 * (after - before) for before, after in zip(self.times, self.times[1:], strict=False)]
        self.times = self.times[-1:]
        return gaps


def start(_options: argparse.Namespace) -> dict[str, float]:
    """The program from `main`, closed as soon as the window was painted."""
    from PySide6.QtCore import QTimer

    from seq2seq_desktop.ui import app

    painted: list[Any] = []

    class Watched(app.Session):
        def start(self, files: Any = ()) -> None:
            painted.append(Painted(self.window))
            super().start(files)
            QTimer.singleShot(200, self.window.close)

    app.Session = Watched
    app.main([])
    return {"window_seconds": painted[0].at - float(os.environ[BEGUN])}


def words(options: argparse.Namespace) -> dict[str, float]:
    """A text pasted into a window that has just been painted: until its first word stands there."""
    app = App(options.threads)
    app.show()
    app.tab.parts.source.text.insertPlainText("The old captain closed the door and walked slowly down to the sea.")
    app.wait(lambda: bool(app.target.text()))
    seconds = time.time() - float(os.environ[BEGUN])
    app.close()
    return {"first_word_seconds": seconds}


def frames(options: argparse.Namespace) -> dict[str, float]:
    """The gaps from the first paint on: the map is made, torch imported, the model loaded, a long text streams."""
    app, ticks = App(options.threads), Ticks()
    mapping: list[list[float]] = []
    warm: list[object] = []
    warm_up = app.bridge.warm_up

    def begin_to_import(task: str) -> None:
        mapping.append(ticks.cut())
        warm_up(task)

    app.bridge.warm_up = begin_to_import
    app.bridge.devices.connect(warm.append)
    app.show()
    ticks.cut()
    app.wait(lambda: bool(warm))
    imported = ticks.cut()
    app.translate("Good morning.")
    loaded = ticks.cut()
    app.pause(1)
    text = " ".join(sentences(LONG))
    app.begin(text)
    app.wait(lambda: bool(app.target.text()))
    ticks.cut()
    app.wait(lambda: not app.bridge.busy)
    gaps = ticks.cut()
    rows = len(app.tab.parts.map.matrix().image)
    cancels = sorted(_cancel(app, text) for _ in range(CANCELS))
    app.close()
    assert rows > 1, "the map was not open"
    lateness = sorted(max(0.0, gap - PERIOD) for gap in gaps)
    return {
        "frame_gap_p99_ms": lateness[int(0.99 * (len(lateness) - 1))],
        "frame_gap_max_ms": max(gaps),
        "frames": len(gaps),
        "import_gap_ms": max(imported),
        "map_gap_ms": max(mapping[0]),
        "load_gap_ms": max(loaded),
        "cancel_ms": cancels[-1],
        "cancel_median_ms": statistics.median(cancels),
    }


def _cancel(app: App, text: str) -> float:
    """From the key to the cancelled state, in ms."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    app.begin(text)
    app.wait(lambda: app.tab.busy and bool(app.target.text()))
    app.window.activateWindow()
    app.wait(app.window.isActiveWindow)
    over: list[float] = []
    app.bridge.busy_changed.connect(lambda busy: busy or over.append(time.perf_counter()))
    began = time.perf_counter()
    QTest.keyClick(app.window, Qt.Key.Key_Escape)
    app.wait(lambda: bool(over))
    assert app.tab.stage.translation.outcome == "cancelled"
    assert not app.tab.busy
    return 1000 * (over[0] - began)


def matrix(_options: argparse.Namespace) -> dict[str, float]:
    """One update of the map while it grows by a row, the widget as large as in a window of 1200 x 800."""
    from PySide6.QtTest import QTest

    from seq2seq_desktop.ui.app import make_application
    from seq2seq_desktop.ui.theme import Theme
    from seq2seq_desktop.ui.views.attention_matrix import AttentionMatrix

    app = make_application()
    theme = Theme(app, "light")
    view = AttentionMatrix()
    view.resize(900, 320)
    view.show()
    QTest.qWaitForWindowExposed(view)
    figures = {}
    for size in (60, 500):
        costs = [_update(view, size - UPDATES + row, size) for row in range(1, UPDATES + 1)]
        figures |= {f"matrix_{size}_ms": statistics.median(costs), f"matrix_{size}_max_ms": max(costs)}
    view.close()
    del theme
    return figures


def _update(view: Any, rows: int, columns: int) -> float:
    """What it costs to take, draw and paint a map of this size, in ms."""
    import numpy as np
    from PySide6.QtCore import QCoreApplication

    weights = np.random.default_rng(rows).dirichlet(np.full(columns, 0.1), rows).astype(np.float32)
    target, source = ([f"word{index}" for index in range(count)] for count in (rows, columns))
    began = time.perf_counter()
    view.show_map(weights, target, source)
    view.draw()
    QCoreApplication.sendPostedEvents()
    view._view.viewport().repaint()  # now, with all that is due, not with the next event
    return 1000 * (time.perf_counter() - began)


def memory(options: argparse.Namespace) -> dict[str, float]:
    """What the process holds: after a warm-up, after many short translations, after the model was unloaded."""
    from seq2seq_desktop.engine.messages import Unload

    app = App(options.threads).ready()
    texts = sentences(max(WARM_UP, options.translations))
    for text in texts[:WARM_UP]:
        app.translate(text)
    ready = _resident()
    began = time.perf_counter()
    for text in texts[: options.translations]:
        app.translate(text)
    seconds = time.perf_counter() - began
    after = _resident()
    states: list[str] = []
    app.bridge.model_state.connect(lambda state: states.append(state.state))
    app.bridge.send(Unload())
    app.wait(lambda: "unloaded" in states)
    app.pause(0.5)
    idle = _resident()
    app.close()
    return {
        "memory_ready_mb": ready,
        "memory_growth_mb": after - ready,
        "idle_memory_mb": idle,
        "translations": options.translations,
        "translation_ms": 1000 * seconds / max(1, options.translations),
    }


def _resident() -> float:
    """What the process holds of the machine's memory, in MB, rubbish collected."""
    import psutil

    gc.collect()
    return float(psutil.Process().memory_info().rss / 1e6)


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, float]]] = {
    "start": start,
    "words": words,
    "frames": frames,
    "matrix": matrix,
    "memory": memory,
}
REPEATED = ("start", "words", "matrix")  # their figures are the medians of several processes


def end_at_once(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """Fail for an error in a slot too, which Qt would live on with; without waiting for the worker."""
    traceback.print_exception(kind, error, trace)
    sys.stderr.flush()
    os._exit(1)


# The parent


@contextmanager
def display() -> Iterator[dict[str, str]]:
    """The environment in which windows open: an Xvfb of our own, else the offscreen platform."""
    server = shutil.which("Xvfb") if sys.platform.startswith("linux") else None
    if server is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{told.readline().strip()}"}
    finally:
        process.terminate()
        process.wait()


def measured(part: str, options: argparse.Namespace, screen: dict[str, str]) -> dict[str, float]:
    """The figures of one part, from a fresh process."""
    with tempfile.TemporaryDirectory() as user:
        environment = os.environ | screen | {"SEQ2SEQ_DESKTOP_DATA": user, BEGUN: repr(time.time())}
        numbers = ["--translations", str(options.translations), "--threads", str(options.threads)]
        command = [sys.executable, __file__, "--part", part, *numbers]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, timeout=20 * PATIENCE)
    if done.returncode:
        sys.exit(f"{part} failed")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Print the table and the JSON line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--translations", type=int, default=1000, help="short texts translated to see memory grow")
    parser.add_argument("--runs", type=int, default=5, help="processes whose median is taken")
    parser.add_argument("--threads", type=int, default=0, help="of the translator; 0: as many as the program takes")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        sys.excepthook = end_at_once
        print(json.dumps(PARTS[options.part](options)))
        return
    figures: dict[str, Any] = {
        "cores": os.cpu_count(),
        "threads": options.threads,
        "load_at_start": round(os.getloadavg()[0], 2),
    }
    with display() as screen:
        figures["platform"] = screen["QT_QPA_PLATFORM"]
        for part in options.only.split(","):
            runs = [measured(part, options, screen) for _ in range(options.runs if part in REPEATED else 1)]
            medians = {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
            print(f"{part}: {medians}", file=sys.stderr, flush=True)
            figures |= medians
    for name, (meaning, goal) in GOALS.items():
        if name in figures:
            against = "" if goal is None else f"goal {goal:g}: {'met' if figures[name] <= goal else 'missed'}"
            print(f"{name:20} {figures[name]:10.2f}  {against:18} {meaning}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
