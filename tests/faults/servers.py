"""Rows of the server and of who talks with it: killed, told to stop, clients that hang up."""

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import httpx2

from tests.faults import wrong_clock
from tests.faults.disks import version_of_upload
from tests.faults.row import Cell, Row
from tests.faults.stage import SECONDS, Cast, Stage
from tests.processes import free_port, wait_until
from tests.runs import trainings
from tests.runs.test_live import Reader

ALIKE = "The server holds nothing of a run: one phase shows it."


class Apart:
    """One more server, as a process of its own."""

    def __init__(self, stage: Stage) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = stage.environment(LIKEWISE_PORT=str(self.port))
        self._log = stage.settings.data / "server.log"
        self._at_the_end = stage.at_the_end

    def start(self) -> None:
        with self._log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "backend.serve"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self._at_the_end(self.kill)
        wait_until(self._answers, SECONDS, "the server")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        try:
            return (
                httpx2.get(f"{self.url}/readyz", trust_env=False, verify=False).status_code == 200
            )
        except httpx2.TransportError:
            return False


@contextmanager
def watched(stage: Stage, server: Apart, run_id: str, readers: int) -> Iterator[None]:
    """Viewers of the run, who must in the end have seen every event, once and in order."""
    url = f"{server.url}/api/v1/runs/{run_id}/events"
    watching = [Reader(url, patience) for patience in range(7, 7 + readers)]
    for reader in watching:
        reader.start()
        stage.at_the_end(reader.give_up)
    yield
    wait_until(lambda: all(reader.is_over for reader in watching), SECONDS, "the readers' end")
    story = trainings.events(stage.api, run_id)
    for reader in watching:
        assert reader.seen == [event["seq"] for event in story]


def kill(stage: Stage) -> Cast:
    server = Apart(stage)
    server.start()
    run_id = stage.held_in("training")
    with watched(stage, server, run_id, readers=20):
        server.kill()
        stage.let_go()
        server.start()
        return stage.ends(run_id, attempts=1)


def stop(stage: Stage) -> Cast:
    """With fifty streams open."""
    server = Apart(stage)
    server.start()
    run_id = stage.held_in("training")
    streams = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
    for stream in streams:
        stream.sendall(
            f"GET /api/v1/runs/{run_id}/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            "Accept: text/event-stream\r\n\r\n".encode()
        )
        stream.settimeout(30)
        assert stream.recv(1)
    server.process.terminate()
    assert server.process.wait(30) in (0, -signal.SIGTERM)
    for stream in streams:
        stream.close()
    stage.let_go()
    return stage.ends(run_id, attempts=1)


def readers_that_never_read(stage: Stage) -> Cast:
    """Ten ask and never read; ten hang up in the middle, without a word."""
    run_id = stage.held_in("training")
    sockets = []
    for n in range(20):
        stream = socket.create_connection(("127.0.0.1", stage.server.port))
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
        stream.sendall(
            f"GET /api/v1/runs/{run_id}/events HTTP/1.1\r\nHost: 127.0.0.1:{stage.server.port}\r\n"
            "Accept: text/event-stream\r\n\r\n".encode()
        )
        sockets.append(stream)
        if n % 2:
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stream.close()
    stage.let_go()
    cast = stage.ends(run_id, attempts=1)
    for stream in sockets[::2]:
        stream.close()
    return cast


def broken_upload(stage: Stage) -> Cast:
    """Parts that are cut off, come twice, and in another order."""
    content = trainings.pairs_csv(80)
    stage.server.stop()
    stage.server._settings = stage.settings.model_copy(
        update={"port": stage.server.port, "upload_part_bytes": 1_000}
    )
    stage.server.start()
    upload = stage.api.post(
        "uploads", json={"file_name": "pairs.csv", "size_bytes": len(content)}
    ).json()
    path = f"uploads/{upload['id']}/parts/"
    _cut_in_the_middle(stage, f"/api/v1/{path}2", content[1_000:2_000])
    assert 2 not in stage.api.get(f"uploads/{upload['id']}").json()["received"]
    for part in [*range(upload["parts"], 0, -1), 2, 1]:
        sent = content[(part - 1) * 1_000 : part * 1_000]
        assert stage.api.put(f"{path}{part}", content=sent).status_code == 200
    stage.work()
    return stage.ends(stage.train(version_of_upload(stage, upload["id"])), attempts=1)


def _cut_in_the_middle(stage: Stage, path: str, body: bytes) -> None:
    with socket.create_connection(("127.0.0.1", stage.server.port)) as line:
        head = f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
        line.sendall(head.encode() + body[:400])
        time.sleep(0.3)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def clock(hours: int) -> Cell | str:
    """A worker whose clock is wrong; on another machine it would be no other."""
    if reason := wrong_clock.why_not():
        return reason

    def act(stage: Stage) -> Cast:
        run_id = stage.held_in("training", **wrong_clock.off_by(hours, stage.folder))
        assert abs(_said_at(stage) - time.time() - hours * 3600) < 300, "its clock is not wrong"
        os.kill(stage.training(), signal.SIGKILL)
        stage.let_go()
        cast = stage.ends(run_id, attempts=2)
        assert 0 < stage.job(run_id).ran_seconds < 600
        return cast

    return Cell(act)


def _said_at(stage: Stage) -> float:
    """When the worker last wrote to its log, by its own clock."""
    stamps = re.findall(r"^(\d{4}-\S+Z) ", stage.worker.log.read_text(), re.MULTILINE)
    return datetime.fromisoformat(stamps[-1]).timestamp()


ROWS = (
    Row(
        fault="kill -9 of the server",
        right="runs go on; viewers see no gap",
        phases={"training": Cell(kill), "preparing": ALIKE, "saving": ALIKE},
        is_core=True,
    ),
    Row(
        fault="SIGTERM to the server",
        right="streams end, it leaves; runs go on",
        phases={"training": Cell(stop), "preparing": ALIKE, "saving": ALIKE},
    ),
    Row(
        fault="viewers slow or gone",
        right="nobody else notices",
        phases={"training": Cell(readers_that_never_read)},
    ),
    Row(
        fault="upload cut, repeated, out of order",
        right="resumable; the file is what it was",
        phases={"upload": Cell(broken_upload)},
    ),
    Row(
        fault="a worker's clock is wrong",
        right="nothing is lost or claimed twice; durations are right",
        phases={"an hour ahead": clock(1), "an hour behind": clock(-1)},
    ),
    Row(
        fault="a second studio on the same data",
        right="refused, and the first one's process is named",
        phases={"start": "tests/likewise/test_embedded.py starts it twice: there is no run in it."},
    ),
    Row(
        fault="download from the Hub fails",
        right="taken up again, or nothing is kept",
        phases={
            "import": "tests/runs/test_hub_import.py breaks each read, and too many of them; no "
            "run is in it."
        },
    ),
    Row(
        fault="upload to the Hub fails",
        right="nothing half is public",
        phases={"publish": "Publishing is not built yet."},
    ),
    Row(
        fault="hosts apart",
        right="as ranks of one host",
        phases={
            "training": "tests/faults/test_hosts.py loses one of two workers of a run, on loopback "
            "and in network namespaces."
        },
    ),
)
