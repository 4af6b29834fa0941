"""Did the system end a process for want of memory? A SIGKILL alone doesn't say who sent it."""

from pathlib import Path

_GROUP = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")
_SYSTEM = Path("/proc/vmstat")
_COUNTED = "oom_kill"


class HostMemory:
    """Counts what the system has ended for want of memory, since this was made: in our control
    group, where there is one to read, and in the whole machine."""

    def __init__(self, sources: list[Path] | None = None) -> None:
        self._sources = [_of_our_group(), _SYSTEM] if sources is None else sources
        self._before = [_count(source) for source in self._sources]

    def has_killed(self) -> bool:
        return [_count(source) for source in self._sources] != self._before


def _of_our_group() -> Path:
    """Of cgroup v2, which has one line: `0::/system.slice/likewise.service`."""
    try:
        line = _GROUP.read_text().splitlines()[-1]
    except OSError:
        return _GROUPS / "memory.events"
    return _GROUPS / line.split(":", 2)[-1].lstrip("/") / "memory.events"


def _count(source: Path) -> int:
    try:
        lines = source.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.split()[0] == _COUNTED), 0)
