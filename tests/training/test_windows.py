import itertools
import json
import lzma
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.errors import RecipeError, TrainingError
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.data import PairBatch, Position
from seq2seq_desktop.training.recipe import Corpus, Data, Shares
from seq2seq_desktop.training.windows import Windows, read_streams, stream_texts

DATA = Data(
    corpora=(Corpus("pairs", "pairs.tsv", ("en", "fr")), Corpus("book", "book.txt.xz", ("en",), together=3)),
    curriculum=(Shares(0.0, {"pairs": 1, "book": 1}),),
    dev={},
    longest=8,
    tokens_per_batch=32,
    pool=24,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    pairs = "".join(f"cat {i}\tchat {i}\n" for i in range(40))
    (folder / "pairs.tsv").write_text(pairs + "cat 0\tminou\n\tnothing\n", encoding="utf-8")
    (folder / "book.txt.xz").write_bytes(lzma.compress("".join(f"Line {i}.\n" for i in range(30)).encode()))
    return folder


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.train(stream_texts(DATA.corpora, folder, 100), 0, ())


def windows(folder: Path, tokenizer: Tokenizer, data: Data = DATA, position: Position | None = None) -> Windows:
    return Windows(data, folder, tokenizer, seed=7, position=position)


def take(made: Windows, count: int, **given: int) -> list[PairBatch]:
    return list(itertools.islice(made.batches(lambda: 0.0, **given), count))


def same(ours: PairBatch, theirs: PairBatch) -> bool:
    return all(one.equal(other) for one, other in zip(ours.tensors(), theirs.tensors(), strict=True))


def spelt(batches: Sequence[PairBatch], tokenizer: Tokenizer) -> list[str]:
    """The windows as text, the piece they go on from included."""
    rows = [[*s, *t] for b in batches for s, t in zip(b.source.tokens.tolist(), b.target_out.tolist(), strict=True)]
    return [tokenizer.decode(row, first=False) for row in rows]


@settings(max_examples=10)
@given(st.integers(1, 29))
def test_batches_are_the_same_after_a_resume_anywhere(folder: Path, tokenizer: Tokenizer, stop: int) -> None:
    batches = take(windows(folder, tokenizer), 30)
    broken = windows(folder, tokenizer)
    take(broken, stop)
    kept = json.loads(json.dumps(asdict(broken.position)))
    rest = take(windows(folder, tokenizer, position=Position(**kept)), 30 - stop)
    assert all(map(same, rest, batches[stop:]))


def test_the_target_goes_on_from_the_source(folder: Path, tokenizer: Tokenizer) -> None:
    for batch in take(windows(folder, tokenizer), 6):
        assert batch.source.tokens.shape == (4, 1)
        assert batch.target_out.shape == (4, 8)
        assert (batch.target_in[:, 0] == tokenizer.start).all()
        assert batch.target_in[:, 1:].equal(batch.target_out[:, :-1])
        assert batch.target_keep.all()
        assert batch.source.keep_mask.all()


def test_windows_of_a_pool_hang_together(folder: Path, tokenizer: Tokenizer) -> None:
    data = replace(DATA, corpora=DATA.corpora[1:], curriculum=(Shares(0.0, {"book": 1}),))
    texts = spelt(take(windows(folder, tokenizer, data), 6), tokenizer)
    assert len(texts) == 24
    joined = texts.pop(0)
    while texts:  # each begins with the last character of the one before, so they can be put in order again
        following = [text for text in texts if text[0] == joined[-1]] or [None]
        before = [text for text in texts if text[-1] == joined[0]] or [None]
        if following[0] is None and before[0] is None:
            break
        one = following[0] or before[0]
        texts.remove(one)
        joined = joined + one[1:] if one is following[0] else one[:-1] + joined
    assert "Line" in joined
    assert all(len(text) == 9 for text in texts)


def test_lines_that_belong_together_stay_in_order(folder: Path) -> None:
    (blocks,) = read_streams(DATA.corpora[1], folder)
    assert blocks[:2] == ["Line 0. Line 1. Line 2.", "Line 3. Line 4. Line 5."]
    english, french = read_streams(DATA.corpora[0], folder)
    assert english == [f"cat {i}" for i in range(40)]  # that comes twice is kept once, the empty one is left out
    assert french[-1] == "minou"


def test_an_epoch_shows_each_line_once(folder: Path, tokenizer: Tokenizer) -> None:
    corpus = replace(DATA.corpora[1], together=1)
    data = replace(DATA, corpora=(corpus,), curriculum=(Shares(0.0, {"book": 1}),), pool=2, longest=120)
    made = windows(folder, tokenizer, replace(data, tokens_per_batch=240))
    text = "".join(sorted(spelt(take(made, 1), tokenizer), key=lambda window: window[0] != "L"))
    seen = [line for line in text.split("\n") if line.startswith("Line ") and line.endswith(".")]
    assert 22 <= len(seen) == len(set(seen)) <= 30
    assert seen != sorted(seen, key=lambda line: int(line[5:-1]))


def test_a_share_is_divided_between_the_columns(folder: Path, tokenizer: Tokenizer) -> None:
    data = replace(DATA, curriculum=(Shares(0.0, {"pairs": 3, "book": 1}),), pool=32, longest=24)
    made = windows(folder, tokenizer, replace(data, tokens_per_batch=24))
    texts = spelt(take(made, 32), tokenizer)
    french = sum("chat" in text or "minou" in text for text in texts)
    english = sum("cat" in text and "chat" not in text for text in texts)
    assert (english, french, sum("ine" in text for text in texts)) == (12, 12, 8)


def test_two_processes_share_a_pool_between_them(folder: Path, tokenizer: Tokenizer) -> None:
    ranks = [take(windows(folder, tokenizer), 2, rank=rank, world=2) for rank in (0, 1)]
    together = [batch for turn in zip(*ranks, strict=True) for batch in turn]
    assert all(map(same, together, take(windows(folder, tokenizer), 4)))


def test_what_cannot_be_trained_on_is_said(folder: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"data\.pool"):
        take(windows(folder, tokenizer, replace(DATA, pool=1)), 1)
    with pytest.raises(TrainingError, match="book 0"):
        take(windows(folder, tokenizer, position=Position(cursors={"other": 3})), 1)
    (tmp_path / "one.txt").write_text("one column\n", encoding="utf-8")
    with pytest.raises(TrainingError, match="2 columns"):
        read_streams(Corpus("one", "one.txt", ("en", "fr")), tmp_path)
    with pytest.raises(RecipeError, match="together = 0"):
        Corpus("one", "one.txt", ("en",), together=0)


def test_pieces_are_characters_and_line_breaks_are_among_them(tokenizer: Tokenizer) -> None:
    read = tokenizer.encode("cat 1\nLine\N{SNOWMAN}", continues=True)
    assert read.pieces[:10] == tuple("cat 1\nLine")
    assert tokenizer.decode(read.ids, first=False) == "cat 1\nLine\N{SNOWMAN}"


RECIPE = """
name = "tiny-writer"
task = "generate"
languages = ["en", "fr"]
description = "Writes."
seed = 3

[tokenizer]
vocabulary = 0

[model]
architecture = "character"
width = 8
hidden = 24
layers = 1

[data]
dev = { "en" = "dev.tsv" }
longest = 16
tokens_per_batch = 64
pool = 32

[[data.corpora]]
name = "words"
file = "train.tsv"
languages = ["en", "fr"]
licence = "CC0"

[[data.curriculum]]
at = 0.0
of = { words = 1 }

[training]
steps = 40
learning_rate = 2e-2
warm_up = 10
label_smoothing = 0.0
precision = "32-true"
evaluate_minutes = 9.0
checkpoint_minutes = 9.0
average = 1
"""


def test_a_writer_is_trained_and_shipped_the_same_way(trial: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from seq2seq_desktop.bundles.load import load_bundle
    from seq2seq_desktop.cli.main import main

    trial.recipe.write_text(RECIPE, encoding="utf-8")
    assert trial.train() == 0
    log = (trial.run / "log.csv").read_text(encoding="utf-8").splitlines()
    assert log[0].endswith(",en bits_per_character")
    bits = [float(cell) for line in log[1:] if (cell := line.rpartition(",")[2])]
    assert bits[-1] < 4.5  # guessing one of all pieces costs 9
    samples = (trial.run / "samples.tsv").read_text(encoding="utf-8").splitlines()
    assert samples[0] == "step\tprompt\toutput"
    assert len(samples) == 1 + 3 * len(bits)
    card = load_bundle(trial.run / "bundle").card
    assert (card.task, card.architecture, card.languages) == ("generate", "character", ("en", "fr"))
    assert card.scores[0].values["bits_per_character"] == pytest.approx(bits[-1], abs=1e-3)
    capsys.readouterr()
    command = card.scores[0].command.partition(" (")[0].split()
    assert command[:3] == ["evaluate", "tiny-writer", "dev.tsv"]
    command[1:3] = [str(trial.run / "bundle"), str(trial.data / "dev.tsv")]
    assert main([*command, "--precision", "float32", "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["bits_per_character"] == pytest.approx(bits[-1], abs=5e-3)


def test_a_resumed_writer_is_the_same_as_one_left_alone(trial: Any) -> None:
    from safetensors.torch import load_file

    trial.recipe.write_text(RECIPE, encoding="utf-8")
    trial.change("steps = 40", 'steps = 40\ndecay = "none"')  # a rate that does not depend on the budget
    other, again = trial.data / "other", trial.data / "again"
    assert trial.train("--steps", "12", "--output", str(other)) == 0
    assert trial.train("--steps", "5", "--output", str(again)) == 0
    assert trial.train("--steps", "12", "--output", str(again), "--resume") == 0
    ours, theirs = (load_file(str(run / "checkpoint.safetensors")) for run in (other, again))
    assert all(ours[name].equal(theirs[name]) for name in ours)


def test_a_task_that_cannot_be_trained_is_said(trial: Any) -> None:
    trial.recipe.write_text(RECIPE.replace('task = "generate"', 'task = "sing"'), encoding="utf-8")
    with pytest.raises(RecipeError, match="sing"):
        trial.train()
