"""`transcribe`: recordings and videos to text, subtitles or words with their times; text appears as it is heard."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TextIO

from seq2seq_desktop.cli.live_text import LiveText
from seq2seq_desktop.cli.model_options import add_device_options, add_search_options, decode_options
from seq2seq_desktop.cli.recorder import Recorder
from seq2seq_desktop.cli.stopping import stopping
from seq2seq_desktop.errors import InputError, OptionError
from seq2seq_desktop.events import Event, Failed, Finished, Heard, Progress, SegmentDone, Step, Word
from seq2seq_desktop.io.audio import READABLE
from seq2seq_desktop.io.recording import plain_name
from seq2seq_desktop.io.transcripts import SUFFIXES, Passage, gap_before, rendered, save_transcript
from seq2seq_desktop.paths import recordings
from seq2seq_desktop.tasks.transcribe.spec import BUNDLE, SEARCH, DecodeOptions, TranscribeRequest

if TYPE_CHECKING:
    from seq2seq_desktop.tasks.transcribe.task import TranscribeTask

INTERRUPTED = 130  # exit code
_FORMATS = tuple(suffix.removeprefix(".") for suffix in SUFFIXES)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "transcribe",
        help="write down what is said in recordings and videos, or into the microphone",
        description="Write down what is said; Ctrl+C ends it and what is there stays.",
    )
    parser.add_argument("files", nargs="*", type=Path, help=f"any audio or video ({' '.join(READABLE[:6])} ...)")
    parser.add_argument(
        "--microphone", nargs="?", const="", metavar="NAME",
        help="write down what is said now, by the usual microphone or one with NAME in its name, until Ctrl+C",
    )  # fmt: skip
    parser.add_argument("--model", default=BUNDLE, help=f"bundle name or folder (default: {BUNDLE})")
    parser.add_argument("--language", metavar="LANGUAGE", help="language code: en, fr (default: detected)")
    parser.add_argument("--translate", action="store_true", help="write it down in English")
    parser.add_argument("--format", choices=_FORMATS, help="of the output (default: that of --output, else txt)")
    parser.add_argument("--output", type=Path, metavar="PATH", help="file, or folder for several files")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--words", action="store_true", help="print a line a word: start, end, probability, word")
    parser.add_argument("--json", action="store_true", help="print one JSON object a step and a stretch of speech")
    add_search_options(parser, SEARCH.beams)
    add_device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write everything down; 0, 1 if a file failed while others went on, or 130 if it was interrupted."""
    options = decode_options(args)
    _check(args)
    from seq2seq_desktop.tasks.transcribe.task import load

    task = load(args.model, args.device, args.precision, args.threads)
    failed = 0
    with stopping() as stopped:
        if args.microphone is not None:
            return _listen(task, args, options, stopped)
        for path in args.files:
            request = TranscribeRequest(path, args.language, args.translate, options=options)
            try:
                _transcribe(task, request, args, stopped)
            except InputError as error:
                print(f"seq2seq-desktop: {error}", file=sys.stderr)
                failed += 1
            if stopped():
                return INTERRUPTED
    return 1 if failed else 0


def _listen(
    task: "TranscribeTask", args: argparse.Namespace, options: DecodeOptions, stopped: Callable[[], bool]
) -> int:
    """Write down what is said until Ctrl+C; 0. Raises: DeviceError for a microphone that is not there, or is lost."""
    with Recorder(recordings(), args.microphone) as recorder:
        print("seq2seq-desktop: speak; Ctrl+C ends the recording", file=sys.stderr)
        request = TranscribeRequest(recorder.path, args.language, args.translate, live=True, options=options)
        _transcribe(task, request, args, recorder.stopping(stopped))
        kept = recorder.close()
    print(f"seq2seq-desktop: the recording is kept as {kept}", file=sys.stderr)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Nothing, or the error that what is asked for cannot be."""
    if bool(args.files) == (args.microphone is not None):
        problem = "files and --microphone are asked for" if args.files else "there is nothing to write down"
        raise OptionError(problem, "name files, or add --microphone without one")
    if len(args.files) > 1 and args.output and not args.output.is_dir():
        raise OptionError(
            f"--output {args.output} is no folder, but there are {len(args.files)} files", "name a folder"
        )
    if args.words and args.json:
        raise OptionError("--words and --json cannot both be printed", "choose one: JSON has the words, too")
    if _suffix(args) not in SUFFIXES:
        raise OptionError(f"--output {args.output} cannot be written", f"choose one of {', '.join(SUFFIXES)}")
    if _suffix(args) == ".docx" and not args.output:
        raise OptionError("a Word file cannot be printed", "add --output")


def _suffix(args: argparse.Namespace) -> str:
    """Of the output: .txt, .srt, ..."""
    if args.format or not args.output or args.output.is_dir():
        return f".{args.format or 'txt'}"
    return str(args.output.suffix.lower())


def _transcribe(
    task: "TranscribeTask", request: TranscribeRequest, args: argparse.Namespace, stopped: Callable[[], bool]
) -> None:
    """One file; what is there is shown and saved even if the file turns out to be damaged. Raises: InputError."""
    log, show = _Log(), _shower(args, request.path)
    try:
        for event in task.run(request, stopped):
            log.note(event)
            show(event)
    except InputError as error:
        show(Failed(error.problem, error.remedy))
        if log.passages:
            _deliver(log, request, args)
        raise
    _deliver(log, request, args)


@dataclass
class _Log:
    """What was heard so far."""

    passages: list[Passage] = field(default_factory=list)
    language: str = ""
    last: Event | None = None
    _heard: Heard | None = None

    def note(self, event: Event) -> None:
        """Take in an event."""
        self.last = event
        if isinstance(event, Heard):
            self._heard, self.language = event, self.language or event.language
        elif isinstance(event, SegmentDone) and self._heard:
            best = event.hypotheses[0]
            self.passages.append(Passage(self._heard.start, self._heard.end, best.text, best.words))


def _shower(args: argparse.Namespace, path: Path) -> Callable[[Event], None]:
    """What prints events as the options ask."""
    if args.json:
        return lambda event: _print_json(event, path)
    if args.words:
        return _print_words
    if args.output or _suffix(args) != ".txt":
        return _print_progress
    if args.microphone is not None and sys.stdout.isatty() and sys.platform != "win32":  # there it may not dim
        return LiveText(sys.stdout, *get_terminal_size()).show
    if len(args.files) > 1:
        print(f"{path}:")
    greedy = args.microphone is None and args.beam == 1 and args.n_best == 1
    return Talk(sys.stdout, words=sys.stdout.isatty() and greedy).show


class Talk:
    """Prints the text of a recording as it comes: word by word on a terminal, else stretch by stretch."""

    def __init__(self, stream: TextIO, words: bool) -> None:
        """`words`: whether steps are printed, too, which may be taken back in a new line."""
        self._stream, self._words = stream, words
        self._printed = ""  # of the stretch that goes on
        self._heard: Heard | None = None
        self._end: float | None = None  # of the stretch before, seconds
        self._any = False

    def show(self, event: Event) -> None:
        """Print what is new."""
        if isinstance(event, Heard):
            again = self._heard is not None and self._printed
            self._write("\n" if again else "")
            self._heard, self._printed = event, ""
        elif isinstance(event, Step) and self._words:
            self._add(event.text.removesuffix("\ufffd"))
        elif isinstance(event, SegmentDone):
            self._add(event.hypotheses[0].text)
            if self._heard and self._printed:
                self._end = self._heard.end
            self._heard, self._printed = None, ""
        elif isinstance(event, Finished | Failed):
            self._write("\n" if self._any else "")

    def _add(self, text: str) -> None:
        if not text or not self._heard:
            return
        if not text.startswith(self._printed):  # a beam has changed its mind
            self._write("\n")
            self._printed = ""
        elif not self._printed:
            self._write(gap_before(self._heard.start, self._end))
        self._write(text[len(self._printed) :])
        self._printed, self._any = text, True

    def _write(self, text: str) -> None:
        if text:
            self._stream.write(text)
            self._stream.flush()


def _print_progress(event: Event) -> None:
    if isinstance(event, Progress) and sys.stderr.isatty():
        whole = f" of {event.total:.0f}" if event.total else ""
        left = "" if event.seconds_left is None else f", {event.seconds_left:.0f} s left"
        print(f"\r{event.done:.0f}{whole} s heard{left}   ", end="", file=sys.stderr)
    elif isinstance(event, Finished | Failed) and sys.stderr.isatty():
        print(file=sys.stderr)


def _print_words(event: Event) -> None:
    if isinstance(event, SegmentDone):
        for word in event.hypotheses[0].words:
            print(f"{word.start:9.2f} {word.end:9.2f} {word.probability:6.3f}  {word.text}", flush=True)


def _print_json(event: Event, path: Path) -> None:
    """One line for a stretch when it is heard, for each step, for a stretch when it is done, and for the end."""
    line: dict[str, object] = {}
    if isinstance(event, Heard):
        line = {"type": "heard", "file": str(path), "stretch": event.segment, "start": round(event.start, 3),
                "end": round(event.end, 3), "language": event.language, "settled": event.settled,
                "agreed": event.agreed}  # fmt: skip
    elif isinstance(event, Step):
        others = [[item.piece, round(item.probability, 5)] for item in event.alternatives]
        line = {"type": "step", "stretch": event.segment, "index": event.index, "piece": event.piece,
                "text": event.text, "probability": round(event.probability, 5), "alternatives": others}  # fmt: skip
    elif isinstance(event, SegmentDone):
        outputs = [{"text": one.text, "score": round(one.score, 4)} for one in event.hypotheses]
        words = [_word(word) for word in event.hypotheses[0].words]
        line = {"type": "stretch", "stretch": event.segment, "reason": event.reason, "outputs": outputs,
                "words": words}  # fmt: skip
    elif isinstance(event, Finished):
        line = {"type": "finished", "file": str(path), "reason": event.reason, "text": event.text,
                "tokens": event.tokens, "seconds": round(event.seconds, 4)}  # fmt: skip
    elif isinstance(event, Failed):
        line = {"type": "failed", "file": str(path), "problem": event.problem, "remedy": event.remedy}
    if line:
        print(json.dumps(line, ensure_ascii=False), flush=True)


def _word(word: Word) -> dict[str, object]:
    return {"text": word.text, "start": round(word.start, 3), "end": round(word.end, 3),
            "probability": round(word.probability, 4)}  # fmt: skip


def _deliver(log: _Log, request: TranscribeRequest, args: argparse.Namespace) -> None:
    """The whole transcript where it belongs, unless it was printed as it came."""
    suffix = _suffix(args)
    name = plain_name(request.path)
    facts = {"recording": name, "language": log.language,
             "translated_to": "en" if request.translate else None}  # fmt: skip
    if args.output:
        path = args.output / f"{Path(name).stem}{suffix}" if args.output.is_dir() else args.output
        save_transcript(log.passages, path, args.overwrite, facts)
        print(f"seq2seq-desktop: written to {path}", file=sys.stderr)
    elif suffix != ".txt" and not (args.json or args.words):
        print(rendered(log.passages, suffix, facts), end="")
    if isinstance(log.last, Finished) and log.last.reason in _WHY:
        print(f"seq2seq-desktop: {name}: {_WHY[log.last.reason]}", file=sys.stderr)


_WHY = {
    "length": "a stretch of speech reached the length limit and was cut off there",
    "repetition": "a stretch of speech began to repeat itself; what stands there may not have been said",
    "stalled": "a stretch of speech stopped moving through the sound; what stands there may not have been said",
    "entropy": "the model had no idea what was said in a stretch, so it was ended there",
}
