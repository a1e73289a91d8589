"""The language model of cells: against torch's own layers, and against itself, step by step and side by side."""

from typing import Any

import pytest
import torch
from torch import nn

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.character import CharacterConfig, CharacterModel
from seq2seq_desktop.nn.quantized import int8_engine, quantize
from seq2seq_desktop.nn.tokens import TokenBatch

VOCABULARY, WIDTH, HIDDEN = 30, 8, 12
CELLS = ("lstm", "gru")


def make(cell: str, seed: int = 0, **sizes: Any) -> CharacterModel:
    torch.manual_seed(seed)
    return CharacterModel(CharacterConfig(VOCABULARY, WIDTH, HIDDEN, cell, **sizes)).eval()  # type: ignore[arg-type]


def texts(*lengths: int) -> list[list[int]]:
    numbers = torch.Generator().manual_seed(5)
    return [torch.randint(1, VOCABULARY, (length,), generator=numbers).tolist() for length in lengths]


def stepped(model: CharacterModel, batch: TokenBatch, target: torch.Tensor) -> torch.Tensor:
    """Log-probabilities (batch, steps, vocabulary) one step at a time; the first input is the start piece, 0."""
    state, steps = model.start(model.encode(batch)), []
    for tokens in target.unbind(dim=1):
        result = model.step(tokens, state, need_weights=True)
        assert result.attention is None
        state = result.state
        steps.append(result.log_probs)
    return torch.stack(steps, dim=1)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("length", [1, 5])
def test_steps_one_by_one_give_what_all_at_once_gives(cell: str, length: int) -> None:
    model = make(cell)
    batch = TokenBatch.of(texts(length, length), pad=0)
    target = torch.tensor([[0, *row] for row in texts(6, 6)])
    torch.testing.assert_close(stepped(model, batch, target), model(batch, target).log_softmax(-1))


@pytest.mark.parametrize("cell", CELLS)
def test_the_start_piece_stands_for_the_prompts_last(cell: str) -> None:
    model, (text,) = make(cell), texts(9)
    whole = model(TokenBatch.of([text[:1]], 0), torch.tensor([[0, *text[1:]]]))
    for cut in range(1, len(text) + 1):
        rest = model(TokenBatch.of([text[:cut]], 0), torch.tensor([[0, *text[cut:]]]))
        torch.testing.assert_close(rest, whole[:, cut - 1 :])


@pytest.mark.parametrize("cell", CELLS)
def test_a_prompt_alone_gives_what_it_gives_in_a_padded_batch(cell: str) -> None:
    model, prompts = make(cell), texts(1, 7, 3)
    target = torch.tensor([[0, 4, 9]] * 3)
    together = stepped(model, TokenBatch.of(prompts, 0), target)
    for row, prompt in enumerate(prompts):
        torch.testing.assert_close(stepped(model, TokenBatch.of([prompt], 0), target[:1])[0], together[row])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("parents", [[2, 0, 1], [1, 1, 1, 0], [2]])
@pytest.mark.parametrize("steps", [0, 2])
def test_a_selected_row_goes_on_as_its_parent_would(cell: str, parents: list[int], steps: int) -> None:
    model, chosen = make(cell), torch.tensor(parents)
    state = model.start(model.encode(TokenBatch.of(texts(4, 2, 6), 0)))
    for token in range(steps):
        state = model.step(torch.tensor([token + 1] * 3), state, False).state
    old = model.step(torch.tensor([7, 8, 9]), state, False).log_probs
    new = model.step(torch.tensor([7, 8, 9])[chosen], state.select(chosen), False).log_probs
    torch.testing.assert_close(new, old[chosen])
    torch.testing.assert_close(model.step(torch.tensor([7, 8, 9]), state, False).log_probs, old)  # still valid


@pytest.mark.parametrize(("cell", "reference"), [("lstm", nn.LSTM), ("gru", nn.GRU)])
def test_the_same_weights_in_torchs_layers_give_the_same(cell: str, reference: Any) -> None:
    model = make(cell)
    theirs = reference(WIDTH, HIDDEN, num_layers=2, batch_first=True)
    with torch.no_grad():
        for number, layer in enumerate(model.layers):
            for part in ("weight", "bias"):
                getattr(theirs, f"{part}_ih_l{number}").copy_(getattr(layer.cell.input, part))
                getattr(theirs, f"{part}_hh_l{number}").copy_(getattr(layer.cell.hidden, part))
    (text,) = texts(8)
    hidden, _ = theirs(model.embedding(torch.tensor([text])))
    ours = stepped(model, TokenBatch.of([text[:1]], 0), torch.tensor([[0, *text[1:]]]))
    torch.testing.assert_close(ours, model.output(hidden).log_softmax(-1))


@pytest.mark.skipif(int8_engine() is None, reason="no int8 products here")
@pytest.mark.parametrize("cell", CELLS)
def test_in_int8_it_reads_and_writes_about_the_same(cell: str) -> None:
    model, small = make(cell), quantize(make(cell))
    batch, target = TokenBatch.of(texts(6), 0), torch.tensor([[0, *texts(5)[0]]])
    expected = stepped(model, batch, target).exp()
    assert (stepped(small, batch, target).exp() - expected).abs().max() < 0.02  # type: ignore[arg-type]
    assert (small(batch, target).softmax(-1) - expected).abs().max() < 0.02


def test_only_the_positions_asked_for_are_scored() -> None:
    model, keep = make("lstm"), torch.tensor([[True, False, True]])
    batch, target = TokenBatch.of(texts(2), 0), torch.tensor([[0, 5, 6]])
    torch.testing.assert_close(model(batch, target, keep), model(batch, target)[keep])


def test_an_lstm_begins_with_open_forget_gates_and_dropout_only_trains() -> None:
    model = make("lstm", dropout=0.5)
    assert (model.layers[0].cell.hidden.bias[HIDDEN : 2 * HIDDEN] == 1).all()
    batch, target = TokenBatch.of(texts(2), 0), torch.tensor([[0, 5, 6]])
    assert torch.equal(model(batch, target), model(batch, target))
    model.train()
    assert not torch.equal(model(batch, target), model(batch, target))


@pytest.mark.parametrize("sizes", [{"cell": "rnn"}, {"layers": 0}, {"dropout": 1.0}])
def test_sizes_that_make_no_sense_are_refused(sizes: Any) -> None:
    with pytest.raises(OptionError, match=next(iter(sizes))):
        CharacterConfig(VOCABULARY, **sizes)
