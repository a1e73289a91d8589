"""Where bundles are looked for."""

from seq2seq_desktop.bundles.sources.shipped import find_bundle, list_bundles

__all__ = ["find_bundle", "list_bundles"]
