"""The parts of the Summarize tab, and what is remembered of them."""

from PySide6.QtWidgets import QWidget

from seq2seq_desktop.tasks.summarize.spec import SummarizeRequest
from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.summarize.choice_bar import ChoiceBar
from seq2seq_desktop.ui.tabs.summarize.document_pane import DocumentPane
from seq2seq_desktop.ui.tabs.summarize.files import SummaryList
from seq2seq_desktop.ui.tabs.summarize.map_pane import MapPane
from seq2seq_desktop.ui.tabs.summarize.summary_pane import SummaryPane
from seq2seq_desktop.ui.tabs.translate.options_panel import OptionsPanel
from seq2seq_desktop.ui.widgets.tab_frame import TabFrame

_KEY = "summarize/"
_SIZES = ([580, 520], [440, 200])
_UNUSED = ("n_best", "layer", "head")
_USUAL = SummarizeRequest("").options


class Parts(TabFrame):
    """The widgets of the tab, laid out on it. The document is the map, so it is what F11 lets fill the tab."""

    options: OptionsPanel

    def __init__(self, tab: QWidget, settings: Settings) -> None:
        """Make and place them, as they stood last."""
        self.bar, self.files = ChoiceBar(tab), SummaryList(tab)
        self.files.hide()
        self.document, self.summary, self.map = DocumentPane(tab), SummaryPane(tab), MapPane(tab)
        options = OptionsPanel(settings, tab, _KEY + "options", _UNUSED, _USUAL)
        self.map.tools.addWidget(options.fold)
        panes, below = (self.document, self.summary), (self.map, options)
        super().__init__(tab, settings, _KEY, panes, below, _SIZES, bar=self.bar)
        self.bar.choose(settings.get(_KEY + "style", "extract"), settings.get(_KEY + "length", "short"))
        self.bar.faithful.setChecked(settings.get(_KEY + "faithful", True))
        self.files.kind.setCurrentIndex(max(0, self.files.kind.findData(settings.get(_KEY + "kind", ".txt"))))
        self.map.coverage.setChecked(settings.get(_KEY + "coverage", False))

    def toggle_full_map(self) -> None:
        """Let the document fill the tab, or give the rest its place back."""
        shown = self.summary.isHidden()
        for part in (self.bar, self.summary, self.map.parentWidget()):
            part.setVisible(shown)

    def retranslate(self) -> None:
        """Take the language of the window."""
        super().retranslate()
        self.files.retranslate()

    def remember(self) -> None:
        """Write down how things stand."""
        super().remember()
        for name, value in (
            ("style", self.bar.style_name),
            ("length", self.bar.length_name),
            ("faithful", self.bar.faithful.isChecked()),
            ("kind", self.files.kind.currentData()),
            ("coverage", self.map.coverage.isChecked()),
        ):
            self._settings.set(_KEY + name, value)
