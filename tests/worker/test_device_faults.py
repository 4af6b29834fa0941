"""Which faults take a card out of use. The driver lies outside this machine: here it is a double."""

from types import SimpleNamespace

import pynvml
import pytest

from worker import device_faults, devices, system


class Driver:
    """Stands in for NVIDIA's library: two cards, and what is reported of them."""

    def __init__(self, *reported):
        self.reported = [SimpleNamespace(device=1, eventData=xid) for xid in reported]

    def wait(self, _events, _milliseconds):
        if not self.reported:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_TIMEOUT)
        return self.reported.pop(0)


@pytest.fixture
def driver(monkeypatch):
    """Puts a driver with these reports in the library's place."""

    def nothing(*_):
        return None

    def put(*reported):
        here = Driver(*reported)
        double = {
            "nvmlInit": nothing,
            "nvmlShutdown": nothing,
            "nvmlDeviceGetCount": lambda: 2,
            "nvmlDeviceGetHandleByIndex": lambda index: index,
            "nvmlDeviceGetHandleByUUID": by_uuid,
            "nvmlDeviceGetIndex": lambda handle: handle,
            "nvmlDeviceGetUUID": lambda handle: f"GPU-{handle}",
            "nvmlDeviceGetName": lambda _: "A card",
            "nvmlDeviceGetMemoryInfo": lambda _: SimpleNamespace(total=16, used=4),
            "nvmlDeviceGetUtilizationRates": lambda _: SimpleNamespace(gpu=50),
            "nvmlDeviceGetTemperature": lambda *_: 60,
            "nvmlDeviceGetPowerUsage": refuse,
            "nvmlEventSetCreate": object,
            "nvmlEventSetFree": nothing,
            "nvmlDeviceRegisterEvents": nothing,
            "nvmlEventSetWait_v2": here.wait,
        }
        for name, act in double.items():
            monkeypatch.setattr(pynvml, name, act)
        monkeypatch.delenv(devices.VISIBLE, raising=False)

    return put


def by_uuid(uuid):
    known = {"GPU-0": 0, "GPU-1": 1}
    return known[uuid] if uuid in known else refuse()


def refuse(*_):
    raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)


def test_a_fault_of_the_card_is_heard_and_one_of_the_program_is_not(driver):
    driver(13, 79, 31)
    with device_faults.watching() as faults:
        fault = faults.next()
        assert (fault.device_uuid, fault.said) == (
            "GPU-1",
            "GPU-1: Xid 79, it has fallen off the bus",
        )
        assert faults.next() is None


def test_without_a_driver_nothing_is_ever_heard():
    with device_faults.watching() as faults:
        assert faults.next() is None
    assert devices.found() == []


@pytest.mark.parametrize(
    ("said", "is_fault"),
    [
        ("CUDA error: uncorrectable ECC error encountered", True),
        ("CUDA error: an illegal memory access was encountered", False),
        ("CUDA error: device-side assert triggered", False),
        ("CUDA error: no CUDA-capable device is detected", True),
    ],
)
def test_errors_of_the_card_are_told_from_those_of_the_program(said, is_fault):
    error = ValueError("it failed")
    error.__cause__ = RuntimeError(said)
    assert device_faults.is_fault(error) is is_fault


@pytest.mark.parametrize(
    ("named", "indices"), [("1", [1]), ("GPU-1,0", [1, 0]), ("", []), ("0,9x,1", [0])]
)
def test_a_worker_sees_the_devices_that_it_was_given(driver, monkeypatch, named, indices):
    driver()
    assert [device.index for device in devices.found()] == [0, 1]
    monkeypatch.setenv(devices.VISIBLE, named)
    assert [device.index for device in devices.found()] == indices


def test_a_card_is_measured_and_what_it_does_not_tell_is_missing(driver, tmp_path):
    driver()
    measured = system.measure(tmp_path)["devices"][1]
    assert measured == {
        "index": 1,
        "uuid": "GPU-1",
        "name": "A card",
        "memory_total_bytes": 16,
        "memory_used_bytes": 4,
        "utilisation_percent": 50.0,
        "temperature_celsius": 60.0,
        "power_watts": None,
    }
