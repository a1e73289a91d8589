"""Which models are compared, and the slider that moves them all."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QScrollArea, QSlider, QToolButton, QWidget

from seq2seq_desktop.tasks.translate.catalogue import Translator
from seq2seq_desktop.ui.icons import icon

PLAY_MS = 400  # from one step to the next
CHOSEN = 4  # models that are ticked when nothing was chosen before


class ModelChoice(QScrollArea):
    """A box to tick for each model."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """No model yet."""
        super().__init__(parent)
        self.boxes: list[QCheckBox] = []
        self._translators: tuple[Translator, ...] = ()
        self._body = QWidget(self)
        self._row = QHBoxLayout(self._body)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(16)
        self.setWidget(self._body)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(40)

    def offer(self, translators: Sequence[Translator], chosen: Sequence[str]) -> None:
        """Offer these; those in `chosen` are ticked, or the first ones where none of them is there."""
        self._translators = tuple(translators)
        wanted = {one.name for one in translators} & set(chosen) or {one.name for one in translators[:CHOSEN]}
        for box in self.boxes:
            self._row.removeWidget(box)
            box.deleteLater()
        self.boxes = [QCheckBox(one.name, self._body) for one in translators]
        for box in self.boxes:
            box.setAccessibleName(box.text())
            box.setChecked(box.text() in wanted)
            box.toggled.connect(self.changed)
            self._row.addWidget(box)
        self._row.addStretch(1)

    @property
    def chosen(self) -> tuple[Translator, ...]:
        """The models that are ticked."""
        return tuple(one for one, box in zip(self._translators, self.boxes, strict=True) if box.isChecked())


class StepBar(QWidget):
    """A slider over the steps; it follows while words come, until someone moves it back."""

    moved = Signal(int)  # the step, 0: nothing said yet

    def __init__(self, parent: QWidget | None = None) -> None:
        """No step yet."""
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, 0)
        self.slider.setPageStep(5)
        self.play, self.place = QToolButton(self), QLabel(self)
        self.place.setProperty("muted", True)
        self.play.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.play)
        row.addWidget(self.slider, 1)
        row.addWidget(self.place)
        self._clock = QTimer(self, interval=PLAY_MS)
        self._clock.timeout.connect(self._on_clock)
        self.slider.valueChanged.connect(self._on_value)
        self.play.clicked.connect(self.toggle)
        self.retranslate()
        self.dress()

    @property
    def step(self) -> int:
        """Where it stands."""
        return self.slider.value()

    def show_steps(self, count: int) -> None:
        """Reach up to `count`; at the end it stays at the end."""
        follows = self.slider.value() == self.slider.maximum() and not self._clock.isActive()
        self.slider.setMaximum(count)
        if follows:
            self.slider.setValue(count)
        self._show_place()

    def go(self, steps: int) -> None:
        """Move on, or back."""
        self.slider.setValue(self.slider.value() + steps)

    def toggle(self) -> None:
        """Play, from the beginning if it stands at the end; or stop."""
        if self._clock.isActive():
            self._clock.stop()
        elif self.slider.maximum():
            if self.slider.value() == self.slider.maximum():
                self.slider.setValue(0)
            self._clock.start()
        self.dress()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.slider.setAccessibleName(self.tr("Step"))
        self.slider.setToolTip(self.tr("Moves all models to the same step; Left and Right do so too"))
        self.play.setAccessibleName(self.tr("Play the steps"))
        self.play.setToolTip(self.tr("Play the steps"))
        self._show_place()

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.play.setIcon(icon("stop" if self._clock.isActive() else "run"))

    def _on_clock(self) -> None:
        self.go(1)
        if self.slider.value() == self.slider.maximum():
            self._clock.stop()
            self.dress()

    def _on_value(self, step: int) -> None:
        self._show_place()
        self.moved.emit(step)

    def _show_place(self) -> None:
        self.place.setText(
            self.tr("Step {index} of {count}").format(index=self.slider.value(), count=self.slider.maximum())
        )
