"""A child of the embedded studio: kept alive, ended by the end of its stdin."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from likewise.embedded.child import Child, Command, wait_seconds
from tests.processes import wait_until

UNTIL_STDIN_ENDS = "import sys; print('started', flush=True); sys.stdin.read(); print('ended')"
WITH_A_CHILD = (
    "import subprocess, sys; child = subprocess.Popen(['sleep', '60']); "
    "print('started', child.pid, flush=True); sys.stdin.read()"
)
DEAF = "import time; print('started', flush=True); time.sleep(60)"


class Family:
    """Starts children and remembers how they died."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "child.log"
        self.deaths: list[int] = []
        self._children: list[Child] = []
        self._lock = (folder / "lock").open("w")

    def child(self, code: str, still_seconds: float = 60.0) -> Child:
        command = Command(
            name="child",
            argv=[sys.executable, "-c", code],
            log=self.log,
            environment=dict(os.environ),
            inherited=self._lock.fileno(),
        )
        child = Child(command, lambda _child, status: self.deaths.append(status), still_seconds)
        self._children.append(child)
        return child

    def started(self, times: int) -> bool:
        return self.log.read_text().count("started") == times

    def end(self) -> None:
        for child in self._children:
            child.close()
            child.kill()
        self._lock.close()


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    family = Family(tmp_path)
    yield family
    family.end()


def test_closing_lets_it_end_by_itself(family: Family) -> None:
    child = family.child(UNTIL_STDIN_ENDS)
    wait_until(lambda: family.started(1))
    child.close()
    assert child.wait(10)
    assert "ended" in family.log.read_text()
    assert family.deaths == []


def test_one_that_dies_is_started_again_and_its_death_is_told(family: Family) -> None:
    child = family.child(UNTIL_STDIN_ENDS)
    wait_until(lambda: family.started(1))
    os.kill(child.pid, signal.SIGKILL)
    wait_until(lambda: family.started(2))
    assert family.deaths == [-signal.SIGKILL]


def test_one_that_does_not_heed_is_killed(family: Family) -> None:
    child = family.child(DEAF)
    wait_until(lambda: family.started(1))
    child.close()
    assert not child.wait(0.2)
    child.kill()
    assert child.wait(10)


def test_the_wait_before_a_restart_doubles_up_to_half_a_minute() -> None:
    assert [wait_seconds(n) for n in (1, 2, 3, 20)] == [0.5, 1.0, 2.0, 30.0]


def test_one_that_stands_still_is_ended_and_started_again(family: Family) -> None:
    child = family.child(UNTIL_STDIN_ENDS, still_seconds=0.5)
    wait_until(lambda: family.started(1))
    os.kill(child.pid, signal.SIGSTOP)
    wait_until(lambda: family.started(2))
    assert family.deaths == [-signal.SIGKILL]


def test_one_whose_own_child_stands_still_is_ended_with_it(family: Family) -> None:
    family.child(WITH_A_CHILD, still_seconds=0.5)
    wait_until(lambda: family.started(1))
    grandchild = int(family.log.read_text().split()[1])
    os.kill(grandchild, signal.SIGSTOP)
    wait_until(lambda: family.started(2))
    wait_until(lambda: not Path(f"/proc/{grandchild}").exists())


def test_one_that_works_is_left_alone_however_long(family: Family) -> None:
    family.child(DEAF, still_seconds=0.2)
    wait_until(lambda: family.started(1))
    time.sleep(1)
    assert family.deaths == []
