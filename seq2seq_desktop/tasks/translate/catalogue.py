"""Which bundles translate, read from their cards alone: without torch, for the window and the command line."""

from dataclasses import dataclass

from seq2seq_desktop.bundles.card import Card, read_card
from seq2seq_desktop.bundles.sources import find_bundle, list_bundles
from seq2seq_desktop.tasks.translate.spec import TASK


@dataclass(frozen=True)
class Translator:
    """A bundle that translates, as a list shows it."""

    name: str  # by which it is found
    languages: tuple[str, ...]
    architecture: str
    parameters: int
    bytes: int  # of its files


def translators(source: str | None = None, target: str | None = None) -> tuple[Translator, ...]:
    """The whole bundles that translate from `source` to `target` (None: any language), by name."""
    wanted = {language for language in (source, target) if language is not None}
    cards = [(entry.name, entry.card) for entry in list_bundles() if entry.card is not None]
    return tuple(
        _translator(name, card) for name, card in cards if card.task == TASK and wanted <= set(card.languages)
    )


def translator(name_or_folder: str) -> Translator:
    """One bundle by its name or folder, whatever it does. Raises: BundleError if there is none."""
    return _translator(name_or_folder, read_card(find_bundle(name_or_folder)))


def _translator(name: str, card: Card) -> Translator:
    return Translator(name, card.languages, card.architecture, card.parameters, card.bytes)
