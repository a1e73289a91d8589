"""What the tab says and asks: how a translation ended, and where to save it."""

from PySide6.QtCore import QCoreApplication

from seq2seq_desktop.tasks.translate.spec import LANGUAGE_NAMES
from seq2seq_desktop.ui.tabs.translate.direction_bar import LANGUAGES
from seq2seq_desktop.ui.tabs.translate.translation import Translation

translate = QCoreApplication.translate


def ending(translation: Translation) -> str:
    """Why a translation ended, if it was not by its own end."""
    outcomes = {
        "cancelled": translate("TranslateTab", "Cancelled; what was there stays"),
        "failed": translate("TranslateTab", "Stopped by an error"),
    }
    reasons = {
        "length": translate("TranslateTab", "Stopped at the length limit"),
        "repetition": translate("TranslateTab", "Stopped: the output began to repeat itself"),
        "stalled": translate("TranslateTab", "Stopped: the model no longer moved through the text"),
        "entropy": translate("TranslateTab", "Stopped: the model was only guessing"),
    }
    reason = translation.finished.reason if translation.finished is not None else ""
    return outcomes.get(translation.outcome, "") or reasons.get(reason, "")


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
