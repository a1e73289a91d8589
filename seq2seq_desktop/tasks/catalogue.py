"""Which tasks there are models for, read from cards alone: without torch, for the window."""

from seq2seq_desktop.bundles.sources import list_bundles


def bundles_of(task: str) -> tuple[str, ...]:
    """The names of the whole bundles of a task that are here."""
    return tuple(entry.name for entry in list_bundles() if entry.card is not None and entry.card.task == task)


def tasks_with_a_bundle() -> frozenset[str]:
    """The tasks of the whole bundles that are here."""
    return frozenset(entry.card.task for entry in list_bundles() if entry.card is not None)
