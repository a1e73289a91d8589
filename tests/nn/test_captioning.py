"""The captioner: one step and all steps agree, a picture alone and in company, what it looks at and what for."""

import pytest
import torch

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.captioning import (
    Captioner,
    CaptionerConfig,
    CaptionerMemory,
    by_step,
    without_attention,
)

START, PAD = 1, 0
CELLS, HIDDEN = 12, 20


@pytest.fixture(scope="module")
def model() -> Captioner:
    """A seeded model that looks somewhere and says something."""
    torch.manual_seed(5)
    made = Captioner(CaptionerConfig(30, width=16, hidden=HIDDEN, attention=8)).eval()
    torch.nn.init.normal_(made.embedding.weight, std=0.7)
    torch.nn.init.normal_(made.attention.score.weight, std=2.0)
    return made.requires_grad_(False)


@pytest.fixture(scope="module")
def cells() -> torch.Tensor:
    torch.manual_seed(6)
    return torch.rand(3, CELLS, HIDDEN) * 2


def memory_of(cells: torch.Tensor) -> CaptionerMemory:
    return CaptionerMemory(cells, torch.ones(cells.shape[:2], dtype=torch.bool))


def captions(lengths: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Target in and its mask, each picture's captions as long as said."""
    longest = max(max(own) for own in lengths)
    keep = torch.arange(longest) < torch.tensor(lengths)[..., None]
    torch.manual_seed(7)
    target = torch.randint(3, 30, keep.shape).where(keep, torch.tensor(PAD))
    target[..., 0] = START
    return target, keep


def stepped(model: Captioner, cells: torch.Tensor, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probabilities (steps, vocabulary) and attention (steps, cells) of one picture's caption, step by step."""
    state = model.start(memory_of(cells[None]))
    results = []
    for token in tokens:
        result = model.step(token[None], state, need_weights=True)
        state = result.state
        results.append(result)
    return torch.cat([one.log_probs for one in results]), torch.cat([one.attention[:, 0, 0] for one in results])


def test_all_steps_at_once_are_the_steps_one_by_one(model: Captioner, cells: torch.Tensor) -> None:
    target, keep = captions([[7, 4, 2], [6, 5, 5], [3, 3, 1]])
    logits, looks = model(cells, target, keep)
    log_probs = torch.log_softmax(logits, dim=-1)
    numbers = torch.meshgrid(*(torch.arange(size) for size in keep.shape), indexing="ij")
    picture, place, step = (by_step(number, keep) for number in numbers)
    for number in range(3):
        for caption in range(3):
            length = int(keep[number, caption].sum())
            expected, weights = stepped(model, cells[number], target[number, caption, :length])
            own = (picture == number) & (place == caption)
            assert step[own].tolist() == list(range(length))
            torch.testing.assert_close(log_probs[own], expected, atol=1e-5, rtol=1e-5)
            torch.testing.assert_close(looks[number, caption], weights.sum(dim=0), atol=1e-5, rtol=1e-5)


def test_a_picture_in_company_is_the_picture_alone(model: Captioner) -> None:
    torch.manual_seed(8)
    pictures = [torch.randint(0, 255, (3, *size), dtype=torch.uint8) for size in ((64, 96), (32, 64), (64, 96))]
    together = model.encode(pictures)
    assert together.keep_mask.sum(dim=1).tolist() == [6, 2, 6]
    state = model.start(together)
    tokens = torch.tensor([START] * 3)
    result = model.step(tokens, state, need_weights=True)
    for number, picture in enumerate(pictures):
        alone = model.step(tokens[:1], model.start(model.encode([picture])), need_weights=True)
        torch.testing.assert_close(result.log_probs[number], alone.log_probs[0], atol=1e-5, rtol=1e-5)
        count = alone.attention.shape[-1]
        torch.testing.assert_close(result.attention[number, ..., :count], alone.attention[0], atol=1e-5, rtol=1e-5)
        assert result.attention[number, ..., count:].sum() == 0


def test_rows_are_chosen_repeated_and_dropped(model: Captioner, cells: torch.Tensor) -> None:
    state = model.step(torch.tensor([3, 4, 5]), model.start(memory_of(cells)), need_weights=False).state
    tokens = torch.tensor([7, 8, 9])
    plain = model.step(tokens, state, need_weights=False).log_probs
    chosen = model.step(tokens[[2, 0, 2]], state.select(torch.tensor([2, 0, 2])), need_weights=False).log_probs
    torch.testing.assert_close(chosen, plain[[2, 0, 2]])
    again = model.step(tokens, state, need_weights=False).log_probs
    torch.testing.assert_close(again, plain, atol=0, rtol=0)


def test_attention_is_a_share_of_every_cell_and_only_on_request(model: Captioner, cells: torch.Tensor) -> None:
    state = model.start(memory_of(cells))
    result = model.step(torch.tensor([3, 4, 5]), state, need_weights=True)
    assert result.attention.shape == (3, 1, 1, CELLS)
    torch.testing.assert_close(result.attention.sum(dim=-1), torch.ones(3, 1, 1))
    assert result.attention.max() > 2 / CELLS
    assert model.step(torch.tensor([3, 4, 5]), state, need_weights=False).attention is None


def test_without_attention_every_cell_counts_alike(model: Captioner, cells: torch.Tensor) -> None:
    state = without_attention(model.start(memory_of(cells)))
    result = model.step(torch.tensor([3, 4, 5]), state, need_weights=True)
    torch.testing.assert_close(result.attention, torch.full((3, 1, 1, CELLS), 1 / CELLS))
    usual = model.step(torch.tensor([3, 4, 5]), model.start(memory_of(cells)), need_weights=False)
    assert not torch.allclose(result.log_probs, usual.log_probs, atol=1e-3)


def test_what_it_says_depends_on_the_picture(model: Captioner, cells: torch.Tensor) -> None:
    log_probs = model.step(torch.tensor([3, 3, 3]), model.start(memory_of(cells)), need_weights=False).log_probs
    assert (log_probs[0] - log_probs[1]).abs().max() > 1e-2


def test_learning_reaches_every_weight_of_the_decoder() -> None:
    torch.manual_seed(9)
    model = Captioner(CaptionerConfig(30, width=16, hidden=HIDDEN, attention=8, dropout=0.0))
    target, keep = captions([[4, 3], [5, 2]])
    features = torch.rand(2, 1280, 2, 3)
    logits, _ = model(model.seen(features), target, keep)
    logits.square().mean().backward()
    silent = [name for name, weight in model.named_parameters() if not name.startswith("encoder.")
              and (weight.grad is None or not weight.grad.any())]  # fmt: skip
    assert silent == []


def test_a_dropout_outside_its_range_is_refused() -> None:
    with pytest.raises(OptionError, match="dropout"):
        CaptionerConfig(30, dropout=1.0)
