"""CTranslate2's file format."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seq2seq_desktop.bundles.pretrained.model_bin import read_model_bin
from seq2seq_desktop.errors import BundleError

ARRAYS = {
    "a/weight": torch.arange(6, dtype=torch.float32).view(2, 3),
    "a/bias": torch.tensor([1.5, -2.25], dtype=torch.float16),
    "heads": torch.tensor(8, dtype=torch.int16),
    "empty": torch.zeros(0, 4),
}


def test_arrays_come_back_with_aliases_but_no_scalars(as_model_bin: Callable[..., bytes], tmp_path: Path) -> None:
    content = as_model_bin(ARRAYS, {"b/weight": "a/weight"})
    for cut in (0, 1, 77, len(content)):
        parts = [tmp_path / f"model.bin.part{number}" for number in (1, 2)]
        parts[0].write_bytes(content[:cut])
        parts[1].write_bytes(content[cut:])
        read = read_model_bin(parts, "WhisperSpec")
        assert read.keys() == {"a/weight", "a/bias", "empty", "b/weight"}
        for name in ("a/weight", "a/bias", "empty"):
            torch.testing.assert_close(read[name], ARRAYS[name], atol=0, rtol=0)
        torch.testing.assert_close(read["b/weight"], ARRAYS["a/weight"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_spoilt_file_is_told_and_never_crashes(
    as_model_bin: Callable[..., bytes], tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(as_model_bin(ARRAYS, {"b/weight": "a/weight"}))
    cut = data.draw(st.integers(0, len(content) - 1))
    path = tmp_path / "model.bin"
    path.write_bytes(content[:cut])
    with pytest.raises(BundleError, match=r"model\.bin: "):
        read_model_bin([path], "WhisperSpec")
    content[cut] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with suppress(BundleError):  # a changed name or number may pass; anything else must not come out
        read_model_bin([path], "WhisperSpec")


@pytest.mark.parametrize("family", ["TransformerSpec", ""])
def test_another_family_is_told(as_model_bin: Callable[..., bytes], tmp_path: Path, family: str) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(as_model_bin(ARRAYS, {}, family))
    with pytest.raises(BundleError, match=f"model family is '{family}', not 'WhisperSpec'"):
        read_model_bin([path], "WhisperSpec")
