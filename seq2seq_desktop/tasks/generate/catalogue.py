"""Which bundles write text, read from their cards alone: without torch, for the window."""

from seq2seq_desktop.bundles.sources import list_bundles
from seq2seq_desktop.tasks.generate.spec import TASK


def writers() -> tuple[str, ...]:
    """The names of the whole bundles that go on from a prompt."""
    return tuple(entry.name for entry in list_bundles() if entry.card is not None and entry.card.task == TASK)
