"""How captions are chosen and how long they may be; folded away until wanted."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from seq2seq_desktop.tasks.caption.spec import BEAMS, BUNDLE, LONGEST, DecodeOptions
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.widgets.number_fields import real, whole
from seq2seq_desktop.ui.widgets.options_form import OptionsForm

_KEY = "caption/options"
_DEFAULTS = {"beams": BEAMS, "n_best": 3, "temperature": 1.0, "length": LONGEST}
_ALTERNATIVES = 8  # other words that are offered for a place
_SEARCHES = ("beam", "greedy", "sample")


class OptionsPanel(OptionsForm):
    """Remembers itself in the settings."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        """Folded, with what was chosen last."""
        super().__init__(parent)
        self._settings, self._wanted = settings, BUNDLE
        self.model, self.search = QComboBox(self), QComboBox(self)
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.beams, self.n_best = whole(self, 1, 16), whole(self, 1, 16)
        self.temperature, self.length = real(self, 0.05, 5.0), whole(self, 1, 100)
        self.add_fields({name: getattr(self, name) for name in ("model", "search", *_DEFAULTS)})
        for name in _SEARCHES:
            self.search.addItem("", name)
        self.retranslate()
        self.show_models(())
        stored: dict[str, Any] = settings.get(_KEY, {})
        self.search.setCurrentIndex(max(0, self.search.findData(stored.get("search"))))
        self.set_numbers(stored, _DEFAULTS)
        self._enable()
        self._wanted = str(stored.get("model", BUNDLE))
        self.model.activated.connect(self._on_model)
        self.search.currentIndexChanged.connect(self._on_change)
        for name in _DEFAULTS:
            self.fields[name].valueChanged.connect(self._on_change)

    def show_models(self, names: Sequence[str]) -> None:
        """Offer these models, the one chosen last first; a single one is no choice."""
        self.model.clear()
        self.model.addItems(list(names))
        self.model.setCurrentIndex(max(0, self.model.findText(self._wanted)) if names else -1)
        for part in (self.model, self._labels["model"]):
            part.setVisible(len(names) > 1)

    @property
    def chosen_model(self) -> str:
        """The bundle to use; "" while it is not known which there are: the task's own."""
        return self.model.currentText()

    def options(self, frugal: bool = False) -> DecodeOptions:
        """What is chosen, made to fit together; `frugal`: without other words and other captions."""
        search, beams, wanted = self.search.currentData(), self.beams.value(), self.n_best.value()
        return DecodeOptions(
            search=search,
            beams=beams,
            n_best=1 if frugal or search == "greedy" else min(wanted, beams) if search == "beam" else wanted,
            temperature=self.temperature.value(),
            max_length=self.length.value(),
            alternatives=0 if frugal else _ALTERNATIVES,
        )

    def retranslate(self) -> None:
        """Take the language of the window."""
        names = {"beam": self.tr("Beams"), "greedy": self.tr("Greedy"), "sample": self.tr("Sample")}
        for index, name in enumerate(_SEARCHES):
            self.search.setItemText(index, names[name])
        self.show_texts(self.tr("How captions are chosen, and how long they may be"), self._texts())

    def _texts(self) -> dict[str, tuple[str, str]]:
        """The label and the one-line tip of each field."""
        return {
            "model": (self.tr("&Model"), self.tr("Which of the installed captioners looks at the pictures")),
            "search": (self.tr("Searc&h"), self.tr("How words are chosen: beams are better, greedy is fastest")),
            "beams": (self.tr("&Beams"), self.tr("How many beginnings are kept side by side")),
            "n_best": (self.tr("&Wordings"), self.tr("How many captions of each picture are wanted")),
            "temperature": (self.tr("&Temperature"), self.tr("Under 1 cautious, over 1 daring; for sampling")),
            "length": (self.tr("&Length"), self.tr("How many words or parts of words a caption has at most")),
        }

    def _on_model(self) -> None:
        self._wanted = self.chosen_model
        self._on_change()

    def _on_change(self) -> None:
        self._enable()
        values = {name: self.fields[name].value() for name in _DEFAULTS}
        self._settings.set(_KEY, {"model": self._wanted, "search": self.search.currentData(), **values})

    def _enable(self) -> None:
        search = self.search.currentData()
        self.beams.setEnabled(search == "beam")
        self.n_best.setEnabled(search != "greedy")
        self.temperature.setEnabled(search == "sample")
