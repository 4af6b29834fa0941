"""What ties a job's process to its supervisor, in a process of its own."""

import signal
import subprocess
import sys

import pytest

ENDS = """
import os, signal, sys
from worker.jobs.lifeline import Lifeline

class Late:
    def __del__(self):  # Python is taking its modules down: its own handlers are gone
        os.kill(os.getpid(), signal.SIGTERM)

late = Late()
{hold}
sys.exit(0)
"""


def code_of(program: str) -> int:
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE)
    process.stdin.write(b"\n")
    process.stdin.flush()
    return process.wait(60)


@pytest.mark.parametrize("at_once", [False, True])
def test_a_wish_to_stop_that_comes_after_the_end_undoes_nothing(at_once):
    assert code_of(ENDS.format(hold="")) == -signal.SIGTERM
    assert code_of(ENDS.format(hold=f"Lifeline(at_once={at_once}).hold()")) == 0
