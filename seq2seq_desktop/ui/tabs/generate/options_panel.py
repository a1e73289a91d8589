"""How characters are chosen and how many are written; folded away until wanted."""

from PySide6.QtWidgets import QWidget

from seq2seq_desktop.tasks.generate.spec import DecodeOptions, writing
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.widgets.number_fields import real, whole
from seq2seq_desktop.ui.widgets.options_form import OptionsForm

_KEY = "generate/options"
_DEFAULTS = {"temperature": 0.8, "top_k": 0, "top_p": 1.0, "length": 400, "seed": -1}
_LONGEST = 5_000  # characters the window writes at a time; drawing more of them one by one would stall it
ANEW = -1  # the seed that stands for another text each time


class OptionsPanel(OptionsForm):
    """Remembers itself in the settings."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        """Folded, with what was chosen last."""
        super().__init__(parent)
        self._settings = settings
        self.temperature, self.top_p = real(self, 0.0, 5.0), real(self, 0.01, 1.0)
        self.top_k, self.length = whole(self, 0, 1000), whole(self, 1, _LONGEST)
        self.seed = whole(self, ANEW, 2**31 - 1)
        self.add_fields({name: getattr(self, name) for name in _DEFAULTS})
        self.retranslate()
        self.set_numbers(settings.get(_KEY, {}), _DEFAULTS)
        for field in self.fields.values():
            field.valueChanged.connect(self._remember)

    def writing(self) -> DecodeOptions:
        """What is chosen."""
        seed = self.seed.value()
        chosen = (self.temperature.value(), self.top_k.value(), self.top_p.value())
        return writing(*chosen, None if seed == ANEW else seed)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.seed.setSpecialValueText(self.tr("another each time"))
        self.show_texts(self.tr("How characters are chosen, and how many are written"), self._texts())

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

    def _remember(self) -> None:
        self._settings.set(_KEY, {name: field.value() for name, field in self.fields.items()})
