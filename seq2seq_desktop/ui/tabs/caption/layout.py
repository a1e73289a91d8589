"""The parts of the Caption tab: the picture as large as it may be, the caption under it, then the filmstrip."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from seq2seq_desktop.ui.settings import Settings
from seq2seq_desktop.ui.tabs.caption.caption_pane import CaptionPane
from seq2seq_desktop.ui.tabs.caption.map_pane import MapPane
from seq2seq_desktop.ui.tabs.caption.options_panel import OptionsPanel
from seq2seq_desktop.ui.tabs.caption.picture_pane import PicturePane
from seq2seq_desktop.ui.tabs.caption.thumbnails import Thumbnails
from seq2seq_desktop.ui.widgets.tab_frame import TabFrame

_KEY = "caption/"
_SIZES = ([430, 120], [560, 150])


class Parts(TabFrame):
    """The widgets of the tab, laid out on it. The picture is the map here, so input and output lie in a column."""

    input: PicturePane
    output: CaptionPane
    map: MapPane
    options: OptionsPanel

    def __init__(self, tab: QWidget, settings: Settings, thumbnails: Thumbnails) -> None:
        """Make and place them, as they stood last."""
        options = OptionsPanel(settings, tab)
        map_pane = MapPane(tab)
        map_pane.tools.addWidget(options.fold)
        panes = (PicturePane(thumbnails, tab), CaptionPane(tab))
        super().__init__(tab, settings, _KEY, panes, (map_pane, options), _SIZES)
        self.panes.setOrientation(Qt.Orientation.Vertical)
        for splitter in (self.panes, self.halves):  # of a larger window the picture has most
            splitter.setStretchFactor(0, 4)
            splitter.setStretchFactor(1, 1)
        if not settings.get(_KEY + "panes", b""):
            self.panes.setSizes(_SIZES[0])
        self.input.split.restoreState(settings.get(_KEY + "split", b""))
        self.map.opacity.setValue(settings.get(_KEY + "opacity", 70))
        self.input.view.set_opacity(self.map.opacity.value() / 100)
        self.map.opacity_changed.connect(self.input.view.set_opacity)
        self.map.coverage_changed.connect(self.input.view.set_coverage)
        self.map.coverage.setChecked(settings.get(_KEY + "coverage", False))

    def toggle_full_map(self) -> None:
        """Let the picture fill the tab, or give the others their place back."""
        shown = self.output.isHidden()
        self.output.setVisible(shown)
        if (below := self.halves.widget(1)) is not None:
            below.setVisible(shown)

    def dress(self) -> None:
        """Take the colours of the theme."""
        super().dress()
        self.input.view.update()

    def remember(self) -> None:
        """Write down how things stand."""
        super().remember()
        self._settings.set(_KEY + "split", bytes(self.input.split.saveState().data()))
        self._settings.set(_KEY + "opacity", self.map.opacity.value())
        self._settings.set(_KEY + "coverage", self.map.coverage.isChecked())
