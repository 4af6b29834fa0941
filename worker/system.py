"""What this machine does now: processor, memory, disk, network, and graphics cards."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pynvml

from worker import devices


def measure(data: Path) -> dict[str, Any]:
    """`host` and `devices` as they are now. The processor's share is that since the last call in
    this thread; the bytes of the network are those since the machine was started."""
    memory = psutil.virtual_memory()
    network = psutil.net_io_counters()
    return {
        "host": {
            "cpu_percent": psutil.cpu_percent(),
            "memory_used_bytes": memory.total - memory.available,
            "memory_total_bytes": memory.total,
            "disk_free_bytes": psutil.disk_usage(str(data)).free,
            "network_received_bytes": network.bytes_recv if network else 0,
            "network_sent_bytes": network.bytes_sent if network else 0,
        },
        "devices": _devices(),
    }


def _devices() -> list[dict[str, Any]]:
    with devices.driver() as is_there:
        if not is_there:
            return []
        return [_device(handle) for handle in devices.handles()]


def _device(handle: Any) -> dict[str, Any]:
    known = devices.describe(handle).model_dump()
    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    return known | {
        "memory_used_bytes": int(memory.used),
        "utilisation_percent": _asked(lambda: pynvml.nvmlDeviceGetUtilizationRates(handle).gpu),
        "temperature_celsius": _asked(
            lambda: pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU)
        ),
        "power_watts": _asked(lambda: pynvml.nvmlDeviceGetPowerUsage(handle) / 1000),
    }


def _asked(ask: Callable[[], float]) -> float | None:
    """A figure that not every card has."""
    try:
        return float(ask())
    except pynvml.NVMLError:
        return None
