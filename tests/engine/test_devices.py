import pytest

from seq2seq_desktop.engine import devices
from seq2seq_desktop.engine.messages import Device
from seq2seq_desktop.engine.task import load
from seq2seq_desktop.errors import DeviceError, OptionError

CPU, GPU = Device("cpu", "CPU"), Device("cuda:0", "Some GPU")


@pytest.mark.parametrize(
    ("wanted", "there", "expected"),
    [
        ("auto", (CPU,), "cpu"),
        ("auto", (CPU, GPU), "cuda:0"),
        ("cpu", (CPU, GPU), "cpu"),
        ("cuda:0", (CPU, GPU), "cuda:0"),
    ],
)
def test_the_device_that_is_meant(wanted: str, there: tuple[Device, ...], expected: str) -> None:
    assert devices.choose(wanted, there) == expected


def test_a_missing_device_is_named_with_those_there_are() -> None:
    with pytest.raises(DeviceError, match=r"cuda:3.*choose one of cpu, cuda:0"):
        devices.choose("cuda:3", (CPU, GPU))


def test_the_cpu_comes_first() -> None:
    assert devices.available()[0] == CPU


def test_torchs_own_device_errors_are_known() -> None:
    import torch

    assert devices.is_device_failure(torch.OutOfMemoryError("full"))
    assert not devices.is_device_failure(RuntimeError("shapes differ"))


def test_an_unknown_task_is_named() -> None:
    with pytest.raises(OptionError, match=r"no task named 'juggle'.*translate"):
        load("juggle", "", "cpu", "auto", 1)
