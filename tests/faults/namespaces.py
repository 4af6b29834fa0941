"""Hosts of a test's own: network namespaces, each with one address, joined by a bridge.

They share the machine's files and nothing of its network: not even a loopback of one reaches the
other. It takes the right to make them, which root has and a container seldom.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Host:
    name: str
    address: str

    @property
    def within(self) -> list[str]:
        """What runs a command on this host."""
        return ["ip", "netns", "exec", self.name]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def why_not() -> str | None:
    """Why no namespace can be made here; None where one can."""
    if not shutil.which("ip"):
        return "`ip` is not installed (apt-get install iproute2)."
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True)
    return "Making network namespaces is not allowed here." if tried.returncode else None


@contextmanager
def hosts(number: int) -> Iterator[list[Host]]:
    """So many hosts, on a network of their own."""
    mark = f"lw{os.getpid() % 100_000}"
    made = [Host(f"{mark}-{n}", f"10.231.{os.getpid() % 250}.{n}") for n in range(1, number + 1)]
    bridge = f"{mark}b"
    with ExitStack() as stack:
        _ip("link", "add", bridge, "type", "bridge")
        stack.callback(_ip, "link", "del", bridge)
        _ip("link", "set", bridge, "up")
        for n, host in enumerate(made, start=1):
            _ip("netns", "add", host.name)
            stack.callback(_ip, "netns", "del", host.name)
            outer = f"{mark}v{n}"
            _ip("link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", host.name)
            _ip("link", "set", outer, "master", bridge, "up")
            _ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", "eth0")
            _ip("-n", host.name, "link", "set", "eth0", "up")
            _ip("-n", host.name, "link", "set", "lo", "up")
        yield made
