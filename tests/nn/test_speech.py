"""Whisper: equal to transformers' with the same weights, and equal to itself step by step."""

from typing import Any

import pytest
import torch
import transformers
from torch import Tensor

from seq2seq_desktop.bundles.architectures import build
from seq2seq_desktop.bundles.pretrained.whisper import from_state_dict
from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.events import SegmentDone
from seq2seq_desktop.nn.quantized import Int8Linear, quantize
from seq2seq_desktop.nn.speech import AudioBatch, Whisper, WhisperConfig

VOCABULARY, MELS, SOURCE, LONGEST = 60, 8, 20, 16
START, END = 1, 2
TARGETS = torch.tensor([[1, 5, 9, 13, 40], [1, 6, 10, 14, 41], [1, 7, 11, 15, 42]])


@pytest.fixture(scope="module")
def theirs() -> Any:
    config = transformers.WhisperConfig(
        vocab_size=VOCABULARY,
        num_mel_bins=MELS,
        d_model=16,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=24,
        decoder_ffn_dim=24,
        max_source_positions=SOURCE,
        max_target_positions=LONGEST,
        decoder_start_token_id=START,
        bos_token_id=START,
        pad_token_id=END,
        eos_token_id=END,
        suppress_tokens=None,
        begin_suppress_tokens=None,
        attn_implementation="eager",
    )
    torch.manual_seed(11)
    model = transformers.WhisperForConditionalGeneration(config).eval()
    for name, parameter in model.named_parameters():
        if "encoder.embed_positions" not in name:
            parameter.data.add_(0.3 * torch.randn_like(parameter))  # none at 0 or 1, where a forgotten one hides
    return model


@pytest.fixture
def ours(theirs: Any) -> Whisper:
    config = WhisperConfig(VOCABULARY, MELS, 16, 2, 2, 2, 24, SOURCE, LONGEST)
    model = Whisper(config)
    weights = from_state_dict(theirs.state_dict())
    weights.pop("encoder_positions")
    model.load_state_dict(weights)
    return model.eval()


def batch(rows: int = 3) -> AudioBatch:
    features = torch.randn(rows, MELS, 2 * SOURCE, generator=torch.Generator().manual_seed(4))
    return AudioBatch(features, torch.tensor([40, 13, 0])[:rows])


def steps(model: Whisper, source: AudioBatch, target: Tensor) -> tuple[Tensor, Tensor]:
    """Log-probabilities (batch, target, vocabulary) and attention (batch, layers, heads, target, source)."""
    state = model.start(model.encode(source))
    log_probs, attention = [], []
    for tokens in target.T:
        result = model.step(tokens, state, need_weights=True)
        state = result.state
        log_probs.append(result.log_probs)
        attention.append(result.attention)
    return torch.stack(log_probs, dim=1), torch.stack(attention, dim=3)


@torch.no_grad()
def test_logits_and_attention_equal_transformers(theirs: Any, ours: Whisper) -> None:
    source = batch()
    expected = theirs(source.features, decoder_input_ids=TARGETS, output_attentions=True)
    torch.testing.assert_close(ours(source, TARGETS), expected.logits, atol=1e-4, rtol=1e-4)
    maps = torch.stack(expected.cross_attentions, dim=1)
    torch.testing.assert_close(ours.attention(ours.encode(source), TARGETS), maps, atol=1e-4, rtol=1e-4)
    memory = expected.encoder_last_hidden_state
    torch.testing.assert_close(ours.encode(source).states, memory, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_steps_equal_the_whole_sequence_at_once(ours: Whisper) -> None:
    source = batch()
    log_probs, attention = steps(ours, source, TARGETS)
    torch.testing.assert_close(log_probs, torch.log_softmax(ours(source, TARGETS), -1), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(attention, ours.attention(ours.encode(source), TARGETS), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(attention.sum(dim=-1), torch.ones(3, 2, 2, 5))


def test_what_is_decoded_equals_transformers(theirs: Any, ours: Whisper) -> None:
    source = batch()
    with torch.no_grad():
        expected = transformers.GenerationMixin.generate(
            theirs,
            source.features,
            decoder_input_ids=torch.tensor([[START, 5]] * 3),
            do_sample=False,
            max_new_tokens=8,
            suppress_tokens=[START],  # which our decoding never chooses
        )
        memory = ours.encode(source)
    options, special = DecodeOptions(max_length=9, lamp=False), SpecialTokens(START, END, END)
    events = list(decode(ours, memory, options, special=special, prefixes=[[5]] * 3))
    said = {event.segment: event.hypotheses[0].tokens for event in events if isinstance(event, SegmentDone)}
    assert [said[row] for row in range(3)] == [
        tuple(token for token in tokens[1:] if token != END) for tokens in expected.tolist()
    ]


@pytest.mark.parametrize("search", ["greedy", "beam"])
def test_each_search_says_the_same_alone_and_in_a_batch(ours: Whisper, search: Any) -> None:
    options = DecodeOptions(search, beams=3, max_length=9, no_repeat_ngram=1, lamp=False)

    def said(source: AudioBatch) -> list[tuple[int, ...]]:
        with torch.inference_mode():
            memory = ours.encode(source)
        events = list(decode(ours, memory, options, special=SpecialTokens(START, END, END)))
        done = sorted((e for e in events if isinstance(e, SegmentDone)), key=lambda e: e.segment)
        assert all(e.hypotheses[0].attention.shape[1:3] == (2, 2) for e in done)
        return [e.hypotheses[0].tokens for e in done]

    whole = batch()
    alone = [said(AudioBatch(whole.features[row : row + 1], whole.lengths[row : row + 1]))[0] for row in range(3)]
    assert said(whole) == alone
    assert len(set(alone)) > 1


@torch.no_grad()
def test_a_window_is_the_same_alone_and_in_a_batch(ours: Whisper) -> None:
    together = ours(batch(), TARGETS)
    alone = ours(batch(1), TARGETS[:1])
    torch.testing.assert_close(alone[0], together[0], atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_select_continues_the_rows_it_names_and_leaves_the_old_state_valid(ours: Whisper) -> None:
    rows = torch.tensor([2, 2, 0])
    state = ours.start(ours.encode(batch()))
    state = ours.step(TARGETS[:, 0], state, need_weights=False).state
    everything = ours.step(TARGETS[:, 1], state, need_weights=False).log_probs
    chosen = ours.step(TARGETS[rows, 1], state.select(rows), need_weights=False).log_probs
    torch.testing.assert_close(chosen, everything[rows], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(ours.step(TARGETS[:, 1], state, False).log_probs, everything, atol=0, rtol=0)


@torch.no_grad()
def test_the_memory_tells_how_far_the_sound_goes(ours: Whisper) -> None:
    memory = ours.encode(batch())
    assert memory.keep_mask.sum(dim=1).tolist() == [20, 7, 1]
    attention = ours.attention(memory, TARGETS)
    assert float(attention[1, ..., 7:].sum()) > 0  # the silence behind it is looked at all the same


@torch.no_grad()
def test_int8_replaces_matrices_and_leaves_convolutions(ours: Whisper) -> None:
    source = batch()
    exact = ours(source, TARGETS)
    model: Any = quantize(ours)
    assert isinstance(model.bands, torch.nn.Conv1d)
    assert isinstance(model.encoder[0].feed_forward.inner, Int8Linear)
    rounded = model(source, TARGETS)
    assert float((rounded - exact).abs().mean()) < 0.1 * float(exact.std())
    log_probs, _ = steps(model, source, TARGETS)
    assert float((log_probs - torch.log_softmax(exact, -1)).abs().mean()) < 0.1 * float(exact.std())


def test_clips_become_windows_with_their_lengths() -> None:
    made = AudioBatch.of([torch.zeros(16_000), torch.zeros(0), torch.zeros(600_000)])
    assert made.features.shape == (3, 80, 3000)
    assert made.lengths.tolist() == [100, 0, 3000]


@torch.no_grad()
def test_what_does_not_fit_is_told(ours: Whisper) -> None:
    with pytest.raises(OptionError, match=r"\(8, 40\)"):
        ours.encode(AudioBatch.of([torch.zeros(100)]))
    with pytest.raises(OptionError, match=r"\(8, 39\)"):
        ours.encode(AudioBatch(torch.zeros(1, 8, 39), torch.tensor([39])))
    state = ours.start(ours.encode(batch(1)))
    for _ in range(LONGEST):
        state = ours.step(torch.tensor([5]), state, need_weights=False).state
    with pytest.raises(OptionError, match="more than 16 tokens"):
        ours.step(torch.tensor([5]), state, need_weights=False)
    with pytest.raises(OptionError, match="width = 10"):
        WhisperConfig(5, width=10, heads=4)


def test_config_json_builds_it() -> None:
    sizes = {"width": 16, "heads": 2, "encoder_layers": 1, "decoder_layers": 1, "feed_forward": 8}
    model = build({"architecture": "whisper", "vocabulary": 9, **sizes})
    assert isinstance(model, Whisper)
