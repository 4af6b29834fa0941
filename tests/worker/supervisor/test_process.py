"""Processes that do a job together stand and fall together."""

import os
import signal

import psutil
import pytest

from tests.processes import wait_until
from worker.jobs.folder import JobFolder
from worker.supervisor.process import Ending, JobProcess
from worker.supervisor.world import World

LONG = "0 60"
PAIR = World(local=2, size=2, port=1234)


@pytest.fixture
def group(tmp_path):
    """Starts processes that end as they are told: "code seconds" for each rank."""

    def start(*ends, world=PAIR):
        for rank, end in enumerate(ends, start=world.first):
            (tmp_path / f"rank-{rank}").write_text(end)
        return JobProcess("tests.worker.supervisor.a_rank", JobFolder(tmp_path), world=world)

    return start


@pytest.mark.parametrize(
    ("ends", "decides"),
    [
        (("0 0", "0 0.3"), Ending(0, 0)),
        (("1 0.2", "75 0.4"), Ending(75, 1)),  # the one that ran out of memory says why
        (("78 0", "78 0.6"), Ending(78, 0)),
        ((LONG, "1 0"), Ending(1, 1)),
        (("0 0", "10 0.5"), Ending(10, 1)),
        ((LONG, f"-{int(signal.SIGKILL)} 0"), Ending(-signal.SIGKILL, 1)),
    ],
)
def test_a_group_ends_with_the_code_that_says_why(group, ends, decides):
    with group(*ends) as processes:
        assert processes.wait(30) == decides
    assert not any(psutil.pid_exists(pid) for pid in processes.pids)


def test_a_killed_process_takes_the_others_with_it(group):
    with group(LONG, LONG) as processes:
        assert processes.wait(0.1) is None
        os.kill(processes.pids[1], signal.SIGKILL)
        ending = processes.wait(30)
    assert str(ending) == "its process of rank 1 was ended by SIGKILL"
    assert not any(psutil.pid_exists(pid) for pid in processes.pids)


def test_each_process_is_told_who_it_is_and_where_they_meet(group, tmp_path):
    with group("0 0", "0 0", world=World(local=2, size=4, first=2, address="::1", port=7)) as them:
        assert them.wait(30) == Ending(0, 2)
    assert (tmp_path / "seen-2").read_text() == "2 0 4 2 ::1 7"
    assert (tmp_path / "seen-3").read_text() == "3 1 4 2 ::1 7"


def test_a_process_that_works_alone_is_told_nothing(group, tmp_path):
    with group("3 0", world=World()) as alone:
        assert str(alone.wait(30)) == "its process ended with 3"
    assert (tmp_path / "seen-0").read_text() == "- - - - - -"


def test_what_a_job_has_started_is_not_asked_to_stop_and_is_ended_with_it(tmp_path):
    with JobProcess("tests.worker.supervisor.a_starter", JobFolder(tmp_path)) as job:
        wait_until((tmp_path / "started").exists)
        started = psutil.Process(int((tmp_path / "started").read_text()))
        job.ask_to_stop()
        assert job.wait(30) == Ending(-signal.SIGTERM, None)
        assert started.status() == psutil.STATUS_SLEEPING
    wait_until(lambda: not started.is_running() or started.status() == psutil.STATUS_ZOMBIE)
