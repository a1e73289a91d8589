"""Which bundles summarize and how, read from cards alone: without torch, for the window and the command line."""

from dataclasses import dataclass

from seq2seq_desktop.bundles.sources import list_bundles
from seq2seq_desktop.tasks.summarize.spec import BUNDLES, TASK, Style

STYLES: dict[str, Style] = {"sentence-pointer": "extract", "pointer-generator": "rewrite"}
"""What bundles of each architecture do."""


@dataclass(frozen=True)
class Summarizer:
    """A bundle that summarizes, as a list shows it."""

    name: str  # by which it is found
    style: Style
    languages: tuple[str, ...]  # ISO 639-1
    description: str


def summarizers() -> tuple[Summarizer, ...]:
    """The whole bundles that are here, the usual ones first."""
    cards = [(entry.name, entry.card) for entry in list_bundles() if entry.card is not None]
    found = [
        Summarizer(name, STYLES[card.architecture], card.languages, card.description)
        for name, card in cards
        if card.task == TASK and card.architecture in STYLES
    ]
    return tuple(sorted(found, key=lambda one: one.name not in BUNDLES.values()))
