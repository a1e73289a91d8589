"""The way in: without an argument the window, or the demo where there is no display; else the command line."""

import os
import sys


def main() -> int:
    """The exit code of the program."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] == "--record":  # what `transcribe --microphone` starts beside itself
        from seq2seq_desktop.ui.recording_process import main as record

        return int(record(arguments[1:]))
    if arguments and arguments[0] != "--window":
        return _command(arguments)
    if _has_display():
        return _window(arguments[1:])
    print("No display was found, so here is the demo; `seq2seq-desktop --help` lists the commands.\n")
    return _command(["demo"])


def _command(arguments: list[str]) -> int:
    from seq2seq_desktop.cli.main import main as command

    return command(arguments)


def _window(files: list[str]) -> int:
    if sys.platform == "win32":
        import torch  # noqa: F401  (since torch 2.9 its libraries do not load after Qt's there)
    from seq2seq_desktop.ui.app import main as window

    return int(window(files))


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
