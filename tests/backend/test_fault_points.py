"""Fault points do nothing, unless a process was started to fail at one."""

import os
import subprocess
import sys

import pytest

from backend import fault_points

PASS_TWICE = "from backend.fault_points import fault_point as f; f('here'); f('here'); print('on')"


def run(wanted: str | None) -> subprocess.CompletedProcess[str]:
    ours = {k: v for k, v in os.environ.items() if k != fault_points.VARIABLE}
    planted = {fault_points.VARIABLE: wanted} if wanted else {}
    command = [sys.executable, "-c", PASS_TWICE]
    return subprocess.run(command, env=ours | planted, capture_output=True, text=True)


@pytest.mark.parametrize("wanted", [None, "here:3:kill", "elsewhere:1:kill"])
def test_a_process_passes_what_it_was_not_started_to_fail_at(wanted):
    assert run(wanted).stdout == "on\n"


def test_it_fails_at_the_time_and_in_the_way_that_was_named_and_says_so():
    killed = run("here:2:kill")
    assert (killed.returncode, killed.stdout) == (-9, "")
    assert "a fault is planted: here:2:kill" in killed.stderr
    assert "No space left on device" in run("here:1:full").stderr


@pytest.mark.parametrize("wanted", ["here", "here:1", "here:1:burn", "here:x:kill"])
def test_what_cannot_be_read_stops_the_process_at_once(wanted):
    assert run(wanted).returncode == 1
