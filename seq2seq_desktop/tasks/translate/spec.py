"""What translation takes and gives, without torch: for the window, the command line and the engine alike."""

from dataclasses import dataclass, field

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.text.glossary import Glossary

__all__ = ["COMPARE", "LANGUAGE_NAMES", "TASK", "Branch", "CompareRequest", "DecodeOptions", "TranslateRequest"]

TASK = "translate"
COMPARE = "compare"  # the same text through several bundles
LANGUAGE_NAMES = {
    "en": "English", "fr": "Français", "de": "Deutsch", "es": "Español", "it": "Italiano", "pt": "Português",
    "nl": "Nederlands", "pl": "Polski", "sv": "Svenska", "da": "Dansk", "no": "Norsk", "fi": "Suomi",
    "cs": "Čeština", "hu": "Magyar", "ro": "Română", "tr": "Türkçe", "el": "Ελληνικά", "ru": "Русский",
    "uk": "Українська", "he": "עברית", "ar": "العربية", "fa": "فارسی", "hi": "हिन्दी", "th": "ไทย",
    "vi": "Tiếng Việt", "zh": "中文", "ja": "日本語", "ko": "한국어",
}  # fmt: skip


@dataclass(frozen=True)
class Branch:
    """Decode one sentence again from a step, with the same memory."""

    segment: int  # index of the sentence among those of `Started`
    prefix: tuple[int, ...]  # tokens that stay, then the token chosen instead, if it was chosen from a list
    typed: str = ""  # what the user typed instead of choosing; it goes on after `prefix`


@dataclass(frozen=True)
class TranslateRequest:
    """One text to translate, of any length."""

    text: str
    target: str  # language code, "fr"
    source: str | None = None  # language code; None: detected, or the other one of a bundle with two
    options: DecodeOptions = field(default_factory=DecodeOptions)
    glossary: Glossary | None = None  # of any direction; terms of this direction are enforced
    protect: bool = True  # URLs, e-mail addresses, long numbers and placeholders come through unchanged
    typeset: bool = True  # French gets its no-break spaces
    branch: Branch | None = None  # decode only this sentence
    batch: int = 16  # sentences decoded side by side, >= 1; 1 streams one sentence after another
    saliency: bool = False  # input gradients for the best outputs of a model without attention


@dataclass(frozen=True)
class CompareRequest:
    """One text through several bundles, one after another."""

    request: TranslateRequest  # the same for all
    bundles: tuple[str, ...]  # names or folders, two or more, each once

    def __post_init__(self) -> None:
        """Check the bundles. Raises: OptionError."""
        if len(set(self.bundles)) < max(2, len(self.bundles)):
            raise OptionError(f"a comparison of {', '.join(self.bundles) or 'nothing'}", "name two models or more")
