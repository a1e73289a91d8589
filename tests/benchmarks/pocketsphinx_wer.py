"""How well pocketsphinx with its default English model writes clips down, scored as `evaluate` scores ours.

    pip install pocketsphinx
    python tests/benchmarks/pocketsphinx_wer.py manifest.test.en.tsv --audio test.en.tar [--limit N]

It hears each clip whole, without voice activity detection. The last line is one JSON object with keys as that of
`seq2seq-desktop evaluate --json` has them.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from pocketsphinx import Decoder

from seq2seq_desktop.io.audio import blocks
from seq2seq_desktop.metrics.wer import TranscriptScores, score_by, score_transcripts
from seq2seq_desktop.tasks.transcribe.evaluate import clip_files, read_manifest


def written(decoder: Decoder, path: Path) -> str:
    """What the decoder hears in a file; "" for nothing."""
    samples = np.concatenate([*blocks(path), np.zeros(0, np.float32)])
    decoder.start_utt()
    decoder.process_raw((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    best = decoder.hyp()
    return best.hypstr if best is not None else ""


def rates(scores: TranscriptScores) -> dict[str, float]:
    """Rounded as `evaluate` rounds them."""
    return {"wer": round(scores.wer, 2), "cer": round(scores.cer, 2)}


def main() -> None:
    """Measure, and print one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--audio", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=0)
    args = parser.parse_args()
    clips = read_manifest(args.manifest, args.limit)
    decoder = Decoder(loglevel="FATAL")
    began = time.perf_counter()
    with clip_files(clips, args.audio) as files:
        outputs = [written(decoder, path) for _, path in files]
    seconds = time.perf_counter() - began
    truth, corpora = [clip.transcript for clip in clips], [clip.corpus for clip in clips]
    by_corpus = {corpus: rates(scores) for corpus, scores in score_by(outputs, truth, corpora).items()}
    factor = round(seconds / sum(clip.seconds for clip in clips), 4)
    whole = rates(score_transcripts(outputs, truth))
    print(json.dumps({**whole, "clips": len(clips), "real_time_factor": factor, "by_corpus": by_corpus}))


if __name__ == "__main__":
    main()
