"""When each token was spoken, held to transformers' own way of finding it."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.models.whisper.generation_whisper import _dynamic_time_warping, _median_filter

from seq2seq_desktop.decoding.alignment import prepared, token_starts, warp


@settings(max_examples=40)
@given(st.integers(1, 9), st.integers(1, 14), st.integers(0, 9999))
def test_the_way_equals_that_of_transformers(rows: int, columns: int, seed: int) -> None:
    cost = np.random.default_rng(seed).standard_normal((rows, columns))
    way = warp(cost)
    expected = _dynamic_time_warping(cost)
    np.testing.assert_array_equal(way[0], expected[0])
    np.testing.assert_array_equal(way[1], expected[1])


@settings(max_examples=30)
@given(st.integers(1, 12), st.integers(1, 30), st.integers(0, 9999))
def test_a_way_goes_from_corner_to_corner_one_step_at_a_time(rows: int, columns: int, seed: int) -> None:
    cost = np.random.default_rng(seed).integers(0, 3, (rows, columns)).astype(float)  # with many ties
    way = np.stack(warp(cost))
    assert way[:, 0].tolist() == [0, 0]
    assert way[:, -1].tolist() == [rows - 1, columns - 1]
    moves = {tuple(move) for move in np.diff(way).T.tolist()}
    assert moves <= {(0, 1), (1, 0), (1, 1)}


def test_maps_are_prepared_as_transformers_does() -> None:
    maps = torch.softmax(3 * torch.randn(6, 2, 40, generator=torch.Generator().manual_seed(2)), dim=-1)
    spread, mean = torch.std_mean(maps, dim=0, keepdim=True, unbiased=False)
    expected = _median_filter((maps - mean) / spread, 7)
    np.testing.assert_allclose(prepared(maps.numpy()), expected.numpy(), atol=1e-4)


def speech(starts: list[int], source: int) -> np.ndarray:
    """Maps (steps, 2 layers, 2 heads, source): head (1, 0) follows the speaker, the others look at one place."""
    maps = np.full((len(starts), 2, 2, source), 1e-3)
    maps[:, :, :, 0] = 1.0
    for step, (start, end) in enumerate(zip(starts, [*starts[1:], source], strict=True)):
        maps[step, 1, 0, 0] = 1e-3
        maps[step, 1, 0, start:end] += 1.0
    return maps / maps.sum(axis=-1, keepdims=True)


def test_tokens_begin_where_the_heads_that_follow_the_speaker_move_on() -> None:
    starts = [0, 9, 21, 40]
    assert token_starts(speech(starts, 55), [(1, 0)]).tolist() == starts
    found = token_starts(speech(starts, 55))  # without the heads: those of the upper half, two of them
    assert np.abs(found - starts).max() <= 1


@given(st.integers(0, 5), st.integers(0, 9))
def test_any_size_gives_starts_that_never_go_back(steps: int, source: int) -> None:
    maps = np.random.default_rng(steps * 10 + source).random((steps, 2, 2, source))
    starts = token_starts(maps, [(0, 1), (1, 0)])
    assert len(starts) == steps
    assert (np.diff(starts) >= 0).all()
    assert ((starts >= 0) & (starts < max(source, 1))).all()
