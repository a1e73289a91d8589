"""The shipped translator, end to end: what a user sees. No sentence here is from a training or test file."""

import json
from pathlib import Path

import pytest

from seq2seq_desktop.bundles.sources import list_bundles
from seq2seq_desktop.cli.main import main
from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.events import Finished, SegmentDone, Started, Step
from seq2seq_desktop.paths import resources
from seq2seq_desktop.tasks.translate.spec import Branch, TranslateRequest
from seq2seq_desktop.tasks.translate.task import TranslateTask, load
from seq2seq_desktop.text.glossary import Glossary, Term


@pytest.fixture(scope="module")
def shipped() -> TranslateTask:
    return load("translate-en-fr", threads=1)


def translated(task: TranslateTask, text: str, target: str, **changes: object) -> str:
    finished = list(task.run(TranslateRequest(text, target, **changes)))[-1]
    assert isinstance(finished, Finished)
    return finished.text


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("The cat is sleeping on the bed.", "fr", ("chat", "dort", "lit")),
        ("My sister bought a red car yesterday.", "fr", ("sœur", "voiture", "rouge", "hier")),
        ("Où habites-tu maintenant ?", "en", ("where", "you", "now")),
        ("Je ne mange jamais de viande.", "en", ("never", "eat", "meat")),
    ],
)
def test_everyday_sentences_are_translated(
    shipped: TranslateTask, text: str, target: str, words: tuple[str, ...]
) -> None:
    output = translated(shipped, text, target).lower()
    assert [word for word in words if word not in output] == []


def test_what_must_not_change_is_there_once(shipped: TranslateTask) -> None:
    glossary = Glossary((Term("train", "autorail"),), "en", "fr")
    text = "Write to anna@example.org before 2026-11-21 if the train to {city} costs more than 1,234.50 euros."
    output = translated(shipped, text, "fr", glossary=glossary)
    for value in ("anna@example.org", "2026-11-21", "{city}", "1,234.50", "autorail"):
        assert output.count(value) == 1


def test_the_map_follows_the_words(shipped: TranslateTask) -> None:
    """Attention lies on the sources of the words: on the whole it moves from left to right with the output."""
    text = "My father reads the newspaper in the kitchen every morning."
    events = list(shipped.run(TranslateRequest(text, "fr")))
    started = next(event for event in events if isinstance(event, Started))
    best = next(event for event in events if isinstance(event, SegmentDone)).hypotheses[0]
    assert best.attention is not None
    weights = best.attention[: len(best.pieces)].mean(axis=(1, 2))
    places = [row[1:-1].argmax() for row in weights]
    assert places[-2] - places[0] > len(started.segments[0].pieces) / 2


def test_words_of_greedy_decoding_are_never_taken_back(shipped: TranslateTask) -> None:
    shown = ""
    for event in shipped.run(TranslateRequest("Do you know where the station is? I am late.", "fr", batch=1)):
        if isinstance(event, Step):
            assert event.text.startswith(shown) or event.index == 0
            shown = event.text


def test_a_branch_takes_the_other_word_and_goes_on(shipped: TranslateTask) -> None:
    request = TranslateRequest("She has a big house.", "fr", options=DecodeOptions(alternatives=5))
    best = next(event for event in shipped.run(request) if isinstance(event, SegmentDone)).hypotheses[0]
    other = next(item for item in best.alternatives[0] if item.token != best.tokens[0])
    branched = translated(shipped, request.text, "fr", branch=Branch(0, (other.token,)))
    assert branched.startswith(other.piece.strip())
    assert branched != best.text


def test_the_command_streams_what_it_says_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    text = "# News\n\nThe train leaves at noon. Where is my ticket?\n\n- one book"
    arguments = ["translate", text, "--to", "fr", "--threads", "1"]
    assert main(arguments) == 0
    streamed = capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    whole = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert streamed == whole["text"] + "\n"
    assert streamed.startswith("# ")


def test_n_best_prints_that_many_lines_best_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["translate", "Good morning.", "--to", "fr", "--beam", "4", "--n-best", "3", "--threads", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    scores = [float(line.split()[1]) for line in lines]
    assert len(scores) == len({line.split(maxsplit=2)[2] for line in lines}) == 3
    assert scores == sorted(scores, reverse=True)


def test_the_demo_shows_every_sample_and_writes_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--output", str(tmp_path), "--threads", "1"]) == 0
    shown = capsys.readouterr().out
    tasks = [entry.card.task for entry in list_bundles() if entry.card]
    assert shown.count("[en]") == shown.count("[fr]") == 3 * tasks.count("translate")
    for prompt in (resources() / "samples" / "generate").glob("*.txt"):
        assert shown.count(prompt.read_text(encoding="utf-8")) == tasks.count("generate")
    pictures = [path.suffix for path in tmp_path.iterdir()]
    assert pictures == [".png"] * (2 * tasks.count("translate") + 3 * tasks.count("generate"))
