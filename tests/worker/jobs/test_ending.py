"""How a job ends when the disk is full, as the libraries in it say so."""

import errno
import os

import pytest

from worker.exits import Exit
from worker.jobs import ending
from worker.jobs.folder import JobFolder


@pytest.fixture
def folder(tmp_path):
    made = JobFolder(tmp_path)
    (made.checkpoints / "checkpoint-4.part").mkdir(parents=True)
    (made.checkpoints / "checkpoint-2").mkdir()
    return made


def raising(error):
    def work():
        raise error

    return work


def wrapped():
    try:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as cause:
        error = RuntimeError("could not serialize the optimizer")
        error.__cause__ = cause
        return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        RuntimeError("I/O error: No space left on device (os error 28)"),
        wrapped(),
    ],
)
def test_a_full_disk_pauses_and_keeps_the_last_whole_checkpoint(folder, error):
    assert ending.run(folder, raising(error)) is Exit.DISK_FULL
    assert folder.problem()["code"] == "disk_full"
    assert [path.name for path in folder.checkpoints.iterdir()] == ["checkpoint-2"]


def test_any_other_error_is_a_crash_with_its_stack(folder):
    with pytest.raises(ZeroDivisionError):
        ending.run(folder, raising(ZeroDivisionError()))


def test_a_problem_that_was_cut_off_is_no_problem(folder):
    (folder.path / "problem.json").write_text('{"code": "disk')
    assert folder.problem() is None
