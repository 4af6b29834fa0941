"""A process that was ready before its job does it as a new one would; without one, a new one does."""

import fcntl
import os
import signal
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from tests.processes import wait_until
from worker.jobs.folder import JobFolder
from worker.supervisor import spares
from worker.supervisor.process import Ending, JobProcess, environment

MODULE = "tests.worker.supervisor.a_job"


@pytest.fixture(autouse=True)
def small_module(monkeypatch):
    """Ready in a moment: what a training imports is no matter here."""
    monkeypatch.setattr(spares, "MODULE", MODULE)
    yield
    spares.drop()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "code").write_text("3")
    return JobFolder(tmp_path)


def done(folder, **how):
    """Which process did the job."""
    with JobProcess(MODULE, folder, hub_token=SecretStr("hf_secret"), **how) as process:
        assert process.wait(30) == Ending(3)
        [pid] = process.pids
    assert (folder.path / "seen").read_text() == str(pid)
    assert folder.log.read_text() == "in the log: hf_secret\n"
    return pid


def kept():
    spares.keep_one(environment())
    return spares._spare.process.pid


def test_the_one_that_is_ready_does_the_job(folder):
    pid = kept()
    assert done(folder) == pid
    assert not psutil.pid_exists(pid)


def test_it_is_kept_until_it_is_needed_and_does_one_job(folder):
    pid = kept()
    assert kept() == pid
    assert done(folder) == pid
    folder.log.unlink()
    assert done(folder) != pid


def test_a_job_that_needs_another_environment_gets_a_process_of_its_own(folder, monkeypatch):
    pid = kept()
    monkeypatch.setenv("SOMETHING", "else")
    assert done(folder) != pid


def test_one_that_has_died_is_not_missed(folder):
    pid = kept()
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    assert done(folder) != pid
    assert kept() != pid


def test_one_that_stands_still_and_dies_with_its_order_is_an_ended_job(folder):
    pid = kept()
    os.kill(pid, signal.SIGSTOP)
    with JobProcess(MODULE, folder) as process:
        assert process.pids == [pid]
        os.kill(pid, signal.SIGKILL)
        assert process.wait(30) == Ending(-signal.SIGKILL)


def test_it_holds_what_its_job_inherits_until_it_ends(folder, tmp_path):
    (tmp_path / "wait").touch()
    lock = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    pid = kept()
    with JobProcess(MODULE, folder, inherited=(lock,)) as process:
        os.close(lock)
        wait_until((tmp_path / "seen").exists)
        assert process.pids == [pid]
        assert is_locked(tmp_path / "lock")
    assert not is_locked(tmp_path / "lock")


def test_it_leaves_with_its_supervisor():
    pid = kept()
    spares._spare.orders.close()
    spares._spare.process.wait(30)
    assert not psutil.pid_exists(pid)


def is_locked(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_an_order_is_never_taken_for_none_however_soon_its_sender_goes_on(folder):
    for _ in range(20):
        kept()
        wait_until(lambda: is_waiting(spares._spare.process.pid))
        done(folder)
        folder.log.unlink()


def is_waiting(pid: int) -> bool:
    """Whether both its threads sleep: the one that listens, and the one that has imported."""
    states = [
        path.read_text().rsplit(")")[-1].split()[0]
        for path in Path(f"/proc/{pid}/task").glob("*/stat")
    ]
    return states == ["S", "S"]
