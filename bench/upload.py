"""`make bench-upload`: a large CSV on its way into a studio, beside what `datasets` needs for it.

Sent in parts over REST, imported by the worker, paged and searched while it is profiled; the memory
of server and worker is sampled meanwhile. In turns with it `load_dataset("csv")` reads the same file:
three rounds, each of them in a new studio, or a new process and a new cache. The ratio is that of the
medians. It ends with 1 where a bound is not held.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.a_studio import Studio, running_studio
from bench.memory import held, watching
from bench.pairs_file import write_pairs
from bench.way_in import WayIn

ROUNDS = 3
MOST_RATIO = 2.0
MOST_MEGABYTES = {"server": 200, "worker": 1_000}
_SETTLE_SECONDS = 5.0
_LOAD = """
import sys, time
from datasets import disable_progress_bars, load_dataset
disable_progress_bars()
began = time.monotonic()
rows = load_dataset("csv", data_files=sys.argv[1], cache_dir=sys.argv[2], split="train").num_rows
print(rows, time.monotonic() - began)
"""


@dataclass(frozen=True)
class Step:
    """What one step took: seconds, and of each part the most memory beyond its idle."""

    name: str
    seconds: float
    megabytes: dict[str, float]

    def __str__(self) -> str:
        memory = ", ".join(f"{part} +{more:.0f} MB" for part, more in self.megabytes.items())
        return f"{self.name:12} {self.seconds:7.2f} s, {memory}"


def steps(studio: Studio, file: Path, rows: int) -> Iterator[Step]:
    """The way of a file into a studio that is at rest."""
    parts = {"server": studio.server, "worker": studio.cpu_worker}
    way = WayIn(studio.url, file, rows)
    actions: dict[str, Callable[[], None]] = {
        "upload": way.send,
        "import": way.bring,
        "first_page": way.first_page,
        "late_page": way.late_page,
        "search": way.search,
        "profile": way.await_profile,
    }
    time.sleep(_SETTLE_SECONDS)
    idle = {part: held(pid) for part, pid in parts.items()}
    for name, act in actions.items():
        with watching(parts) as most:
            began = time.monotonic()
            act()
            seconds = time.monotonic() - began
        yield Step(name, seconds, {part: (most[part] - idle[part]) / 1e6 for part in parts})
    way.close()


def load_seconds(file: Path, rows: int, folder: Path) -> float:
    """What `load_dataset` takes, without its start and its imports."""
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        command = [sys.executable, "-c", _LOAD, str(file), cache]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    came, seconds = run.stdout.split()
    assert int(came) == rows, f"load_dataset read {came} rows of {rows}"
    return float(seconds)


def measure(size_bytes: int, folder: Path) -> dict[str, float]:
    file = folder / "pairs.csv"
    rows = write_pairs(file, size_bytes)
    print(f"{file.stat().st_size:,} bytes, {rows:,} rows", flush=True)
    theirs: list[float] = []
    found: list[Step] = []
    for _ in range(ROUNDS):
        theirs.append(load_seconds(file, rows, folder))
        print(f"load_dataset {theirs[-1]:7.2f} s", flush=True)
        with tempfile.TemporaryDirectory(dir=folder) as data, running_studio(Path(data)) as studio:
            for step in steps(studio, file, rows):
                found.append(step)
                print(step, flush=True)
    names = dict.fromkeys(step.name for step in found)
    figures = {name: median(step.seconds for step in found if step.name == name) for name in names}
    figures["load_dataset"] = median(theirs)
    return {
        **figures,
        "import_ratio": figures["import"] / figures["load_dataset"],
        **{
            f"{part}_mb_above_idle": max(step.megabytes[part] for step in found)
            for part in MOST_MEGABYTES
        },
    }


def is_held(figures: dict[str, float]) -> bool:
    return figures["import_ratio"] <= MOST_RATIO and all(
        figures[f"{part}_mb_above_idle"] <= most for part, most in MOST_MEGABYTES.items()
    )


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.upload")
    asked.add_argument("--bytes", type=int, default=2_000_000_000)
    size_bytes = asked.parse_args().bytes
    packages = ", ".join(f"{name} {version(name)}" for name in ("pyarrow", "datasets", "pandas"))
    print(f"{platform.machine()}, Python {platform.python_version()}, {packages}")
    with tempfile.TemporaryDirectory(prefix="likewise-upload-") as folder:
        figures = measure(size_bytes, Path(folder))
    print(json.dumps({name: round(figure, 3) for name, figure in figures.items()}))
    return 0 if is_held(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
