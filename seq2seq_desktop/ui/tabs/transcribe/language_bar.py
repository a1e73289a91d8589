"""Which language is spoken, whether it is written down in English, and by which model."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QWidget

from seq2seq_desktop.tasks.transcribe.catalogue import Transcriber
from seq2seq_desktop.tasks.translate.spec import LANGUAGE_NAMES
from seq2seq_desktop.ui.settings import Settings

_DETECT = ""
_KEY = "transcribe/"


class LanguageBar(QWidget):
    """Remembers itself in the settings."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        """Nothing to choose from yet."""
        super().__init__(parent)
        self._settings = settings
        self._known: tuple[Transcriber, ...] = ()
        self.language, self.model = QComboBox(self), QComboBox(self)
        self.translate = QCheckBox(self)
        self.note = QLabel(self)
        self.note.setProperty("muted", True)
        self.language.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.language.setMinimumContentsLength(20)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.language)
        row.addWidget(self.note)
        row.addStretch(1)
        row.addWidget(self.translate)
        row.addWidget(self.model)
        self.translate.setChecked(settings.get(_KEY + "translate", False))
        self.retranslate()
        self.language.activated.connect(self._on_choice)
        self.model.activated.connect(self._on_model)
        self.translate.toggled.connect(self._on_choice)

    def retranslate(self) -> None:
        """Take the language of the window."""
        self.language.setAccessibleName(self.tr("Language that is spoken"))
        self.model.setAccessibleName(self.tr("Model"))
        self.model.setToolTip(self.tr("The model that writes down what it hears"))
        self.translate.setText(self.tr("Write in En&glish"))
        self.translate.setAccessibleName(self.translate.text().replace("&", ""))
        self.translate.setToolTip(self.tr("Translate what is said into English while it is written down"))
        self._fill_languages()

    def offer(self, known: Sequence[Transcriber]) -> None:
        """Offer these models, and the languages of the chosen one."""
        self._known = tuple(known)
        wanted = self._settings.get(_KEY + "model", "")
        self.model.clear()
        for one in known:
            self.model.addItem(one.name, one.name)
        self.model.setCurrentIndex(max(0, self.model.findData(wanted)))
        self.model.setVisible(len(known) > 1)
        self._fill_languages()

    @property
    def chosen_model(self) -> str:
        """The name of the bundle."""
        return str(self.model.currentData() or "")

    @property
    def chosen_language(self) -> str | None:
        """ISO 639-1; None: to be detected."""
        return self.language.currentData() or None

    @property
    def into_english(self) -> bool:
        """True where what is said is written down in English."""
        return self.translate.isChecked() and self.translate.isEnabled()

    def show_language(self, language: str) -> None:
        """Say which language was detected; "" for none."""
        detected = bool(language) and self.chosen_language is None
        self.note.setText(self.tr("heard: {language}").format(language=language_name(language)) if detected else "")

    def _fill_languages(self) -> None:
        wanted = self.language.currentData() if self.language.count() else self._settings.get(_KEY + "language", "")
        current = next((one for one in self._known if one.name == self.chosen_model), None)
        languages = current.languages if current is not None else ()
        self.language.clear()
        if len(languages) != 1:
            self.language.addItem(self.tr("Detect the language"), _DETECT)
        for code in sorted(languages, key=lambda code: language_name(code).casefold()):
            self.language.addItem(language_name(code), code)
        self.language.setCurrentIndex(max(0, self.language.findData(wanted)))
        self.translate.setEnabled(len(languages) != 1)

    def _on_model(self) -> None:
        self._fill_languages()
        self._on_choice()

    def _on_choice(self) -> None:
        self._settings.set(_KEY + "language", self.language.currentData() or _DETECT)
        self._settings.set(_KEY + "translate", self.translate.isChecked())
        self._settings.set(_KEY + "model", self.chosen_model)
        self.show_language("")
        self.changed.emit()


def language_name(code: str) -> str:
    """A language by its own name, or its code where Qt does not know it."""
    if code in LANGUAGE_NAMES:  # Qt names some with their country
        return LANGUAGE_NAMES[code]
    locale = QLocale(code)
    name = locale.nativeLanguageName() if locale.language() != QLocale.Language.C else ""
    return name[:1].upper() + name[1:] if name else code
