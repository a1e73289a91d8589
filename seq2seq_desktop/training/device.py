"""The device of a run and how fast it is at best."""

import os
import time
from typing import Literal

import torch
from lightning_fabric import Fabric

from seq2seq_desktop.errors import DeviceError
from seq2seq_desktop.training.recipe import Precision

Device = Literal["auto", "cpu", "cuda"]
_PEAK_SIDE = {"cpu": 1024, "cuda": 8192}  # of the square matrices that are multiplied
_PEAK_ROUNDS = 8


def fabric_on(device: Device, precision: Precision) -> Fabric:
    """Fabric on a device, launched; under `torchrun` on all the processes that it started.

    Raises: DeviceError if the device is absent or cannot calculate in `precision`.
    """
    kind = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    if kind == "cuda" and not torch.cuda.is_available():
        raise DeviceError("torch finds no NVIDIA GPU", "choose --device cpu, or install a CUDA build of torch")
    if kind == "cpu" and precision == "16-mixed":
        raise DeviceError("precision 16-mixed needs a GPU", "set precision = bf16-mixed or 32-true in the recipe")
    world, local = (int(os.environ.get(name, "1")) for name in ("WORLD_SIZE", "LOCAL_WORLD_SIZE"))
    fabric = Fabric(
        accelerator=kind,
        devices=local,
        num_nodes=world // local,
        strategy="ddp" if world > 1 else "auto",
        precision=precision,
    )
    fabric.launch()
    return fabric


def peak_rate(fabric: Fabric) -> float:
    """FLOP/s of all processes' devices: the best of a few products of large matrices in the run's precision."""
    device = fabric.device
    dtypes = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}
    side = _PEAK_SIDE[device.type]
    matrix = torch.ones(side, side, device=device, dtype=dtypes.get(fabric._precision.precision, torch.float32))
    best = min(_seconds(matrix) for _ in range(_PEAK_ROUNDS))
    return 2 * side**3 / best * fabric.world_size


def _seconds(matrix: torch.Tensor) -> float:
    """How long one product takes."""
    began = time.perf_counter()
    product = matrix @ matrix
    if product.is_cuda:
        torch.cuda.synchronize(product.device)
    return time.perf_counter() - began
