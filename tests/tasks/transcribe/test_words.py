"""Words out of pieces, and their times out of attention."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.events import Hypothesis, Word
from seq2seq_desktop.tasks.transcribe.words import POSITION, words_of
from seq2seq_desktop.text.tokenizer import Tokenizer

LOUD = np.ones((8, 400), np.float32)  # 4 s


@pytest.fixture(scope="module")
def tokenizer(tiny_listener_bundle: Path) -> Tokenizer:
    return Tokenizer.load(tiny_listener_bundle / "tokenizer.json")


def hypothesis(text: str, tokenizer: Tokenizer, attention: np.ndarray | None = None) -> Hypothesis:
    tokens = tokenizer.encode(text).ids
    probabilities = tuple(np.linspace(0.9, 0.5, len(tokens)).tolist())
    return Hypothesis(tokens, probabilities, 0.0, attention, text=tokenizer.decode(tokens))


def following(edges: list[int], source: int = 200) -> np.ndarray:
    """Maps (tokens, 2 layers, 2 heads, source) in which head (1, 0) looks from one edge to the next."""
    maps = np.full((len(edges) - 1, 2, 2, source), 1.0)
    for row, (first, after) in enumerate(pairwise(edges)):
        maps[row, 1, 0] = 0.001
        maps[row, 1, 0, first:after] = 1.0
    return (maps / maps.sum(axis=-1, keepdims=True)).astype(np.float32)


def texts(words: tuple[Word, ...]) -> list[str]:
    return [word.text for word in words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the boat", ["the", "boat"]),
        ("Oh, the boat! It's gone.", ["Oh,", "the", "boat!", "It's", "gone."]),
        ("«la mer» : l'été, 3.5 fois", ["«la", "mer» :", "l'été,", "3.5", "fois"]),
        ("海は広い。", ["海", "は", "広", "い。"]),
        ("— yes", ["— yes"]),
        ("", []),
        ("...", ["..."]),
    ],
)
def test_pieces_become_words(text: str, expected: list[str], tokenizer: Tokenizer) -> None:
    one = hypothesis(text, tokenizer)
    words = words_of(one, tokenizer, [(1, 0)], 0.0, 4.0, LOUD)
    assert texts(words) == expected
    spans = [word.tokens for word in words]
    assert [span[0] for span in spans] == [0, *(span[1] for span in spans)][: len(spans)]
    for word in words:
        assert tokenizer.decode(one.tokens[slice(*word.tokens)]).strip() == word.text
        assert word.probability == min(one.probabilities[slice(*word.tokens)])


def test_words_begin_and_end_where_attention_moves_on(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.encode("ba le mi").ids
    assert len(tokens) == 3
    maps = following([0, 50, 90, 160, 200])
    words = words_of(hypothesis("ba le mi", tokenizer, maps[:3]), tokenizer, [(1, 0)], 10.0, 14.0, LOUD, maps[3])
    edges = [(word.start, word.end) for word in words]
    expected = [(10.0, 11.0), (11.0, 11.8), (11.8, 13.2)]
    np.testing.assert_allclose(edges, expected, atol=2 * POSITION)


def test_silence_around_a_word_is_not_its_own(tokenizer: Tokenizer) -> None:
    quiet = np.full((8, 400), -0.5, np.float32)
    quiet[:, 60:100] = 1.4
    quiet[:, 250:300] = 1.2
    maps = following([0, 110, 200])
    first, second = words_of(hypothesis("ba le", tokenizer, maps), tokenizer, [(1, 0)], 0.0, 4.0, quiet)
    assert (first.start, first.end) == (pytest.approx(0.6), pytest.approx(1.0))
    assert (second.start, second.end) == (pytest.approx(2.5), pytest.approx(3.0))


@settings(max_examples=40)
@given(text=st.text(max_size=30), frames=st.integers(0, 120), maps=st.booleans())
def test_any_text_gives_words_in_order_within_the_stretch(
    tokenizer: Tokenizer, text: str, frames: int, maps: bool
) -> None:
    random = np.random.default_rng(frames)
    count = len(tokenizer.encode(text).ids)
    attention = random.random((count, 2, 2, (frames + 1) // 2), np.float32) if maps and frames else None
    spectrogram = random.random((8, frames), np.float32)
    words = words_of(hypothesis(text, tokenizer, attention), tokenizer, [], 2.0, 2.0 + frames / 100, spectrogram)
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert all(2.0 <= time <= 2.0 + frames / 100 + 1e-9 for time in times)
    assert [word.tokens[1] for word in words[:-1]] == [word.tokens[0] for word in words[1:]]
