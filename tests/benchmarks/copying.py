"""How many of 200 made sentences keep their numbers, URLs and names in translation.

    python tests/benchmarks/copying.py [--bundle translate-en-fr] [--precision auto]

The sentences are made here from patterns, English and French in turn; values are drawn with a fixed seed. A sentence
counts as kept when every value stands in the output as it stood in the source.
"""

import argparse
import json
import random
from collections import Counter

from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.events import SegmentDone
from seq2seq_desktop.tasks.translate.spec import TranslateRequest
from seq2seq_desktop.tasks.translate.task import load

PATTERNS = {
    "en": (
        ("number", "The room costs {} euros a night."),
        ("number", "Please send {} copies to the office."),
        ("number", "She was born in {} in a small village."),
        ("number", "Call me at {} before noon."),
        ("number", "The meeting starts at {} sharp."),
        ("url", "You can read more about it at {}."),
        ("url", "Write to {} if you have a question."),
        ("url", "The file is here: {} and it is large."),
        ("name", "{} told me that the train was late."),
        ("name", "I met {} at the market yesterday."),
    ),
    "fr": (
        ("number", "La chambre coûte {} euros par nuit."),
        ("number", "Envoyez {} exemplaires au bureau, s'il vous plaît."),
        ("number", "Elle est née en {} dans un petit village."),
        ("number", "Appelle-moi au {} avant midi."),
        ("number", "La réunion commence à {} précises."),
        ("url", "Vous pouvez en lire plus sur {}."),
        ("url", "Écrivez à {} si vous avez une question."),
        ("url", "Le fichier est ici : {} et il est gros."),
        ("name", "{} m'a dit que le train était en retard."),
        ("name", "J'ai rencontré {} au marché hier."),
    ),
}
SYLLABLES = (
    "ba",
    "dor",
    "el",
    "fi",
    "gan",
    "hu",
    "ka",
    "lin",
    "mor",
    "na",
    "os",
    "per",
    "ri",
    "sul",
    "ta",
    "vek",
    "zo",
)
WORDS = ("alpha", "north", "blue", "river", "list", "data", "index", "paper")


def value(kind: str, pattern: str, draw: random.Random) -> str:
    """A value that fits a pattern."""
    if kind == "name":
        return "".join(draw.choice(SYLLABLES) for _ in range(draw.choice((2, 3)))).capitalize()
    if kind == "url":
        if "rite" in pattern or "crivez" in pattern:
            return f"{draw.choice(WORDS)}.{draw.choice(WORDS)}@example.org"
        return f"https://www.example.com/{draw.choice(WORDS)}/{draw.randint(1, 999)}?id={draw.choice(WORDS)}"
    if "born" in pattern or "née" in pattern:
        return str(draw.randint(1900, 2020))
    if "Call" in pattern or "Appelle" in pattern:
        return " ".join(f"{draw.randint(0, 99):02}" for _ in range(5))
    if "sharp" in pattern or "précises" in pattern:
        return f"{draw.randint(0, 23)}:{draw.randint(10, 59)}"
    return str(draw.randint(13, 99_999))


def main() -> None:
    """Print the share that is kept, in all and by kind, as one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", default="translate-en-fr")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--show", action="store_true", help="print what was lost")
    args = parser.parse_args()
    task = load(args.bundle, "cpu", args.precision)
    draw = random.Random(2026)
    made, kept = Counter(), Counter()
    for source, patterns in PATTERNS.items():
        target = "fr" if source == "en" else "en"
        cases = [(kind, pattern, value(kind, pattern, draw)) for kind, pattern in patterns for _ in range(10)]
        text = "\n".join(pattern.format(filling) for _, pattern, filling in cases)
        request = TranslateRequest(text, target, source, DecodeOptions(), typeset=False)
        lines: dict[int, str] = {}
        starts: list[int] = []
        for event in task.run(request):
            if hasattr(event, "segments"):
                starts = [text.count("\n", 0, segment.start) for segment in event.segments]
            if isinstance(event, SegmentDone):
                line = starts[event.segment]
                lines[line] = lines.get(line, "") + " " + event.hypotheses[0].text
        for number, (kind, pattern, filling) in enumerate(cases):
            made[kind] += 1
            kept[kind] += filling in lines[number]
            if args.show and filling not in lines[number]:
                print(f"{pattern.format(filling)}  ->  {lines[number]}")
    figures = {"sentences": made.total(), "kept_percent": 100 * kept.total() / made.total()}
    print(json.dumps(figures | {f"{kind}_percent": 100 * kept[kind] / made[kind] for kind in made}))


if __name__ == "__main__":
    main()
