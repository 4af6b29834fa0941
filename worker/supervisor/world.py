"""Which processes do a job together: their number, and what each is told by its environment.

There is no launcher between a supervisor and its processes: each is a child of ours, with a pipe, a
signal and an exit code of its own. (torchrun's outlive it, and `accelerate launch --cpu` starts one
whatever number it is told.)
"""

import os
import socket
from dataclasses import dataclass

import psutil

from backend.settings import Settings
from worker import devices

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class World:
    """`local` processes here, of `size` on all hosts; ours begin at `first`. They meet where the
    process of rank 0 listens."""

    local: int = 1
    size: int = 1
    first: int = 0
    address: str = LOOPBACK
    port: int = 0
    interface: str | None = None  # by which other hosts are reached

    def environments(self) -> list[dict[str, str]]:
        """What each process here finds in its environment; nothing where it works alone."""
        if self.size == 1:
            return [{}]
        shared = {
            "WORLD_SIZE": str(self.size),
            "LOCAL_WORLD_SIZE": str(self.local),
            "MASTER_ADDR": self.address,
            "MASTER_PORT": str(self.port),
            "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", str(self._threads)),
        }
        if self.interface is not None:
            shared |= dict.fromkeys(("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME"), self.interface)
        return [
            shared | {"RANK": str(self.first + n), "LOCAL_RANK": str(n)} for n in range(self.local)
        ]

    @property
    def _threads(self) -> int:
        return max((os.cpu_count() or 1) // self.local, 1)


ALONE = World()


def on_this_host(settings: Settings) -> World:
    """A process for each device of this worker; without any, as many as the settings say."""
    ranks = ranks_here(settings)
    return World(local=ranks, size=ranks, port=free_port(LOOPBACK)) if ranks > 1 else ALONE


def ranks_here(settings: Settings) -> int:
    """How many processes of a training this host has."""
    return len(devices.found()) or settings.cpu_ranks


def own_address(settings: Settings) -> str:
    """Where other hosts reach this one."""
    return settings.own_address or socket.gethostbyname(socket.gethostname())


def interface_of(address: str) -> str | None:
    """The network interface that has this address; None where none has it as it is written."""
    names = [
        str(name)
        for name, addresses in psutil.net_if_addrs().items()
        if address in (each.address for each in addresses)
    ]
    return names[0] if names else None


def free_port(address: str) -> int:
    """One that nobody listens at now. Should another take it before we do, the attempt ends with a
    crash and the next one asks again."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port
