"""The parts of the Generate tab."""

from PySide6.QtWidgets import QWidget

from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.generate.map_pane import MapPane
from seq2seq_desktop.ui.tabs.generate.options_panel import OptionsPanel
from seq2seq_desktop.ui.tabs.generate.prompt_pane import PromptPane
from seq2seq_desktop.ui.tabs.generate.written_pane import WrittenPane
from seq2seq_desktop.ui.widgets.tab_frame import TabFrame

_KEY = "generate/"
_SIZES = ([400, 600], [360, 300])


class Parts(TabFrame):
    """The widgets of the tab, laid out on it."""

    options: OptionsPanel

    def __init__(self, tab: QWidget, settings: Settings) -> None:
        """Make and place them, as they stood last."""
        self.prompt, self.output, self.map = PromptPane(tab), WrittenPane(tab), MapPane(tab)
        options = OptionsPanel(settings, tab)
        self.map.tools.addWidget(options.fold)
        super().__init__(tab, settings, _KEY, (self.prompt, self.output), (self.map, options), _SIZES)
