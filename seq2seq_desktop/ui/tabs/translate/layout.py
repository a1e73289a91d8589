"""The parts of the Translate tab, and what is remembered of them."""

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.translate.direction_bar import DirectionBar
from seq2seq_desktop.ui.tabs.translate.files import FileList
from seq2seq_desktop.ui.tabs.translate.map_pane import MapPane
from seq2seq_desktop.ui.tabs.translate.options_panel import OptionsPanel
from seq2seq_desktop.ui.tabs.translate.source_pane import SourcePane
from seq2seq_desktop.ui.tabs.translate.target_pane import TargetPane
from seq2seq_desktop.ui.widgets.tab_frame import TabFrame

_KEY = "translate/"
_SIZES = ([500, 500], [300, 360])


class Parts(TabFrame):
    """The widgets of the tab, laid out on it."""

    options: OptionsPanel

    def __init__(self, tab: QWidget, settings: Settings) -> None:
        """Make and place them, as they stood last."""
        self.direction, self.files = DirectionBar(tab), FileList(tab)
        self.files.hide()
        self.source, self.target, self.map = SourcePane(tab), TargetPane(tab), MapPane(tab)
        options = OptionsPanel(settings, tab)
        self.map.tools.addWidget(options.fold)
        panes, below = (self.source, self.target), (self.map, options)
        super().__init__(tab, settings, _KEY, panes, below, _SIZES, bar=self.direction)
        self.compare_key = QShortcut(QKeySequence("Ctrl+M"), tab)
        self._restore()

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.files.retranslate()

    def dress(self) -> None:
        """Take the colours of the theme."""
        super().dress()
        self.direction.dress()

    def remember(self) -> None:
        """Write down how things stand."""
        super().remember()
        source, target = self.direction.source.currentData(), self.direction.target.currentData()
        self._settings.set(_KEY + "direction", [source, target])
        self._settings.set(_KEY + "pieces", self.map.pieces.isChecked())
        self._settings.set(_KEY + "specials", self.map.specials.isChecked())
        self._settings.set(_KEY + "colours", self.map.colours.currentText())

    def _restore(self) -> None:
        get = self._settings.get
        stored = get(_KEY + "direction", ["detect", "fr"])
        if len(stored) == 2 and stored[0] != stored[1]:
            self.direction.choose(*stored)
        self.map.pieces.setChecked(get(_KEY + "pieces", False))
        self.map.specials.setChecked(get(_KEY + "specials", False))
        self.map.colours.setCurrentText(get(_KEY + "colours", "viridis"))
