"""How characters are chosen and how many are written; folded away until wanted."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from seq2seq_desktop.tasks.generate.spec import DecodeOptions, writing
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.widgets.number_fields import real, whole

_KEY = "generate/options"
_DEFAULTS = {"temperature": 0.8, "top_k": 0, "top_p": 1.0, "length": 400, "seed": -1}
_LONGEST = 5_000  # characters the window writes at a time; drawing more of them one by one would stall it
ANEW = -1  # the seed that stands for another text each time


class OptionsPanel(QWidget):
    """Remembers itself in the settings; whoever lays out the tab places `fold`."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        """Folded, with what was chosen last."""
        super().__init__(parent)
        self._settings = settings
        self.fold = QToolButton(self)
        self.fold.setCheckable(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.temperature, self.top_p = real(self, 0.0, 5.0), real(self, 0.01, 1.0)
        self.top_k, self.length = whole(self, 0, 1000), whole(self, 1, _LONGEST)
        self.seed = whole(self, ANEW, 2**31 - 1)
        self._labels: dict[str, QLabel] = {}
        self._lay_out()
        self.retranslate()
        stored: dict[str, Any] = settings.get(_KEY, {})
        for name, default in _DEFAULTS.items():
            value = stored.get(name, default)
            self._fields[name].setValue(type(default)(value) if isinstance(value, int | float) else default)
        for field in self._fields.values():
            field.valueChanged.connect(self._remember)
        self.fold.toggled.connect(self._on_fold)

    def writing(self) -> DecodeOptions:
        """What is chosen."""
        seed = self.seed.value()
        chosen = (self.temperature.value(), self.top_k.value(), self.top_p.value())
        return writing(*chosen, None if seed == ANEW else seed)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.fold.setText(self.tr("Optio&ns"))
        self.fold.setAccessibleName(self.tr("Options"))
        self.fold.setToolTip(self.tr("How characters are chosen, and how many are written"))
        self.area.setAccessibleName(self.tr("Options"))
        self.seed.setSpecialValueText(self.tr("another each time"))
        for name, (label, tip) in self._texts().items():
            self._labels[name].setText(label)
            self._labels[name].setToolTip(tip)
            self._fields[name].setToolTip(tip)
            self._fields[name].setAccessibleName(label.replace("&", ""))
        bar = self.area.verticalScrollBar().sizeHint().width()
        self.area.setMinimumWidth(self._body.minimumSizeHint().width() + bar)
        self._on_fold(self.fold.isChecked())

    @property
    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _DEFAULTS}

    def _texts(self) -> dict[str, tuple[str, str]]:
        """The label and the one-line tip of each field."""
        return {
            "temperature": (
                self.tr("&Temperature"),
                self.tr("Below 1 cautious, above 1 daring; 0 always takes the likeliest character"),
            ),
            "top_k": (self.tr("Top &k"), self.tr("Draw among this many of the likeliest characters; 0: all")),
            "top_p": (
                self.tr("Top &p"),
                self.tr("Draw among the likeliest characters that together hold this share"),
            ),
            "length": (self.tr("&Length"), self.tr("How many characters are written")),
            "seed": (self.tr("S&eed"), self.tr("The same number writes the same text again")),
        }

    def _lay_out(self) -> None:
        body = self._body = QWidget(self)
        form = QFormLayout(body)
        form.setContentsMargins(4, 4, 8, 4)
        form.setSpacing(8)
        for name, field in self._fields.items():
            label = QLabel(body)
            label.setBuddy(field)
            self._labels[name] = label
            form.addRow(label, field)
        self.area = QScrollArea(self)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area, 1)

    def _on_fold(self, unfolded: bool) -> None:
        self.setVisible(unfolded)
        self.fold.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.LeftArrow)

    def _remember(self) -> None:
        self._settings.set(_KEY, {name: field.value() for name, field in self._fields.items()})
