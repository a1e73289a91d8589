"""The parts of the Transcribe tab."""

from PySide6.QtWidgets import QWidget

from seq2seq_desktop.tasks.transcribe.spec import SEARCH
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.transcribe.files import SoundList
from seq2seq_desktop.ui.tabs.transcribe.language_bar import LanguageBar
from seq2seq_desktop.ui.tabs.transcribe.map_pane import MapPane
from seq2seq_desktop.ui.tabs.transcribe.sound_pane import SoundPane
from seq2seq_desktop.ui.tabs.transcribe.text_pane import TextPane
from seq2seq_desktop.ui.tabs.translate.options_panel import OptionsPanel
from seq2seq_desktop.ui.widgets.tab_frame import TabFrame

_KEY = "transcribe/"
_SIZES = ([380, 620], [320, 340])
_UNUSED = ("n_best", "top_k", "top_p", "no_repeat")


class Parts(TabFrame):
    """The widgets of the tab, laid out on it."""

    options: OptionsPanel

    def __init__(self, tab: QWidget, settings: Settings) -> None:
        """Make and place them, as they stood last."""
        self.bar, self.files = LanguageBar(settings, tab), SoundList(tab)
        self.files.hide()
        self.sound, self.text, self.map = SoundPane(tab), TextPane(tab), MapPane(tab)
        options = OptionsPanel(settings, tab, _KEY + "options", _UNUSED, SEARCH)
        self.map.tools.addWidget(options.fold)
        super().__init__(tab, settings, _KEY, (self.sound, self.text), (self.map, options), _SIZES, bar=self.bar)
        self.files.kind.setCurrentIndex(max(0, self.files.kind.findData(settings.get(_KEY + "kind", ".txt"))))

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.files.retranslate()

    def remember(self) -> None:
        """Write down how things stand."""
        super().remember()
        self._settings.set(_KEY + "kind", self.files.kind.currentData())
