import itertools
import json
import lzma
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.errors import InputError, TrainingError
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.data import PairBatch, Pairs, Position, read_pairs, shares_at
from seq2seq_desktop.training.recipe import Augmentation, Corpus, Data, Shares

CORPORA = (Corpus("short", "short.tsv", ("en", "fr")), Corpus("long", "long.tsv.xz", ("en", "fr")))
DATA = Data(
    corpora=CORPORA,
    curriculum=(Shares(0.0, {"short": 3, "long": 1}), Shares(1.0, {"short": 1, "long": 3})),
    dev={},
    longest=40,
    tokens_per_batch=64,
    pool=40,
    augmentation=Augmentation(upper_case=0.3, lower_case=0.3),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    short = "".join(f"cat s{i}\tchat s{i}\n" for i in range(30))
    long = "".join(f"a long line about l{i} and more\tune longue ligne de l{i} et plus\n" for i in range(25))
    (folder / "short.tsv").write_text(short, encoding="utf-8")
    (folder / "long.tsv.xz").write_bytes(lzma.compress(long.encode()))
    return folder


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.train(["cat chat a long line about and more une longue ligne de et plus"] * 9, 600, ("en", "fr"))


def pairs(folder: Path, tokenizer: Tokenizer, data: Data = DATA, position: Position | None = None) -> Pairs:
    return Pairs(data, folder, tokenizer, seed=7, position=position)


def take(made: Pairs, count: int, first: int = 0, **given: int) -> list[PairBatch]:
    """Batches number first, first + 1, ... of a run of 40."""
    numbers = iter(range(first, 10_000))
    return list(itertools.islice(made.batches(lambda: next(numbers) / 10_000, **given), count))


def same(ours: PairBatch, theirs: PairBatch) -> bool:
    return all(one.equal(other) for one, other in zip(ours.tensors(), theirs.tensors(), strict=True))


@settings(max_examples=15)
@given(st.integers(1, 39))
def test_batches_are_the_same_after_a_resume_anywhere(folder: Path, tokenizer: Tokenizer, stop: int) -> None:
    whole = pairs(folder, tokenizer)
    pools: list[float] = []

    def progress() -> float:
        pools.append(len(pools) / 50)
        return pools[-1]

    batches = list(itertools.islice(whole.batches(progress), 40))
    pools.clear()
    broken = pairs(folder, tokenizer)
    list(itertools.islice(broken.batches(progress), stop))
    kept = json.loads(json.dumps(asdict(broken.position)))
    resumed = pairs(folder, tokenizer, position=Position(**kept))
    rest = list(itertools.islice(resumed.batches(progress), 40 - stop))
    assert all(map(same, rest, batches[stop:]))


def words(tokenizer: Tokenizer, batches: list[PairBatch]) -> list[str]:
    return [tokenizer.decode(row).lower() for batch in batches for row in batch.target_out.tolist()]


def test_an_epoch_shows_each_pair_once(folder: Path, tokenizer: Tokenizer) -> None:
    data = replace(DATA, curriculum=(Shares(0.0, {"short": 1}),), pool=30)
    made = pairs(folder, tokenizer, data)
    batches = []
    for batch in made.batches(lambda: 0.0):
        batches.append(batch)
        if sum(len(batch.target_in) for batch in batches) >= 60:
            break
    seen = Counter(text.rpartition(" ")[2] for text in words(tokenizer, batches))
    assert seen == {f"s{number}": 2 for number in range(30)}


@pytest.mark.parametrize(("progress", "share"), [(0.0, 0.25), (0.5, 0.5), (1.0, 0.75)])
def test_shares_follow_the_curriculum(folder: Path, tokenizer: Tokenizer, progress: float, share: float) -> None:
    made = pairs(folder, tokenizer)
    batches = []
    for batch in made.batches(lambda: progress):
        batches.append(batch)
        if made.position.pool == 0 and sum(len(batch.target_in) for batch in batches) == 40:
            break
    long = sum(len(text.split()) > 2 for text in words(tokenizer, batches))
    assert long == round(40 * share)


def test_shares_are_interpolated_and_a_corpus_may_be_absent() -> None:
    points = (Shares(0.0, {"a": 1.0}), Shares(0.5, {"a": 1.0, "b": 1.0}))
    assert shares_at(points, 0.25) == {"a": 1.0, "b": 0.5}
    assert shares_at(points, 0.9) == {"a": 1.0, "b": 1.0}


def test_batches_keep_to_their_size_and_are_padded_right(folder: Path, tokenizer: Tokenizer) -> None:
    for batch in take(pairs(folder, tokenizer), 30):
        rows, longest = len(batch.target_in), max(batch.target_in.shape[1], batch.source.tokens.shape[1])
        assert rows * longest <= DATA.tokens_per_batch or rows == 1
        assert batch.target_in.shape[1] % 4 == batch.source.tokens.shape[1] % 4 == 0
        assert (batch.target_in[:, 0] == tokenizer.start).all()
        assert batch.target_in[:, 1:][batch.target_keep[:, 1:]].equal(
            batch.target_out[:, :-1][batch.target_keep[:, 1:]]
        )
        ends = batch.target_out.gather(1, batch.target_keep.sum(1, keepdim=True) - 1)
        assert (ends == tokenizer.end).all()
        tags = {tokenizer.id("<2en>"), tokenizer.id("<2fr>")}
        assert set(batch.source.tokens[:, 0].tolist()) <= tags


def test_the_tag_names_the_language_of_the_target(folder: Path, tokenizer: Tokenizer) -> None:
    for batch in take(pairs(folder, tokenizer), 20):
        for tag, text in zip(batch.source.tokens[:, 0].tolist(), words(tokenizer, [batch]), strict=True):
            french = text.startswith(("chat", "une"))
            assert tag == tokenizer.id("<2fr>" if french else "<2en>")


def test_two_processes_share_a_pool_between_them(folder: Path, tokenizer: Tokenizer) -> None:
    ranks = [take(pairs(folder, tokenizer), 2, rank=rank, world=2) for rank in (0, 1)]
    alone = take(pairs(folder, tokenizer), 4)
    together = [batch for turn in zip(*ranks, strict=True) for batch in turn]
    assert all(map(same, together, alone))


def test_pairs_that_never_fit_are_an_error_not_an_endless_search(folder: Path, tokenizer: Tokenizer) -> None:
    with pytest.raises(TrainingError, match=r"data\.longest"):
        take(pairs(folder, tokenizer, replace(DATA, longest=2)), 1)


def test_a_place_in_other_corpora_is_refused(folder: Path, tokenizer: Tokenizer) -> None:
    with pytest.raises(TrainingError, match="short"):
        take(pairs(folder, tokenizer, position=Position(cursors={"other": 3})), 1)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.tsv", b"no tab here\n", TrainingError),
        ("a.tsv", b"<p0> is ours\tc'est <p0>\n", TrainingError),
        ("a.tsv", b"\xff\xfe\t\n", InputError),
        ("a.tsv.xz", b"not xz", InputError),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, name: str, content: bytes, error: Any) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=name):
        read_pairs(tmp_path / name)
