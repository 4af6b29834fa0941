"""`python -m …measured FILE NAME MOST_BYTES`: read a file, and print what that took in memory.

Prints JSON: the problem's code, and by how many bytes this process, or the one that it started,
grew above what one has that only imported the reader.
"""

import json
import resource
import sys
import tempfile
from pathlib import Path

from backend.datasets.reading.table import read_table
from backend.problems import BadFile


def _status(what: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(what))


def main() -> None:
    path, name, most_bytes = sys.argv[1:]
    idle = _status("VmRSS")
    code = None
    with tempfile.TemporaryDirectory() as folder:
        try:
            read_table(Path(path), name, Path(folder) / "rows.parquet", most_bytes=int(most_bytes))
        except BadFile as refusal:
            code = refusal.problems[0].code
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    grown_bytes = max(_status("VmHWM"), started) - idle
    json.dump({"code": code, "grown_bytes": grown_bytes}, sys.stdout)


if __name__ == "__main__":
    main()
