"""The command line: one file a command, one table of them."""

import argparse
import os
import sys
from collections.abc import Sequence

import shtab

from seq2seq_desktop import __version__
from seq2seq_desktop.cli import (
    bench,
    caption,
    compare,
    demo,
    evaluate,
    generate,
    models,
    summarize,
    train,
    transcribe,
    translate,
)
from seq2seq_desktop.errors import OptionError, Seq2SeqError

COMMANDS = (translate, transcribe, caption, summarize, compare, generate, evaluate, train, models, demo, bench)
FAILED, MISUSED, INTERRUPTED = 1, 2, 130  # exit codes; 0 is done


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of one command."""
    args = parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except Seq2SeqError as error:
        print(f"seq2seq-desktop: {error}", file=sys.stderr)
        return MISUSED if isinstance(error, OptionError) else FAILED
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has closed it (`| head`); nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    """The parser with all commands."""
    result = argparse.ArgumentParser(
        prog="seq2seq-desktop",
        description="See, steer and train sequence-to-sequence models. Without a command the window opens.",
        epilog="Exit codes: 0 done, 1 failed, 2 wrong options, 130 interrupted.",
    )
    result.add_argument("--version", action="version", version=f"seq2seq-desktop {__version__}")
    shtab.add_argument_to(result, "--print-completion", help="print a completion script for this shell")
    commands = result.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    return result
