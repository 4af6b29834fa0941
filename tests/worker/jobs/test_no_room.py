"""What a phase will write is asked of the disk before the phase begins."""

import errno
import os
import shutil

import pytest

from backend.disk import BALLAST, free_ballast_if_full, keep_ballast
from worker.exits import Exit
from worker.jobs import ending
from worker.jobs.folder import JobFolder
from worker.jobs.no_room import NoRoom, demand
from worker.jobs.room_of_training import of_training

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_with_too_little_room_pauses_the_job_and_says_how_much_it_takes(tmp_path):
    folder = JobFolder(tmp_path)
    free = shutil.disk_usage(tmp_path).free
    assert ending.run(folder, lambda: demand(tmp_path, 2 * free)) is Exit.DISK_FULL
    problem = folder.problem()
    assert problem["code"] == "disk_full"
    assert problem["title"].endswith(f" GB needed on {mount_of(tmp_path)}")
    assert problem["room_bytes"] > 2 * free


def test_a_disk_with_room_is_no_obstacle(tmp_path):
    demand(tmp_path, 1_000)


def test_a_fifth_more_than_the_estimate_is_wanted(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    with pytest.raises(NoRoom):
        demand(tmp_path, int(free * 0.9))


def test_a_training_takes_its_checkpoints_and_the_model():
    assert of_training(10, 100) == 10 * (3 * 4) + 100


def test_ballast_is_kept_while_there_is_plenty_and_given_up_when_the_disk_is_full(tmp_path):
    keep_ballast(tmp_path, 1_000)
    assert (tmp_path / BALLAST).stat().st_size == 1_000
    free_ballast_if_full(ValueError("something else"), tmp_path)
    assert (tmp_path / BALLAST).exists()
    free_ballast_if_full(FULL, tmp_path)
    free_ballast_if_full(FULL, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_ballast_is_taken_from_a_disk_that_is_nearly_full(tmp_path):
    keep_ballast(tmp_path, shutil.disk_usage(tmp_path).free // 5)
    assert list(tmp_path.iterdir()) == []


def mount_of(path):
    return next(each for each in (path, *path.parents) if each.is_mount())
