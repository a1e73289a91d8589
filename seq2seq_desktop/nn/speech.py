"""Whisper: an encoder over 30 seconds of sound, and a decoder that writes what is said in them.

Source: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision", section 2.2. The layers are
the Transformer's own, with GELU. Shapes are (batch, steps, width) unless said otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seq2seq_desktop.errors import OptionError
from seq2seq_desktop.nn.attention import attend, join_heads
from seq2seq_desktop.nn.embedding import TiedEmbedding
from seq2seq_desktop.nn.spectrogram import HOP, WINDOW, log_mel
from seq2seq_desktop.nn.state import StepResult
from seq2seq_desktop.nn.transformer import (
    DecoderLayer,
    EncoderLayer,
    KeyValueState,
    sinusoids,
    start_state,
    step_layers,
)


@dataclass(frozen=True)
class WhisperConfig:
    """The sizes of a Whisper model, and what its makers found out about its tokens and heads."""

    vocabulary: int  # pieces
    mels: int = 80  # bands of the spectrogram
    width: int = 512  # of a state; divisible by heads
    heads: int = 8
    encoder_layers: int = 6
    decoder_layers: int = 6
    feed_forward: int = 2048  # width of the hidden layer between two sub-layers
    source_positions: int = 1500  # states of a window of sound, 20 ms each
    target_positions: int = 448  # tokens at most, what is forced included
    lang_ids: Sequence[int] = ()  # tokens of the languages; none where it knows but one
    suppress_ids: Sequence[int] = ()  # tokens that are no speech: symbols and the like
    suppress_ids_begin: Sequence[int] = ()  # tokens that no text begins with
    alignment_heads: Sequence[Sequence[int]] = ()  # (layer, head) of those that look where the spoken word is

    def __post_init__(self) -> None:
        if self.width % (2 * self.heads):
            raise OptionError(
                f"width = {self.width} is not divisible by 2 * heads = {2 * self.heads}",
                "take the sizes of the weights",
            )

    @property
    def dropout(self) -> float:
        """0: it is not trained here."""
        return 0.0


@dataclass(frozen=True)
class AudioBatch:
    """Windows of sound side by side."""

    features: Tensor  # (batch, mels, at most 2 * source_positions) float32, log-mel frames of 10 ms
    lengths: Tensor  # (batch,) int64, frames that are sound; silence fills the rest

    @classmethod
    def of(
        cls, clips: Sequence[Tensor], mels: int = 80, device: torch.device | str = "cpu", padded: int = WINDOW
    ) -> "AudioBatch":
        """A batch of clips (samples,), mono at 16 kHz, each filled up or cut to `padded` samples."""
        features = torch.stack([log_mel(clip, mels, padded) for clip in clips])
        lengths = torch.tensor([min(-(-len(clip) // HOP), features.shape[2]) for clip in clips])
        return cls(features.to(device), lengths.to(device))


@dataclass(frozen=True)
class AudioMemory:
    """The encoder's output.

    `keep_mask` tells how far the sound goes, so that maps are drawn and lengths limited by what can be heard. The
    decoder looks at the silence behind it all the same: it was trained on filled-up windows and rests its attention
    there, so what a map lacks to 1 lies behind its end.
    """

    states: Tensor  # (batch, source, width)
    keep_mask: Tensor  # (batch, source) bool, True where there is sound; the first position always


class Whisper(nn.Module):
    """Sound to text, token by token."""

    def __init__(self, config: WhisperConfig) -> None:
        super().__init__()
        self.config = config
        self.bands = nn.Conv1d(config.mels, config.width, 3, padding=1)
        self.halving = nn.Conv1d(config.width, config.width, 3, stride=2, padding=1)
        self.encoder = nn.ModuleList(EncoderLayer(config, F.gelu) for _ in range(config.encoder_layers))
        self.encoder_norm = nn.LayerNorm(config.width)
        self.embedding = TiedEmbedding(config.vocabulary, config.width)
        self.positions = nn.Parameter(torch.zeros(config.target_positions, config.width))
        self.decoder = nn.ModuleList(DecoderLayer(config, F.gelu) for _ in range(config.decoder_layers))
        self.decoder_norm = nn.LayerNorm(config.width)

    def encode(self, inputs: AudioBatch) -> AudioMemory:
        """The memory of a batch of windows.

        A window may be shorter than the model's, which is faster: it is read as if nothing came after it. The model
        has never seen that, and runs in circles where it gets much shorter than half.

        Raises: OptionError for windows that are longer than the model's, or of another number of bands.
        """
        mels, frames = inputs.features.shape[1:]
        if mels != self.config.mels or frames % 2 or not 0 < frames <= 2 * self.config.source_positions:
            problem = f"features have shape {(mels, frames)}"
            whole = (self.config.mels, 2 * self.config.source_positions)
            raise OptionError(
                problem, f"the model reads {whole}: bands, frames; or an even number of frames below that"
            )
        source = frames // 2
        features = inputs.features.to(self.positions.dtype)
        states = F.gelu(self.halving(F.gelu(self.bands(features)))).transpose(1, 2)
        states = states + sinusoids(source, self.config.width, device=states.device).to(states.dtype)
        for layer in self.encoder:
            states = layer(states, None)
        sounding = (inputs.lengths[:, None] + 1) // 2
        keep_mask = torch.arange(source, device=states.device) < sounding.clamp_min(1)
        return AudioMemory(self.encoder_norm(states), keep_mask)

    def start(self, memory: AudioMemory) -> KeyValueState:
        """The state before the first step; the keys and values of the memory are computed here, once."""
        return start_state(self.decoder, memory.states, None, self.positions)

    def step(self, tokens: Tensor, state: KeyValueState, need_weights: bool) -> StepResult:
        """The distribution after `tokens` (rows,); attention (rows, layers, heads, source) on request.

        Raises: OptionError beyond the last position that the model has.
        """
        if state.past.steps == len(state.positions):
            problem = f"the text of this window has more than {len(state.positions)} tokens"
            raise OptionError(problem, f"set max_length below {len(state.positions)}")
        states = self.embedding(tokens) + state.positions[state.past.steps]
        states, state, attention = step_layers(states, state, need_weights)
        return StepResult(torch.log_softmax(self._logits(states).float(), dim=-1), state, attention)

    def forward(self, source: AudioBatch, target: Tensor) -> Tensor:
        """Logits (batch, target, vocabulary) after each position of a target (batch, target) int64."""
        return self._logits(self._read(self.encode(source), target)[0])

    def attention(self, memory: AudioMemory, target: Tensor) -> Tensor:
        """Where each position of a target looks: (batch, layers, heads, target, source) float32.

        That is what `step` shows one position after another, in one pass; target is (batch, target) int64.
        """
        return torch.stack(self._read(memory, target)[1], dim=1)

    def _read(self, memory: AudioMemory, target: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The states after all layers, and each layer's weights (batch, heads, target, source)."""
        states = self.embedding(target) + self.positions[: target.shape[1]]
        maps = []
        for layer in self.decoder:
            states, weights = _read_layer(layer, states, memory.states)
            maps.append(weights)
        return states, maps

    def _logits(self, states: Tensor) -> Tensor:
        scores: Tensor = self.embedding.project(self.decoder_norm(states))
        return scores


def _read_layer(layer: Any, states: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """What the decoder layer's own `forward` gives, and the weights (batch, heads, target, source) with it."""
    states = states + layer.attention(layer.attention_norm(states), causal=True)
    cross = layer.cross_attention
    query = cross.project_query(layer.cross_attention_norm(states))
    keys, values = cross.project_memory(memory)
    context, weights = attend(query, keys, values, None)
    states = states + cross.output(join_heads(context))
    return states + layer.feed_forward(layer.feed_forward_norm(states)), weights
