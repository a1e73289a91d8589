"""Which tasks there are models for, read from cards alone: without torch, for the window."""

from seq2seq_desktop.bundles.sources import list_bundles


def tasks_with_a_bundle() -> frozenset[str]:
    """The tasks of the whole bundles that are here."""
    return frozenset(entry.card.task for entry in list_bundles() if entry.card is not None)
