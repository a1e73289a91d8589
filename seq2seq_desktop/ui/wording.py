"""Numbers as people say them: times, sizes, devices; and how a job ended."""

from PySide6.QtCore import QCoreApplication, QLocale

from seq2seq_desktop.events import Finished

translate = QCoreApplication.translate


def decimal(number: float) -> str:
    """A number with one decimal, in the language of the window: 1.5 or 1,5."""
    return QLocale().toString(number, "f", 1)


def whole(number: int) -> str:
    """A whole number, in the language of the window: 1,500 or 1 500."""
    return QLocale().toString(number)


def percent(share: float) -> str:
    """A share, 0..1, in per cent without the sign; one that is hardly any is not said to be none: '< 1'."""
    return "< 1" if 0 < share < 0.01 else str(round(100 * share))


def about(seconds: float) -> str:
    """A time left, roughly: 'about 2 min'."""
    if seconds < 55:
        return translate("wording", "about {count} s").format(count=max(1, round(seconds)))
    if seconds < 3300:
        return translate("wording", "about {count} min").format(count=round(seconds / 60))
    return translate("wording", "about {count} h").format(count=decimal(seconds / 3600))


def clock(seconds: float, tenths: bool = False) -> str:
    """A time as 1:05, 1:02:03, or with tenths 1:05.3."""
    units = int(10 * seconds + 1e-6) if tenths else round(seconds)  # 22.2 s may be a little less than they say
    whole, tenth = divmod(units, 10) if tenths else (units, 0)
    text = f"{whole // 60 % 60}:{whole % 60:02}"
    if whole >= 3600:
        text = f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{text}.{tenth}" if tenths else text


def megabytes(size: int) -> str:
    """A size in MB, or GB from 1,000 MB on."""
    if size < 1e9:
        return translate("wording", "{size} MB").format(size=round(size / 1e6))
    return translate("wording", "{size} GB").format(size=decimal(size / 1e9))


def on_device(device: str, threads: int) -> str:
    """Where a model runs: 'CPU 2 threads', 'GPU 0'."""
    if device.startswith("cuda"):
        return translate("wording", "GPU {number}").format(number=device.partition(":")[2] or "0")
    if threads == 1:
        return translate("wording", "CPU 1 thread")
    return translate("wording", "CPU {count} threads").format(count=threads)


def ending(outcome: str, finished: Finished | None) -> str:
    """Why a job ended, "" if it was by its own end; `outcome`: "cancelled", "failed" or any other."""
    outcomes = {
        "cancelled": translate("wording", "Cancelled; what was there stays"),
        "failed": translate("wording", "Stopped by an error"),
    }
    reasons = {
        "length": translate("wording", "Stopped at the length limit"),
        "repetition": translate("wording", "Stopped: the text began to repeat itself"),
        "stalled": translate("wording", "Stopped: the model no longer moved through its input"),
        "entropy": translate("wording", "Stopped: the model was only guessing"),
    }
    return outcomes.get(outcome, "") or reasons.get(finished.reason if finished is not None else "", "")
