"""A reader in a process of its own, with little memory: whatever a hostile file does to it, a
crash or 500 GB asked for at once, ends there and comes back as a problem of the file."""

import json
import os
import subprocess
import sys
from pathlib import Path

from backend.datasets import facts
from backend.datasets.reading.detect import Format
from backend.datasets.reading.limits import CHUNK_ROWS, FEW_ROWS, MOST_MEMORY_BYTES
from backend.datasets.reading.names import quoted
from backend.datasets.reading.one import Table
from backend.datasets.reading.write import Written
from backend.problems import BadFile

_MODULE = "backend.datasets.reading.apart_process"
OUT_OF_MEMORY = 3
"""The exit code with which that process says so."""

_FRUGAL = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}
"""What is freed is given back at once: pools that keep it would reach the bound early."""

_SMALL_JSON_BYTES = 1_000_000

_IN_BATCHES = (Format.PARQUET, Format.ARROW)
"""Of these it can be said how many rows are read at a time."""


def needs_care(form: Format, path: Path) -> bool:
    """Can a small file of this format take much memory, or reach code that isn't Python's?

    JSON becomes up to 25 times as large in memory, and an object of arrays is read whole.
    """
    if form is Format.JSON:
        return path.stat().st_size > _SMALL_JSON_BYTES
    return form in (Format.PARQUET, Format.ARROW, Format.EXCEL)


def read_apart(form: Format, path: Path, file_name: str, place: Path, most_bytes: int) -> Table:
    """As `read_as`, in another process; where many rows don't fit in its memory, few at a time.

    That is a process of its own too: Arrow, out of memory, often ends the one that it is in.

    Raises BadFile, also where that process asked for too much memory or crashed; OSError where
    `place` can't be written.
    """
    arguments: list[str | Path] = [
        sys.executable,
        "-m",
        _MODULE,
        form,
        path,
        file_name,
        place,
        str(most_bytes),
    ]
    ended = _run([*arguments, str(CHUNK_ROWS)])
    if _is_too_much(ended) and form in _IN_BATCHES:
        ended = _run([*arguments, str(FEW_ROWS)])
    if _is_too_much(ended):
        raise _ended_badly(file_name, path.stat().st_size)
    if ended.returncode:
        raise RuntimeError(f"a reader failed: {ended.stderr.decode(errors='replace')[-2_000:]}")
    answer = json.loads(ended.stdout)
    if error := answer.get("os_error"):
        raise OSError(*error)
    if problem := answer.get("problem"):
        raise BadFile(**problem)
    written = Written(facts=facts.from_json(answer["facts"]), content_hash=answer["content_hash"])
    return Table(written=written, found=answer["found"])


def _run(arguments: list[str | Path]) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        arguments,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={**os.environ, **_FRUGAL},
    )


def _is_too_much(ended: "subprocess.CompletedProcess[bytes]") -> bool:
    return ended.returncode == OUT_OF_MEMORY or ended.returncode < 0  # a signal: it crashed


def _ended_badly(file_name: str, size: int) -> BadFile:
    return BadFile(
        "too_much_memory",
        "This file can't be read within bounds",
        f"{quoted(file_name)} has {size:,} bytes, and somewhere in them its reader failed or "
        f"wanted more than {MOST_MEMORY_BYTES / 1e6:.0f} MB of memory for them. It is damaged, or "
        "written in very large pieces: export it as CSV or JSON Lines.",
    )
