"""Numbers as people say them: times, sizes, devices."""

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def about(seconds: float) -> str:
    """A time left, roughly: 'about 2 min'."""
    if seconds < 55:
        return translate("wording", "about {count} s").format(count=max(1, round(seconds)))
    if seconds < 3300:
        return translate("wording", "about {count} min").format(count=round(seconds / 60))
    return translate("wording", "about {count} h").format(count=f"{seconds / 3600:.1f}")


def megabytes(size: int) -> str:
    """A size in MB, or GB from 1,000 MB on."""
    if size < 1e9:
        return translate("wording", "{size} MB").format(size=round(size / 1e6))
    return translate("wording", "{size} GB").format(size=f"{size / 1e9:.1f}")


def on_device(device: str, threads: int) -> str:
    """Where a model runs: 'CPU 2 threads', 'GPU 0'."""
    if device.startswith("cuda"):
        return translate("wording", "GPU {number}").format(number=device.partition(":")[2] or "0")
    if threads == 1:
        return translate("wording", "CPU 1 thread")
    return translate("wording", "CPU {count} threads").format(count=threads)
