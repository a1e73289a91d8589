"""A captioning model that is ready to run: which precision and how many threads are fastest here, it finds out."""

import time
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from seq2seq_desktop.bundles.load import LoadedBundle
from seq2seq_desktop.decoding.pace import Choice, most_threads, paced, thread_counts, use_threads
from seq2seq_desktop.io.images import Pixels
from seq2seq_desktop.nn.captioning import CaptionerMemory, CaptionerState, without_attention
from seq2seq_desktop.nn.state import StepResult

_TRIAL = (128, 128)  # pixels of the picture that precisions are tried on
_TRIALS = 3  # the fastest of so many counts


class Eye:
    """The model's functions of `nn.state`, on pictures as `pictures.laid` gives them."""

    def __init__(self, bundle: LoadedBundle, threads: int = 0) -> None:
        """The bundle's model; on the CPU its encoder is put into the precision that is fastest here."""
        self._model: Any = bundle.model
        self._device = bundle.device
        self._steps = paced(self._model, bundle.device, threads)
        self._choice = Choice((threads,) if threads else thread_counts(most_threads()))
        self.uniform = False  # True: every cell is seen alike, to measure what attention gives
        if bundle.device.type == "cpu":
            encoder: Any = self._model.encoder
            encoder.to(memory_format=torch.channels_last)
            if bundle.precision.startswith("int8"):
                self._hasten()

    @torch.inference_mode()
    def encode(self, pictures: Sequence[Pixels]) -> CaptionerMemory:
        """The memory of pictures, each (32 * rows, 32 * columns, 3)."""
        pixels = [torch.from_numpy(one.copy()).permute(2, 0, 1).to(self._device) for one in pictures]
        if self._device.type != "cpu":
            memory: CaptionerMemory = self._model.encode(pixels)
            return memory
        use_threads(self._choice.threads)
        began = time.perf_counter()
        memory = self._model.encode(pixels)
        self._choice.took((time.perf_counter() - began) / len(pixels))
        return memory

    def start(self, memory: CaptionerMemory) -> CaptionerState:
        """The model's state before the first step."""
        state: CaptionerState = self._steps.start(memory)
        return without_attention(state) if self.uniform else state

    def step(self, tokens: Tensor, state: CaptionerState, need_weights: bool) -> StepResult:
        """The model's step."""
        result: StepResult = self._steps.step(tokens, state, need_weights)
        return result

    @torch.inference_mode()
    def features(self, pictures: Sequence[Pixels]) -> Tensor:
        """The mean of the encoder's features over the cells of each picture, (pictures, 1280) float32."""
        means = []
        for one in pictures:
            pixels = torch.from_numpy(one.copy()).permute(2, 0, 1)[None].to(self._device)
            means.append(self._model.encoder(pixels).float().mean(dim=(2, 3)))
        return torch.cat(means)

    @torch.inference_mode()
    def _hasten(self) -> None:
        """Put the encoder into bfloat16 where the processor is faster at it; its features hardly change."""
        encoder = self._model.encoder
        pixels = torch.zeros(1, 3, *_TRIAL)
        seconds = {}
        for kind in (torch.bfloat16, torch.float32):
            encoder.to(kind)
            seconds[kind] = min(_timed(encoder, pixels) for _ in range(_TRIALS))
        encoder.to(min(seconds, key=lambda kind: seconds[kind]))


def _timed(encoder: Any, pixels: Tensor) -> float:
    began = time.perf_counter()
    encoder(pixels)
    return time.perf_counter() - began
