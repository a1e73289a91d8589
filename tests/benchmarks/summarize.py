"""How soon the first sentence of a summary stands, and what a book costs in time and memory.

    python tests/benchmarks/summarize.py [--extract summarize-extract] [--rewrite summarize-rewrite] [--pages 300]

The PDF (10 pages of some 400 words) and the books are made here, of sentences put together at random. Each style runs
in a process of its own, on two threads unless OMP_NUM_THREADS says otherwise. The last line is one JSON object:

- pdf: seconds from opening the file to the first sentence, or the end of the first sentence rewritten, and to the
  whole summary ("medium"), the model in memory; and what loading it took
- book: seconds, parts read, and the megabytes that the process grew by while a book of `--pages` pages was read, and
  one of twice as many: beyond the text itself, which is counted apart, both should be the same
- cancelled: seconds from asking a job on the book to stop until it had
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from seq2seq_desktop.events import Finished, Progress, SegmentDone, Started, Step
from seq2seq_desktop.io.documents import read_document
from seq2seq_desktop.tasks.summarize.reading import text_of
from seq2seq_desktop.tasks.summarize.spec import SummarizeRequest

MEGABYTE = 1024 * 1024
WORDS_A_PAGE = 400
SUBJECTS = (
    "The council",
    "A teacher from Lyon",
    "Nobody in the village",
    "The company",
    "An old sailor",
    "My sister",
)
VERBS = ("opened", "sold", "wanted to repair", "talked about", "photographed", "forgot", "paid for", "painted")
OBJECTS = ("the bridge over the river", "a small boat", "three letters", "the road to the harbour", "the last train")
ENDINGS = ("in the spring of {year}", "for {number} euros", "because it rained", "before anybody noticed", "again")


def prose(words: int, seed: int) -> str:
    """Some paragraphs of about so many words."""
    draw = random.Random(seed)
    sentences: list[str] = []
    count = 0
    while count < words:
        ending = draw.choice(ENDINGS).format(year=draw.randint(1900, 2026), number=draw.randint(2, 900))
        sentences.append(f"{draw.choice(SUBJECTS)} {draw.choice(VERBS)} {draw.choice(OBJECTS)} {ending}.")
        count += len(sentences[-1].split())
    return "\n\n".join(" ".join(sentences[first : first + 6]) for first in range(0, len(sentences), 6))


def pdf(pages: list[str]) -> bytes:
    """A PDF file with one page for each text, in lines of Helvetica."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for text in pages:
        lines = [line for paragraph in text.split("\n\n") for line in [*folded(paragraph, 95), ""]]
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        stream = f"BT /F1 10 Tf 12 TL 50 800 Td {shown} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        data
        + f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n".encode()
        + (f"startxref\n{len(data)}\n%%EOF\n".encode())
    )


def folded(text: str, width: int) -> list[str]:
    """The words of `text` in lines of at most `width` characters."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += f"{word} "
    return lines


def measure_pdf(task: Any, path: Path, style: str) -> dict[str, float]:
    """Seconds until the first sentence and until all of a summary."""
    began = time.perf_counter()
    text = text_of(read_document(path))
    first = 0.0
    for event in task.run(SummarizeRequest(text, style, "medium")):  # type: ignore[arg-type]
        done = isinstance(event, SegmentDone) or (style == "extract" and isinstance(event, Step))
        if done and not first:
            first = time.perf_counter() - began
    return {"first_sentence": round(first, 2), "all": round(time.perf_counter() - began, 2)}


def measure_book(task: Any, pages: int, style: str) -> dict[str, Any]:
    """What a book takes."""
    text = "\n\n".join(prose(WORDS_A_PAGE, page) for page in range(pages))
    process = psutil.Process()
    before = most = process.memory_info().rss
    began = time.perf_counter()
    parts = reports = 0
    for event in task.run(SummarizeRequest(text, style, "medium")):  # type: ignore[arg-type]
        most = max(most, process.memory_info().rss)
        reports += isinstance(event, Progress)
        if isinstance(event, Started):
            parts = event.condensed.parts if event.condensed else 0
        if isinstance(event, Finished) and not event.text:
            raise SystemExit("the book has no summary")
    return {
        "pages": pages,
        "text_megabytes": round(len(text) / MEGABYTE, 2),
        "parts": parts,
        "reports": reports,
        "seconds": round(time.perf_counter() - began, 1),
        "grew_megabytes": round((most - before) / MEGABYTE, 1),
    }


def measure_cancel(task: Any, pages: int, style: str) -> float:
    """Seconds from asking until the job ended."""
    text = "\n\n".join(prose(WORDS_A_PAGE, page) for page in range(pages))
    asked = 0.0

    def cancelled() -> bool:
        return asked > 0

    for event in task.run(SummarizeRequest(text, style, "medium"), cancelled):  # type: ignore[arg-type]
        if isinstance(event, Progress) and not asked:
            asked = time.perf_counter()
    return round(time.perf_counter() - asked, 2)


def measure(style: str, bundle: str, pages: int) -> None:
    """Print everything about one style."""
    from seq2seq_desktop.tasks.summarize.task import load

    began = time.perf_counter()
    task = load(bundle)
    for _ in task.run(SummarizeRequest("Two short sentences. Here they are.", style)):  # type: ignore[arg-type]
        pass
    loaded = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ten.pdf"
        path.write_bytes(pdf([prose(WORDS_A_PAGE, page) for page in range(10)]))
        figures: dict[str, Any] = {"loading": round(loaded, 2), "pdf": measure_pdf(task, path, style)}
    measure_book(task, 20, style)  # buffers that stay are made with the first book
    figures["book"] = [measure_book(task, count, style) for count in (pages, 2 * pages)]
    figures["cancelled"] = measure_cancel(task, pages, style)
    print(json.dumps(figures))


def main() -> None:
    """Measure both styles and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extract", default="summarize-extract", metavar="BUNDLE")
    parser.add_argument("--rewrite", default="summarize-rewrite", metavar="BUNDLE")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--only", choices=("extract", "rewrite"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only:
        measure(args.only, getattr(args, args.only), args.pages)
        return
    environment = {"OMP_NUM_THREADS": "2", **os.environ}
    result = {}
    for style in ("extract", "rewrite"):
        command = [sys.executable, __file__, *sys.argv[1:], "--only", style]
        output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
        result[style] = json.loads(output.splitlines()[-1])
        print(style, json.dumps(result[style], indent=1), flush=True)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
