"""What a captioner learns by: the likelihood of people's captions, or CIDEr-D of its own.

Source: Xu et al. 2015, "Show, Attend and Tell", section 4.2.1 (doubly stochastic attention: over a caption each cell
is to be looked at about equally); Rennie et al. 2017, "Self-critical Sequence Training for Image Captioning", whose
baseline is here the mean of a picture's other samples (Luo 2020, "A Better Variant of Self-Critical Sequence
Training").
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from seq2seq_desktop.metrics.captions import Consensus, words
from seq2seq_desktop.nn.captioning import CaptionerMemory, by_step
from seq2seq_desktop.tasks.caption.reading import References
from seq2seq_desktop.text.tokenizer import END, Tokenizer
from seq2seq_desktop.training.captions import padded, train_references
from seq2seq_desktop.training.loss import smoothed_cross_entropy
from seq2seq_desktop.training.recipe import Recipe
from seq2seq_desktop.training.views import Views
from seq2seq_desktop.training.workshop import Workshop


def objective(shop: Workshop) -> nn.Module:
    """What the recipe asks for; the part of the encoder that is not to learn is frozen."""
    options = shop.recipe.pictures
    encoder: Any = shop.model.encoder
    for part in (encoder.stem, *encoder.blocks[: options.frozen]):
        part.requires_grad_(False)
    if options.goal == "likelihood":
        return CaptionLikelihood(shop.model, shop.recipe)
    references = train_references(shop.recipe, shop.data)
    return CaptionReward(shop.model, shop.recipe, shop.tokenizer, references, Views.open(shop.folder / "views").names)


class CaptionLikelihood(nn.Module):
    """How likely the captions of people are, with label smoothing, and how evenly the cells are looked at."""

    def __init__(self, model: nn.Module, recipe: Recipe) -> None:
        """The loss that the recipe asks for."""
        super().__init__()
        self.model: Any = model
        self.options, self.smoothing = recipe.pictures, recipe.training.label_smoothing

    def forward(
        self, states: Tensor, numbers: Tensor, target_in: Tensor, target_out: Tensor, keep: Tensor, progress: float
    ) -> Tensor:
        """The loss; the shapes are those of `CaptionBatch`."""
        cells = _cells(self.model, states, self.options.frozen)
        logits, looks = self.model(cells, target_in, keep)
        loss = smoothed_cross_entropy(logits, by_step(target_out, keep), self.smoothing)
        if self.options.evenness:
            even = keep.sum(dim=2, keepdim=True) / looks.shape[2]
            loss = loss + self.options.evenness * ((looks - even) ** 2).sum(dim=2).mean()
        return loss


class CaptionReward(nn.Module):
    """How much better than a picture's other samples each of its samples is, by CIDEr-D."""

    def __init__(
        self, model: nn.Module, recipe: Recipe, tokenizer: Tokenizer, references: References, names: Sequence[str]
    ) -> None:
        """A reward with the document frequencies of all `references`; `names` tells each picture by its number."""
        super().__init__()
        self.model: Any = model
        self.options, self.tokenizer = recipe.pictures, tokenizer
        people = {name: [_ended(caption) for caption in own] for name, own in references.items()}
        self.consensus = Consensus(people.values())
        self.vectors = [[self.consensus.vector(caption) for caption in people[name]] for name in names]

    def forward(
        self, states: Tensor, numbers: Tensor, target_in: Tensor, target_out: Tensor, keep: Tensor, progress: float
    ) -> Tensor:
        """The loss, whose gradient makes better samples likelier; the shapes are those of `CaptionBatch`."""
        cells = _cells(self.model, states, self.options.frozen)
        samples = self._samples(cells.detach())
        rewards = torch.tensor(
            [
                [self._reward(caption, number) for caption in own]
                for own, number in zip(samples, numbers.tolist(), strict=True)
            ]
        )
        count = self.options.samples
        advantages = (rewards - rewards.mean(dim=1, keepdim=True)) * count / (count - 1)
        target_in, target_out = padded(samples, self.tokenizer)
        keep = target_out != self.tokenizer.pad
        logits, _ = self.model(cells, target_in, keep)
        chosen = torch.log_softmax(logits.float(), dim=-1).gather(1, by_step(target_out, keep)[:, None])[:, 0]
        return -(chosen * by_step(advantages[..., None].expand(keep.shape), keep)).mean()

    def _reward(self, caption: Sequence[int], number: int) -> float:
        return self.consensus.score_against(_ended(self.tokenizer.decode(caption)), self.vectors[number])

    @torch.no_grad()
    def _samples(self, cells: Tensor) -> list[list[list[int]]]:
        """Of each picture some captions drawn from the model, the longest first."""
        pictures, count = len(cells), self.options.samples
        with _evaluating(self.model):
            state = self.model.start(CaptionerMemory(cells, cells.new_ones(cells.shape[:2], dtype=torch.bool)))
            state = state.select(torch.arange(pictures).repeat_interleave(count))
            tokens = torch.full((pictures * count,), self.tokenizer.start)
            drawn = []
            for _ in range(self.options.longest - 1):
                result = self.model.step(tokens, state, need_weights=False)
                result.log_probs[:, [self.tokenizer.pad, self.tokenizer.start]] = float("-inf")
                tokens, state = torch.multinomial(result.log_probs.exp(), 1)[:, 0], result.state
                drawn.append(tokens)
        rows = [_until(row, self.tokenizer.end) for row in torch.stack(drawn, dim=1).tolist()]
        return [sorted(rows[first : first + count], key=len, reverse=True) for first in range(0, len(rows), count)]


def _cells(model: Any, states: Tensor, cut: int) -> Tensor:
    """The cells (pictures, cells, hidden), from what the encoder's first `cut` blocks made."""
    cells: Tensor = model.seen(model.encoder.after(states.float(), cut))
    return cells


def _ended(caption: str) -> tuple[str, ...]:
    """The words of a caption and a mark for its end: without it a caption may stop in the middle unpunished."""
    return (*words(caption), END)


def _until(tokens: list[int], end: int) -> list[int]:
    """The tokens up to the end piece, which is put behind them if it is not there."""
    return [*(tokens[: tokens.index(end)] if end in tokens else tokens), end]


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    """A block of code in which dropout sleeps."""
    model.eval()
    try:
        yield
    finally:
        model.train()
