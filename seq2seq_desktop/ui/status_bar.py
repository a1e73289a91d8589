"""The line at the bottom: which model runs where, how fast, what it is doing, how long it takes, and Cancel."""

from time import monotonic

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from seq2seq_desktop.engine.messages import Memory, ModelState
from seq2seq_desktop.events import Event, Failed, Finished, Step
from seq2seq_desktop.ui.theme import motion_allowed
from seq2seq_desktop.ui.wording import about, decimal, megabytes, on_device

REFRESH_MS = 250  # of the speed while a job runs


class ElidedLabel(QLabel):
    """A label that gives way: what does not fit is cut with dots, whole in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(60)

    @property
    def whole(self) -> str:
        """The text before it was cut."""
        return self._whole

    def show_text(self, text: str) -> None:
        """Show `text`, cut if it must be."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        line = self._whole.replace("\n", " ")
        self.setText(QFontMetrics(self.font()).elidedText(line, Qt.TextElideMode.ElideRight, self.width()))


class StatusBar(QFrame):
    """Shows the facts of the bridge and what the current tab says."""

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a model."""
        super().__init__(parent)
        self.setObjectName("statusBar")
        self._state: ModelState | None = None
        self._memory = Memory(0)
        self._steps, self._since, self._speed = 0, 0.0, 0.0
        self._busy, self._spoken = False, ""
        self.model, self.speed, self.said, self.left = QLabel(self), QLabel(self), ElidedLabel(self), QLabel(self)
        self.bar = QProgressBar(self, textVisible=False)
        self.cancel = QPushButton(self)
        self.cancel.clicked.connect(self.cancel_asked)
        self._clock = QTimer(self, interval=REFRESH_MS)
        self._clock.timeout.connect(self._show_speed)
        self._lay_out()
        self.retranslate()
        self._show_idle()

    def show_model(self, state: ModelState) -> None:
        """A model was loaded, moved, freed, or could not be loaded."""
        self._state = state
        self._memory = Memory(state.memory_bytes or self._memory.process_bytes, self._memory.device_bytes)
        self._show_model()
        if not self._busy:
            self._show_idle()

    def show_memory(self, memory: Memory) -> None:
        """What the process holds."""
        self._memory = memory
        self._show_model()

    def show_event(self, event: Event) -> None:
        """Count what comes out of the running job."""
        if isinstance(event, Step):
            self._steps += 1
            self._since = self._since or monotonic()
        elif isinstance(event, Finished | Failed):
            if isinstance(event, Finished) and event.tokens and event.seconds > 0:
                self._speed = event.tokens / event.seconds
            self._steps, self._since = 0, 0.0
            self._show_speed()

    def show_busy(self, busy: bool) -> None:
        """A job began, or the last one is over."""
        self._busy, self._spoken = busy, ""
        self.cancel.setEnabled(busy)
        if busy:
            self._clock.start()
            self.said.show_text(self.tr("working"))
        else:
            self._clock.stop()
            self._show_idle()

    def show_status(self, text: str) -> None:
        """What the tab says: a value under the pointer, a result; "" for nothing more."""
        self._spoken = text
        if text:
            self._tone("")
            self.said.show_text(text)
        elif not self._busy:
            self._show_idle()

    def show_progress(self, done: float, total: float, seconds_left: float) -> None:
        """How far a long job is; `total` 0 for nobody knows, `seconds_left` -1 likewise."""
        self.bar.setVisible(total > 0 or motion_allowed())  # without a total the bar runs to and fro
        self.bar.setRange(0, 1000 if total > 0 else 0)
        self.bar.setValue(round(1000 * done / total) if total > 0 else 0)
        self.left.setText(about(seconds_left) if seconds_left >= 0 else "")

    def retranslate(self) -> None:
        """Take the current language."""
        self.setAccessibleName(self.tr("Status"))
        self.cancel.setText(self.tr("Cancel Esc"))
        self.cancel.setAccessibleName(self.tr("Cancel what is running"))
        self.cancel.setToolTip(self.tr("End what is running; what is there stays"))
        self.bar.setAccessibleName(self.tr("Progress"))
        self.left.setAccessibleName(self.tr("Time left"))
        self._show_model()
        self._show_speed()
        if not self._busy:
            self._show_idle()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(16)
        self.bar.setFixedWidth(120)
        self.bar.hide()
        self.cancel.setEnabled(False)
        for widget in (self.model, self.speed):
            row.addWidget(widget)
        row.addWidget(self.said, 1)
        for right in (self.bar, self.left, self.cancel):
            row.addWidget(right)

    def _show_model(self) -> None:
        state = self._state
        if state is None or not state.device or state.state in ("unloaded", "failed"):
            self.model.setText(self.tr("no model in memory"))
        else:
            where = on_device(state.device, state.threads) if state.state == "ready" else ""
            self.model.setText(
                " · ".join(part for part in (state.bundle or state.task, state.precision, where) if part)
            )
        self.model.setAccessibleName(self.model.text())
        self.model.setToolTip(self._facts())

    def _facts(self) -> str:
        held = self.tr("Memory: {size}").format(size=megabytes(self._memory.process_bytes))
        if self._memory.device_bytes:
            held += "\n" + self.tr("On the GPU: {size}").format(size=megabytes(self._memory.device_bytes))
        if self._state is not None and self._state.parameters:
            size = decimal(self._state.parameters / 1e6)
            held = self.tr("{millions} million parameters").format(millions=size) + "\n" + held
        return held

    def _show_speed(self) -> None:
        passed = monotonic() - self._since if self._since else 0.0
        if passed > 0.1 and self._steps > 1:
            self._speed = self._steps / passed
        self.speed.setText(self.tr("{speed} tok/s").format(speed=round(self._speed)) if self._speed else "")
        self.speed.setAccessibleName(self.tr("Speed: {speed} tokens a second").format(speed=round(self._speed)))

    def _show_idle(self) -> None:
        """What stands there while no job runs: where the model stands."""
        state = self._state
        loading = state is not None and state.state == "loading"
        self.bar.setVisible(loading and motion_allowed())
        self.bar.setRange(0, 0 if loading else 1000)
        self.left.setText("")
        self._tone("danger" if state is not None and state.state == "failed" else "")
        self.said.show_text(self._spoken or self._standing(state))

    def _standing(self, state: ModelState | None) -> str:
        if state is None:
            return self.tr("ready")
        name = state.bundle or state.task
        if state.state == "loading":
            return self.tr("loading {name}…").format(name=name)
        if state.state == "failed":
            return ". ".join(part for part in (state.message, state.remedy) if part)
        if state.state == "unloaded":
            return self.tr("ready; {name} was freed and comes back when needed").format(name=name)
        if state.message:
            return state.message
        return self.tr("ready; {name} loaded in {seconds} s").format(name=name, seconds=decimal(state.seconds))

    def _tone(self, tone: str) -> None:
        if self.said.property("tone") != tone:
            self.said.setProperty("tone", tone)
            self.said.style().unpolish(self.said)
            self.said.style().polish(self.said)
