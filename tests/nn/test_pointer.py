"""The pointer over sentences: what must hold whatever its weights."""

import pytest
import torch

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import SegmentDone
from seq2seq_desktop.nn.pointer import FIRST, START, STOP, PointerConfig, SentenceBatch, SentencePointer
from seq2seq_desktop.nn.quantized import quantize
from seq2seq_desktop.tasks.summarize.choosing import sentence_batch

PAD = 0
DOCUMENTS = [
    [[5, 6, 7], [8, 9], [5, 6, 10, 11], [12], [6, 7, 9]],
    [[13, 14, 5], [15, 16], [13, 14, 5, 16]],
]


@pytest.fixture
def model() -> SentencePointer:
    torch.manual_seed(1)
    return SentencePointer(PointerConfig(40, 32, 2, 1, 64, 3, 0.0, PAD)).eval()


def batch(*documents: list[list[int]]) -> SentenceBatch:
    return sentence_batch(documents, PAD)


def test_steps_give_what_the_whole_gives(model: SentencePointer) -> None:
    target = torch.tensor([[START, FIRST + 2, FIRST], [START, FIRST + 1, FIRST + 2]])
    with torch.inference_mode():
        whole = model(batch(*DOCUMENTS), target)
        state = model.start(model.encode(batch(*DOCUMENTS)))
        for step in range(target.shape[1]):
            result = model.step(target[:, step], state, True)
            state = result.state
            torch.testing.assert_close(result.log_probs, whole[:, step])
            assert result.attention is not None
            torch.testing.assert_close(result.attention.sum(dim=-1), torch.ones(2, 1, 1))


def test_a_document_alone_gives_what_it_gives_beside_a_longer_one(model: SentencePointer) -> None:
    target = torch.tensor([[START, FIRST + 1]])
    with torch.inference_mode():
        together = model(batch(*DOCUMENTS), target.expand(2, -1))[1]
        alone = model(batch(DOCUMENTS[1]), target)[0]
    kept = FIRST + len(DOCUMENTS[1])
    torch.testing.assert_close(together[:, :kept], alone, rtol=1e-4, atol=1e-5)
    assert together[:, kept:].eq(float("-inf")).all()


def test_the_order_of_pieces_in_a_sentence_and_of_columns_does_not_count(model: SentencePointer) -> None:
    turned = [list(reversed(sentence)) for sentence in DOCUMENTS[0]]
    target = torch.tensor([[START]])
    with torch.inference_mode():
        torch.testing.assert_close(model(batch(DOCUMENTS[0]), target), model(batch(turned), target))


@pytest.mark.parametrize("search", ["greedy", "beam", "sample"])
def test_no_sentence_is_chosen_twice_and_all_can_be(model: SentencePointer, search: str) -> None:
    with torch.inference_mode():
        model.stop.bias.fill_(-1e4)  # it never stops of its own will
        memory = model.encode(batch(*DOCUMENTS))
    options = DecodeOptions(search=search, seed=1, lamp=False, length_factor=0, length_extra=20)  # type: ignore[arg-type]
    for event in decode(model, memory, options, special=SpecialTokens(START, STOP, START)):
        if isinstance(event, SegmentDone):
            count = len(DOCUMENTS[event.segment])
            assert sorted(event.hypotheses[0].tokens) == list(range(FIRST, FIRST + count))
            assert event.reason == "end"


def test_what_repeats_the_chosen_is_seen(model: SentencePointer) -> None:
    twice = [[5, 6, 7, 8], [9, 10, 11, 12], [5, 6, 7, 8]]
    with torch.inference_mode():
        model.repeats.weight.fill_(0.0)
        blind = model(batch(twice), torch.tensor([[START, FIRST]]))[0, 1]
        torch.manual_seed(2)
        model.repeats.weight.normal_()
        seeing = model(batch(twice), torch.tensor([[START, FIRST]]))[0, 1]
    assert not torch.allclose(blind[FIRST + 1 :], seeing[FIRST + 1 :])


def test_it_learns_to_choose_the_sentence_that_shares_most(model: SentencePointer) -> None:
    generator = torch.Generator().manual_seed(4)
    model.train()
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)

    def lesson() -> tuple[SentenceBatch, torch.Tensor]:
        documents, wanted = [], []
        for _ in range(16):
            pieces = torch.randint(5, 40, (4, 6), generator=generator).tolist()
            place = int(torch.randint(0, 5, (1,), generator=generator))
            pieces.insert(place, [sentence[0] for sentence in pieces] + [sentence[1] for sentence in pieces])
            documents.append(pieces)
            wanted.append(FIRST + place)
        return batch(*documents), torch.tensor(wanted)

    for _ in range(60):
        source, wanted = lesson()
        loss = -model(source, torch.zeros(16, 1, dtype=torch.int64))[:, 0].gather(1, wanted[:, None]).mean()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    source, wanted = lesson()
    with torch.inference_mode():
        found = model.eval()(source, torch.zeros(16, 1, dtype=torch.int64))[:, 0].argmax(dim=-1)
    assert (found == wanted).float().mean() > 0.8


def test_in_int8_it_still_points(model: SentencePointer) -> None:
    with torch.inference_mode():
        exact = model(batch(*DOCUMENTS), torch.zeros(2, 1, dtype=torch.int64)).exp()
        rounded = quantize(model)(batch(*DOCUMENTS), torch.zeros(2, 1, dtype=torch.int64)).exp()
    torch.testing.assert_close(rounded, exact, rtol=0.2, atol=0.02)


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(OptionError, match="the next that fits is 104"):
        PointerConfig(40, width=100)
    with pytest.raises(OptionError, match="dropout"):
        PointerConfig(40, dropout=1.0)
