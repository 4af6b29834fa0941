"""The studio in one command: ready, ended in order, and unharmed by kill -9."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from likewise.cli.exits import Exit
from likewise.client import Client
from tests.likewise.conftest import LIKEWISE, Cli, with_data
from tests.processes import descendants, free_port, wait_until


class Starter:
    """`likewise start` as a process, on a data folder and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._out = folder / "out.txt"

    def start(self) -> None:
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                [*LIKEWISE, "start", "--port", str(self.port), "--json"],
                env=with_data(self.data, {}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        wait_until(self.is_told, what=f"the studio; it said {self._out.read_text()}")

    def is_told(self) -> bool:
        assert self.process.poll() is None, self._out.read_text()
        return (self.data / "studio.json").exists() and "url" in self._out.read_text()

    def family(self) -> list[int]:
        return descendants(self.process.pid)

    def workers_are_ready(self) -> bool:
        logs = [self.data / "logs" / f"worker-{queue}.log" for queue in ("gpu", "cpu")]
        return all(log.exists() and " ready." in log.read_text() for log in logs)

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(30)


@contextlib.contextmanager
def starting(folder: Path) -> Iterator[Starter]:
    """A starter that a failed test leaves no process of."""
    starter = Starter(folder)
    starter.start()
    yield starter
    if starter.process.poll() is None:
        family = starter.family()
        starter.process.kill()
        starter.process.wait()
        kill(family)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """One studio for all tests that only look."""
    with starting(tmp_path_factory.mktemp("studio")) as starter:
        yield starter


@pytest.fixture
def starter(tmp_path: Path) -> Iterator[Starter]:
    """A studio for a test that ends it."""
    with starting(tmp_path) as starter:
        yield starter


def kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def are_gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def command_of(pid: int) -> str:
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def readiness(url: str) -> dict[str, bool]:
    try:
        answer: dict[str, bool] = httpx2.get(f"{url}/readyz", trust_env=False, verify=False).json()
    except httpx2.TransportError:
        return {"ready": False, "broker": False}
    return answer


def test_it_is_ready_when_it_says_so(studio: Starter) -> None:
    assert readiness(studio.url)["ready"]


def test_a_second_start_says_who_has_the_folder(studio: Starter, likewise_process: Cli) -> None:
    second = likewise_process("start", "--json", "--data", str(studio.data))
    assert second.returncode == Exit.IN_USE
    words = json.loads(second.stdout)["title"]
    assert studio.url in words
    assert str(studio.process.pid) in words


def test_a_taken_port_is_said(studio: Starter, likewise_process: Cli) -> None:
    other = likewise_process("start", "--port", str(studio.port))
    assert other.returncode == Exit.IN_USE
    assert f"--port {studio.port + 1}" in other.stderr


def test_a_client_finds_the_studio_of_its_data_folder(
    studio: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIKEWISE_URL", raising=False)
    monkeypatch.setenv("LIKEWISE_DATA", str(studio.data))
    with Client() as client:
        assert client.url == studio.url
        assert client.runs() == []


def test_a_part_that_dies_is_started_again(studio: Starter) -> None:
    [server] = [pid for pid in studio.family() if "likewise.embedded.server" in command_of(pid)]
    os.kill(server, signal.SIGKILL)
    wait_until(lambda: are_gone([server]))
    wait_until(lambda: readiness(studio.url)["ready"], what="the next server")


def test_told_to_end_it_ends_all_its_processes(starter: Starter) -> None:
    wait_until(starter.workers_are_ready, what="both workers")
    family = starter.family()
    assert len(family) >= 5  # broker, its Valkey, server, two workers

    assert starter.end() == Exit.OK
    assert are_gone(family)
    assert not (starter.data / "studio.json").exists()


def test_kill_9_of_the_starter_leaves_nothing_in_the_way(starter: Starter) -> None:
    wait_until(starter.workers_are_ready, what="both workers")
    orphans = starter.family()
    starter.process.kill()
    starter.process.wait()

    starter.start()
    assert are_gone(orphans), "the last studio's processes end before the next one starts its own"
    assert readiness(starter.url)["ready"]


def test_an_orphaned_valkey_is_replaced(starter: Starter) -> None:
    valkeys = [pid for pid in starter.family() if "valkey-server" in command_of(pid)]
    others = [pid for pid in starter.family() if pid not in valkeys]
    kill([starter.process.pid, *others])
    starter.process.wait()
    assert not are_gone(valkeys)

    starter.start()
    wait_until(lambda: readiness(starter.url)["broker"], what="a broker")
    assert are_gone(valkeys)
