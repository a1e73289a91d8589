"""Every architecture of the table goes through the one generator: all searches, branches, batches; in int8 too."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch

from seq2seq_desktop.bundles.architectures import ARCHITECTURES, build
from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.events import Finished, SegmentDone, Step
from seq2seq_desktop.nn.quantized import int8_engine, quantize
from seq2seq_desktop.nn.tokens import TokenBatch

VOCABULARY = 24
SIZES: dict[str, dict[str, Any]] = {
    "transformer": {"width": 16, "heads": 2, "feed_forward": 24},
    "convolutional": {"width": 16, "encoder_layers": 2, "decoder_layers": 2},
    "recurrent": {"width": 16, "hidden": 16},
    "recurrent-dot": {"width": 16, "hidden": 16, "cell": "lstm", "attention": "dot"},
    "recurrent-none": {"width": 16, "hidden": 16, "attention": "none"},
    "pointer-generator": {"width": 16, "heads": 4, "feed_forward": 24},
}
SOURCES = [[3, 4, 5, 6, 7, 2], [8, 9, 2], [10, 11, 12, 13, 2]]
SPECIAL = SpecialTokens(start=1, end=2, pad=0)
SEARCHES = {
    "greedy": DecodeOptions(max_length=8),
    "beam": DecodeOptions(search="beam", beams=3, n_best=3, max_length=8),
    "sample": DecodeOptions(search="sample", temperature=1.2, seed=4, max_length=8),
}


def architecture_of(name: str) -> str:
    """What a name is a variant of."""
    return name if name in ARCHITECTURES else name.partition("-")[0]


def made(name: str) -> Any:
    """A seeded model whose outputs are far from uniform."""
    torch.manual_seed(11)
    model = build({"architecture": architecture_of(name), "vocabulary": VOCABULARY, "pad": 0, **SIZES[name]}).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.5)
    return model


def run(model: Any, sources: Sequence[list[int]], options: DecodeOptions, **more: Any) -> list[Any]:
    """The events of one decode."""
    with torch.inference_mode():
        memory = model.encode(TokenBatch.of(list(sources), 0))
    return list(decode(model, memory, options, special=SPECIAL, **more))


def outputs(events: list[Any]) -> list[tuple[int, ...]]:
    """The best tokens of each segment."""
    done = sorted((event for event in events if isinstance(event, SegmentDone)), key=lambda event: event.segment)
    return [event.hypotheses[0].tokens for event in done]


def test_every_architecture_is_tried_here() -> None:
    # These read a prompt, sound, pictures and sentences, not pieces of a text: they have tests of their own.
    others = {"character", "whisper", "captioner", "sentence-pointer"}
    assert {architecture_of(name) for name in SIZES} == set(ARCHITECTURES) - others


@pytest.mark.parametrize("search", ["greedy", "beam"])
@pytest.mark.parametrize("name", SIZES)
def test_each_search_says_the_same_alone_and_in_a_batch(name: str, search: str) -> None:
    model, options = made(name), SEARCHES[search]
    together = run(model, SOURCES, options)
    assert isinstance(together[-1], Finished)
    assert outputs(together) == [outputs(run(model, [source], options))[0] for source in SOURCES]


@pytest.mark.parametrize("name", SIZES)
def test_drawing_is_repeated_by_its_seed(name: str) -> None:
    model = made(name)
    first, second = (outputs(run(model, SOURCES, SEARCHES["sample"])) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", SIZES)
def test_a_branch_goes_on_from_its_prefix_as_the_whole_would(name: str) -> None:
    model = made(name)
    (whole,) = outputs(run(model, SOURCES[:1], SEARCHES["greedy"]))
    (same,) = outputs(run(model, SOURCES[:1], SEARCHES["greedy"], prefixes=[whole[:2]]))
    other = next(token for token in range(3, VOCABULARY) if token != whole[1])
    (branched,) = outputs(run(model, SOURCES[:1], SEARCHES["greedy"], prefixes=[(whole[0], other)]))
    assert same == whole
    assert branched[:2] == (whole[0], other)


@pytest.mark.parametrize("name", SIZES)
def test_steps_show_attention_where_there_is_any(name: str) -> None:
    events = run(made(name), SOURCES[:1], SEARCHES["greedy"])
    steps = [event for event in events if isinstance(event, Step)]
    for step in steps:
        if name == "recurrent-none":
            assert step.attention is None
        else:
            assert step.attention is not None
            assert step.attention.sum(axis=-1) == pytest.approx(1, abs=1e-5)
    assert (next(e for e in events if isinstance(e, SegmentDone)).hypotheses[0].attention is None) == (
        name == "recurrent-none"
    )


@pytest.mark.skipif(int8_engine() is None, reason="torch has no int8 products for this processor")
@pytest.mark.parametrize("name", SIZES)
def test_int8_says_nearly_the_same(name: str) -> None:
    exact: Any = made(name)
    rounded: Any = quantize(made(name))
    source, target = TokenBatch.of(SOURCES, 0), torch.tensor([[1, 5, 9], [1, 6, 10], [1, 7, 11]])
    with torch.inference_mode():
        states = [model.start(model.encode(source)) for model in (exact, rounded)]  # type: ignore[operator]
        for tokens in target.T:
            results = [
                model.step(tokens, state, False) for model, state in zip((exact, rounded), states, strict=True)
            ]  # type: ignore[operator]
            states = [result.state for result in results]
            gap = (results[0].log_probs.exp() - results[1].log_probs.exp()).abs().max()
            assert gap < 0.08
    assert outputs(run(rounded, SOURCES, SEARCHES["beam"]))
