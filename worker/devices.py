"""The graphics cards that this worker may use, as NVIDIA's management library tells of them.

Imports no torch: a supervisor must not hold memory of a device that its trainings need.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pynvml
from pydantic import BaseModel

VISIBLE = "CUDA_VISIBLE_DEVICES"


class Device(BaseModel):
    """`index` is its number on this machine, whatever a training sees of it."""

    index: int
    uuid: str
    name: str
    memory_total_bytes: int


def narrow_to(devices: str) -> None:
    """Let this process and its children see these devices alone, such as "0,1": counted as
    nvidia-smi counts them."""
    os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
    os.environ[VISIBLE] = devices


def found() -> list[Device]:
    """The devices that a training of this worker would see, in its order; none without a driver."""
    with driver() as is_there:
        return [describe(handle) for handle in handles()] if is_there else []


@contextmanager
def driver() -> Iterator[bool]:
    """Whether there is a driver to ask; it may be asked within."""
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield False
        return
    try:
        yield True
    finally:
        pynvml.nvmlShutdown()


def handles() -> list[Any]:
    """The library's handles of these devices; only within `driver`."""
    named = os.environ.get(VISIBLE)
    if named is None:
        every = range(pynvml.nvmlDeviceGetCount())
        return [pynvml.nvmlDeviceGetHandleByIndex(n) for n in every]
    found = []
    for name in (part.strip() for part in named.split(",")):
        try:
            is_number = name.isdecimal()
            found.append(
                pynvml.nvmlDeviceGetHandleByIndex(int(name))
                if is_number
                else pynvml.nvmlDeviceGetHandleByUUID(name)
            )
        except pynvml.NVMLError:
            break  # as CUDA does: what follows a device that isn't there isn't seen either
    return found


def describe(handle: Any) -> Device:
    """Which device this is; only within `driver`."""
    return Device(
        index=pynvml.nvmlDeviceGetIndex(handle),
        uuid=pynvml.nvmlDeviceGetUUID(handle),
        name=pynvml.nvmlDeviceGetName(handle),
        memory_total_bytes=int(pynvml.nvmlDeviceGetMemoryInfo(handle).total),
    )
