"""Many viewers of one run: does each hear every event, in order, and how soon?

They are sockets of a process of their own, so that they share nothing with the server but the machine.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import quantiles
from urllib.parse import urlsplit

from backend.ids import RunId
from backend.runs.events import Fact
from bench.load.a_run import LiveRun
from bench.load.places import Place

PREPARING_SECONDS = 120.0


@dataclass(frozen=True)
class Heard:
    """Of all viewers: how many heard exactly 1, 2, 3, … to the end; delays in milliseconds."""

    whole: int
    delays: list[float]

    def percentile(self, n: int) -> float:
        return quantiles(self.delays, n=100)[n - 1]


def watch_steadily(place: Place, viewers: int, each_second: int, seconds: float) -> Heard:
    """`viewers` watch a run that tells `each_second` events."""
    run = LiveRun(place.studio)
    watching = start(place.url, run.run_id, viewers)
    run.tell_steadily(each_second, seconds)
    run.end()
    return finish(watching)


def watch_a_burst(place: Place, viewers: int, events: int, at_once: int = 100) -> Heard:
    """`viewers` watch a run that tells as fast as it can."""
    run = LiveRun(place.studio)
    watching = start(place.url, run.run_id, viewers)
    for first in range(0, events, at_once):
        run.tell([Fact("metrics", {"step": n}) for n in range(first, first + at_once)])
    run.end()
    return finish(watching)


def start(url: str, run_id: RunId, viewers: int) -> subprocess.Popen[str]:
    """Ready when all of them are connected and have heard the first event."""
    command = [sys.executable, "-m", "bench.load.viewers", url, run_id, str(viewers)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", "the viewers could not connect"
    return process


def finish(process: subprocess.Popen[str]) -> Heard:
    said, _ = process.communicate()
    return Heard(**json.loads(said))


class Viewer:
    """One client of the stream, as thin as can be."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.delays: list[float] = []
        self.has_begun = asyncio.Event()
        self.is_over = False

    async def listen(self, url: str, run_id: str) -> None:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(
            f"GET /api/v1/runs/{run_id}/events HTTP/1.1\r\nHost: {address.netloc}\r\n"
            "Accept: text/event-stream\r\nConnection: close\r\n\r\n".encode()
        )
        while line := await reader.readline():
            if line.startswith(b"id: "):
                self.seen.append(int(line[4:]))
                self.has_begun.set()
            elif line.startswith(b"data: "):
                self._hear(line[6:])
            self.is_over = self.is_over or line == b"event: end\n"
        writer.close()

    def _hear(self, data: bytes) -> None:
        now = time.monotonic()
        told_at = json.loads(data).get("data", {}).get("told_at")
        if told_at is not None:
            self.delays.append(1_000 * (now - told_at))

    @property
    def is_whole(self) -> bool:
        return self.is_over and self.seen == list(range(1, len(self.seen) + 1))


async def _watch(url: str, run_id: str, count: int) -> None:
    viewers = [Viewer() for _ in range(count)]
    listening = [asyncio.create_task(viewer.listen(url, run_id)) for viewer in viewers]
    async with asyncio.timeout(PREPARING_SECONDS):
        await asyncio.gather(*(viewer.has_begun.wait() for viewer in viewers))
    print("ready", flush=True)
    await asyncio.gather(*listening)
    longest = max(len(viewer.seen) for viewer in viewers)
    whole = sum(viewer.is_whole and len(viewer.seen) == longest for viewer in viewers)
    delays = [delay for viewer in viewers for delay in viewer.delays]
    print(json.dumps({"whole": whole, "delays": delays}))


if __name__ == "__main__":
    asyncio.run(_watch(sys.argv[1], sys.argv[2], int(sys.argv[3])))
