"""`python -m tests.faults.soak FILE`: the matrix again and again, until each cell was done as often
as it must: 20 times the rows of processes and database, 3 times the others.

What is in CI starts cold the first time, as an operator would start it, and warm from then on.
Each outcome is one line of JSON at the end of FILE; what it holds already is not done again, so a
soak can be stopped and taken up. `--seconds` ends it, at the end of a round.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from tests.faults.matrix import Place, places

CORE_REPETITIONS, REPETITIONS = 20, 3
AT_ONCE = 60
"""Cells of one round: what is lost of the work when it is killed."""

ROUNDS_AT_ONCE = 2
"""One works while the other begins or waits for its last cells."""

Key = tuple[str, str, str, int]  # row, phase, backend, repetition


def wanted() -> list[tuple[Key, Place]]:
    """Every cell as often as it must be done; all of them once before any of them twice."""
    cells = [place for place in places() if place.cell is not None]
    return [
        ((place.row.fault, place.phase, place.backend, n), place)
        for n in range(1, CORE_REPETITIONS + 1)
        for place in cells
        if n <= (CORE_REPETITIONS if place.row.is_core else REPETITIONS)
    ]


def done(file: Path) -> dict[Key, str]:
    """What the file tells, by cell and repetition. A last line that was cut off is no line."""
    found: dict[Key, str] = {}
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
    for line in lines:
        if line.endswith("\n"):
            told = json.loads(line)
            key = (told["row"], told["phase"], told["backend"], told["repetition"])
            found[key] = told["result"]
    return found


def run(batch: list[tuple[Key, Place]], file: Path, writing: Lock) -> None:
    """Do these cells, each once, and add what came of them to the file."""
    results = file.with_suffix(f".round-{threading.get_ident()}")
    results.unlink(missing_ok=True)
    began = time.monotonic()
    all_warm = all(n > 1 for (*_, n), _ in batch)
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-n", "3", "-p", "no:cacheprovider"),
            *(f"{TESTS}[{place.id}]" for _, place in batch),
        ],
        env={
            **os.environ,
            "LIKEWISE_FAULT_RESULTS": str(results),
            "LIKEWISE_FAULT_ALL_WARM": "yes" if all_warm else "",
        },
        check=False,
    )
    told = (
        [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    )
    results.unlink(missing_ok=True)
    by_place = {tuple(each["place"]): each for each in told}
    with writing, file.open("a", encoding="utf-8") as out:
        for key, _ in batch:
            each = by_place.get(key[:3], {"result": "error", "seconds": time.monotonic() - began})
            line = dict(zip(("row", "phase", "backend", "repetition"), key, strict=True))
            line |= {"result": each["result"], "seconds": round(each["seconds"], 1)}
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())


TESTS = "tests/faults/test_matrix.py::test_after_the_fault_all_is_whole"


def main() -> int:
    parser = argparse.ArgumentParser(description="Repeat the fault matrix.")
    parser.add_argument("file", type=Path, help="where each outcome is added as a line")
    parser.add_argument(
        "--seconds", type=float, default=math.inf, help="begin nothing after so long"
    )
    asked = parser.parse_args()
    file: Path = asked.file
    file.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + asked.seconds
    known = done(file)
    left = [(key, place) for key, place in wanted() if key not in known]
    taking, writing = Lock(), Lock()

    def rounds() -> None:
        while time.monotonic() < until:
            with taking:
                # A round holds a cell once: pytest runs each name once.
                batch = {place.id: (key, place) for key, place in reversed(left[:AT_ONCE])}
                taken = {key for key, _ in batch.values()}
                left[:] = [(key, place) for key, place in left if key not in taken]
            if not batch:
                return
            run(list(batch.values()), file, writing)

    with ThreadPoolExecutor(ROUNDS_AT_ONCE) as pool:
        for ended in [pool.submit(rounds) for _ in range(ROUNDS_AT_ONCE)]:
            ended.result()
    return tell(done(file))


def tell(found: dict[Key, str]) -> int:
    """The tally; 1 where anything failed."""
    tally = Counter(result for result in found.values())
    print(f"{len(found)} of {len(wanted())} done:", dict(tally))
    for (row, phase, backend, n), result in found.items():
        if result != "passed":
            print(f"  {result}: {row} | {phase} | {backend}, repetition {n}")
    return int(any(result != "passed" for result in found.values()))


if __name__ == "__main__":
    sys.exit(main())
