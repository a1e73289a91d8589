"""What captioners learn by: people's captions become likelier, even looks are asked for, rewarded samples win."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from seq2seq_desktop.nn import vision
from seq2seq_desktop.nn.captioning import Captioner, CaptionerConfig, CaptionerMemory
from seq2seq_desktop.text.tokenizer import Tokenizer
from seq2seq_desktop.training.caption_objective import CaptionLikelihood, CaptionReward, _ended
from seq2seq_desktop.training.captions import padded
from seq2seq_desktop.training.recipe import Data, Pictures, Recipe, Training

DOG, CAT = "a dog runs", "the cat sits"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.train([DOG, CAT] * 3, 520, ())


@pytest.fixture
def model(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> Captioner:
    monkeypatch.setitem(vision.SCALES, "tiny", (0.2, 0.2))
    torch.manual_seed(2)
    sizes = {"width": 16, "hidden": 24, "attention": 8, "dropout": 0.0}
    return Captioner(CaptionerConfig(tokenizer.vocabulary, "tiny", pad=tokenizer.pad, **sizes))  # type: ignore[arg-type]


RECIPE = Recipe(
    "tiny", "caption", ("en",), "", {}, Data((), (), {}), Training(steps=1, label_smoothing=0.0),
    pictures=Pictures(frozen=7, evenness=0.0, samples=8, longest=10),
)  # fmt: skip
STATES = torch.rand(2, 64, 2, 3, generator=torch.Generator().manual_seed(3)) * 4


def batch(tokenizer: Tokenizer, captions: list[str]) -> tuple[torch.Tensor, ...]:
    """Both pictures with the same captions."""
    pieces = [[[*tokenizer.encode(caption).ids, tokenizer.end] for caption in captions]] * 2
    target_in, target_out = padded(pieces, tokenizer)
    return STATES, torch.arange(2), target_in, target_out, target_out != tokenizer.pad


def learn(objective: Any, tensors: tuple[torch.Tensor, ...], steps: int, rate: float) -> list[float]:
    optimiser = torch.optim.Adam(objective.parameters(), rate)
    losses = []
    for _ in range(steps):
        loss = objective(*tensors, 0.0)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    return losses


@torch.no_grad()
def chance(model: Captioner, tokenizer: Tokenizer, caption: str) -> float:
    """The probability of a caption of the first picture."""
    cells = model.seen(model.encoder.after(STATES[:1], 7))
    state = model.start(CaptionerMemory(cells, torch.ones(cells.shape[:2], dtype=torch.bool)))
    total, last = 0.0, tokenizer.start
    for token in (*tokenizer.encode(caption).ids, tokenizer.end):
        result = model.step(torch.tensor([last]), state, need_weights=False)
        total += float(result.log_probs[0, token])
        state, last = result.state, token
    return float(torch.tensor(total).exp())


def test_likely_captions_become_likelier_and_rewarded_ones_win(model: Captioner, tokenizer: Tokenizer) -> None:
    tensors = batch(tokenizer, [DOG, CAT])
    losses = learn(CaptionLikelihood(model, RECIPE), tensors, 80, 2e-2)
    assert losses[-1] < 0.4 < losses[0]
    before = chance(model, tokenizer, DOG), chance(model, tokenizer, CAT)
    assert all(0.1 < one < 0.9 for one in before)
    people = {"first.jpg": (DOG, "one dog runs"), "second.jpg": (DOG, "a dog that runs"), "other.jpg": ("no one",)}
    reward = CaptionReward(model, RECIPE, tokenizer, people, ["first.jpg", "second.jpg"])
    torch.manual_seed(4)
    learn(reward, tensors, 12, 1e-2)
    assert chance(model, tokenizer, DOG) > before[0]
    assert chance(model, tokenizer, CAT) < 0.7 * before[1]
    assert model.training


def test_uneven_looks_cost(model: Captioner, tokenizer: Tokenizer) -> None:
    tensors = batch(tokenizer, [DOG, CAT])
    torch.nn.init.normal_(model.attention.score.weight, std=30.0)  # so that it stares
    plain, even = (
        CaptionLikelihood(model, replace(RECIPE, pictures=replace(RECIPE.pictures, evenness=weight)))(
            *tensors, 0.0
        ).detach()
        for weight in (0.0, 1.0)
    )
    assert float(even) > float(plain) + 0.1
    torch.nn.init.zeros_(model.attention.score.weight)  # every cell alike
    plain, even = (
        CaptionLikelihood(model, replace(RECIPE, pictures=replace(RECIPE.pictures, evenness=weight)))(
            *tensors, 0.0
        ).detach()
        for weight in (0.0, 1.0)
    )
    assert float(even) == pytest.approx(float(plain), abs=1e-4)


def test_a_cut_short_caption_is_worth_less_than_a_whole_one(model: Captioner, tokenizer: Tokenizer) -> None:
    people = {"a.jpg": ("a dog runs on the grass",), "b.jpg": ("two men",), "c.jpg": ("a red ball",)}
    reward = CaptionReward(model, RECIPE, tokenizer, people, ["a.jpg"])

    whole, cut = (reward.consensus.score_against(_ended(text), reward.vectors[0])
                  for text in ("a dog runs on the grass", "a dog runs on the"))  # fmt: skip
    assert whole > cut
