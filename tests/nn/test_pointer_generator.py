"""The pointer-generator: what must hold whatever its weights, and that it learns to copy."""

import pytest
import torch

from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.events import Hypothesis, SegmentDone
from seq2seq_desktop.nn.pointer_generator import PointerGenerator, PointerGeneratorConfig
from seq2seq_desktop.nn.quantized import quantize
from seq2seq_desktop.nn.tokens import TokenBatch

PAD, START, END = 0, 1, 2
SPECIAL = SpecialTokens(START, END, PAD)
TEXTS = [[5, 6, 7, 8, 2], [9, 10, 11, 2]]
TARGET = torch.tensor([[START, 5, 6, 7], [START, 9, 9, 12]])


@pytest.fixture
def model() -> PointerGenerator:
    torch.manual_seed(1)
    model = PointerGenerator(PointerGeneratorConfig(40, 32, 2, 2, 2, 64, 0.0)).eval()
    for name, parameter in model.named_parameters():
        if name.startswith(("gate", "coverage")):
            torch.nn.init.normal_(parameter)
    return model


def source(*texts: list[int]) -> TokenBatch:
    return TokenBatch.of(list(texts), PAD)


def test_steps_give_what_the_whole_gives(model: PointerGenerator) -> None:
    with torch.inference_mode():
        whole = model(source(*TEXTS), TARGET)
        state = model.start(model.encode(source(*TEXTS)))
        for step in range(TARGET.shape[1]):
            result = model.step(TARGET[:, step], state, True)
            state = result.state
            torch.testing.assert_close(result.log_probs, whole[:, step], rtol=1e-4, atol=1e-4)
            assert result.attention is not None
            assert result.gate is not None
            torch.testing.assert_close(result.attention.sum(dim=-1), torch.ones(2, 1, 1))
            assert ((result.gate >= 0) & (result.gate <= 1)).all()


def test_what_is_written_and_copied_makes_a_distribution(model: PointerGenerator) -> None:
    with torch.inference_mode():
        whole = model(source(*TEXTS), TARGET)
    torch.testing.assert_close(whole.exp().sum(dim=-1), torch.ones(2, 4), rtol=1e-4, atol=1e-4)


def test_only_the_kept_positions_are_computed(model: PointerGenerator) -> None:
    keep = torch.tensor([[True, True, False, True], [True, False, False, False]])
    with torch.inference_mode():
        torch.testing.assert_close(model(source(*TEXTS), TARGET, keep), model(source(*TEXTS), TARGET)[keep])


def test_a_text_alone_gives_what_it_gives_beside_a_longer_one(model: PointerGenerator) -> None:
    with torch.inference_mode():
        together = model(source(*TEXTS), TARGET)[1]
        alone = model(source(TEXTS[1]), TARGET[1:])[0]
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)


def test_with_the_gate_open_only_the_source_can_be_said(model: PointerGenerator) -> None:
    with torch.inference_mode():
        model.gate.weight.zero_()
        model.gate.bias.fill_(30.0)
        first = model(source(*TEXTS), TARGET)[0, 0].exp()
    assert first[TEXTS[0]].sum() > 0.999


def test_coverage_turns_away_from_what_was_read(model: PointerGenerator) -> None:
    with torch.inference_mode():
        model.coverage.weight.zero_()
        model.coverage.bias.fill_(-50.0)
        state = model.start(model.encode(source(TEXTS[0])))
        looked = []
        for _ in range(3):
            result = model.step(torch.tensor([START]), state, True)
            state = result.state
            assert result.attention is not None
            looked.append(int(result.attention.argmax()))
        _, overlap = model.forward_covered(source(TEXTS[0]), TARGET[:1], torch.ones(1, 4, dtype=torch.bool))
        model.coverage.bias.fill_(0.0)
        _, blind = model.forward_covered(source(TEXTS[0]), TARGET[:1], torch.ones(1, 4, dtype=torch.bool))
    assert len(set(looked)) == 3
    assert overlap < blind


def hypotheses(model: PointerGenerator, options: DecodeOptions) -> list[Hypothesis]:
    with torch.inference_mode():
        memory = model.encode(source(*TEXTS))
    events = decode(model, memory, options, special=SPECIAL)
    return [event.hypotheses[0] for event in events if isinstance(event, SegmentDone)]


def test_a_beam_of_one_is_greedy_and_each_token_has_its_gate(model: PointerGenerator) -> None:
    greedy = hypotheses(model, DecodeOptions(max_length=6, lamp=False))
    beam = hypotheses(model, DecodeOptions(search="beam", beams=1, max_length=6, lamp=False))
    assert [one.tokens for one in greedy] == [one.tokens for one in beam]
    for one in greedy:
        assert len(one.gates) == len(one.tokens)
        assert one.attention is not None
        assert one.attention.shape[1:3] == (1, 1)


def test_a_beam_reorders_coverage_with_its_rows(model: PointerGenerator) -> None:
    options = DecodeOptions(search="beam", beams=3, n_best=3, max_length=5, lamp=False)
    with torch.inference_mode():
        model.coverage.bias.fill_(-3.0)
        memory = model.encode(source(TEXTS[0]))
    (done,) = [event for event in decode(model, memory, options, special=SPECIAL) if isinstance(event, SegmentDone)]
    for one in done.hypotheses:
        said = torch.tensor([[START, *one.tokens]])
        with torch.inference_mode():
            log_probs = model(source(TEXTS[0]), said)[0]
        wanted = [float(log_probs[step, token].exp()) for step, token in enumerate(one.tokens)]
        assert one.probabilities == pytest.approx(wanted, rel=1e-3)


def test_it_learns_to_copy_what_it_never_saw() -> None:
    torch.manual_seed(3)
    model = PointerGenerator(PointerGeneratorConfig(60, 32, 2, 1, 1, 64, 0.0)).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    generator = torch.Generator().manual_seed(4)

    def lesson(low: int, high: int) -> tuple[TokenBatch, torch.Tensor, torch.Tensor]:
        words = torch.randint(low, high, (24, 5), generator=generator)
        tokens = torch.cat((words, torch.full((24, 1), END)), dim=1)
        said = torch.cat((torch.full((24, 1), START), words), dim=1)
        return TokenBatch(tokens, torch.ones_like(tokens, dtype=torch.bool)), said, tokens

    for _ in range(220):
        inputs, said, wanted = lesson(5, 40)
        loss = torch.nn.functional.nll_loss(model(inputs, said).flatten(0, 1), wanted.flatten())
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    inputs, said, wanted = lesson(40, 60)  # pieces that were never read or written
    with torch.inference_mode():
        found = model.eval()(inputs, said).argmax(dim=-1)
    assert (found == wanted).float().mean() > 0.3  # a model that only knows where to end has a sixth


def test_in_int8_it_says_nearly_the_same(model: PointerGenerator) -> None:
    with torch.inference_mode():
        exact = model(source(*TEXTS), TARGET).exp()
        rounded = quantize(model)(source(*TEXTS), TARGET).exp()
    torch.testing.assert_close(rounded, exact, rtol=0.3, atol=0.03)
