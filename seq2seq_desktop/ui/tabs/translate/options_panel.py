"""How words are chosen and which part of the attention is shown; folded away until wanted."""

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from seq2seq_desktop.tasks.translate.spec import DecodeOptions
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.widgets.number_fields import real, whole
from seq2seq_desktop.ui.widgets.options_form import OptionsForm

SEARCHES = ("greedy", "beam", "sample")
_KEY = "translate/options"
_NUMBERS = ("beams", "n_best", "temperature", "top_k", "top_p", "no_repeat")
_USUAL = DecodeOptions()


class OptionsPanel(OptionsForm):
    """Remembers itself in the settings. `changed`: another translation; `map_changed`: only another view."""

    changed = Signal()
    map_changed = Signal()

    def __init__(
        self,
        settings: Settings,
        parent: QWidget | None = None,
        key: str = _KEY,
        without: Collection[str] = (),
        usual: DecodeOptions = _USUAL,
    ) -> None:
        """Folded, with what was chosen last, remembered under `key`, or else with what is `usual`.

        Fields `without` use are not there.
        """
        super().__init__(parent)
        self._settings, self._key, self._usual = settings, key, usual
        self.search = QComboBox(self)
        self.beams, self.n_best = whole(self, 1, 16), whole(self, 1, 16)
        self.temperature, self.top_p = real(self, 0.05, 5.0), real(self, 0.01, 1.0)
        self.top_k, self.no_repeat = whole(self, 0, 1000), whole(self, 0, 10)
        self.layer, self.head = QComboBox(self), QComboBox(self)
        for name, value in self._numbers().items():
            getattr(self, name).setValue(value)
        names = ("search", *_NUMBERS, "layer", "head")
        self.add_fields({name: getattr(self, name) for name in names if name not in without})
        for name in without:
            getattr(self, name).hide()
        self._fill_choices()
        self.retranslate()
        self._restore()
        self._connect()
        self._enable()

    def _texts(self) -> dict[str, tuple[str, str]]:
        """The label and the one-line tip of each field."""
        return {
            "search": (
                self.tr("Searc&h"),
                self.tr("How words are chosen: greedy is fastest, beams are often better"),
            ),
            "beams": (self.tr("&Beams"), self.tr("How many beginnings are kept side by side")),
            "n_best": (self.tr("&Wordings"), self.tr("How many wordings of each sentence are wanted")),
            "temperature": (self.tr("&Temperature"), self.tr("Under 1 cautious, over 1 daring; for sampling")),
            "top_k": (self.tr("Top &k"), self.tr("Sample among this many of the likeliest tokens; 0: all")),
            "top_p": (self.tr("Top &p"), self.tr("Sample among the likeliest tokens that together hold this share")),
            "no_repeat": (self.tr("No &repeat"), self.tr("No run of this many tokens comes twice; 0: no rule")),
            "layer": (self.tr("&Layer"), self.tr("The layer whose attention the map shows")),
            "head": (self.tr("Hea&d"), self.tr("The head whose attention the map shows")),
        }

    def _fill_choices(self) -> None:
        for name in SEARCHES:
            self.search.addItem("", name)
        self.show_heads(0, 0)

    def _connect(self) -> None:
        for name, field in self.fields.items():
            signal = field.currentIndexChanged if isinstance(field, QComboBox) else field.valueChanged
            signal.connect(self._on_map if name in ("layer", "head") else self._on_change)

    def retranslate(self) -> None:
        """Take the language of the window."""
        names = (self.tr("Greedy"), self.tr("Beams"), self.tr("Sample"))
        for index, name in enumerate(names):
            self.search.setItemText(index, name)
        for box in (self.layer, self.head):
            box.setItemText(0, self.tr("Mean of all"))
        texts = {name: text for name, text in self._texts().items() if name in self.fields}
        self.show_texts(self.tr("How words are chosen, and which layer and head the map shows"), texts)

    def options(self) -> DecodeOptions:
        """What is chosen, made to fit together."""
        search, beams = self.search.currentData(), self.beams.value()
        wanted = self.n_best.value()
        return DecodeOptions(
            search=search,
            beams=max(beams, 1),
            n_best=1 if search == "greedy" else min(wanted, beams) if search == "beam" else wanted,
            temperature=self.temperature.value(),
            top_k=self.top_k.value(),
            top_p=self.top_p.value(),
            no_repeat_ngram=self.no_repeat.value(),
        )

    @property
    def chosen_head(self) -> tuple[int | None, int | None]:
        """The layer and the head to show; None for the mean."""
        return self.layer.currentData(), self.head.currentData()

    def show_heads(self, layers: int, heads: int) -> None:
        """Offer as many layers and heads as the model has."""
        for box, count in ((self.layer, layers), (self.head, heads)):
            if box.count() == count + 1:
                continue
            chosen = box.currentData()
            box.blockSignals(True)
            box.clear()
            box.addItem(self.tr("Mean of all"), None)
            for number in range(count):
                box.addItem(str(number + 1), number)
            box.setCurrentIndex(max(0, box.findData(chosen)) if chosen is not None else 0)
            box.blockSignals(False)
            box.setEnabled(count > 1)

    def _on_change(self) -> None:
        self._enable()
        self._settings.set(self._key, self._state())
        self.changed.emit()

    def _on_map(self) -> None:
        self.map_changed.emit()

    def _enable(self) -> None:
        search = self.search.currentData()
        self.beams.setEnabled(search == "beam")
        self.n_best.setEnabled(search != "greedy")
        for field in (self.temperature, self.top_k, self.top_p):
            field.setEnabled(search == "sample")

    def _state(self) -> dict[str, Any]:
        values = {name: field.value() for name, field in self.fields.items() if not isinstance(field, QComboBox)}
        return {"search": self.search.currentData(), **values}

    def _restore(self) -> None:
        stored: dict[str, Any] = self._settings.get(self._key, {})
        chosen = self.search.findData(stored.get("search"))
        self.search.setCurrentIndex(chosen if chosen >= 0 else self.search.findData(self._usual.search))
        self.set_numbers(stored, {name: value for name, value in self._numbers().items() if name in self.fields})

    def _numbers(self) -> dict[str, int | float]:
        """What the fields for numbers hold unless something else is chosen."""
        values = {name: getattr(self._usual, name) for name in _NUMBERS[:-1]}
        return {**values, "no_repeat": self._usual.no_repeat_ngram}
