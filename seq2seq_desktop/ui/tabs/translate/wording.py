"""What the tab says and asks: how a translation ended, and where to save it."""

from PySide6.QtCore import QCoreApplication

from seq2seq_desktop.tasks.translate.spec import LANGUAGE_NAMES
from seq2seq_desktop.ui.tabs.translate.direction_bar import LANGUAGES

translate = QCoreApplication.translate


def unknown_language(language: str) -> tuple[str, str]:
    """What is wrong with a text in a language that the model does not know, and what to do."""
    problem = translate(
        "TranslateTab", "This seems to be in {language}, which the model does not know; it may invent"
    )
    remedy = translate("TranslateTab", "Take a text in {languages}")
    known = translate("TranslateTab", "{first} or {second}").format(
        first=LANGUAGE_NAMES[LANGUAGES[0]], second=LANGUAGE_NAMES[LANGUAGES[1]]
    )
    return problem.format(language=LANGUAGE_NAMES.get(language, language)), remedy.format(languages=known)
