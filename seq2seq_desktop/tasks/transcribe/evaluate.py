"""How well a bundle writes down a set of clips whose words are known."""

import csv
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.errors import InputError
from seq2seq_desktop.events import Finished, Heard, Progress
from seq2seq_desktop.io.files import read_text
from seq2seq_desktop.metrics.wer import TranscriptScores, score_by, score_transcripts
from seq2seq_desktop.tasks.transcribe.spec import TranscribeRequest
from seq2seq_desktop.tasks.transcribe.task import TranscribeTask

_COLUMNS = ("file", "transcript")  # that a manifest must have
_REMEDY = "name the folder or the .tar that holds the clips"


@dataclass(frozen=True)
class Clip:
    """A recording and what is said in it."""

    file: str  # its name
    transcript: str
    seconds: float
    corpus: str = ""
    shard: str = ""  # the .tar that holds it, "" for none


@dataclass(frozen=True)
class Group:
    """What was measured on some clips."""

    scores: TranscriptScores
    clips: int
    audio_seconds: float
    seconds: float  # of transcribing; loading and scoring are left out

    @property
    def real_time_factor(self) -> float:
        """Seconds of work a second of sound; below 1 is faster than it was said."""
        return self.seconds / self.audio_seconds if self.audio_seconds else 0.0


@dataclass(frozen=True)
class Evaluation:
    """What was measured on all clips, and on those of each corpus."""

    whole: Group
    by_corpus: dict[str, Group]
    outputs: tuple[str, ...]
    language: str  # ISO 639-1, given or the one that was heard most


def read_manifest(path: Path, limit: int = 0) -> list[Clip]:
    """The first `limit` clips (0 for all) of a TSV file with a header; quotation marks have no meaning in it.

    The columns file and transcript must be there; seconds, corpus and shard are read if they are.

    Raises: InputError if it has no such columns, or no clip.
    """
    rows = csv.DictReader(read_text(path).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        problem = f"{path.name} has no column {' nor '.join(missing)} in its first line"
        raise InputError(problem, "choose a TSV file with the columns file and transcript")
    clips = []
    for number, row in enumerate(rows, start=2):
        clips.append(_clip(row, f"{path.name}, line {number}"))
        if len(clips) == limit:
            break
    if not clips:
        raise InputError(f"{path.name} lists no clip", "choose a TSV file with a line for each clip")
    return clips


def _clip(row: dict[str, str | None], place: str) -> Clip:
    if not row["file"] or row["transcript"] is None:
        raise InputError(f"{place}: no file with a transcript", "write a cell for each column, with tabs between")
    try:
        seconds = float(row.get("seconds") or 0.0)
    except ValueError as error:
        raise InputError(f"{place}: seconds = {row['seconds']!r} is no number", "write it as 3.25") from error
    return Clip(row["file"], row["transcript"], seconds, row.get("corpus") or "", row.get("shard") or "")


def language_of(manifest: Path, known: Sequence[str]) -> str | None:
    """The language that the name of a manifest tells, as in clips.fr.tsv; None if it tells none of those `known`."""
    language = manifest.stem.rpartition(".")[2].lower()
    return language if language in known else None


def evaluate(
    task: TranscribeTask,
    clips: Sequence[Clip],
    audio: Path,
    options: DecodeOptions,
    language: str | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Evaluation:
    """Scores of the whole way from file to text: reading, cutting at pauses, decoding, guards.

    `audio` is a folder with the clips, or with the .tar files that hold them, or one such .tar.

    Raises: InputError for a clip that is not there or cannot be read.
    """
    outputs, seconds, lengths, heard = [], [], [], Counter[str]()
    with clip_files(clips, audio) as files:
        for number, (clip, path) in enumerate(files, start=1):
            began = time.perf_counter()
            text, spoken, length = _transcribed(task, TranscribeRequest(path, language, options=options))
            seconds.append(time.perf_counter() - began)
            outputs.append(text)
            lengths.append(clip.seconds or length)
            heard[spoken] += 1
            left = sum(seconds) / number * (len(clips) - number)
            progress(Progress(number, len(clips), "clips", left))
    spoken = language or heard.most_common(1)[0][0]
    references, corpora = [clip.transcript for clip in clips], [clip.corpus for clip in clips]
    whole = Group(score_transcripts(outputs, references, spoken), len(clips), sum(lengths), sum(seconds))
    by_corpus = {
        corpus: Group(scores, *_sums([place for place, one in enumerate(corpora) if one == corpus], lengths, seconds))
        for corpus, scores in score_by(outputs, references, corpora, spoken).items()
    }
    return Evaluation(whole, by_corpus, tuple(outputs), spoken)


def _sums(places: Sequence[int], lengths: Sequence[float], seconds: Sequence[float]) -> tuple[int, float, float]:
    return len(places), sum(lengths[place] for place in places), sum(seconds[place] for place in places)


def _transcribed(task: TranscribeTask, request: TranscribeRequest) -> tuple[str, str, float]:
    """The text of one clip in one line, its language ("" if nothing was heard), and its length in seconds."""
    text, language, seconds = "", "", 0.0
    for event in task.run(request):
        if isinstance(event, Heard):
            language = event.language
        elif isinstance(event, Progress):
            seconds = event.done
        elif isinstance(event, Finished):
            text = " ".join(event.text.split())
    return text, language, seconds


@contextmanager
def clip_files(clips: Sequence[Clip], audio: Path) -> Iterator[Iterator[tuple[Clip, Path]]]:
    """Each clip with the path of its file; what lies in a .tar is taken out of it, one file at a time."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        archives: dict[Path, tarfile.TarFile] = {}

        def found() -> Iterator[tuple[Clip, Path]]:
            for clip in clips:
                if audio.is_dir() and (audio / clip.file).is_file():
                    yield clip, audio / clip.file
                    continue
                archive = audio / clip.shard if audio.is_dir() and clip.shard else audio
                if archive not in archives:
                    archives[archive] = stack.enter_context(_opened(archive, clip))
                path = folder / Path(clip.file).name
                path.write_bytes(_content(archives[archive], clip, archive))
                yield clip, path
                path.unlink()

        yield found()


def _opened(archive: Path, clip: Clip) -> tarfile.TarFile:
    """The archive that should hold a clip."""
    if archive.is_dir():
        raise InputError(f"{clip.file} is not in {archive}", _REMEDY)
    try:
        return tarfile.open(archive, "r:")
    except (OSError, tarfile.TarError) as error:
        raise InputError(f"{archive} is no folder and no .tar that can be read ({error})", _REMEDY) from error


def _content(archive: tarfile.TarFile, clip: Clip, path: Path) -> bytes:
    try:
        member = archive.extractfile(clip.file)
    except (KeyError, OSError, tarfile.TarError) as error:
        raise InputError(f"{clip.file} is not in {path.name}", _REMEDY) from error
    if member is None:
        raise InputError(f"{clip.file} in {path.name} is no file", _REMEDY)
    return member.read()
