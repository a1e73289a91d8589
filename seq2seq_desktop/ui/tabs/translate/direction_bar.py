"""From which language to which, with detection and swap."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from seq2seq_desktop.tasks.translate.spec import LANGUAGE_NAMES, TranslateRequest
from seq2seq_desktop.text.language import Detection, detect
from seq2seq_desktop.ui.icons import icon

LANGUAGES = ("en", "fr")  # of the shipped model
_DETECT = "detect"


class DirectionBar(QWidget):
    """Source and target are never the same: choosing one moves the other away."""

    changed = Signal()
    compare_asked = Signal()
    glossary_asked = Signal()
    glossary_dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Detect the source; translate into the second language until it is known."""
        super().__init__(parent)
        self.source, self.target = QComboBox(self), QComboBox(self)
        self.swap, self.glossary, self.no_glossary = QToolButton(self), QPushButton(self), QToolButton(self)
        self.compare = QPushButton(self)
        self.note = QLabel(self)
        self.note.setProperty("muted", True)
        self.source.addItem("", _DETECT)
        for language in LANGUAGES:
            self.source.addItem(LANGUAGE_NAMES[language], language)
            self.target.addItem(LANGUAGE_NAMES[language], language)
        self.target.setCurrentIndex(1)
        self.detected: str | None = None
        self._glossary_name = ""
        self._lay_out()
        self.source.currentIndexChanged.connect(lambda: self._on_choice(self.target))
        self.target.currentIndexChanged.connect(lambda: self._on_choice(self.source))
        self.swap.clicked.connect(self.swap_languages)
        self.glossary.clicked.connect(self.glossary_asked)
        self.compare.clicked.connect(self.compare_asked)
        self.no_glossary.clicked.connect(self.glossary_dropped)
        self.retranslate()
        self.dress()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.source, self.swap, self.target):
            row.addWidget(widget)
        row.addWidget(self.note, 1)
        row.addWidget(self.compare)
        row.addWidget(self.glossary)
        row.addWidget(self.no_glossary)
        self.no_glossary.hide()

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.source.setItemText(0, self.tr("Detect"))
        self.source.setAccessibleName(self.tr("Language of the text"))
        self.target.setAccessibleName(self.tr("Language of the translation"))
        self.swap.setToolTip(self.tr("Swap the languages; the translation becomes the text"))
        self.swap.setAccessibleName(self.tr("Swap the languages"))
        self.compare.setText(self.tr("Compare &models…"))
        self.compare.setAccessibleName(self.compare.text().replace("&", ""))
        self.compare.setToolTip(self.tr("The same sentence through several models, side by side (Ctrl+M)"))
        self.glossary.setToolTip(self.tr("A file of your own terms: source term, tab, target term, one a line"))
        self.no_glossary.setToolTip(self.tr("Do without the glossary"))
        self.no_glossary.setAccessibleName(self.tr("Do without the glossary"))
        self.show_glossary(self._glossary_name)
        self._show_detected()

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.swap.setIcon(icon("swap"))
        self.no_glossary.setIcon(icon("close"))

    @property
    def detects(self) -> bool:
        """True while the language of the text is to be found out."""
        return self.source.currentData() == _DETECT

    def direction(self) -> tuple[str | None, str]:
        """Source (None: not known yet) and target."""
        source = self.detected if self.detects else self.source.currentData()
        return source, self.target.currentData()

    def choose(self, source: str | None, target: str) -> None:
        """Set both without telling anyone."""
        for box, value in ((self.source, source or _DETECT), (self.target, target)):
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.blockSignals(False)
        self._show_detected()

    def take(self, detection: Detection) -> None:
        """Use what was found out; the target moves away if it is the same language."""
        self.detected = detection.language
        if self.target.currentData() == detection.language:
            self.choose(None, _other(detection.language))
        self._show_detected(detection.other)

    def swap_languages(self) -> None:
        """Turn the direction round; `changed` follows."""
        source, target = self.direction()
        self.choose(target, source or _other(target))
        self.changed.emit()

    def show_glossary(self, name: str) -> None:
        """Name the glossary in use, "" for none."""
        self._glossary_name = name
        self.glossary.setText(self.tr("&Glossary…") if not name else self.tr("&Glossary: {name}").format(name=name))
        self.glossary.setAccessibleName(self.glossary.text().replace("&", ""))
        self.no_glossary.setVisible(bool(name))

    def _on_choice(self, other: QComboBox) -> None:
        source, target = self.source.currentData(), self.target.currentData()
        if source == target:
            other.blockSignals(True)
            other.setCurrentIndex(other.findData(_other(target)))
            other.blockSignals(False)
        self._show_detected()
        self.changed.emit()

    def _show_detected(self, other: str | None = None) -> None:
        if not self.detects or self.detected is None:
            self.note.clear()
            return
        name = LANGUAGE_NAMES.get(self.detected, self.detected)
        text = self.tr("{language} detected").format(language=name)
        if other is not None:
            unknown = LANGUAGE_NAMES.get(other, other)
            text = self.tr("Looks like {other}; read as {language}").format(other=unknown, language=name)
        self.note.setText(text)


def directed(request: TranslateRequest, detects: bool, text: str) -> TranslateRequest:
    """`request` for another text; with `detects` from the language it is in. Works in any thread."""
    source = detect(text, LANGUAGES).language if detects else request.source
    target = _other(source) if source == request.target else request.target
    return replace(request, text=text, source=source, target=target)


def _other(language: str) -> str:
    return next(one for one in LANGUAGES if one != language)
