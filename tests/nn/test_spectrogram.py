"""The spectrogram, held to that of transformers."""

import numpy as np
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_desktop.nn.spectrogram import SAMPLE_RATE, WINDOW, log_mel, mel_filters


def sound(seconds: float, seed: int = 0) -> torch.Tensor:
    """A rising tone in noise."""
    time = torch.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    noise = torch.randn(len(time), generator=torch.Generator().manual_seed(seed))
    return 0.3 * torch.sin(2 * torch.pi * (200 + 300 * time) * time) + 0.01 * noise


@pytest.mark.parametrize("mels", [80, 128])
@pytest.mark.parametrize("seconds", [0.05, 4.0, 31.0])
def test_it_equals_transformers(mels: int, seconds: float) -> None:
    samples = sound(seconds)
    reference = transformers.WhisperFeatureExtractor(feature_size=mels)
    expected = reference(samples.numpy(), sampling_rate=SAMPLE_RATE, return_tensors="np")["input_features"][0]
    np.testing.assert_allclose(log_mel(samples, mels).numpy(), expected, atol=1e-4)


@pytest.mark.parametrize("mels", [8, 80, 128])
def test_filters_equal_transformers(mels: int) -> None:
    reference = transformers.WhisperFeatureExtractor(feature_size=mels)
    np.testing.assert_allclose(mel_filters(mels).numpy(), np.asarray(reference.mel_filters).T, atol=1e-6)


@settings(max_examples=20)
@given(st.integers(0, WINDOW + 5000), st.floats(0.0, 1.0))
def test_every_clip_fills_a_window_and_stays_in_range(length: int, loudness: float) -> None:
    features = log_mel(torch.full((length,), loudness))
    assert features.shape == (80, 3000)
    assert features.isfinite().all()
    assert float(features.max() - features.min()) <= 2.0 + 1e-5


def test_without_padding_a_clip_keeps_its_length() -> None:
    assert log_mel(sound(1.0), padded=0).shape == (80, 100)
