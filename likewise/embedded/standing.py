"""Whether a process was stopped (SIGSTOP, Ctrl-Z): alive, and doing nothing until it is told to go on.

A worker that is stopped in the midst of a write holds the one lock of an SQLite file, and nobody else
gets to write. No other process can take the lock away; whoever started the worker can end it.
"""

from pathlib import Path

_PROC = Path("/proc")


def stands_still(session: int) -> bool:
    """Is any process of this session stopped? Never where the system doesn't tell (no /proc)."""
    return any(_state(entry, session) == "T" for entry in _PROC.glob("[0-9]*"))


def _state(process: Path, session: int) -> str:
    """One letter, as ps(1) prints it; none for a process of another session, or that is gone."""
    try:
        told = (process / "stat").read_text()
    except OSError:
        return ""
    state, _, _, its_session, *_ = told.rpartition(")")[2].split()
    return state if int(its_session) == session else ""
