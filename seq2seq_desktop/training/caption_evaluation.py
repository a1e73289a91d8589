"""How good a captioner is while it trains: scores on the dev files, sample captions, a picture of where it looks."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import torch
from torch import nn

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.events import Hypothesis, SegmentDone
from seq2seq_desktop.io.filmstrip import save_filmstrip
from seq2seq_desktop.metrics.captions import score_captions
from seq2seq_desktop.nn.captioning import CaptionerMemory
from seq2seq_desktop.tasks.caption.reading import read_captions
from seq2seq_desktop.tasks.caption.shelf import Shelf
from seq2seq_desktop.training.captions import TRAIN
from seq2seq_desktop.training.checkpoint import RunState
from seq2seq_desktop.training.log import add_samples, keep_until
from seq2seq_desktop.training.views import Views
from seq2seq_desktop.training.workshop import Workshop

SAMPLES = 3
_BATCH = 50  # pictures decoded side by side
_METRICS = ("cider", "bleu4")


class CaptionEvaluation:
    """The `Evaluate` of the loop for a recipe's dev files; it writes into the run's folder."""

    def __init__(self, shop: Workshop, step: int = 0) -> None:
        """Open what was prepared of the dev pictures; what the run's folder holds of samples after `step` goes."""
        self.tokenizer, self.folder, self.device = shop.tokenizer, shop.folder, shop.device
        self.options = shop.recipe.pictures
        self.shelf = Shelf(shop.data / self.options.folder)
        files = shop.recipe.data.dev
        self.references = {
            name: read_captions(shop.data / file, shop.recipe.data.dev_limit) for name, file in files.items()
        }
        self.views = {name: Views.open(shop.folder / f"{TRAIN}-{name}") for name in files}
        keep_until(self.folder / "samples.tsv", step, "\t")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the scores."""
        return tuple(f"{name} {metric}" for name in self.views for metric in _METRICS)

    def __call__(self, model: nn.Module, state: RunState) -> dict[str, float]:
        """CIDEr-D and BLEU-4 of each dev file; a step more in samples.tsv and in the pictures."""
        self._keep_samples(model, state.step)
        return self.scores(model)

    def scores(self, model: nn.Module) -> dict[str, float]:
        """CIDEr-D and BLEU-4 of each dev file, by greedy decoding."""
        result: dict[str, float] = {}
        for name, views in self.views.items():
            numbers = sorted(range(len(views.names)), key=lambda number: tuple(views.grids[number]))
            outputs = [self._text(one) for one in self._captioned(model, views, numbers, attention=False)]
            references = [self.references[name][views.names[number]] for number in numbers]
            score = score_captions(outputs, references)
            result |= {f"{name} cider": score.cider, f"{name} bleu4": score.bleu[3]}
        return result

    def _captioned(self, model: Any, views: Views, numbers: Sequence[int], attention: bool) -> Iterator[Hypothesis]:
        """The caption of each picture, in the order given; neighbours of one grid are decoded together."""
        options = DecodeOptions(
            alternatives=0, attention=attention, entropy=False, lamp=False, max_length=self.options.longest
        )
        special = SpecialTokens(self.tokenizer.start, self.tokenizer.end, self.tokenizer.pad)
        for items in _of_one_grid(views, numbers):
            with torch.inference_mode():
                states = views.of_one_grid(items).to(self.device).float()
                cells = model.seen(model.encoder.after(states, self.options.frozen))
                memory = CaptionerMemory(cells, cells.new_ones(cells.shape[:2], dtype=torch.bool))
            events = decode(model, memory, options, special=special)
            done = [event for event in events if isinstance(event, SegmentDone)]
            yield from (event.hypotheses[0] for event in sorted(done, key=lambda event: event.segment))

    def _text(self, hypothesis: Hypothesis) -> str:
        return self.tokenizer.decode(hypothesis.tokens)

    def _keep_samples(self, model: nn.Module, step: int) -> None:
        rows = []
        for views in islice(self.views.values(), 1):
            shown = sorted({len(views.names) * (number + 1) // (SAMPLES + 1) for number in range(SAMPLES)})
            for number, hypothesis in zip(shown, self._captioned(model, views, shown, True), strict=True):
                rows.append((step, views.names[number], self._text(hypothesis)))
                if number == shown[0]:
                    self._draw(views, number, hypothesis, step)
        add_samples(self.folder / "samples.tsv", ("step", "file", "output"), rows)

    def _draw(self, views: Views, number: int, hypothesis: Hypothesis, step: int) -> None:
        if hypothesis.attention is None:
            return
        picture = self.shelf.read(views.names[number])
        rows, columns = views.grids[number].tolist()
        maps = hypothesis.attention[:, 0, 0].reshape(-1, rows, columns)
        pieces = [self.tokenizer.piece(token) for token in hypothesis.tokens]
        save_filmstrip(picture.pixels, pieces, maps, self.folder / f"attention-{step:08d}.png", overwrite=True)


def _of_one_grid(views: Views, numbers: Sequence[int]) -> Iterator[list[int]]:
    """The numbers in their order, cut where the grid changes and where a batch is full."""
    batch: list[int] = []
    for number in numbers:
        if batch and (len(batch) == _BATCH or (views.grids[number] != views.grids[batch[0]]).any()):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
