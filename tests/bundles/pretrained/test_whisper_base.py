"""Whisper base itself, where it is installed: equal to transformers' with the same weights."""

from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch import Tensor

from seq2seq_desktop.bundles.load import load_bundle
from seq2seq_desktop.decoding.decode import decode
from seq2seq_desktop.decoding.filters import SuppressTokens
from seq2seq_desktop.decoding.options import DecodeOptions, SpecialTokens
from seq2seq_desktop.decoding.speech import first_look
from seq2seq_desktop.events import SegmentDone
from seq2seq_desktop.nn.speech import AudioBatch, Whisper
from seq2seq_desktop.text.whisper import WhisperTokens

pytestmark = pytest.mark.slow
STEPS = 6


@pytest.fixture(scope="module")
def ours(whisper_base: Path) -> Any:
    return load_bundle(whisper_base, precision="float32")


@pytest.fixture(scope="module")
def theirs(ours: Any) -> Any:
    """transformers' model with the bundle's weights, put there name by name."""
    sizes = ours.model.config
    config = transformers.WhisperConfig(
        vocab_size=sizes.vocabulary,
        d_model=sizes.width,
        encoder_layers=sizes.encoder_layers,
        decoder_layers=sizes.decoder_layers,
        encoder_attention_heads=sizes.heads,
        decoder_attention_heads=sizes.heads,
        encoder_ffn_dim=sizes.feed_forward,
        decoder_ffn_dim=sizes.feed_forward,
        attn_implementation="eager",
    )
    model = transformers.WhisperForConditionalGeneration(config)
    missing, unknown = model.load_state_dict(_named(ours.model), strict=False)
    assert not missing
    assert all(name.endswith("k_proj.bias") for name in unknown)  # ours, which are zero
    return model.eval()


def _named(model: Whisper) -> dict[str, Tensor]:
    """Our weights by transformers' names."""
    from seq2seq_desktop.nn.transformer import sinusoids

    given, config = model.state_dict(), model.config
    named = {
        "model.encoder.embed_positions.weight": sinusoids(config.source_positions, config.width),
        "model.decoder.embed_positions.weight": given["positions"],
        "model.decoder.embed_tokens.weight": given["embedding.weight"],
        "proj_out.weight": given["embedding.weight"],
    }
    for kind in ("weight", "bias"):
        named[f"model.encoder.conv1.{kind}"] = given[f"bands.{kind}"]
        named[f"model.encoder.conv2.{kind}"] = given[f"halving.{kind}"]
        for side, count in (("encoder", config.encoder_layers), ("decoder", config.decoder_layers)):
            named[f"model.{side}.layer_norm.{kind}"] = given[f"{side}_norm.{kind}"]
            for number in range(count):
                layer = {
                    name.removeprefix(f"{side}.{number}."): tensor
                    for name, tensor in given.items()
                    if name.startswith(f"{side}.{number}.") and name.endswith(kind)
                }
                for name, tensor in _layer(layer, kind).items():
                    named[f"model.{side}.layers.{number}.{name}.{kind}"] = tensor
    return named


def _layer(layer: dict[str, Tensor], kind: str) -> dict[str, Tensor]:
    named = {
        "self_attn_layer_norm": layer[f"attention_norm.{kind}"],
        "self_attn.out_proj": layer[f"attention.output.{kind}"],
        "final_layer_norm": layer[f"feed_forward_norm.{kind}"],
        "fc1": layer[f"feed_forward.inner.{kind}"],
        "fc2": layer[f"feed_forward.outer.{kind}"],
    }
    parts = layer[f"attention.query_key_value.{kind}"].chunk(3)
    named |= {f"self_attn.{one}_proj": part for one, part in zip("qkv", parts, strict=True)}
    if f"cross_attention_norm.{kind}" in layer:
        parts = layer[f"cross_attention.key_value.{kind}"].chunk(2)
        named |= {f"encoder_attn.{one}_proj": part for one, part in zip("kv", parts, strict=True)}
        named["encoder_attn_layer_norm"] = layer[f"cross_attention_norm.{kind}"]
        named["encoder_attn.q_proj"] = layer[f"cross_attention.query.{kind}"]
        named["encoder_attn.out_proj"] = layer[f"cross_attention.output.{kind}"]
    return named


def sound() -> Tensor:
    """Three seconds of a voice-like hum that comes and goes."""
    time = torch.arange(48_000) / 16_000
    tone = sum(torch.sin(2 * torch.pi * 140 * k * time + k) / k for k in range(1, 12))
    noise = torch.randn(48_000, generator=torch.Generator().manual_seed(3))
    return 0.1 * torch.sin(2 * torch.pi * 1.5 * time).clamp_min(0) * tone + 0.002 * noise


@torch.no_grad()
def test_it_equals_transformers(ours: Any, theirs: Any) -> None:
    tokens = WhisperTokens.of(ours.tokenizer, ours.model.config.lang_ids)
    source = AudioBatch.of([sound()])
    memory = ours.model.encode(source)
    suppressed = ours.model.config.suppress_ids
    said = [tokens.start, *tokens.prefix("en")]
    for _ in range(STEPS):  # greedy, by the other model alone
        logits = theirs(encoder_outputs=(memory.states,), decoder_input_ids=torch.tensor([said])).logits[0, -1]
        logits[suppressed] = float("-inf")
        said.append(int(logits.argmax()))
    target = torch.tensor([said[:-1]])
    expected = theirs(source.features, decoder_input_ids=target, output_attentions=True)
    torch.testing.assert_close(memory.states, expected.encoder_last_hidden_state, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(ours.model(source, target), expected.logits, atol=1e-4, rtol=1e-4)
    maps = torch.stack(expected.cross_attentions, dim=1)
    torch.testing.assert_close(ours.model.attention(memory, target), maps, atol=1e-4, rtol=1e-4)
    events = decode(
        ours.model,
        memory,
        DecodeOptions(max_length=3 + STEPS, lamp=False),
        special=SpecialTokens(tokens.start, tokens.end, tokens.end),
        prefixes=[tokens.prefix("en")],
        filters=[SuppressTokens(suppressed)],
    )
    (done,) = [event for event in events if isinstance(event, SegmentDone)]
    assert done.hypotheses[0].tokens == tuple(said[1 : said.index(tokens.end) if tokens.end in said else None])


def test_silence_is_taken_for_silence_and_every_language_gets_its_share(ours: Any) -> None:
    tokens = WhisperTokens.of(ours.tokenizer, ours.model.config.lang_ids)
    assert len(tokens.languages) == 99
    with torch.inference_mode():
        memory = ours.model.encode(AudioBatch.of([torch.zeros(48_000)]))
    (look,) = first_look(ours.model, memory, tokens.start, tuple(tokens.languages.values()), tokens.no_speech)
    assert look.no_speech > 0.5
    assert sum(share for _, share in look.languages) == pytest.approx(1, abs=1e-5)
