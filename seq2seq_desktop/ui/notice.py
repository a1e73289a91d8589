"""A sentence across the top of the window, with a button that does something about it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from seq2seq_desktop.ui.icons import icon


class Notice(QFrame):
    """Hidden until there is something to say; one sentence at a time, the newest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__(parent)
        self.setObjectName("notice")
        self._act: Callable[[], None] | None = None
        self._text = QLabel(self, wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton(self)
        self._close = QToolButton(self)
        self._button.clicked.connect(self._on_button)
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(self._close)
        self.retranslate()
        self.hide()

    @property
    def text(self) -> str:
        """What it says, "" while hidden."""
        return "" if self.isHidden() else self._text.text()

    def show_text(
        self, text: str, button: str = "", act: Callable[[], None] | None = None, danger: bool = False
    ) -> None:
        """Say `text`; `button` names what `act` does."""
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self._button.setText(button)
        self._button.setAccessibleName(button.replace("&", ""))
        self._button.setVisible(bool(button))
        self._act = act
        self.setProperty("tone", "danger" if danger else "")
        self.style().unpolish(self)
        self.style().polish(self)
        self._close.setIcon(icon("close"))
        self.show()

    def retranslate(self) -> None:
        """Take the current language."""
        self.setAccessibleName(self.tr("Notice"))
        self._close.setAccessibleName(self.tr("Close this notice"))
        self._close.setToolTip(self.tr("Close this notice"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _on_button(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()
