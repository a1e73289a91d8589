"""Bits per character, against a count by hand; and the maps and bars of what might have come."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_desktop.errors import InputError
from seq2seq_desktop.events import Alternative
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.generate.distribution import bar, candidate_map, shown
from seq2seq_desktop.tasks.generate.evaluate import bits_per_character, read_test_text
from seq2seq_desktop.tasks.generate.task import GenerateTask


def counted(task: GenerateTask, text: str) -> float:
    """The bits of all characters after the first, one at a time."""
    ids = list(task.tokenizer.encode(text, continues=True).ids)
    bits = 0.0
    for place in range(1, len(ids)):
        batch = TokenBatch.of([ids[:place]], task.tokenizer.pad)
        logits = task.bundle.model(batch, torch.tensor([[task.tokenizer.start]]))[0, -1]
        bits -= float(logits.log_softmax(-1)[ids[place]]) / math.log(2)
    return bits


def test_bits_are_those_of_each_character_after_those_before(tiny_writer: GenerateTask) -> None:
    text = "The train leaves.\nOù est mon livre ?\n"
    expected = counted(tiny_writer, text) / (len(text) - 1)
    assert bits_per_character(tiny_writer.bundle.model, tiny_writer.tokenizer, text) == pytest.approx(expected)


def test_a_long_text_is_read_in_parts(tiny_writer: GenerateTask) -> None:
    text = "The train leaves at noon, and where is my book?\n" * 5
    length = -(-len(text) // 3)  # 240 characters make three parts
    parts = [text[first : first + length] for first in range(0, len(text), length)]
    expected = sum(counted(tiny_writer, part) for part in parts) / (len(text) - len(parts))
    measured = bits_per_character(tiny_writer.bundle.model, tiny_writer.tokenizer, text)
    assert measured == pytest.approx(expected, rel=1e-5)


def test_an_empty_text_cannot_be_measured(tiny_writer: GenerateTask, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no text"):
        bits_per_character(tiny_writer.bundle.model, tiny_writer.tokenizer, "")
    (tmp_path / "dev.tsv").write_text("one\tun\ntwo\tdeux\nthree\n", encoding="utf-8")
    assert read_test_text(tmp_path / "dev.tsv", 2) == "one\ntwo\n"
    assert read_test_text(tmp_path / "dev.tsv") == "one\ntwo\nthree\n"


def test_the_map_holds_the_candidates_with_most_probability_first() -> None:
    first = (Alternative(1, 0.6, "a"), Alternative(2, 0.3, "b"))
    second = (Alternative(3, 0.9, " "), Alternative(2, 0.05, "b"))
    weights, candidates = candidate_map([first, second])
    assert candidates == (" ", "a", "b")
    np.testing.assert_allclose(weights, [[0, 0.9], [0.6, 0], [0.3, 0.05]], rtol=1e-6)
    assert candidate_map([first, second], rows=2)[1] == (" ", "a")
    assert candidate_map([])[0].shape == (0, 0)
    assert [shown(piece) for piece in " \nx"] == ["␣", "⏎", "x"]


@given(st.floats(0, 1), st.integers(1, 40))
def test_a_bar_is_as_long_as_its_share(share: float, width: int) -> None:
    drawn = bar(share, width)
    assert len(drawn) == width
    eighths = sum(" ▏▎▍▌▋▊▉█".index(cell) for cell in drawn)
    assert abs(eighths - share * width * 8) <= 0.5
