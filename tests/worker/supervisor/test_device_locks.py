"""A device belongs to one attempt until the last process of that attempt is gone."""

import subprocess
import sys

from worker.supervisor.device_locks import DeviceLocks

WAITING = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def test_a_device_is_free_only_once_the_process_that_inherited_it_is_gone(tmp_path):
    with DeviceLocks(tmp_path, ["GPU-1", "GPU-2"]) as locks:
        assert locks.take()
        process = subprocess.Popen(WAITING, stdin=subprocess.PIPE, pass_fds=locks.inherited)
    with DeviceLocks(tmp_path, ["GPU-2"]) as others:
        assert not others.take()
        process.kill()
        process.wait()
        process.stdin.close()
        assert others.take()
        assert others.take(), "twice is once"


def test_where_one_device_is_taken_none_is(tmp_path):
    with (
        DeviceLocks(tmp_path, ["GPU-2"]) as first,
        DeviceLocks(tmp_path, ["GPU-1", "GPU-2"]) as both,
        DeviceLocks(tmp_path, ["GPU-1"]) as last,
    ):
        assert first.take()
        assert not both.take()
        assert both.inherited == ()
        assert last.take()


def test_without_devices_there_is_nothing_to_wait_for(tmp_path):
    with DeviceLocks(tmp_path, []) as locks:
        assert locks.take()
    assert list(tmp_path.iterdir()) == []
