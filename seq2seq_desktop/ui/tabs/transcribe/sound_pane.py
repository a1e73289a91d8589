"""The left pane: record, see the level, or give files; a drop target as a whole."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from seq2seq_desktop.io.audio import READABLE
from seq2seq_desktop.ui.microphone import Input
from seq2seq_desktop.ui.tabs.transcribe.offer import Offer
from seq2seq_desktop.ui.tabs.transcribe.record_button import SIZE, RecordButton
from seq2seq_desktop.ui.widgets.banner import Banner
from seq2seq_desktop.ui.widgets.level_meter import LevelMeter
from seq2seq_desktop.ui.widgets.source_text import FOOT, DropPane
from seq2seq_desktop.ui.wording import clock

_KINDS = (".wav", ".mp3", ".m4a", ".flac", ".ogg", ".mp4", ".mkv", "…")


class SoundPane(DropPane):
    """Recorder, or the list of files in its place; the banner and the offer of a model above both."""

    record_asked = Signal()
    open_asked = Signal()
    sample_asked = Signal()
    input_chosen = Signal(bytes)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing recorded."""
        super().__init__(parent)
        self.banner, self.offer = Banner(self), Offer(self)
        self.record, self.level, self.inputs = RecordButton(self), LevelMeter(self), QComboBox(self)
        self.elapsed, self.hint, self.source = QLabel(self), QLabel(self, wordWrap=True), QLabel(self)
        self.open, self.sample, self.kinds = QPushButton(self), QPushButton(self), QLabel(self)
        self._list: QWidget | None = None
        self._seconds = 0.0
        self._lay_out()
        self.record.clicked.connect(self.record_asked)
        self.open.clicked.connect(self.open_asked)
        self.sample.clicked.connect(self.sample_asked)
        self.inputs.activated.connect(lambda: self.input_chosen.emit(self.chosen_input))
        self.retranslate()

    def _lay_out(self) -> None:
        big = self.elapsed.font()
        big.setPointSizeF(2 * big.pointSizeF() if big.pointSizeF() > 0 else 24)
        big.setWeight(QFont.Weight.Light)
        self.elapsed.setFont(big)
        self.elapsed.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        for label in (self.hint, self.kinds, self.source):
            label.setProperty("muted", True)
        for label in (self.source, self.kinds):
            label.setMinimumWidth(1)
        for link in (self.open, self.sample):
            link.setProperty("link", True)
        self.inputs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        beside = QVBoxLayout()
        beside.setSpacing(4)
        beside.addWidget(self.elapsed)
        beside.addWidget(self.level)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.record)
        top.addLayout(beside, 1)
        body = QWidget(self)
        inner = QVBoxLayout(body)
        inner.setContentsMargins(8, 8, 8, 8)
        inner.setSpacing(12)
        inner.addWidget(self.offer)
        inner.addLayout(top)
        inner.addWidget(self.inputs)
        inner.addWidget(self.hint)
        inner.addStretch(1)
        inner.addWidget(self.source)
        self._recorder = QScrollArea(self)  # so that a small window does not cut it
        self._recorder.setFrameShape(QFrame.Shape.NoFrame)
        self._recorder.setWidgetResizable(True)
        self._recorder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._recorder.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._recorder.setMinimumHeight(SIZE + 16)
        self._recorder.setWidget(body)
        foot = QWidget(self)
        foot.setFixedHeight(FOOT)
        row = QHBoxLayout(foot)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(self.open)
        row.addWidget(self.sample)
        row.addWidget(self.kinds)
        row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.banner)
        self._column.addWidget(self._recorder, 1)
        self._column.addWidget(foot)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.record.retranslate()
        self.level.retranslate()
        self.offer.retranslate()
        self.inputs.setAccessibleName(self.tr("Microphone"))
        self.inputs.setToolTip(self.tr("The microphone to record with"))
        self.hint.setText(
            self.tr(
                "Press the button or the space bar and speak, or drop a recording or a video here. "
                "Every recording is kept on this computer."
            )
        )
        self.open.setText(self.tr("&Open a file…"))
        self.sample.setText(self.tr("Try a sam&ple"))
        for link in (self.open, self.sample):
            link.setAccessibleName(link.text().replace("&", ""))
        self.kinds.setText(" ".join(_KINDS))
        self.kinds.setToolTip(" ".join(READABLE))
        self.elapsed.setAccessibleName(self.tr("Recorded time"))
        self.show_elapsed(self._seconds)

    def show_elapsed(self, seconds: float) -> None:
        """Show how long the recording is."""
        self._seconds = seconds
        self.elapsed.setText(clock(int(seconds)))

    def show_inputs(self, inputs: Sequence[Input], wanted: bytes) -> None:
        """List the microphones; `wanted` was chosen last."""
        chosen = self.chosen_input or wanted
        self.inputs.clear()
        for one in inputs:
            self.inputs.addItem(one.name, one.id)
        if not inputs:
            self.inputs.addItem(self.tr("No microphone was found"), b"")
        ids = [one.id for one in inputs]
        self.inputs.setCurrentIndex(ids.index(chosen) if chosen in ids else 0)
        self.inputs.setEnabled(len(inputs) > 1)

    @property
    def chosen_input(self) -> bytes:
        """The microphone to record with; b"" for the usual one."""
        data = self.inputs.currentData()
        return bytes(data) if data else b""

    def show_recording(self, recording: bool) -> None:
        """Look as if it records, or not."""
        self.record.show_recording(recording)
        self.inputs.setEnabled(not recording and self.inputs.count() > 1)
        self.open.setVisible(not recording)

    def show_offer(self, shown: bool) -> None:
        """Show the offer of a model in place of the hint, or the hint."""
        self.offer.setVisible(shown)
        self.hint.setVisible(not shown)

    def show_source(self, path: Path | None) -> None:
        """Say which recording the text is of; None: that which is being made."""
        self.source.setText(path.name if path is not None else "")
        self.source.setToolTip(str(path) if path is not None else "")
        self.sample.hide()
        self.kinds.hide()

    def show_list(self, widget: QWidget | None) -> None:
        """Show a list in place of the recorder, or the recorder again."""
        if widget is not None and self._column.indexOf(widget) < 0:
            self._column.insertWidget(1, widget, 1)
        if self._list is not None:
            self._list.hide()
        self._list = widget
        self._recorder.setVisible(widget is None)
        if widget is not None:
            widget.show()

    @property
    def shows_list(self) -> bool:
        """True while a list of files stands here."""
        return self._list is not None
