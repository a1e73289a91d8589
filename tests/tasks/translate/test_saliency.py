"""Input gradients: against the numbers that moving an embedding gives, and as part of a translation."""

from pathlib import Path

import numpy as np
import pytest
import torch

from seq2seq_desktop.bundles.load import load_bundle
from seq2seq_desktop.decoding.options import DecodeOptions
from seq2seq_desktop.events import SegmentDone
from seq2seq_desktop.nn.tokens import TokenBatch
from seq2seq_desktop.tasks.translate.saliency import Saliency
from seq2seq_desktop.tasks.translate.spec import TranslateRequest
from seq2seq_desktop.tasks.translate.task import TranslateTask, load

SHORT = DecodeOptions(max_length=8, lamp=False)


def moved(folder: Path, source: list[int], target: list[int]) -> np.ndarray:
    """(target, source): by differences, how a log-probability moves with the length of one source embedding."""
    bundle = load_bundle(folder, precision="float32")
    model = bundle.model.double()
    plain = model.embedding.forward
    batch = TokenBatch.of([source], bundle.tokenizer.pad)
    read = torch.tensor([[bundle.tokenizer.start, *target[:-1]]])

    def log_probs(place: int, scale: float) -> torch.Tensor:
        factors = torch.ones(len(source), 1, dtype=torch.float64)
        factors[place] = scale
        model.embedding.forward = lambda ids: plain(ids) * factors if ids.shape[1] == len(source) else plain(ids)
        with torch.no_grad():
            return torch.log_softmax(model(batch, read), dim=-1)[0, range(len(target)), target]

    columns = [(log_probs(place, 1 + 1e-4) - log_probs(place, 1 - 1e-4)).abs() for place in range(len(source))]
    rows = torch.stack(columns, dim=1)
    return (rows / rows.sum(dim=1, keepdim=True)).numpy()


@pytest.mark.parametrize("architecture", ["fixed", "tiny"])
def test_saliency_is_what_moving_the_embedding_does(
    tiny_bundle: Path, without_attention: Path, architecture: str
) -> None:
    folder = without_attention if architecture == "fixed" else tiny_bundle
    source, target = [5, 301, 302, 303, 304, 2], [310, 311, 312]
    rows = Saliency(load_bundle(folder)).rows(source, target)
    assert rows.shape == (3, 6)
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(rows, moved(folder, source, target), atol=2e-3)


def test_many_steps_give_the_same_rows_as_few(without_attention: Path) -> None:
    saliency = Saliency(load_bundle(without_attention))
    target = list(range(300, 370))
    rows = saliency.rows([5, 301, 302, 2], target)
    np.testing.assert_allclose(rows[:5], saliency.rows([5, 301, 302, 2], target[:5]), atol=1e-5)
    assert saliency.rows([5, 301, 2], []).shape == (0, 3)


@pytest.mark.parametrize("precision", ["auto", "float32"])
def test_a_translator_without_attention_explains_itself_when_asked(without_attention: Path, precision: str) -> None:
    task = load(str(without_attention), precision=precision)
    for asked in (True, False):
        request = TranslateRequest("Where is my book?", "fr", "en", SHORT, saliency=asked)
        done = next(event for event in task.run(request) if isinstance(event, SegmentDone))
        best = done.hypotheses[0]
        assert best.attention is None
        assert (best.saliency is not None) == asked
        if best.saliency is not None:
            assert len(best.saliency) == len(best.tokens)


def test_a_translator_with_attention_needs_none(tiny: TranslateTask) -> None:
    request = TranslateRequest("Where is my book?", "fr", "en", SHORT, saliency=True)
    done = next(event for event in tiny.run(request) if isinstance(event, SegmentDone))
    assert done.hypotheses[0].saliency is None
