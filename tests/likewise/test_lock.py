"""One studio on a data folder at a time, whatever was killed before."""

import subprocess
import sys
from pathlib import Path

import pytest

from likewise.embedded.lock import DataLock
from likewise.embedded.problems import DataInUse, LastStudioStillEnds

UNTIL_STDIN_ENDS = "import sys; sys.stdin.read()"


def test_a_second_studio_is_refused_and_the_folder_named(tmp_path: Path) -> None:
    lock = DataLock(tmp_path)
    with pytest.raises(DataInUse, match=str(tmp_path)):
        DataLock(tmp_path)
    lock.release()
    DataLock(tmp_path).release()


def test_a_killed_studios_children_are_waited_for(tmp_path: Path) -> None:
    lock = DataLock(tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-c", UNTIL_STDIN_ENDS],
        stdin=subprocess.PIPE,
        pass_fds=[lock.inherited],
    )
    lock.release()  # as the kernel does at a kill -9; the child holds its copy

    with pytest.raises(LastStudioStillEnds, match="fuser"):
        DataLock(tmp_path, patience_seconds=0.2)

    child.communicate(b"")
    DataLock(tmp_path, patience_seconds=10).release()
