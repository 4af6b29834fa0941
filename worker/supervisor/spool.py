"""Reading a job's spool: whole lines, from a byte offset that the database also knows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from backend.fault_points import fault_point
from backend.runs.events import Fact
from backend.runs.states import Phase

MOST_LINES = 200


@dataclass(frozen=True)
class Read:
    """What the next lines of a spool say, and how far they reach (in bytes)."""

    facts: Sequence[Fact]
    upto: int
    phase: Phase | None = None
    progress: dict[str, Any] | None = None
    has_checkpoint: bool = False


def whole_bytes(path: Path) -> int:
    """How far the last whole line reaches."""
    return path.read_bytes().rfind(b"\n") + 1


def carry_on(earlier: Sequence[Path], upto: int, new: Path) -> None:
    """Begin the `new` spool with the lines that earlier attempts left beyond `upto`: their worker
    was killed before it brought them home, and the checkpoint that follows them will not tell them
    again. What was brought already is a hole, so that every offset stays what it was.

    `earlier` are the oldest first; where one begins (its own hole ends), it counts, not those
    before it. A database that went back in time has brought less than the newest of them knows.
    """
    begun = new.with_suffix(".part")
    with begun.open("wb") as file:
        file.truncate(upto)
        file.seek(upto)
        file.write(_left(earlier, upto))
    fault_point("spool.begun")
    begun.replace(new)
    fault_point("spool.carried on")


def _left(earlier: Sequence[Path], upto: int) -> bytes:
    """The whole lines beyond `upto` that were not brought home."""
    lines = b""
    for path in earlier:
        if not path.exists() or path.stat().st_size < upto:
            continue
        with path.open("rb") as file:
            file.seek(upto)
            beyond = file.read()
        begins = len(beyond) - len(beyond.lstrip(b"\0"))
        if begins <= len(lines):
            lines = lines[:begins] + beyond[begins : beyond.rfind(b"\n") + 1]
    return lines


def read(path: Path, offset: int) -> Read:
    """The whole lines after `offset`, at most 200. What is half-written is left for the next time.

    A `checkpoint` line is no event of its own: it clears the count of failures.
    """
    with path.open("rb") as file:
        file.seek(offset)
        lines = []
        for _ in range(MOST_LINES):
            line = file.readline()
            if not line.endswith(b"\n"):
                break
            lines.append(line)
    said = [json.loads(line) for line in lines]
    phases = [Phase(line["data"]["phase"]) for line in said if line["kind"] == "phase"]
    progress = [line["data"] for line in said if line["kind"] == "progress"]
    return Read(
        facts=[
            Fact(line["kind"], line["data"], datetime.fromisoformat(line["at"]))
            for line in said
            if line["kind"] != "checkpoint"
        ],
        upto=offset + sum(len(line) for line in lines),
        phase=phases[-1] if phases else None,
        progress=progress[-1] if progress else None,
        has_checkpoint=any(line["kind"] == "checkpoint" for line in said),
    )
