"""A process that was ended for want of memory is told from one that somebody killed."""

import pytest

from worker.supervisor.host_memory import HostMemory


@pytest.fixture
def counted(tmp_path):
    """A file such as the kernel keeps."""
    file = tmp_path / "memory.events"

    def write(kills):
        file.write_text(f"low 0\nhigh 3\nmax 4\noom 5\noom_kill {kills}\n")
        return file

    write(2)
    return write


def test_a_count_that_grew_says_so(counted):
    memory = HostMemory([counted(2)])
    assert not memory.has_killed()
    counted(3)
    assert memory.has_killed()


def test_where_nothing_can_be_read_nothing_is_claimed(tmp_path):
    assert not HostMemory([tmp_path / "missing"]).has_killed()


def test_this_machine_can_be_asked():
    assert not HostMemory().has_killed()
