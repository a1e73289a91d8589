"""How fast we hear beside faster-whisper, how soon words come live, what silence becomes, what an hour takes.

    pip install faster-whisper
    python tests/benchmarks/transcribe.py [--bundle whisper-base] [--ctranslate2 FOLDER] [--sound FILE] [--minutes 60]

Sound is the spoken samples of the program, joined, or `--sound`, a recording of speech of 30 s or more: with that the
window holds as many words as it can, none of them twice (repetitions are written again, which takes its time). Every
part runs on two threads unless OMP_NUM_THREADS says otherwise. `--ctranslate2` is a folder with the same model for
faster-whisper (model.bin, config.json, tokenizer.json, vocabulary.txt); without it ours is measured alone. The last
line is one JSON object:

- window_seconds: a full window of 30 s to its text with every word's time, int8: median of turns taken
- window_vs_faster_whisper: our time over theirs, for the same sound with word times, int8, no voice activity: greedy,
  and with a beam of 5
- live: seconds between two texts, tentative or settled, while speech goes on; medians until a word is shown, stays
- invented_words: in 60 s each of silence, white and pink noise, a hum, chords
- hour: real-time factor and what the process grew by (MB) between the first tenth and the end
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.events import Finished, Heard, Progress, SegmentDone, Step
from seq2seq_desktop.io.audio import SAMPLE_RATE, blocks
from seq2seq_desktop.io.recording import Recording
from seq2seq_desktop.paths import resources
from seq2seq_desktop.tasks.transcribe.activity import Utterance
from seq2seq_desktop.tasks.transcribe.settling import Scribe
from seq2seq_desktop.tasks.transcribe.spec import BUNDLE, SEARCH, TranscribeRequest
from seq2seq_desktop.tasks.transcribe.task import TranscribeTask, load

Sound = NDArray[np.float32]
SAMPLES = tuple(sorted((resources() / "samples" / "transcribe").glob("*.opus")))
PLAIN = DecodeOptions(alternatives=0, attention=False)
BEAM = replace(SEARCH, alternatives=0, attention=False)
TURNS = 5
LIVE_SECONDS = 40.0
GOES_ON = 0.2  # seconds between two stretches in which nobody pauses


def spoken(files: Sequence[Path]) -> Sound:
    """The files one after another, with pauses of half a second."""
    pause = np.zeros(SAMPLE_RATE // 2, np.float32)
    return np.concatenate([part for path in files for part in (*blocks(path), pause)])


def lasting(sound: Sound, seconds: float) -> Sound:
    """The sound again and again, for so long."""
    return np.resize(sound, round(seconds * SAMPLE_RATE))


def recorded(folder: Path, name: str, parts: Iterator[Sound]) -> Path:
    """A WAV file of these parts."""
    with Recording(folder / f"{name}.wav") as recording:
        for part in parts:
            recording.write(part)
    return recording.path


def window(task: TranscribeTask, sound: Sound, options: DecodeOptions) -> Callable[[], str]:
    """What hears and writes a full window."""
    scribe = Scribe(task.listener, "transcribe", options)

    def work() -> str:
        heard = task.listener.hear(Utterance(0.0, sound), "en", whole=True)
        return str(list(scribe.settle(heard, 0))[-1].hypotheses[0].text)

    return work


def their_window(model: Any, sound: Sound, beam: int) -> Callable[[], str]:
    """The same with faster-whisper."""

    def work() -> str:
        segments, _ = model.transcribe(
            sound, "en", beam_size=beam, word_timestamps=True, condition_on_previous_text=False, vad_filter=False
        )
        return " ".join(segment.text.strip() for segment in segments)

    return work


def in_turns(contestants: dict[str, Callable[[], str]]) -> dict[str, float]:
    """The median seconds of each; they take turns, so that noise hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(TURNS + 1):
        for name, work in contestants.items():
            began = time.perf_counter()
            text = work()
            if turn:  # the first one warms up
                seconds[name].append(time.perf_counter() - began)
            else:
                print(f"{name}: {text}", file=sys.stderr)
    return {name: round(median(times), 3) for name, times in seconds.items()}


def live(task: TranscribeTask, folder: Path, sound: Sound) -> dict[str, Any]:
    """Somebody speaks into a recording in real time."""
    recording = Recording(folder / "live.wav")

    def speak() -> None:
        began, block = time.monotonic(), SAMPLE_RATE // 10
        for first in range(0, len(sound), block):
            time.sleep(max(0.0, began + (first + block) / SAMPLE_RATE - time.monotonic()))
            recording.write(sound[first : first + block])
        recording.close()

    recording.write(sound[:1])
    thread = threading.Thread(target=speak)
    thread.start()
    gaps, told = [], ""
    heard: Heard | None = None
    written = False
    last, end = 0.0, float("-inf")  # when the newest text came; up to which second it goes
    for event in task.run(TranscribeRequest(recording.path, "en", live=True, options=SEARCH)):
        if isinstance(event, Heard):
            heard, written = event, False
        elif isinstance(event, Step):
            written = True
        elif isinstance(event, Progress | SegmentDone) and heard and written:
            now, written = time.monotonic(), False
            gaps += [now - last] if heard.start - end < GOES_ON else []
            last, end = now, heard.end
        if isinstance(event, Progress):
            told = event.message or told
    thread.join()
    return {"longest_gap": round(max(gaps), 2), "median_gap": round(median(gaps), 2), "told": told}


def emptiness() -> Iterator[tuple[str, Sound]]:
    """60 s each of what has no word in it."""
    random = np.random.default_rng(1)
    times = np.arange(60 * SAMPLE_RATE) / SAMPLE_RATE
    yield "silence", np.zeros(60 * SAMPLE_RATE, np.float32)
    white = random.standard_normal(60 * SAMPLE_RATE)
    yield "white", (0.05 * white).astype(np.float32)
    spectrum = np.fft.rfft(white) / np.sqrt(np.maximum(1, np.arange(30 * SAMPLE_RATE + 1)))
    pink = np.fft.irfft(spectrum)
    yield "pink", (0.1 * pink / np.abs(pink).max()).astype(np.float32)
    yield "hum", (0.2 * np.sin(2 * np.pi * 100 * times) + 0.1 * np.sin(2 * np.pi * 200 * times)).astype(np.float32)
    yield "chords", chords(times)


def chords(times: NDArray[np.float64]) -> Sound:
    """Four chords in turn, two seconds each, struck and fading, with overtones."""
    notes = np.array([[261.6, 329.6, 392.0], [220.0, 261.6, 329.6], [174.6, 220.0, 261.6], [196.0, 246.9, 293.7]])
    turn = (times // 2).astype(int) % 4
    tones = sum(
        np.sin(2 * np.pi * notes[turn, voice] * overtone * times) / overtone**2
        for voice in range(3)
        for overtone in (1, 2, 3, 4)
    )
    return (0.15 * tones * np.exp(-1.5 * (times % 2))).astype(np.float32)


def invented(task: TranscribeTask, folder: Path) -> dict[str, int]:
    """How many words each of them becomes."""
    counts = {}
    for name, sound in emptiness():
        *_, end = task.run(TranscribeRequest(recorded(folder, name, iter([sound])), options=PLAIN))
        assert isinstance(end, Finished)
        counts[name] = len(end.text.split())
    return counts


def hour(task: TranscribeTask, folder: Path, minute: Sound, minutes: float) -> dict[str, float]:
    """A long file: its speed, and the memory that it takes."""
    path = recorded(folder, "hour", (minute for _ in range(round(minutes))))
    process, sizes, total = psutil.Process(), [], 60.0 * round(minutes)
    began = time.perf_counter()
    for event in task.run(TranscribeRequest(path, "en", options=PLAIN)):
        if isinstance(event, Progress) and event.done >= total / 10:
            sizes += [process.memory_info().rss]
    factor = (time.perf_counter() - began) / total
    return {
        "minutes": total / 60,
        "real_time_factor": round(factor, 4),
        "grown_mb": round((max(sizes[-len(sizes) // 9 :]) - max(sizes[: len(sizes) // 9])) / 1e6, 1),
        "peak_mb": round(max(sizes) / 1e6),
    }


def main() -> None:
    """Measure, and print one line at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", default=BUNDLE)
    parser.add_argument("--ctranslate2", type=Path, metavar="FOLDER")
    parser.add_argument("--sound", type=Path, metavar="FILE")
    parser.add_argument("--minutes", type=float, default=60)
    args = parser.parse_args()
    threads = int(os.environ.get("OMP_NUM_THREADS", "2"))
    task = load(args.bundle)
    sound = spoken([args.sound] if args.sound else SAMPLES)
    full = np.pad(sound, (0, 30 * SAMPLE_RATE))[: 30 * SAMPLE_RATE]
    contestants = {"ours": window(task, full, PLAIN), "ours, beam 5": window(task, full, BEAM)}
    if args.ctranslate2:
        from faster_whisper import WhisperModel

        model = WhisperModel(str(args.ctranslate2), device="cpu", compute_type="int8", cpu_threads=threads)
        contestants["faster-whisper"] = their_window(model, full, 1)
        contestants["faster-whisper, beam 5"] = their_window(model, full, 5)
    result: dict[str, Any] = {"bundle": task.name, "precision": task.precision, "threads": threads}
    result["window_seconds"] = in_turns(contestants)
    if args.ctranslate2:
        seconds = result["window_seconds"]
        result["window_vs_faster_whisper"] = [
            round(seconds["ours" + beam] / seconds["faster-whisper" + beam], 3) for beam in ("", ", beam 5")
        ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        result["live"] = live(task, folder, lasting(sound, LIVE_SECONDS))
        print(result, file=sys.stderr)
        result["invented_words"] = invented(task, folder)
        print(result, file=sys.stderr)
        result["hour"] = hour(task, folder, lasting(sound, 60), args.minutes)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
