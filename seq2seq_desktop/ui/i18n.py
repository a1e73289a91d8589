"""The language of the window: found, installed and switched while it is open."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from seq2seq_desktop import paths

NATIVE = "en"  # the language of the source text
NAMES = {"en": "English", "fr": "Français"}
DOMAIN = "seq2seq-desktop"


def languages() -> dict[str, str]:
    """The languages there are, by code, each by its own name."""
    there = {file.stem.rpartition("_")[2] for file in (paths.resources() / "translations").glob(f"{DOMAIN}_*.qm")}
    return {code: name for code, name in NAMES.items() if code == NATIVE or code in there}


def system_language() -> str:
    """The first language of the user's list that there is a translation for."""
    for name in QLocale.system().uiLanguages():
        code = name.replace("_", "-").partition("-")[0]
        if code in languages():
            return code
    return NATIVE


class Language:
    """The translators in use; choosing another language reaches every window as a LanguageChange event."""

    def __init__(self, app: QCoreApplication, choice: str = "system") -> None:
        """Install the choice: "system" or a code of `languages`."""
        self._app = app
        self._installed: list[QTranslator] = []
        self.code = NATIVE
        self.choose(choice)

    def choose(self, choice: str) -> None:
        """Install another language; one that is not there means the native one."""
        code = system_language() if choice == "system" else choice
        for old in self._installed:
            self._app.removeTranslator(old)
        self.code = code if code in languages() else NATIVE
        QLocale.setDefault(QLocale(self.code))
        places = {
            DOMAIN: str(paths.resources() / "translations"),
            "qtbase": QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
        }
        self._installed = [
            translator for domain, folder in places.items() if (translator := self._load(domain, folder))
        ]
        for translator in self._installed:
            self._app.installTranslator(translator)

    def _load(self, domain: str, folder: str) -> QTranslator | None:
        translator = QTranslator(self._app)
        return translator if translator.load(f"{domain}_{self.code}", folder) else None
