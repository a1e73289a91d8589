"""The same sentence through several models: texts and maps side by side, one slider for the step of all."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from seq2seq_desktop import paths
from seq2seq_desktop.errors import Seq2SeqError
from seq2seq_desktop.events import Event
from seq2seq_desktop.tasks.translate.catalogue import Translator, translators
from seq2seq_desktop.tasks.translate.comparison import save_comparison
from seq2seq_desktop.tasks.translate.spec import COMPARE, LANGUAGE_NAMES, CompareRequest, TranslateRequest
from seq2seq_desktop.ui.bridge import FRAME_MS, Bridge
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.translate.compare_bar import ModelChoice, StepBar
from seq2seq_desktop.ui.tabs.translate.compare_column import ColumnView
from seq2seq_desktop.ui.tabs.translate.compare_state import Comparison, Span
from seq2seq_desktop.ui.views.figures import FIGURES, save_pictures
from seq2seq_desktop.ui.widgets.ask_where import ask_where
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.errand import Errands
from seq2seq_desktop.ui.widgets.source_text import SourceText

_CHOSEN = "translate/compared"  # the setting that keeps the models chosen last
KINDS = (".png", ".svg", ".html", ".json", ".csv")
Ask = Callable[[str], TranslateRequest]


class CompareWindow(QWidget):
    """A window beside the main one. Its job runs in the one worker, after what runs there already."""

    def __init__(self, bridge: Bridge, settings: Settings, asker: Callable[[], Ask], parent: QWidget) -> None:
        """Empty. `asker` gives, on the window's thread, what makes a text's request in another one."""
        super().__init__(parent, Qt.WindowType.Window)
        self._bridge, self._settings, self._asker = bridge, settings, asker
        self.errands = Errands(self)
        self.comparison: Comparison | None = None
        self.views: list[ColumnView] = []
        self._job: int | None = None
        self._begins = False  # True while the models are looked up after which the comparison is to begin
        self.banner, self.source = Banner(self), SourceText(self)
        self.choice = ModelChoice(self)
        self.bar = StepBar(self)
        self.run, self.save = QPushButton(self), QPushButton(self)
        self.direction, self.said = QLabel(self), QLabel(self)
        self._columns = QSplitter(Qt.Orientation.Horizontal, self, childrenCollapsible=False)
        self._frames = QTimer(self, interval=FRAME_MS)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.resize(1100, 700)

    def _lay_out(self) -> None:
        self.source.setFixedHeight(72)
        for label in (self.direction, self.said):
            label.setProperty("muted", True)
        top, below = QHBoxLayout(), QHBoxLayout()
        for widget, stretch in ((self.choice, 1), (self.direction, 0), (self.run, 0)):
            top.addWidget(widget, stretch)
        below.addWidget(self.bar, 1)
        below.addWidget(self.said)
        below.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.banner)
        column.addWidget(self.source)
        column.addLayout(top)
        column.addWidget(self._columns, 1)
        column.addLayout(below)

    def _connect(self) -> None:
        self.run.clicked.connect(self.start)
        self.save.clicked.connect(self.export)
        self.choice.changed.connect(self._on_choice)
        self.bar.moved.connect(self._draw)
        self.source.pointed.connect(self._on_source)
        self._frames.timeout.connect(self._on_frame)
        self._bridge.event.connect(self._on_event)
        for key, act in (("Ctrl+Return", self.start), ("Esc", self.leave), ("Ctrl+S", self.export)):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.setWindowTitle(self.tr("Compare models"))
        self.setAccessibleName(self.tr("Compare models"))
        self.source.setAccessibleName(self.tr("Sentence to compare"))
        self.source.setPlaceholderText(self.tr("A sentence for all models"))
        self.run.setText(self.tr("&Compare"))
        self.save.setText(self.tr("&Export…"))
        self.save.setToolTip(self.tr("The maps as a picture, or texts and figures as a page or a table"))
        for button in (self.run, self.save):
            button.setAccessibleName(button.text().replace("&", ""))
        self.choice.setAccessibleName(self.tr("Models to compare"))
        self.banner.retranslate()
        self.bar.retranslate()
        for view in self.views:
            view.retranslate()
        self._draw()

    @property
    def busy(self) -> bool:
        """True while models work."""
        return self._job is not None

    # Running

    def open_with(self, text: str) -> None:
        """Come forward with a sentence and compare it, if there are models to compare."""
        self.source.setPlainText(text)
        self.show()
        self.raise_()
        self.activateWindow()
        self._look_up(begins=bool(text.strip()))

    def start(self) -> None:
        """Compare what stands in the pane, in place of what runs."""
        if self.source.whole().strip():
            self._look_up(begins=True)

    def cancel(self) -> None:
        """End what runs; what is there stays."""
        self.errands.forget("models")
        if self._job is not None:
            self._bridge.cancel(self._job)

    def leave(self) -> None:
        """Cancel, or close if nothing runs."""
        if self.busy:
            self.cancel()
        else:
            self.close()

    def _look_up(self, begins: bool) -> None:
        """Find the direction and its models, in another thread: detection and cards take a moment."""
        self._begins = begins
        ask, text = self._asker(), self.source.whole()
        self.errands.run(partial(_found, ask, text), self._on_found, self._fail, "models")

    def _on_found(self, found: tuple[TranslateRequest, tuple[Translator, ...]]) -> None:
        request, offered = found
        names = [one.name for one in offered]
        if names != [box.text() for box in self.choice.boxes]:
            self.choice.offer(offered, self._settings.get(_CHOSEN, []))
        named = [LANGUAGE_NAMES.get(code or "", code or "") for code in (request.source, request.target)]
        self.direction.setText(" → ".join(name for name in named if name))
        if len(offered) < 2:
            problem = self.tr("There is only one model for these languages, and a comparison takes two")
            self.banner.warn(problem, self.tr("Put others into {folder}").format(folder=paths.user_models()))
        elif self._begins:
            self._begin(request)

    def _begin(self, request: TranslateRequest) -> None:
        chosen = self.choice.chosen
        if len(chosen) < 2:
            self.banner.warn(self.tr("A comparison takes two models"), self.tr("Tick another one"))
            return
        self.banner.hide()
        self.cancel()
        self.comparison = Comparison(request, chosen)
        self._make_views(chosen)
        self.bar.show_steps(0)
        names = tuple(one.name for one in chosen)
        self._job = self._bridge.submit(COMPARE, CompareRequest(request, names))
        self._frames.start()
        self.bar.slider.setFocus()
        self._draw()

    def _make_views(self, chosen: Sequence[Translator]) -> None:
        """A column for each; those that stand there already stay."""
        if [view.translator for view in self.views] != list(chosen):
            for view in self.views:
                view.hide()
                view.deleteLater()
            colours = self._settings.get("translate/colours", "viridis")
            self.views = [ColumnView(one, colours, self) for one in chosen]
            for number, view in enumerate(self.views):
                self._columns.addWidget(view)
                view.hovered.connect(partial(self._on_word, number))
                view.cell_hovered.connect(partial(self._on_cell, number))
                view.value_hovered.connect(self.said.setText)
            self._columns.setSizes([1000] * len(self.views))
        if self.comparison is not None:
            for view, column in zip(self.views, self.comparison.columns.values(), strict=True):
                view.show_column(column)

    def _on_choice(self) -> None:
        self._settings.set(_CHOSEN, [one.name for one in self.choice.chosen])

    def _on_event(self, job: int, event: Event) -> None:
        """Events only change what is known; `_on_frame` draws."""
        if job == self._job and self.comparison is not None:
            self.comparison.feed(event)
            if self.comparison.over:
                self._job = None

    def _on_frame(self) -> None:
        if self.comparison is not None:
            self.bar.show_steps(self.comparison.steps)
        self._draw()
        if not self.busy:
            self._frames.stop()

    def _draw(self) -> None:
        for view in self.views:
            view.draw(self.bar.step)

    # Words that belong together

    def _on_word(self, number: int, sentence: int, word: int) -> None:
        """A target word of one model: its source words light up, and what the others made of them."""
        if self.comparison is None or word < 0:
            self._unlight()
            return
        column = list(self.comparison.columns.values())[number]
        self._light(sentence, column.spans_of(sentence, word), {number: [word]})

    def _on_cell(self, number: int, sentence: int, word: int, source: int) -> None:
        if self.comparison is None or word < 0:
            self._unlight()
            return
        one = list(self.comparison.columns.values())[number].sentences[sentence].source_words()[source]
        self._light(sentence, [(one.start, one.end)], {number: [word]})

    def _on_source(self, place: int) -> None:
        sentence, span = self._source_word(place)
        if span is None:
            self._unlight()
        else:
            self._light(sentence, [span], {})

    def _source_word(self, place: int) -> tuple[int, Span | None]:
        """The sentence and the word at a character of the text, as the first model reads it."""
        begun = [] if self.comparison is None else [one for one in self.comparison.columns.values() if one.sentences]
        if not begun or self.comparison is None or self.source.whole() != self.comparison.request.text:
            return 0, None
        for index, sentence in enumerate(begun[0].sentences):
            inside = place - sentence.segment.start
            for word in sentence.source_words():
                if word.start <= inside < word.end:
                    return index, (word.start, word.end)
        return 0, None

    def _light(self, sentence: int, spans: list[Span], fixed: dict[int, list[int]]) -> None:
        """Light stretches of the source and, in every column, the words that belong to them, or the fixed ones."""
        if self.comparison is None:
            return
        columns = list(self.comparison.columns.values())
        begun = next((column for column in columns if sentence < len(column.sentences)), None)
        if begun is not None and self.source.whole() == self.comparison.request.text:
            first = begun.sentences[sentence].segment.start
            self.source.light([(first + start, first + end) for start, end in spans])
        for number, (view, column) in enumerate(zip(self.views, columns, strict=True)):
            view.light(sentence, fixed.get(number, column.words_at(sentence, spans)), spans)

    def _unlight(self) -> None:
        self.source.light(())
        for view in self.views:
            view.unlight()

    # Files

    def export(self) -> None:
        """Ask where to save the comparison, and save it: maps as a picture, the rest as a page or a table."""
        if self.comparison is None or not self.comparison.steps:
            self.said.setText(self.tr("There is nothing to save yet"))
            return
        path = ask_where(self, self.tr("Save the comparison"), self.tr("comparison") + KINDS[0], KINDS)
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Save the comparison as it stands; a failure is told in the window."""
        if self.comparison is None:
            return
        try:
            if path.suffix.lower() in FIGURES:
                pictures = [view.map.picture(view.translator.name) for view in self.views]
                save_pictures(pictures, path, self.palette().color(QPalette.ColorRole.Base), overwrite=True)
            else:
                save_comparison(self.comparison.request.text, self.comparison.results, path, overwrite=True)
        except Seq2SeqError as error:
            self.banner.tell(error.problem, error.remedy, self.tr("Save &elsewhere…"), self.export)
        else:
            self.said.setText(self.tr("Saved as {name}").format(name=path.name))

    def _fail(self, error: Seq2SeqError) -> None:
        self.banner.tell(error.problem, error.remedy)

    # The window

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Left and Right move the step."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self.bar.go(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End what runs."""
        self.cancel()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "bar"):
            self.bar.dress()
        super().changeEvent(event)


def _found(ask: Ask, text: str) -> tuple[TranslateRequest, tuple[Translator, ...]]:
    """The request for a text, and the models of its direction."""
    request = ask(text)
    options = replace(request.options, n_best=1)
    request = replace(request, options=options, batch=1, saliency=True)
    return request, translators(request.source, request.target)
