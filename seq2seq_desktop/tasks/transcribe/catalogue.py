"""Which bundles write speech down, here or on offer, read from cards alone: without torch, for the window."""

from collections.abc import Generator
from dataclasses import dataclass

from seq2seq_desktop.bundles.sources import list_bundles
from seq2seq_desktop.bundles.sources.catalogue import CATALOGUE, catalogued
from seq2seq_desktop.events import Progress
from seq2seq_desktop.tasks.transcribe.spec import BUNDLE, TASK


@dataclass(frozen=True)
class Transcriber:
    """A bundle that writes speech down, as a list shows it."""

    name: str  # by which it is found
    languages: tuple[str, ...]  # ISO 639-1
    description: str
    licence: str
    bytes: int  # of its files, or of what is fetched


def transcribers() -> tuple[Transcriber, ...]:
    """The whole bundles that are here, the usual one first."""
    cards = [(entry.name, entry.card) for entry in list_bundles() if entry.card is not None]
    found = [
        Transcriber(name, card.languages, card.description, card.licence, card.bytes)
        for name, card in cards
        if card.task == TASK
    ]
    return tuple(sorted(found, key=lambda one: one.name != BUNDLE))


def offered() -> Transcriber:
    """The usual bundle as it can be fetched."""
    entry = catalogued(BUNDLE) if BUNDLE in CATALOGUE else next(iter(CATALOGUE.values()))
    card = entry.card
    return Transcriber(card.name, card.languages, card.description, card.licence, entry.bytes)


def fetch(name: str) -> Generator[Progress]:
    """How far it has come, in bytes; after the last event the bundle is here. Closing the generator cancels.

    Raises: DownloadError.
    """
    from seq2seq_desktop.bundles.sources.add import add_bundle  # brings the network's libraries along

    return add_bundle(catalogued(name))
