"""What the tab says: how far behind the speaker it is, how it ended; and what it asks for."""

from PySide6.QtCore import QCoreApplication

from seq2seq_desktop.io.audio import READABLE
from seq2seq_desktop.ui.tabs.transcribe.transcript import Transcript
from seq2seq_desktop.ui.wording import decimal

translate = QCoreApplication.translate


def state_of(transcript: Transcript, recorded: float | None) -> str:
    """One quiet line about a transcript; `recorded`: seconds of the recording so far, None once it is over."""
    live = transcript.request.live and bool(transcript.jobs)
    if live and recorded is not None:
        behind = max(0.0, recorded - transcript.seconds)
        return translate("TranscribeTab", "{seconds} s behind you").format(seconds=decimal(behind))
    if live:
        return translate("TranscribeTab", "Writing down the rest…")
    if transcript.outcome == "done" and not transcript.output():
        return translate("TranscribeTab", "No speech was heard")
    if transcript.outcome == "cancelled" and transcript.stretches:
        return translate("TranscribeTab", "Cancelled; what was there stays")
    return translate("TranscribeTab", "Stopped by an error") if transcript.outcome == "failed" else ""


def sound_kinds() -> str:
    """The kinds of files for a dialog that opens recordings."""
    kinds = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in READABLE)
    sound, every = translate("TranscribeTab", "Sound and video"), translate("TranscribeTab", "All files")
    return f"{sound} ({kinds});;{every} (*)"
