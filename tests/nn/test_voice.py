"""The voice detector equals Silero's own, which the package has as TorchScript with weights of another training."""

import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import Tensor

from seq2seq_desktop.io.audio import blocks
from seq2seq_desktop.nn.voice import FRAME, VoiceDetector
from seq2seq_desktop.paths import resources

_SPEC = find_spec("silero_vad")
assert _SPEC
assert _SPEC.submodule_search_locations
DATA = Path(_SPEC.submodule_search_locations[0]) / "data"
SPEECH = resources() / "samples" / "transcribe" / "01-boat.en.opus"
IN_SCRIPT = {
    "stft_conv.weight": "stft.forward_basis_buffer",
    "final_conv.weight": "decoder.decoder.2.weight",
    "final_conv.bias": "decoder.decoder.2.bias",
    **{f"lstm_cell.{name}": f"decoder.rnn.{name}" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")},
    **{f"conv{i}.{name}": f"encoder.{i - 1}.reparam_conv.{name}" for i in range(1, 5) for name in ("weight", "bias")},
}


@pytest.fixture(scope="module")
def detector() -> VoiceDetector:
    return VoiceDetector.of(load_file(DATA / "silero_vad_16k.safetensors"))


@pytest.fixture(scope="module")
def frames() -> Tensor:
    """(frames, 512): somebody speaks, then there is noise."""
    spoken = torch.from_numpy(np.concatenate(list(blocks(SPEECH))))
    torch.manual_seed(0)
    noise = 0.02 * torch.randn(20 * FRAME)
    return torch.cat([spoken[: len(spoken) // FRAME * FRAME], noise]).view(-1, FRAME)


@torch.inference_mode()
def test_parity_with_the_torchscript_model(frames: Tensor) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TorchScript is on its way out; here it is the reference
        warnings.simplefilter("ignore", FutureWarning)
        script = torch.jit.load(str(DATA / "silero_vad.jit"), map_location="cpu").eval()
    weights = script.state_dict()
    ours = VoiceDetector.of({name: weights[f"_model.{theirs}"] for name, theirs in IN_SCRIPT.items()})
    probabilities, _ = ours(frames, ours.start())
    script.reset_states()
    expected = torch.cat([script(frame[None], 16_000)[0] for frame in frames])
    assert expected.max() - expected.min() > 0.9  # else it would prove little
    torch.testing.assert_close(probabilities, expected, atol=1e-4, rtol=0)


@torch.inference_mode()
@settings(max_examples=20)
@given(cuts=st.lists(st.integers(0, 40), max_size=4))
def test_any_cut_into_blocks_gives_the_same(cuts: list[int], detector: VoiceDetector, frames: Tensor) -> None:
    frames, state, parts = frames[20:60], detector.start(), []
    whole, end = detector(frames, detector.start())
    for begin, after in zip([0, *sorted(cuts)], [*sorted(cuts), 40], strict=True):
        part, state = detector(frames[begin:after], state)
        parts.append(part)
    torch.testing.assert_close(torch.cat(parts), whole, atol=1e-5, rtol=0)
    for one, other in zip(state, end, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def test_other_weights_are_refused(detector: VoiceDetector) -> None:
    with pytest.raises(RuntimeError, match="Missing key"):
        VoiceDetector.of({"conv1.bias": torch.zeros(128)})
