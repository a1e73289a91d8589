"""Voice activity: a small convolutional network and an LSTM that say of each 32 ms whether somebody speaks.

Source: Silero Team, Silero VAD (github.com/snakers4/silero-vad), versions 5 and 6, 16 kHz.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

FRAME = 512  # samples at 16 kHz: 32 ms
_CONTEXT = 64  # samples of the frame before that each frame begins with
_REFLECTED = 64  # samples mirrored at its end
_WIDTH = 128
_NAMES = {  # in Silero's files, which run the LSTM frame by frame
    f"lstm_cell.{name}": f"lstm.{name}_l0" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
}


class VoiceState(NamedTuple):
    """What the detector keeps from one call to the next."""

    context: Tensor  # (64,) the last samples heard
    hidden: Tensor  # (1, 128)
    cell: Tensor  # (1, 128)


class VoiceDetector(nn.Module):
    """The probability of speech in each frame of a sound; frames are heard in order."""

    def __init__(self) -> None:
        super().__init__()
        # A short-time Fourier transform (256 samples every 128) as a convolution: 129 real parts, 129 imaginary.
        self.stft_conv = nn.Conv1d(1, 258, 256, stride=128, bias=False)
        self.conv1 = nn.Conv1d(129, 128, 3, padding=1)
        self.conv2 = nn.Conv1d(128, 64, 3, stride=2, padding=1)
        self.conv3 = nn.Conv1d(64, 64, 3, stride=2, padding=1)
        self.conv4 = nn.Conv1d(64, _WIDTH, 3, padding=1)
        self.lstm = nn.LSTM(_WIDTH, _WIDTH)
        self.final_conv = nn.Conv1d(_WIDTH, 1, 1)

    @classmethod
    def of(cls, weights: Mapping[str, Tensor]) -> "VoiceDetector":
        """The detector with the weights of Silero's own files (`silero_vad_16k.safetensors`), ready to listen.

        Raises:
            RuntimeError: a weight is missing, left over or of another shape.
        """
        detector = cls()
        detector.load_state_dict({_NAMES.get(name, name): tensor for name, tensor in weights.items()})
        return detector.eval()

    def start(self) -> VoiceState:
        """The state before the first frame."""
        zeros = self.final_conv.weight.new_zeros(1, _WIDTH)
        return VoiceState(zeros[0, :_CONTEXT], zeros, zeros)

    def forward(self, frames: Tensor, state: VoiceState) -> tuple[Tensor, VoiceState]:
        """Probabilities (frames,) of frames (frames, 512) in -1..1, and the state after them."""
        if not len(frames):
            return frames.new_zeros(0), state
        contexts = torch.cat([state.context[None], frames[:-1, -_CONTEXT:]])
        features = self._features(torch.cat([contexts, frames], dim=1))
        heard, (hidden, cell) = self.lstm(features, (state.hidden, state.cell))
        scores = self.final_conv(heard.relu()[:, :, None])  # (frames, 1, 1)
        return torch.sigmoid(scores[:, 0, 0]), VoiceState(frames[-1, -_CONTEXT:], hidden, cell)

    def _features(self, sound: Tensor) -> Tensor:
        """(frames, 128) of (frames, 64 + 512) samples."""
        padded = nn.functional.pad(sound[:, None], (0, _REFLECTED), mode="reflect")  # (frames, 1, 640)
        real, imaginary = self.stft_conv(padded).chunk(2, dim=1)  # (frames, 129, 4) each
        features: Tensor = (real.square() + imaginary.square()).sqrt()
        for layer in (self.conv1, self.conv2, self.conv3, self.conv4):
            features = layer(features).relu()
        return features[:, :, 0]
