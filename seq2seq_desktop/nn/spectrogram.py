"""Sound as Whisper sees it: the logarithm of the power in bands that are spaced as the ear spaces them.

Source: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision", section 2.2; the scale and
its filters as in Slaney 1998, "Auditory Toolbox", the mel filter bank.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

SAMPLE_RATE = 16_000  # Hz
WINDOW = 30 * SAMPLE_RATE  # samples that Whisper reads at once
HOP = 160  # samples between two frames: 100 frames a second
FRAME = 400  # samples of a frame, 25 ms

_LINEAR = 200 / 3  # Hz a mel, up to ...
_EDGE = 1000.0  # ... this frequency in Hz; logarithmic beyond
_STEP = 6.4 ** (1 / 27)  # ratio of two frequencies one mel apart, beyond the edge


def log_mel(samples: Tensor, mels: int = 80, padded: int = WINDOW) -> Tensor:
    """The log-mel spectrogram (mels, frames) of mono samples (samples,) at 16 kHz, -1..1; frames are 10 ms apart.

    Silence fills the samples up to `padded`; what is longer is cut there. 0 leaves them as long as they are.
    Values lie in a range of 2, the loudest at about 1: quieter ones than a hundred-millionth of it are lifted.
    """
    if padded:
        samples = F.pad(samples[:padded], (0, max(0, padded - len(samples))))
    window = torch.hann_window(FRAME, device=samples.device)
    spectrum = torch.stft(samples.float(), FRAME, HOP, window=window, return_complex=True)
    power = mel_filters(mels).to(samples.device) @ spectrum[:, :-1].abs().square()
    logarithm = power.clamp_min(1e-10).log10()
    logarithm = logarithm.maximum(logarithm.max() - 8.0)
    return (logarithm + 4.0) / 4.0


def mel_filters(mels: int) -> Tensor:
    """The filters (mels, FRAME // 2 + 1) float32: triangles over frequency, each of the same area."""
    frequencies = torch.linspace(0, SAMPLE_RATE / 2, FRAME // 2 + 1, dtype=torch.float64)
    highest = _mel(torch.tensor(SAMPLE_RATE / 2, dtype=torch.float64))
    corners = _hertz(torch.linspace(0, 1, mels + 2, dtype=torch.float64) * highest)
    widths = corners.diff()
    away = corners[:, None] - frequencies  # (mels + 2, frequencies)
    rising = -away[:-2] / widths[:-1, None]
    falling = away[2:] / widths[1:, None]
    triangles = rising.minimum(falling).clamp_min(0.0)
    return (triangles * (2.0 / (corners[2:] - corners[:-2]))[:, None]).float()


def _mel(hertz: Tensor) -> Tensor:
    beyond = _EDGE / _LINEAR + (hertz.clamp_min(_EDGE) / _EDGE).log() / math.log(_STEP)
    return torch.where(hertz < _EDGE, hertz / _LINEAR, beyond)


def _hertz(mel: Tensor) -> Tensor:
    edge = _EDGE / _LINEAR
    return torch.where(mel < edge, mel * _LINEAR, _EDGE * _STEP ** (mel - edge).clamp_min(0.0))
