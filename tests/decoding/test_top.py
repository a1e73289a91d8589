"""The two-stage search for the highest values finds what sorting finds."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.decoding.top import top_ids


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 9000), st.integers(0, 12))
def test_the_highest_values_come_best_first(seed: int, rows: int, columns: int, count: int) -> None:
    values = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed))
    ids = top_ids(values, count)
    wanted = values.sort(dim=1, descending=True).values[:, :count]
    assert torch.equal(values.gather(1, ids), wanted)


@pytest.mark.parametrize("places", [[0, 1, 2], [63, 64, 127], [8189, 8191, 8190], [8195, 8193, 0]])
def test_values_side_by_side_and_at_the_edge_are_found(places: list[int]) -> None:
    values = torch.full((1, 8196), float("-inf"))
    values[0, places] = torch.tensor([3.0, 2.0, 1.0])
    assert top_ids(values, 3).tolist() == [places]


def test_no_number_counts_as_the_highest() -> None:
    values = torch.randn(2, 5000, generator=torch.Generator().manual_seed(1))
    values[:, 4321] = float("nan")
    assert top_ids(values, 2)[:, 0].tolist() == [4321, 4321]
